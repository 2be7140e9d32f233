//! A machine made of folders that has each source of each subsystem once. Tests break one source at a time.

use std::fs;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use tempfile::TempDir;

/// Where all counters begin: far above any of their changes, so that a counter that is counted from zero shows.
const BASE: u64 = 5_000_000_000;

/// More than any correct figure of the machine.
pub const BOGUS: f64 = 1e9;

/// The text of a file after this number of steps of all counters.
pub type Text = fn(u64) -> String;

/// A kernel file, and a figure that is made from it.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    /// Its path below the folder of the machine.
    pub path: &'static str,
    /// Its text after this number of steps.
    pub text: Text,
    /// Where `--export json` has a figure from it (RFC 6901); empty if no figure changes without it.
    pub figure: &'static str,
    /// How much it changes per step; none for a level, which is above zero as long as the file exists.
    pub step: Option<f64>,
    /// True if a missing file is not reported.
    pub optional: bool,
}

const fn counter(path: &'static str, text: Text, figure: &'static str, step: f64) -> Source {
    Source { path, text, figure, step: Some(step), optional: false }
}

const fn level(path: &'static str, text: Text, figure: &'static str) -> Source {
    Source { path, text, figure, step: None, optional: false }
}

const fn optional(source: Source) -> Source {
    Source { optional: true, ..source }
}

/// Files that are read directly.
pub const SOURCES: [Source; 22] = [
    counter("proc/stat", stat, "/cpu/context_switches", 20.0),
    level("proc/loadavg", |_| "1.00 2.00 3.00 3/210 9999\n".into(), "/cpu/load_average_1"),
    counter("proc/interrupts", interrupts, "/cpus/0/interrupts", 30.0),
    counter("proc/diskstats", diskstats, "/disk/reads", 10.0),
    counter("proc/net/dev", net_dev, "/network/packets_in", 10.0),
    counter("proc/net/netstat", netstat, "/tcp_ip/ip_extended/bytes_in", 10.0),
    counter("proc/net/snmp", snmp, "/tcp_ip/tcp/segments_in", 10.0),
    level(
        "proc/net/sockstat",
        |_| "sockets: used 7\nTCP: inuse 3 orphan 0 tw 0 alloc 4 mem 1\n".into(),
        "/sockets/used",
    ),
    optional(counter("proc/net/rpc/nfs", nfs, "/nfs/client/reads", 10.0)),
    optional(counter("proc/net/rpc/nfsd", nfs, "/nfs/server/reads", 10.0)),
    level("proc/sys/fs/dentry-state", |_| "500 400 45 0 30 0\n".into(), "/inodes/dentries"),
    level("proc/sys/fs/inode-nr", |_| "700 300\n".into(), "/inodes/inodes"),
    level("proc/sys/fs/file-nr", |_| "900 0 100000\n".into(), "/inodes/open_files"),
    level("proc/meminfo", meminfo, "/memory/total_kb"),
    counter("proc/vmstat", vmstat, "/memory/page_faults", 10.0),
    level(
        "proc/buddyinfo",
        |_| "Node 0, zone   Normal 1 2 3 4 5 6 7 8 9 10 11\n".into(),
        "/memory_zones/0/free_pieces/0",
    ),
    level("proc/slabinfo", slabinfo, "/slabs/objects"),
    optional(counter("proc/pressure/cpu", pressure, "/pressure/cpu/some/ms", 1.0)),
    optional(counter("proc/pressure/memory", pressure, "/pressure/memory/some/ms", 1.0)),
    optional(counter("proc/pressure/io", pressure, "/pressure/io/some/ms", 1.0)),
    level("sys/devices/system/node/node0/meminfo", node_meminfo, "/memory_nodes/0/free_kb"),
    counter("sys/devices/system/node/node0/numastat", numastat, "", 0.0),
];

/// Files of a device, a process and a group: they disappear together, or not at all.
const PARTS: [(&str, Text); 14] = [
    ("proc/7/stat", process_stat),
    ("proc/7/status", |_| {
        "Name:\tworker\nTgid:\t7\nUid:\t0\t0\t0\t0\nVmSize:\t 8000 kB\nVmRSS:\t 2000 kB\n".into()
    }),
    ("proc/7/cmdline", |_| "worker\0".into()),
    ("proc/7/io", process_io),
    ("sys/class/infiniband/mlx5_0/ports/1/state", |_| "4: ACTIVE\n".into()),
    ("sys/class/infiniband/mlx5_0/ports/1/counters/port_rcv_data", |n| line(n * 256)),
    ("sys/class/infiniband/mlx5_0/ports/1/counters/port_xmit_data", |n| line(n * 256)),
    ("sys/class/infiniband/mlx5_0/ports/1/counters/port_rcv_packets", |n| line(n * 10)),
    ("sys/class/infiniband/mlx5_0/ports/1/counters/port_xmit_packets", |n| line(n * 10)),
    ("sys/class/hwmon/hwmon0/name", |_| "coretemp\n".into()),
    ("sys/class/hwmon/hwmon0/temp1_input", |_| "40000\n".into()),
    ("sys/fs/cgroup/a.service/cgroup.events", |_| "populated 1\nfrozen 0\n".into()),
    ("sys/fs/cgroup/a.service/cpu.stat", |n| format!("usage_usec {}\n", BASE + n * 1000)),
    ("sys/fs/cgroup/a.service/memory.current", |_| "4096\n".into()),
];

/// The folder.
#[derive(Debug)]
pub struct Machine(TempDir);

impl Machine {
    /// Makes a machine whose counters are at their beginning.
    ///
    /// # Panics
    /// If it can't be written.
    #[must_use]
    pub fn new() -> Self {
        let machine = Self(tempfile::tempdir().expect("a temporary folder"));
        machine.set(0, None);
        machine
    }

    /// Where a file is.
    #[must_use]
    pub fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    /// The folder for /proc.
    #[must_use]
    pub fn procfs(&self) -> PathBuf {
        self.path("proc")
    }

    /// The folder for /sys.
    #[must_use]
    pub fn sysfs(&self) -> PathBuf {
        self.path("sys")
    }

    /// Moves all counters to this number of steps, but leaves the file `broken` alone.
    ///
    /// # Panics
    /// If it can't be written.
    pub fn set(&self, times: u64, broken: Option<&Source>) {
        let sources = SOURCES.iter().map(|source| (source.path, source.text));
        for (path, text) in sources.chain(PARTS) {
            if broken.is_none_or(|broken| broken.path != path) {
                self.put(path, text(times).as_bytes());
            }
        }
    }

    /// Replaces a file or an empty folder by what `make` makes at a path, in one step, so that no reader finds it
    /// missing.
    ///
    /// # Panics
    /// If that is not possible.
    pub fn replace(&self, file: &str, make: impl FnOnce(&Path)) {
        let (new, place) = (self.path("new"), self.path(file));
        make(&new);
        renameat_with(CWD, &new, CWD, &place, RenameFlags::EXCHANGE)
            .unwrap_or_else(|error| panic!("{}: {error}", place.display()));
        let removed = if new.is_dir() { fs::remove_dir(&new) } else { fs::remove_file(&new) };
        removed.unwrap_or_else(|error| panic!("{}: {error}", new.display()));
    }

    /// Writes `text` to a file, in one step, so that no reader sees half of it.
    ///
    /// # Panics
    /// If it can't be written.
    pub fn put(&self, file: &str, text: &[u8]) {
        let (new, place) = (self.path("new"), self.path(file));
        fs::create_dir_all(place.parent().unwrap_or(Path::new("/")))
            .expect("a temporary folder can be written to");
        fs::write(&new, text).expect("a temporary folder can be written to");
        fs::rename(&new, &place).unwrap_or_else(|error| panic!("{}: {error}", place.display()));
    }
}

impl Default for Machine {
    fn default() -> Self {
        Self::new()
    }
}

fn line(count: u64) -> String {
    format!("{}\n", BASE + count)
}

fn stat(n: u64) -> String {
    let jiffies = format!("{} 0 {} {} 0 0 0 0 0 0", BASE + 3 * n, BASE + n, BASE + 6 * n);
    format!(
        "cpu {jiffies}\ncpu0 {jiffies}\nintr {} 1\nctxt {}\nbtime 1790000000\nprocesses {}\nprocs_running 2\nprocs_blocked 0\n",
        BASE + 10 * n,
        BASE + 20 * n,
        BASE + n
    )
}

fn interrupts(n: u64) -> String {
    let count = BASE + 10 * n;
    format!(
        "           CPU0\n  1:  {count}  IO-APIC  1-edge  timer\nNMI:  {count}  Non-maskable\nLOC: {count}  Local timer\n"
    )
}

fn diskstats(n: u64) -> String {
    let count = BASE + 10 * n;
    format!(
        "8 0 sda {count} 0 {count} {n} {count} 0 {count} {n} 0 {n} {n}\n8 16 sdb {BASE} 0 {BASE} 0 {BASE} 0 {BASE} 0 0 0 0\n"
    )
}

fn net_dev(n: u64) -> String {
    let count = BASE + 10 * n;
    format!(
        "Inter-|   Receive |  Transmit\n face |bytes packets |bytes packets\neth0: {count} {count} 0 0 0 0 0 0 {count} {count} 0 0 0 0 0 0\n"
    )
}

fn netstat(n: u64) -> String {
    let count = BASE + 10 * n;
    format!(
        "TcpExt: SyncookiesSent TW\nTcpExt: 0 {count}\nIpExt: InOctets OutOctets\nIpExt: {count} {count}\n"
    )
}

fn snmp(n: u64) -> String {
    let count = BASE + 10 * n;
    format!(
        "Ip: InReceives InDelivers\nIp: {count} {count}\nTcp: MaxConn CurrEstab InSegs\nTcp: -1 5 {count}\nUdp: InDatagrams\nUdp: {count}\n"
    )
}

fn nfs(n: u64) -> String {
    let count = BASE + 10 * n;
    format!(
        "net {count} 0 {count} 0\nrpc {count} 0 0 0 0\nproc3 22 0 {count} 0 0 0 0 {count} {count}{}\n",
        " 0".repeat(14)
    )
}

fn meminfo(_: u64) -> String {
    "MemTotal: 4194304 kB\nMemFree: 1048576 kB\nCached: 5000 kB\nActive: 7 kB\nSwapTotal: 1000 kB\nSwapFree: 900 kB\n".into()
}

fn vmstat(n: u64) -> String {
    let count = BASE + 10 * n;
    format!(
        "pgpgin {count}\npgpgout {count}\npswpin {count}\npswpout {count}\npgfault {count}\npgmajfault {count}\n"
    )
}

fn slabinfo(_: u64) -> String {
    "slabinfo - version: 2.1\n# name <active_objs> <num_objs>\n\
     dentry 100 200 192 21 1 : tunables 0 0 0 : slabdata 10 10 0\n"
        .into()
}

fn pressure(n: u64) -> String {
    let total = BASE + 1000 * n;
    let averages = "avg10=0.00 avg60=0.00 avg300=0.00";
    format!("some {averages} total={total}\nfull {averages} total={total}\n")
}

fn node_meminfo(_: u64) -> String {
    "Node 0 MemTotal: 8000 kB\nNode 0 MemFree: 5000 kB\nNode 0 MemUsed: 3000 kB\n".into()
}

fn numastat(n: u64) -> String {
    format!("numa_hit {}\nnuma_miss {BASE}\nnuma_foreign {BASE}\n", BASE + n)
}

fn process_stat(n: u64) -> String {
    let (user, zeros) = (1000 + n, " 0".repeat(13));
    format!(
        "7 (worker) S 0 7 7 0 -1 4194304 0 0 0 0 {user} {user} 0 0 20 0 1 0 100 8192000 500 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 0{zeros}\n"
    )
}

fn process_io(n: u64) -> String {
    let count = BASE + 10 * n;
    format!(
        "rchar: {count}\nwchar: 0\nsyscr: 0\nsyscw: 0\nread_bytes: {count}\nwrite_bytes: 0\ncancelled_write_bytes: 0\n"
    )
}
