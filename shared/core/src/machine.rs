//! Facts about the machine that frames come from, which the frames do not contain.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use jiff::tz::TimeZone;
use procfs::{CpuInfo, FromRead};
use rustix::param::clock_ticks_per_second;
use rustix::time::{ClockId, clock_gettime};

use crate::header::Header;
use crate::kernel::devices::{Devices, Kinds};
use crate::kernel::{Roots, file};

/// Facts about a machine.
#[derive(Debug, Clone)]
pub struct Machine {
    /// Whether the frames are played back.
    pub recorded: bool,
    /// The recorded interval, in seconds; none if unknown.
    pub interval: Option<f64>,
    /// The recorded second interval, in seconds; none if unknown.
    pub second_interval: Option<f64>,
    /// Boot time, in seconds since the epoch; none if unknown.
    pub booted: Option<f64>,
    /// Jiffies per second.
    pub ticks: u64,
    /// The time zone that times are shown in.
    pub zone: TimeZone,
    /// Its processors, including those that are off; 0 if unknown.
    pub processors: usize,
    /// Whether each core counts as two processors.
    pub hyperthreads: bool,
    /// Whether its clock was read in whole seconds only.
    pub whole_seconds: bool,
    /// What its disks and interfaces are.
    pub devices: Devices,
}

impl Machine {
    /// This machine, with kernel file systems at `roots`.
    #[must_use]
    pub fn here(roots: &Roots) -> Self {
        let (now, up) = (clock_gettime(ClockId::Realtime), clock_gettime(ClockId::Boottime));
        let booted = (now.tv_sec - up.tv_sec) as f64 + (now.tv_nsec - up.tv_nsec) as f64 / 1e9;
        Self {
            recorded: false,
            interval: None,
            second_interval: None,
            booted: Some(booted),
            ticks: clock_ticks_per_second(),
            zone: TimeZone::system(),
            processors: numbered(&roots.sys.join("devices/system/cpu"), "cpu"),
            hyperthreads: has_hyperthreads(processors(roots).as_ref()),
            whole_seconds: false,
            devices: Devices::Kernel(roots.clone()),
        }
    }

    /// The machine of a recording. What its header lacks is set as on nearly every machine.
    #[must_use]
    pub fn recorded(header: &Header) -> Self {
        let number = |name| header.word(name).and_then(|word| word.parse().ok()).filter(|&number| number > 0);
        let interval = |index| {
            let seconds = header.word("Interval")?.split(':').nth(index)?.parse().ok();
            seconds.filter(|&seconds: &f64| seconds > 0.0)
        };
        Self {
            recorded: true,
            interval: interval(0),
            second_interval: interval(1),
            booted: header.word("Booted").and_then(|word| word.parse().ok()),
            ticks: number("HZ").unwrap_or(100),
            zone: header.zone(&TimeZone::system()),
            processors: number("NumCPUs").and_then(|number| number.try_into().ok()).unwrap_or(0),
            hyperthreads: header
                .lines()
                .iter()
                .any(|line| line.contains("NumCPUs:") && line.contains("[HYPER]")),
            whole_seconds: header.word("HiRes") == Some("0"),
            devices: Devices::Header(Arc::new(Kinds::read(
                header.words("DiskKinds"),
                header.words("NetKinds"),
            ))),
        }
    }
}

impl Default for Machine {
    fn default() -> Self {
        Self::recorded(&Header::default())
    }
}

/// The text of a small file; empty if it can't be read.
pub(crate) fn read_small(path: &Path) -> String {
    /// Most bytes that are read.
    const MAX_FILE: u64 = 4 << 20;
    let mut bytes = Vec::new();
    if let Ok(file) = file::open(path) {
        let _ = file.take(MAX_FILE).read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The value of the first line `NAME: VALUE`, with blanks or tabs around the colon.
pub(crate) fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim_end() == name).then(|| value.trim())
    })
}

/// How many folders are named `NAME` and a number.
pub(crate) fn numbered(folder: &Path, name: &str) -> usize {
    let is_numbered = |entry: &fs::DirEntry| {
        entry
            .file_name()
            .to_str()
            .and_then(|file| file.strip_prefix(name))
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    fs::read_dir(folder).map_or(0, |entries| entries.flatten().filter(is_numbered).count())
}

/// The facts in `/proc/cpuinfo` (proc_cpuinfo(5)); none if it can't be read.
pub(crate) fn processors(roots: &Roots) -> Option<CpuInfo> {
    CpuInfo::from_read(read_small(&roots.proc.join("cpuinfo")).as_bytes()).ok()
}

/// Whether there are twice as many processors as cores.
fn has_hyperthreads(cpuinfo: Option<&CpuInfo>) -> bool {
    let number = |name| cpuinfo?.get_field(0, name)?.parse::<u64>().ok().filter(|number| *number > 0);
    number("cpu cores").is_some_and(|cores| number("siblings") == cores.checked_mul(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hyperthreads_are_detected() {
        let has_hyperthreads = |text: &str| {
            has_hyperthreads(CpuInfo::from_read(format!("processor\t: 0\n{text}").as_bytes()).ok().as_ref())
        };
        assert!(has_hyperthreads("siblings\t: 16\ncpu cores\t: 8\n"));
        for text in ["", "siblings\t: 8\ncpu cores\t: 8\n", "siblings\t: 0\ncpu cores\t: 0\n"] {
            assert!(!has_hyperthreads(text), "{text}");
        }
    }

    #[test]
    fn the_boot_time_is_that_of_the_kernel() {
        let stat = fs::read_to_string("/proc/stat").unwrap();
        let roots = Roots { proc: "/proc".into(), sys: "/sys".into() };
        let seconds = stat.lines().find_map(|line| line.strip_prefix("btime ")).unwrap();
        assert!((Machine::here(&roots).booted.unwrap() - seconds.parse::<f64>().unwrap()).abs() < 2.0);
    }

    #[test]
    fn a_recorded_machine_comes_from_its_header() {
        let mut header = Header::default();
        header.push(b"# Booted:     1795339950.27 [20261122-09:32:30]");
        header.push(b"# SubSys: Z Options:  Interval: .5:2.5 NumCPUs: 2");
        header.push(b"# HZ:         250  Arch: x86_64 PageSize: 65536");
        let machine = Machine::recorded(&header);
        assert_eq!((machine.booted, machine.ticks), (Some(1_795_339_950.27), 250));
        assert_eq!((machine.interval, machine.second_interval), (Some(0.5), Some(2.5)));
        assert_eq!((machine.hyperthreads, machine.processors), (false, 2));
        header.push(b"# SubSys: Z Options:  Interval: 1 NumCPUs: 8 [HYPER] NumBud: 3");
        assert!(Machine::recorded(&header).hyperthreads);
        assert_eq!((Machine::default().booted, Machine::default().second_interval), (None, None));
    }
}
