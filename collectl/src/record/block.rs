//! The block of `#` lines at the start of a recording: what was recorded, how, and on which machine.

use std::fmt::Write;

use collectl_core::clock::Time;
use collectl_core::facts::Facts;
use collectl_core::kernel::devices::Kind;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// What the header reports about the run.
#[derive(Debug, Clone, Default)]
pub struct Description {
    /// The short name of the host.
    pub host: String,
    /// The command line after the program's name.
    pub arguments: String,
    /// `DaemonCommands` of `collectl.conf`; empty if the program is not a daemon.
    pub daemon_commands: String,
    /// Letters of `-s`.
    pub letters: String,
    /// Letters of `-o`.
    pub options: String,
    /// The intervals, as in `1:60`.
    pub interval: String,
    /// `--nfsfilt`.
    pub nfs_filter: String,
    /// `--envfilt`.
    pub environment_filter: String,
    /// `--tcpfilt`.
    pub tcp_filter: String,
    /// `--comment`.
    pub comment: String,
    /// Whether processes and slabs are in a separate file (`--tworaw`).
    pub two_raw: bool,
}

/// What the file with this block contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contents {
    /// Everything that was recorded.
    All,
    /// All but processes and details of slabs (`.raw` of `--tworaw`).
    Raw,
    /// Processes and details of slabs (`.rawp`).
    Rawp,
}

impl Description {
    /// The block of a file started at `date`. Without a date it is what `--showheader` prints.
    #[must_use]
    pub fn block(&self, facts: &Facts, of: Contents, date: Option<Time>, zone: &TimeZone) -> String {
        let rule = "#".repeat(80);
        let letters: String = self.letters.chars().filter(|letter| of.has(*letter)).collect();
        let selected = |wanted: &[char]| self.letters.contains(wanted);
        let (processors, off) = facts.processors;
        let mut text = format!("{rule}\n");
        let mut line = |name: &str, value: std::fmt::Arguments<'_>| {
            // Writing to a string does not fail.
            let _ = writeln!(text, "# {:<11} {value}", format!("{name}:"));
        };
        let version = env!("CARGO_PKG_VERSION");
        line("Collectl", format_args!("V{version}  HiRes: 1  Options: {} ", one_line(&self.arguments)));
        line("Host", format_args!("{}  DaemonOpts: {}", self.host, one_line(&self.daemon_commands)));
        let booted = Time::from_micros((facts.booted * 1e6) as i64);
        line("Booted", format_args!("{:.2} [{}]", facts.booted, local(booted, zone, "%Y%m%d-%H:%M:%S")));
        line("Distro", format_args!("{}  Platform: {}", facts.distro, facts.platform));
        if let Some(date) = date {
            let stamp = local(date, zone, "%Y%m%d-%H%M%S");
            let seconds = date.micros().div_euclid(1_000_000);
            line("Date", format_args!("{stamp}  Secs: {seconds} TZ: {}", local(date, zone, "%z")));
        }
        let hyper = if facts.hyperthreads { "[HYPER]" } else { "" };
        let disabled = if off > 0 { format!(" CPUsDis: {off}") } else { String::new() };
        let zones = if selected(&['b', 'B']) { facts.buddy_lines } else { 0 };
        line(
            "SubSys",
            format_args!(
                "{letters} Options: {} Interval: {} NumCPUs: {processors} {hyper}{disabled} NumBud: {zones} Flags: {}",
                self.options,
                self.interval,
                self.flags(facts)
            ),
        );
        line(
            "Filters",
            format_args!(
                "NfsFilt: {} EnvFilt: {} TcpFilt: {}",
                one_line(&self.nfs_filter),
                one_line(&self.environment_filter),
                self.tcp_filter
            ),
        );
        line(
            "HZ",
            format_args!(
                "{}  Arch: {} PageSize: {}",
                facts.ticks,
                facts.architecture,
                rustix::param::page_size()
            ),
        );
        line("Cpu", format_args!("{}", facts.cpu));
        let (memory, swap) = facts.memory;
        line("Kernel", format_args!("{}  Memory: {memory} kB  Swap: {swap} kB", facts.kernel));
        let kinds = |kinds: &[(String, Kind)]| {
            let words: Vec<String> =
                kinds.iter().map(|(name, kind)| format!("{name}:{}", kind.word())).collect();
            words.join(" ")
        };
        line("NumDisks", format_args!("{} DiskNames: {}", facts.disks.len(), facts.disks.join(" ")));
        if !facts.disk_kinds.is_empty() {
            line("DiskKinds", format_args!("{}", kinds(&facts.disk_kinds)));
        }
        let nets: Vec<String> = facts.nets.iter().map(|(name, speed)| format!("{name}:{speed}")).collect();
        line("NumNets", format_args!("{} NetNames: {}", nets.len(), nets.join(" ")));
        if !facts.net_kinds.is_empty() {
            line("NetKinds", format_args!("{}", kinds(&facts.net_kinds)));
        }
        if let Some((caches, version)) = facts.slabs.as_ref().filter(|_| selected(&['y', 'Y'])) {
            line("NumSlabs", format_args!("{caches} Version: {version}"));
        }
        if self.has_infiniband(facts) {
            let states = facts.infiniband.join(":");
            line("IConnect", format_args!("NumHCAs: {} PortStates: {states}", facts.infiniband.len()));
        }
        if !self.comment.is_empty() {
            line("Comment", format_args!("{}", one_line(&self.comment)));
        }
        text.push_str(&rule);
        text.push('\n');
        text
    }

    /// Flags: `i` I/O of processes, `x` also context switches, `2` two raw files, `D` processors are off, `X`
    /// InfiniBand. Without `X` and `IConnect:` the Perl collectl plays no InfiniBand.
    fn flags(&self, facts: &Facts) -> String {
        let flags = [
            ('2', self.two_raw),
            ('i', facts.process_io),
            ('x', facts.process_switches && self.letters.contains('Z')),
            ('D', facts.processors.1 > 0),
            ('X', self.has_infiniband(facts)),
        ];
        flags.iter().filter(|(_, given)| *given).map(|(letter, _)| letter).collect()
    }

    fn has_infiniband(&self, facts: &Facts) -> bool {
        self.letters.contains(['x', 'X']) && !facts.infiniband.is_empty()
    }
}

impl Contents {
    fn has(self, letter: char) -> bool {
        match self {
            Self::All => true,
            Self::Raw => !['Y', 'Z'].contains(&letter),
            Self::Rawp => ['Y', 'Z'].contains(&letter),
        }
    }
}

/// `time` on the wall clock of `zone`.
#[must_use]
pub fn local(time: Time, zone: &TimeZone, format: &str) -> String {
    let instant = Timestamp::from_microsecond(time.micros()).unwrap_or_default();
    instant.to_zoned(zone.clone()).strftime(format).to_string()
}

/// `text` without line ends and other control characters, which would end the block.
fn one_line(text: &str) -> std::borrow::Cow<'_, str> {
    collectl_wire::display::sanitize(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use collectl_core::header::Header;
    use collectl_core::kernel::devices::Class;
    use collectl_core::machine::Machine;

    fn facts() -> Facts {
        Facts {
            booted: 1_795_339_950.27,
            distro: "debian 12.11".into(),
            platform: "Unknown".into(),
            processors: (2, 0),
            cpu: "AuthenticAMD Speed(MHz): 2596.120 Cores: 2  Siblings: 2 Nodes: 1".into(),
            kernel: "6.18.44".into(),
            architecture: "x86_64-linux".into(),
            ticks: 100,
            memory: (24_684_092, 0),
            buddy_lines: 3,
            process_io: true,
            process_switches: true,
            disks: vec!["vda".into()],
            nets: vec![("lo".into(), "??".into()), ("eth0".into(), "-1".into())],
            slabs: Some((235, "2.1".into())),
            ..Facts::default()
        }
    }

    fn description() -> Description {
        Description {
            host: "vm".into(),
            arguments: "-scyZ -f /tmp".into(),
            letters: "cyYZ".into(),
            interval: "1:60".into(),
            tcp_filter: "ituc".into(),
            ..Description::default()
        }
    }

    #[test]
    fn the_layout_is_that_of_the_reference() {
        let date = Some(Time::from_micros(1_795_340_494_500_000));
        let text = description().block(&facts(), Contents::All, date, &TimeZone::UTC);
        let rule = "#".repeat(80);
        let version = env!("CARGO_PKG_VERSION");
        let page = rustix::param::page_size();
        assert_eq!(
            text,
            format!(
                "{rule}
# Collectl:   V{version}  HiRes: 1  Options: -scyZ -f /tmp 
# Host:       vm  DaemonOpts: 
# Booted:     1795339950.27 [20261122-09:32:30]
# Distro:     debian 12.11  Platform: Unknown
# Date:       20261122-094134  Secs: 1795340494 TZ: +0000
# SubSys:     cyYZ Options:  Interval: 1:60 NumCPUs: 2  NumBud: 0 Flags: ix
# Filters:    NfsFilt:  EnvFilt:  TcpFilt: ituc
# HZ:         100  Arch: x86_64-linux PageSize: {page}
# Cpu:        AuthenticAMD Speed(MHz): 2596.120 Cores: 2  Siblings: 2 Nodes: 1
# Kernel:     6.18.44  Memory: 24684092 kB  Swap: 0 kB
# NumDisks:   1 DiskNames: vda
# NumNets:    2 NetNames: lo:?? eth0:-1
# NumSlabs:   235 Version: 2.1
{rule}
"
            )
        );
    }

    #[test]
    fn a_header_can_be_read_back() {
        let description = Description { two_raw: true, comment: "two\nlines".into(), ..description() };
        let facts = Facts { hyperthreads: true, processors: (4, 2), ..facts() };
        let zone = TimeZone::fixed(jiff::tz::offset(-5));
        let read = |of| {
            let mut header = Header::default();
            let date = Some(Time::from_micros(1_795_340_494_000_000));
            description.block(&facts, of, date, &zone).lines().for_each(|line| header.push(line.as_bytes()));
            header
        };
        let header = read(Contents::Raw);
        assert_eq!((header.word("SubSys"), header.word("Flags")), (Some("cy"), Some("2ixD")));
        assert_eq!((header.word("CPUsDis"), header.zone(&TimeZone::UTC)), (Some("2"), zone.clone()));
        assert!(header.lines().iter().any(|line| line == "# Comment:    twolines"), "{:?}", header.lines());
        assert_eq!(read(Contents::Rawp).word("SubSys"), Some("YZ"));
    }

    #[test]
    fn a_recording_tells_what_its_devices_are() {
        let facts = Facts {
            disk_kinds: vec![("vda".into(), Kind::Own), ("dm-0".into(), Kind::Stacked)],
            net_kinds: vec![("lo".into(), Kind::Stacked), ("eth0:1".into(), Kind::Other)],
            ..facts()
        };
        let mut header = Header::default();
        let text = description().block(&facts, Contents::All, None, &TimeZone::UTC);
        text.lines().for_each(|line| header.push(line.as_bytes()));
        let devices = Machine::recorded(&header).devices;
        for (class, name, kind) in [
            (Class::Disk, "vda", Some(Kind::Own)),
            (Class::Disk, "dm-0", Some(Kind::Stacked)),
            (Class::Disk, "eth0", None),
            (Class::Interface, "lo", Some(Kind::Stacked)),
            (Class::Interface, "eth0:1", Some(Kind::Other)),
        ] {
            assert_eq!(devices.kind(class, name.as_bytes()), kind, "{name}");
        }
    }

    #[test]
    fn infiniband_is_told_where_it_was_recorded() {
        let facts = Facts { infiniband: vec!["10".into(), "01".into()], ..facts() };
        let block = |letters: &str| {
            let description = Description { letters: letters.into(), ..description() };
            description.block(&facts, Contents::All, None, &TimeZone::UTC)
        };
        assert!(block("cX").contains(" Flags: iX\n"));
        assert!(block("cx").contains("\n# IConnect:   NumHCAs: 2 PortStates: 10:01\n"));
        assert!(!block("c").contains("IConnect") && block("c").contains(" Flags: i\n"));
    }
}
