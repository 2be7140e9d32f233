//! What the header of a recording reports about this machine.

use std::path::Path;

use collectl_wire::display::sanitize;
use rustix::system::uname;

use crate::clock::Time;
use crate::frame::Frame;
use crate::kernel::Roots;
use crate::kernel::devices::{Class, Kind};
use crate::machine::{Machine, numbered, processors, read_small, value};
use crate::scan::Words;
use crate::source::live::Live;
use crate::subsystem::{disk, infiniband, net};

/// Facts about this machine, as text.
#[derive(Debug, Default)]
pub struct Facts {
    /// Boot time, in seconds since the epoch.
    pub booted: f64,
    /// Distribution and its version.
    pub distro: String,
    /// The product name in the firmware.
    pub platform: String,
    /// All processors, and how many of them are off.
    pub processors: (usize, usize),
    /// Whether each core counts as two processors.
    pub hyperthreads: bool,
    /// The line `Cpu:`.
    pub cpu: String,
    /// Memory nodes.
    pub nodes: usize,
    /// Release of the kernel.
    pub kernel: String,
    /// Its architecture.
    pub architecture: String,
    /// Jiffies per second.
    pub ticks: u64,
    /// Memory in kB, and swap.
    pub memory: (u64, u64),
    /// Zones of memory listed in `/proc/buddyinfo`.
    pub buddy_lines: usize,
    /// Whether the kernel reports the I/O of processes.
    pub process_io: bool,
    /// Whether the kernel reports the context switches of processes.
    pub process_switches: bool,
    /// Names of disks.
    pub disks: Vec<String>,
    /// Names of interfaces, with their speed in Mbit/s as text.
    pub nets: Vec<(String, String)>,
    /// What the kernel says that disks are.
    pub disk_kinds: Vec<(String, Kind)>,
    /// What it says that interfaces are.
    pub net_kinds: Vec<(String, Kind)>,
    /// For each device of InfiniBand, a digit for each of its ports: 1 if it is active.
    pub infiniband: Vec<String>,
    /// Slab caches, and the version of their file; none if it can't be read.
    pub slabs: Option<(usize, String)>,
}

impl Facts {
    /// Facts about the machine with kernel file systems at `roots`.
    #[must_use]
    pub fn gather(roots: &Roots) -> Self {
        let machine = Machine::here(roots);
        let proc = |name: &str| read_small(&roots.proc.join(name));
        let (stat, meminfo) = (proc("stat"), proc("meminfo"));
        let cpuinfo = processors(roots);
        let online = stat.lines().filter(|line| is_processor(line)).count();
        let present = machine.processors.max(online);
        let nodes = numbered(&roots.sys.join("devices/system/node"), "node").max(1);
        let field = |name| cpuinfo.as_ref().and_then(|info| info.get_field(0, name)).unwrap_or_default();
        let (cores, siblings) = (field("cpu cores"), field("siblings"));
        let kernel = uname();
        let (disks, nets) = devices(roots);
        let kinds =
            |class, name: &String| Some((name.clone(), machine.devices.kind(class, name.as_bytes())?));
        let disk_kinds = disks.iter().filter_map(|name| kinds(Class::Disk, name)).collect();
        let net_kinds = nets.iter().filter_map(|(name, _)| kinds(Class::Interface, name)).collect();
        let slabinfo = proc("slabinfo");
        let version = slabinfo.lines().next().and_then(|line| line.strip_prefix("slabinfo - version: "));
        Self {
            booted: machine.booted.unwrap_or_default(),
            distro: distro(),
            platform: platform(&roots.sys),
            processors: (present, present - online),
            hyperthreads: machine.hyperthreads,
            cpu: format!(
                "{} Speed(MHz): {} Cores: {cores}  Siblings: {siblings} Nodes: {nodes}",
                field("vendor_id"),
                field("cpu MHz")
            ),
            nodes,
            kernel: kernel.release().to_string_lossy().into_owned(),
            architecture: format!("{}-linux", kernel.machine().to_string_lossy()),
            ticks: machine.ticks,
            memory: (kilobytes(&meminfo, "MemTotal"), kilobytes(&meminfo, "SwapTotal")),
            buddy_lines: proc("buddyinfo").lines().count(),
            process_io: roots.proc.join("self/io").exists(),
            process_switches: proc("self/status").contains("\nvoluntary_ctxt_switches"),
            disks,
            nets,
            disk_kinds,
            net_kinds,
            infiniband: infiniband::port_states(&roots.sys),
            slabs: version.map(|version| {
                (slabinfo.lines().count().saturating_sub(2), sanitize(version.as_bytes()).into_owned())
            }),
        }
    }
}

fn kilobytes(meminfo: &str, name: &str) -> u64 {
    let number = || value(meminfo, name)?.split(' ').next()?.parse().ok();
    number().unwrap_or(0)
}

fn is_processor(line: &str) -> bool {
    line.strip_prefix("cpu").is_some_and(|rest| rest.starts_with(|digit: char| digit.is_ascii_digit()))
}

fn distro() -> String {
    let first_line = |path: &str| {
        let line = read_small(Path::new(path))
            .lines()
            .next()
            .map(|line| sanitize(line.trim().as_bytes()).into_owned());
        line.filter(|line| !line.is_empty())
    };
    let named = || {
        let text = read_small(Path::new("/etc/os-release"));
        let line = text.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
        Some(sanitize(line.trim_matches('"').as_bytes()).into_owned())
    };
    first_line("/etc/redhat-release")
        .or_else(|| first_line("/etc/SuSE-release"))
        .or_else(|| first_line("/etc/debian_version").map(|version| format!("debian {version}")))
        .or_else(named)
        .unwrap_or_default()
}

fn platform(sys: &Path) -> String {
    let name = read_small(&sys.join("class/dmi/id/product_name"));
    match name.trim() {
        "" => "Unknown".to_owned(),
        name => sanitize(name.as_bytes()).into_owned(),
    }
}

/// Captured disks, and interfaces with their speeds.
fn devices(roots: &Roots) -> (Vec<String>, Vec<(String, String)>) {
    let mut frame = Frame::default();
    let mut live = Live::new(roots, [&disk::DISKSTATS, &net::NET_DEV]);
    live.set_keep_rule(disk::Options::default().keep_rule(roots));
    live.set_keep_rule(net::Options::default().keep_rule(roots));
    live.sample(Time::default(), &mut frame, |_, _| {});
    let text = |word: &[u8]| sanitize(word).into_owned();
    let disks = frame.lines(&disk::DISKSTATS).filter_map(|line| Words(line).nth(3).map(text));
    let names = frame.lines(&net::NET_DEV).filter_map(|line| {
        let line = line.strip_prefix(b"Net ")?;
        let end = line.iter().rposition(|&byte| byte == b':')?;
        Some(text(line[..end].trim_ascii()))
    });
    let speed = |name: &str| match read_small(&roots.sys.join("class/net").join(name).join("speed")).trim() {
        "" => "??".to_owned(),
        speed => text(speed.as_bytes()),
    };
    let nets =
        names.map(|name| (name.clone(), if name.contains('/') { "??".to_owned() } else { speed(&name) }));
    (disks.collect(), nets.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_names_and_values() {
        let text = "vendor_id\t: AuthenticAMD\ncpu cores\t: 2\nMemTotal:       24684092 kB\n";
        assert_eq!(value(text, "vendor_id"), Some("AuthenticAMD"));
        assert_eq!(value(text, "cpu"), None);
        assert_eq!(kilobytes(text, "MemTotal"), 24_684_092);
        assert_eq!(kilobytes(text, "SwapTotal"), 0);
    }

    #[test]
    fn this_machine() {
        let roots = Roots { proc: "/proc".into(), sys: "/sys".into() };
        let facts = Facts::gather(&roots);
        assert_eq!(
            facts.processors.0 - facts.processors.1,
            std::thread::available_parallelism().unwrap().get()
        );
        assert!(facts.memory.0 > 0 && facts.process_io && facts.process_switches);
        assert!(facts.nets.iter().any(|(name, _)| name == "lo"), "{:?}", facts.nets);
    }

    #[test]
    fn a_machine_without_facts() {
        let folder = tempfile::tempdir().unwrap();
        let roots = Roots { proc: folder.path().into(), sys: folder.path().into() };
        let facts = Facts::gather(&roots);
        assert_eq!((facts.processors, facts.nodes, facts.memory), ((0, 0), 1, (0, 0)));
        assert!(facts.slabs.is_none() && facts.disks.is_empty() && facts.nets.is_empty());
    }
}
