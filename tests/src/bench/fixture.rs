//! A large machine, as files like those of /proc.

use std::fmt::{self, Write};
use std::path::Path;
use std::{fs, io};

/// Its size.
pub(crate) struct Machine {
    /// Processors.
    pub(crate) processors: u32,
    /// Disks, without partitions.
    pub(crate) disks: u32,
    /// Network interfaces.
    pub(crate) interfaces: u32,
}

impl Machine {
    /// Writes its files; files that don't depend on its size are copies of this machine's.
    pub(crate) fn write(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir(folder.join("net"))?;
        for file in ["meminfo", "vmstat", "loadavg"] {
            fs::write(folder.join(file), fs::read(Path::new("/proc").join(file))?)?;
        }
        let mut stat = "cpu  10132153 290696 3084719 46828483 16683 0 25195 0 175628 0\n".to_owned();
        for cpu in 0..self.processors {
            let _ = writeln!(stat, "cpu{cpu} 1393280 32966 572056 13343292 6130 0 17875 0 23933 0");
        }
        stat.push_str(
            "intr 199292 1 2 3\nctxt 22848221062\nbtime 1605316999\nprocesses 1\nprocs_running 2\n",
        );
        fs::write(folder.join("stat"), stat)?;
        let mut disks = String::new();
        for disk in 0..self.disks {
            let _ = writeln!(
                disks,
                "259 {disk} nvme{disk}n1 4803 39 345 312 18083 2 4521 124 0 19 436 0 0 0 0 0 0"
            );
        }
        fs::write(folder.join("diskstats"), disks)?;
        let mut interfaces =
            "Inter-|   Receive |  Transmit\n face |bytes packets |bytes packets\n".to_owned();
        for nic in 0..self.interfaces {
            let _ = writeln!(interfaces, "  eth{nic}: 5123901 41023 0 0 0 0 0 0 934182 20412 0 0 0 0 0 0");
        }
        fs::write(folder.join("net/dev"), interfaces)
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} processors, {} disks, {} interfaces", self.processors, self.disks, self.interfaces)
    }
}

/// Writes this many processes, which are copies of this one with other numbers.
pub(crate) fn write_processes(folder: &Path, count: usize) -> io::Result<()> {
    let own = Path::new("/proc/self");
    let [stat, status, cmdline, io] =
        ["stat", "status", "cmdline", "io"].map(|file| fs::read(own.join(file)));
    let (stat, status) = (String::from_utf8_lossy(&stat?).into_owned(), status?);
    let fields = stat.split_once(' ').map_or("", |(_, fields)| fields);
    let files = [("status", status), ("cmdline", cmdline?), ("io", io?)];
    for pid in 1..=count {
        let process = folder.join(pid.to_string());
        fs::create_dir(&process)?;
        fs::write(process.join("stat"), format!("{pid} {fields}"))?;
        for (file, text) in &files {
            fs::write(process.join(file), text)?;
        }
    }
    Ok(())
}
