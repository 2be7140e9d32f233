//! A folder like /proc, whose counters a test changes.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;

use tempfile::TempDir;

/// Counters of a machine with three network interfaces, one of each kind, and a disk with one partition.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counters {
    /// Jiffies of user programs, of the kernel, and idle.
    pub jiffies: [u64; 3],
    /// Context switches.
    pub switches: u64,
    /// Interrupts.
    pub interrupts: u64,
    /// Bytes and packets in, bytes and packets out, of eth0.
    pub eth0: [u64; 4],
    /// The same for lo.
    pub lo: [u64; 4],
    /// The same for veth12.
    pub veth12: [u64; 4],
    /// Reads and sectors read, writes and sectors written, of nvme0n1.
    pub nvme0n1: [u64; 4],
    /// The same for nvme0n1p1.
    pub nvme0n1p1: [u64; 4],
}

/// The folder.
#[derive(Debug)]
pub struct Procfs(TempDir);

impl Procfs {
    /// Makes a folder with these counters.
    ///
    /// # Panics
    /// If it can't be written.
    #[must_use]
    pub fn new(counters: &Counters) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join("net")).expect("a new folder can be written to");
        let procfs = Self(folder);
        for (name, text) in counters.files() {
            fs::write(procfs.path().join(name), text).expect("a new folder can be written to");
        }
        procfs
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Changes the counters. A reader keeps the files open, so each is changed in place, by one write of the same
    /// length.
    ///
    /// # Panics
    /// If it can't be written.
    pub fn set(&self, counters: &Counters) {
        for (name, text) in counters.files() {
            let file = File::options().write(true).open(self.path().join(name)).expect("the file is there");
            assert_eq!(file.metadata().map(|file| file.len()).ok(), Some(text.len() as u64));
            assert_eq!(file.write_at(text.as_bytes(), 0).ok(), Some(text.len()));
        }
    }
}

impl Counters {
    /// All numbers have ten digits, so that the length of a file never changes.
    fn files(&self) -> [(&'static str, String); 4] {
        let [user, system, idle] = self.jiffies;
        let zeros = format_args!("{0:10} {0:10} {0:10} {0:10}", 0).to_string();
        let stat = format!(
            "cpu {user:10} {0:10} {system:10} {idle:10} {zeros}\ncpu0 {user:10} {0:10} {system:10} {idle:10} {zeros}\n\
             intr {1:<10} 1 2 3\nctxt {2:10}\nprocesses 1\nprocs_running 1\n",
            0, self.interrupts, self.switches
        );
        let interface = |name: &str, [bytes_in, packets_in, bytes_out, packets_out]: [u64; 4]| {
            format!(
                "{name:>6}: {bytes_in:10} {packets_in:10} 0 0 0 0 0 0 {bytes_out:10} {packets_out:10} 0 0 0 0 0 0\n"
            )
        };
        let net = format!(
            "Inter-|   Receive |  Transmit\n face |bytes packets |bytes packets\n{}{}{}",
            interface("lo", self.lo),
            interface("eth0", self.eth0),
            interface("veth12", self.veth12)
        );
        let disk = |minor: u8, name: &str, [reads, sectors_read, writes, sectors_written]: [u64; 4]| {
            format!(
                "259 {minor} {name} {reads:10} 0 {sectors_read:10} 0 {writes:10} 0 {sectors_written:10} 0 0 0 0\n"
            )
        };
        let diskstats = disk(0, "nvme0n1", self.nvme0n1) + &disk(1, "nvme0n1p1", self.nvme0n1p1);
        [
            ("stat", stat),
            ("net/dev", net),
            ("diskstats", diskstats),
            ("loadavg", "0.00 0.00 0.00 1/100 1000\n".to_owned()),
        ]
    }
}
