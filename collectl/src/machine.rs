//! What is to be known of the machine that frames come from and that the frames themselves don't say.

use jiff::tz::TimeZone;
use rustix::param::clock_ticks_per_second;
use rustix::time::{ClockId, clock_gettime};

use crate::source::raw::header::Header;

/// Facts of a machine.
#[derive(Debug, Clone)]
pub struct Machine {
    /// Whether the frames are played back.
    pub recorded: bool,
    /// The interval that it was recorded with, in seconds; none if that is unknown.
    pub interval: Option<f64>,
    /// The second interval that it was recorded with, in seconds; none if that is unknown.
    pub second_interval: Option<f64>,
    /// When it was started, in seconds since the epoch; none if that is unknown.
    pub booted: Option<f64>,
    /// Jiffies of a second.
    pub ticks: u64,
    /// The zone that times are shown in.
    pub zone: TimeZone,
}

impl Machine {
    /// This machine.
    #[must_use]
    pub fn here() -> Self {
        let (now, up) = (clock_gettime(ClockId::Realtime), clock_gettime(ClockId::Boottime));
        let booted = (now.tv_sec - up.tv_sec) as f64 + (now.tv_nsec - up.tv_nsec) as f64 / 1e9;
        Self {
            recorded: false,
            interval: None,
            second_interval: None,
            booted: Some(booted),
            ticks: clock_ticks_per_second(),
            zone: TimeZone::system(),
        }
    }

    /// The machine of a recording. What its header lacks is what nearly every machine has.
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
            zone: header.zone(),
        }
    }
}

impl Default for Machine {
    fn default() -> Self {
        Self::recorded(&Header::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_was_started_when_the_kernel_says() {
        let stat = std::fs::read_to_string("/proc/stat").unwrap();
        let seconds = stat.lines().find_map(|line| line.strip_prefix("btime ")).unwrap();
        assert!((Machine::here().booted.unwrap() - seconds.parse::<f64>().unwrap()).abs() < 2.0);
    }

    #[test]
    fn a_recorded_one_is_what_its_header_says() {
        let mut header = Header::default();
        header.push(b"# Booted:     1795339950.27 [20261122-09:32:30]");
        header.push(b"# SubSys: Z Options:  Interval: .5:2.5 NumCPUs: 2");
        header.push(b"# HZ:         250  Arch: x86_64 PageSize: 65536");
        let machine = Machine::recorded(&header);
        assert_eq!((machine.booted, machine.ticks), (Some(1_795_339_950.27), 250));
        assert_eq!((machine.interval, machine.second_interval), (Some(0.5), Some(2.5)));
        assert_eq!((Machine::default().booted, Machine::default().second_interval), (None, None));
    }
}
