//! All subsystems. Only this module names them all.

use std::fmt;
use std::sync::Arc;

use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::capture::Capture;
use crate::figure::Table;
use crate::subsystem::configured::{Configured, Options};
use crate::subsystem::options::{Context, Switches, augment};
use crate::subsystem::{
    Descriptor, Included, Part, Subsystem, buddy, cgroup, cpu, disk, environment, infiniband, inode,
    interrupts, memory, net, nfs, numa, pressure, process, slab, sock, stat, tcp, vmstat,
};
use crate::usage::UsageError;

/// All subsystems, in the order of the sections in the verbose format.
pub static REGISTRY: &[Entry] = &[
    Entry::of::<cpu::Cpu>(),
    Entry::of::<interrupts::Interrupts>(),
    Entry::of::<disk::Disk>(),
    Entry::of::<nfs::Nfs>(),
    Entry::of::<inode::Inode>(),
    Entry::of::<memory::Memory>(),
    Entry::of::<numa::Numa>(),
    Entry::of::<buddy::Buddy>(),
    Entry::of::<net::Net>(),
    Entry::of::<sock::Sock>(),
    Entry::of::<tcp::Tcp>(),
    Entry::of::<environment::Environment>(),
    Entry::of::<infiniband::Infiniband>(),
    Entry::of::<pressure::Pressure>(),
    Entry::of::<cgroup::Cgroup>(),
    Entry::of::<slab::Slab>(),
    Entry::of::<process::Process>(),
];

/// What `--export vmstat` shows.
pub static EXPORT_VMSTAT: Entry = Entry::of::<vmstat::Vmstat>();

/// What `--export vmsum` shows.
pub static EXPORT_VMSUM: Entry = Entry::of::<process::Machines>();

/// What `--export proctree` shows.
pub static EXPORT_PROCTREE: Entry = Entry::of::<process::Tree>();

/// The order of a raw file of the Perl collectl. Other captures follow in the order of the registry.
static CAPTURES: &[&Capture] = &[
    &buddy::BUDDYINFO,
    &stat::STAT,
    &interrupts::INTERRUPTS,
    &disk::DISKSTATS,
    &cpu::LOAD,
    &tcp::NETSTAT,
    &tcp::SNMP,
    &tcp::SNMP6,
    &inode::DENTRY,
    &inode::INODE,
    &inode::FILE,
    &nfs::CLIENT,
    &nfs::SERVER,
    &memory::MEMINFO,
    &memory::VMSTAT,
    &numa::NODE_MEMINFO,
    &numa::NODE_STAT,
    &sock::SOCKSTAT,
    &sock::SOCKSTAT6,
    &net::NET_DEV,
    &infiniband::PORTS,
    &slab::SLABINFO,
    &process::PROCESSES,
    &environment::SENSORS,
];

type Configure = fn(&Switches, &Context<'_>) -> Result<Arc<dyn Configured>, UsageError>;

/// One line of the registry.
#[derive(Clone, Copy)]
pub struct Entry {
    /// The fixed properties of the subsystem.
    pub descriptor: &'static Descriptor,
    /// The tables of a part's figures in the documentation of JSON.
    pub tables: fn(Part) -> Vec<Table>,
    augment: fn(Command) -> Command,
    configure: Configure,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.descriptor.name)
    }
}

impl Entry {
    const fn of<S: Subsystem>() -> Self {
        Self {
            descriptor: &const { S::DESCRIPTOR },
            tables: S::tables,
            augment: augment::<S::Args>,
            configure: |switches, context| Ok(Arc::new(Options::<S>(S::options(switches, context)?))),
        }
    }

    /// The subsystem with the user's options.
    ///
    /// # Errors
    /// A [`UsageError`] for a value that can't be read, and for switches that exclude each other.
    pub fn configure(
        &self,
        switches: &Switches,
        context: &Context<'_>,
    ) -> Result<Arc<dyn Configured>, UsageError> {
        (self.configure)(switches, context)
    }
}

/// The switches of all subsystems, to be flattened into a command line.
#[derive(Debug, Clone)]
pub struct SubsystemArgs(pub Switches);

impl FromArgMatches for SubsystemArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self(Switches::new(matches.clone())))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for SubsystemArgs {
    fn augment_args(command: Command) -> Command {
        REGISTRY.iter().fold(command, |command, entry| (entry.augment)(command))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// The position of a capture in a raw file.
#[must_use]
pub fn position(capture: &Capture) -> usize {
    let own = REGISTRY.iter().flat_map(|entry| entry.descriptor.captures);
    CAPTURES.iter().chain(own).position(|known| *known == capture).unwrap_or(usize::MAX)
}

/// The letters of the summaries that a selection of this kind includes, in alphabetical order.
#[must_use]
pub fn letters_included(least: Included) -> String {
    sorted(
        REGISTRY
            .iter()
            .filter(|entry| entry.descriptor.included >= least)
            .filter_map(|entry| entry.descriptor.summary),
    )
}

/// The letters of the details that `--ALL` includes, in alphabetical order.
#[must_use]
pub fn details_included() -> String {
    sorted(
        REGISTRY
            .iter()
            .filter(|entry| entry.descriptor.details_in_all)
            .filter_map(|entry| entry.descriptor.detail),
    )
}

fn sorted(letters: impl Iterator<Item = char>) -> String {
    let mut letters: Vec<char> = letters.collect();
    letters.sort_unstable();
    letters.into_iter().collect()
}

/// The subsystem whose part has this letter.
#[must_use]
pub fn find(letter: char) -> Option<&'static Entry> {
    REGISTRY.iter().find(|entry| entry.descriptor.parts().any(|(_, known)| known == letter))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::settings::Settings;

    #[test]
    fn letters_tags_and_names_are_unique() {
        let mut letters = HashMap::new();
        for entry in REGISTRY {
            for (_, letter) in entry.descriptor.parts() {
                let other = letters.insert(letter, entry.descriptor.name);
                assert_eq!(other, None, "{letter}");
            }
            let same = REGISTRY.iter().filter(|other| other.descriptor.name == entry.descriptor.name);
            assert_eq!(same.count(), 1, "{entry:?}");
        }
        let mut tags: HashMap<&[u8], &Capture> = HashMap::new();
        for capture in REGISTRY.iter().flat_map(|entry| entry.descriptor.captures) {
            for tag in capture.tags {
                let other = tags.insert(tag, capture);
                assert!(other.is_none_or(|other| other == *capture), "{}", String::from_utf8_lossy(tag));
            }
        }
    }

    #[test]
    fn ranks_in_the_plot_format_are_unique() {
        let ranks = |rank: fn(&Descriptor) -> Option<u8>| {
            let mut ranks: Vec<_> = REGISTRY.iter().filter_map(|entry| rank(entry.descriptor)).collect();
            ranks.sort_unstable();
            ranks
        };
        let interrupts = |descriptor: &Descriptor| descriptor.name == "interrupts";
        for ranks in [
            ranks(|descriptor| descriptor.brief),
            ranks(|descriptor| descriptor.summary.filter(|letter| *letter != 'j').map(|_| descriptor.plot)),
            ranks(|descriptor| {
                descriptor.detail.filter(|letter| *letter != 'J').map(|_| descriptor.plot_detail)
            }),
        ] {
            assert!(ranks.windows(2).all(|pair| pair[0] < pair[1]), "{ranks:?}");
        }
        // Processors show interrupts there.
        assert!(REGISTRY.iter().any(|entry| interrupts(entry.descriptor)));
    }

    #[test]
    fn the_order_of_a_raw_file_is_that_of_the_perl_collectl() {
        assert!(CAPTURES.is_sorted_by_key(|capture| position(capture)));
        assert!(position(&stat::STAT) < position(&interrupts::INTERRUPTS));
        let own = REGISTRY.iter().flat_map(|entry| entry.descriptor.captures);
        assert!(own.clone().all(|capture| position(capture) != usize::MAX));
        let of_perl = |letter| matches!(letter, Some('p' | 'g'));
        for entry in REGISTRY.iter().filter(|entry| of_perl(entry.descriptor.summary)) {
            assert!(
                entry.descriptor.captures.iter().all(|capture| position(capture) >= CAPTURES.len()),
                "{entry:?}"
            );
        }
    }

    #[test]
    fn contents_of_the_selections() {
        assert_eq!(letters_included(Included::Interactive), "cdn");
        assert_eq!(letters_included(Included::Daemon), "bcdfijmnstx");
        assert_eq!(details_included(), "BCDEFJMNXYZ");
    }

    #[test]
    fn options_follow_the_switches() {
        let matches =
            SubsystemArgs::augment_args(Command::new("test")).get_matches_from(["test", "--memopts", "P"]);
        let switches = Switches::new(matches);
        let configure = |letter| find(letter).unwrap().configure(&switches, &Context::default()).unwrap();
        assert!(configure('m').needs_verbose() && !configure('c').needs_verbose());
        assert_eq!(configure('m').meter(&Settings::default(), Vec::new()).parts(), []);
    }
}
