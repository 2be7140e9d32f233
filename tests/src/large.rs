//! Folders like /proc and /sys of a large machine: 256 processors in 4 memory nodes, 1,000 disks, 500 network
//! interfaces, both sides of NFS, two InfiniBand devices, sensors, and 2,000 processes, some with names that would
//! control a terminal. Everything is made from constants, so every figure is known.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// Processors.
pub const PROCESSORS: u64 = 256;
/// Memory nodes.
pub const NODES: u64 = 4;
/// Processes.
pub const PROCESSES: u64 = 2000;
/// Disks of all kinds.
pub const DISKS: usize = 1000;
/// Disks that are not stacked on others.
pub const WHOLE_DISKS: usize = 700;
/// Network interfaces of all kinds.
pub const INTERFACES: usize = 500;
/// The names of the first processes; those of the others are plain.
pub const ODD_NAMES: [&str; 5] = ["\u{1b}[31mred", "a) R (b", "two\nlines", "bell\u{7}", "größe \u{202e}x"];

/// Ports of the machine, with names as drivers choose them.
const PORTS: usize = 150;
/// Names of interfaces that the kernel allows, but no driver chooses.
const ODD_INTERFACES: [&str; 4] = ["x\u{1b}[2J", "bell\u{7}0", "größe0", "#1"];

/// The two folders, in one state of the machine. All counters grow by the same amounts from each state to the next.
#[derive(Debug)]
pub struct LargeMachine(TempDir);

impl LargeMachine {
    /// Makes the machine in its `state`.
    ///
    /// # Panics
    /// If the folders can't be written.
    #[must_use]
    pub fn new(state: u64) -> Self {
        let machine = Self(tempfile::tempdir().expect("a temporary folder"));
        machine.set(state);
        machine
    }

    /// The folder for /proc.
    #[must_use]
    pub fn procfs(&self) -> PathBuf {
        self.0.path().join("proc")
    }

    /// The folder for /sys.
    #[must_use]
    pub fn sysfs(&self) -> PathBuf {
        self.0.path().join("sys")
    }

    /// Brings the machine to another state. Files are rewritten in place, because readers keep them open.
    ///
    /// # Panics
    /// If they can't be written.
    pub fn set(&self, state: u64) {
        let (proc, sys) = (self.procfs(), self.sysfs());
        for (path, text) in [
            ("stat", stat(state)),
            ("loadavg", "1.00 2.00 3.00 3/2100 9999\n".to_owned()),
            ("cpuinfo", "vendor_id\t: GenuineIntel\nsiblings\t: 128\ncpu cores\t: 64\n".to_owned()),
            ("meminfo", "MemTotal: 4194304 kB\nMemFree: 1048576 kB\n".to_owned()),
            ("diskstats", diskstats(state)),
            ("net/dev", net_dev(state)),
            ("net/rpc/nfs", nfs_client(state)),
            ("net/rpc/nfsd", nfs_server(state)),
        ] {
            write(&proc.join(path), &text);
        }
        for index in 0..PROCESSES {
            add_process(&proc, index, state);
        }
        for processor in 0..PROCESSORS {
            write(&sys.join(format!("devices/system/cpu/cpu{processor}/online")), "1\n");
        }
        for node in 0..NODES {
            add_node(&sys.join(format!("devices/system/node/node{node}")), node, state);
        }
        for device in 0..2 {
            add_infiniband(&sys.join(format!("class/infiniband/mlx5_{device}/ports")), state);
        }
        for chip in 0..2 {
            let folder = sys.join(format!("class/hwmon/hwmon{chip}"));
            write(&folder.join("name"), "coretemp\n");
            for sensor in 1..=64 {
                write(&folder.join(format!("temp{sensor}_input")), &format!("{}\n", 40_000 + sensor * 500));
            }
        }
    }
}

fn write(path: &Path, text: &str) {
    if fs::write(path, text).is_err() {
        let folder = path.parent().expect("it is in a folder");
        fs::create_dir_all(folder).expect("a temporary folder can be written to");
        fs::write(path, text).expect("a temporary folder can be written to");
    }
}

/// Of 1000 jiffies, each processor spends 50 in the kernel, and 0 to 300 in user programs.
fn stat(state: u64) -> String {
    let line = |name: &str, user: u64, system: u64, idle: u64| {
        format!("{name} {} 0 {} {} 0 0 0 0 0 0\n", user * state, system * state, idle * state)
    };
    let user = |processor: u64| processor % 4 * 100;
    let all: u64 = (0..PROCESSORS).map(user).sum();
    let mut text = line("cpu ", all, 50 * PROCESSORS, 950 * PROCESSORS - all);
    for processor in 0..PROCESSORS {
        text += &line(&format!("cpu{processor}"), user(processor), 50, 950 - user(processor));
    }
    let (interrupts, switches) = (100_000 * state, 200_000 * state);
    let _ = write!(
        text,
        "intr {interrupts} 1 2\nctxt {switches}\nprocesses 1\nprocs_running 3\nprocs_blocked 0\n"
    );
    text
}

/// `sda` to `sdz`, `sdaa`, and so on.
fn scsi(index: usize) -> String {
    let letter = |index: usize| char::from(b'a' + u8::try_from(index % 26).unwrap_or(0));
    match index / 26 {
        0 => format!("sd{}", letter(index)),
        hundred => format!("sd{}{}", letter(hundred - 1), letter(index)),
    }
}

/// Each does 10 reads of 8 kB and 20 writes of 16 kB.
fn diskstats(state: u64) -> String {
    (0..DISKS).fold(String::new(), |mut text, index| {
        let name = match index {
            0..400 => format!("nvme{index}n1"),
            400..WHOLE_DISKS => scsi(index - 400),
            _ => format!("dm-{}", index - WHOLE_DISKS),
        };
        let (reads, writes) = (10 * state, 20 * state);
        let (read, written) = (reads * 16, writes * 32);
        let (major, minor) = (259 + index / 256, index % 256);
        let _ = writeln!(text, "{major} {minor} {name} {reads} 0 {read} 5 {writes} 0 {written} 5 0 5 10");
        text
    })
}

/// Each receives 100 packets of 1 kB and sends 200.
fn net_dev(state: u64) -> String {
    let mut text = "Inter-|   Receive |  Transmit\n face |bytes packets |bytes packets\n".to_owned();
    for index in 0..INTERFACES {
        let name = match index {
            0 => "lo".to_owned(),
            1..=100 => format!("eth{}", index - 1),
            101..=PORTS => format!("enp{index}s0f1"),
            151..=170 => format!("bond{index}"),
            171..=300 => format!("eth{}.{index}", index - 171),
            _ => {
                ODD_INTERFACES.get(index - 301).map_or_else(|| format!("veth{index:x}"), ToString::to_string)
            }
        };
        let (taken, given) = (100 * state, 200 * state);
        let (taken_bytes, given_bytes) = (taken * 1024, given * 1024);
        let _ = writeln!(text, "{name}: {taken_bytes} {taken} 0 0 0 0 0 0 {given_bytes} {given} 0 0 0 0 0 0");
    }
    text
}

/// Version 3, in the order of its operations (RFC 1813): null, getattr, setattr, lookup, access, readlink, read, write.
fn nfs_client(state: u64) -> String {
    let zeros = " 0".repeat(14);
    format!(
        "net 0 0 0 0\nrpc {} 0 0\nproc3 22 0 {} 0 0 0 0 {} {}{zeros}\n",
        60 * state,
        30 * state,
        10 * state,
        20 * state
    )
}

fn nfs_server(state: u64) -> String {
    let zeros = " 0".repeat(14);
    format!(
        "net {0} 0 {0} 0\nrpc {0} 0 0 0 0\nproc3 22 0 {1} 0 0 0 0 {2} {3}{zeros}\n",
        600 * state,
        300 * state,
        100 * state,
        200 * state
    )
}

/// Each uses 20 jiffies in user programs and 10 in the kernel, and reads 100 kB.
fn add_process(proc: &Path, index: u64, state: u64) {
    let pid = 1 + index;
    let name = usize::try_from(index).ok().and_then(|index| ODD_NAMES.get(index));
    let name = name.map_or_else(|| format!("worker/{index}"), ToString::to_string);
    let folder = proc.join(pid.to_string());
    let (user, system) = (20 * state, 10 * state);
    let stat = format!(
        "{pid} ({name}) S 0 {pid} {pid} 0 -1 4194304 0 0 0 0 {user} {system} 0 0 20 0 1 0 100 8192000 500 \
         18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 {} 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
        index % PROCESSORS
    );
    write(&folder.join("stat"), &stat);
    let status = format!(
        "Name:\t{}\nTgid:\t{pid}\nUid:\t0\t0\t0\t0\nVmSize:\t    8000 kB\nVmRSS:\t    2000 kB\n",
        index
    );
    write(&folder.join("status"), &status);
    write(&folder.join("cmdline"), &format!("{name}\0--number\0{index}\0"));
    let read = 102_400 * state;
    write(
        &folder.join("io"),
        &format!(
            "rchar: {read}\nwchar: 0\nsyscr: 0\nsyscw: 0\nread_bytes: {read}\nwrite_bytes: 0\ncancelled_write_bytes: 0\n"
        ),
    );
}

/// Each node N uses N + 1 GB, and provides nine of ten pages that were meant for it.
fn add_node(folder: &Path, node: u64, state: u64) {
    let used = (node + 1) << 20;
    let free = (8 << 20) - used;
    let meminfo = format!(
        "Node {node} MemTotal:  {} kB\nNode {node} MemFree:  {free} kB\nNode {node} MemUsed:  {used} kB\n",
        8 << 20
    );
    write(&folder.join("meminfo"), &meminfo);
    let (hit, away) = (900 * state, 100 * state);
    write(&folder.join("numastat"), &format!("numa_hit {hit}\nnuma_miss {away}\nnuma_foreign {away}\n"));
}

/// One port, which receives 1 MB in 1,000 packets and sends twice that. The kernel counts words of four bytes.
fn add_infiniband(ports: &Path, state: u64) {
    write(&ports.join("1/state"), "4: ACTIVE\n");
    for (name, count) in [
        ("port_rcv_data", 262_144),
        ("port_xmit_data", 524_288),
        ("port_rcv_packets", 1000),
        ("port_xmit_packets", 2000),
    ] {
        write(&ports.join("1/counters").join(name), &format!("{}\n", count * state));
    }
}
