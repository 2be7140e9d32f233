//! What a group did in an interval.

use super::Interval;
use super::sample::{Levels, Stat};

const BYTES_PER_KB: f64 = 1024.0;

/// The figures of one group, or of all.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Activity {
    /// Tasks, which are processes and their threads.
    pub(super) tasks: f64,
    /// Processor time in percent of one processor, like the next two.
    pub(super) cpu: f64,
    /// In user mode.
    pub(super) user: f64,
    /// In the kernel.
    pub(super) system: f64,
    /// Percent of the periods of `cpu.max` in which the group used up its time.
    pub(super) throttled: f64,
    /// Milliseconds per second of waiting for new time, summed over processors.
    pub(super) throttled_ms: f64,
    /// kB charged to the group, like the next two.
    pub(super) memory: f64,
    /// Anonymous memory.
    pub(super) anonymous: f64,
    /// Cached files.
    pub(super) file: f64,
    /// Processes that the kernel killed in the interval for lack of memory, never per second.
    pub(super) killed: f64,
    /// kB per second, like the next one.
    pub(super) read_kb: f64,
    pub(super) write_kb: f64,
    /// Per second, like the next one.
    pub(super) reads: f64,
    pub(super) writes: f64,
}

impl Activity {
    /// That of a group that was made anew in the interval: only its levels are known.
    pub(super) fn unknown(levels: &Levels) -> Self {
        const NONE: f64 = f64::NAN;
        Self {
            cpu: NONE,
            user: NONE,
            system: NONE,
            throttled: NONE,
            throttled_ms: NONE,
            killed: NONE,
            read_kb: NONE,
            write_kb: NONE,
            reads: NONE,
            writes: NONE,
            ..Self::of(&Stat::default(), levels, Interval { seconds: 1.0, real: 1.0 })
        }
    }

    pub(super) fn of(spent: &Stat, levels: &Levels, interval: Interval) -> Self {
        let real = if interval.real > 0.0 { interval.real } else { 1.0 };
        let percent = |micros: u64| micros as f64 / 1e4 / real;
        let kb = |bytes: u64| bytes as f64 / BYTES_PER_KB;
        let periods = spent.nr_periods as f64;
        Self {
            tasks: levels.pids_current as f64,
            cpu: percent(spent.usage_usec),
            user: percent(spent.user_usec),
            system: percent(spent.system_usec),
            throttled: match spent.nr_periods {
                0 => 0.0,
                _ => (100.0 * spent.nr_throttled as f64 / periods).min(100.0),
            },
            throttled_ms: spent.throttled_usec as f64 / 1e3 / interval.seconds,
            memory: kb(levels.memory_current),
            anonymous: kb(levels.anon),
            file: kb(levels.file),
            killed: spent.oom_kill as f64,
            read_kb: kb(spent.rbytes) / interval.seconds,
            write_kb: kb(spent.wbytes) / interval.seconds,
            reads: spent.rios as f64 / interval.seconds,
            writes: spent.wios as f64 / interval.seconds,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subsystem::counter::Counters as _;

    const INTERVAL: Interval = Interval { seconds: 2.0, real: 2.0 };

    #[test]
    fn what_a_group_did() {
        let spent = Stat {
            usage_usec: 3_000_000,
            user_usec: 2_000_000,
            system_usec: 1_000_000,
            nr_periods: 20,
            nr_throttled: 5,
            throttled_usec: 400_000,
            oom_kill: 1,
            rbytes: 4096,
            wbytes: 8192,
            rios: 4,
            wios: 6,
        };
        let levels = Levels { memory_current: 4096, anon: 2048, file: 1024, pids_current: 7 };
        let expected = Activity {
            tasks: 7.0,
            cpu: 150.0,
            user: 100.0,
            system: 50.0,
            throttled: 25.0,
            throttled_ms: 200.0,
            memory: 4.0,
            anonymous: 2.0,
            file: 1.0,
            killed: 1.0,
            read_kb: 2.0,
            write_kb: 4.0,
            reads: 2.0,
            writes: 3.0,
        };
        assert_eq!(Activity::of(&spent, &levels, INTERVAL), expected);
    }

    #[test]
    fn sums_saturate() {
        let mut total = Stat { nr_periods: u64::MAX - 1, nr_throttled: u64::MAX - 1, ..Stat::default() };
        total.add(&total.clone());
        assert_eq!((total.nr_periods, total.nr_throttled), (u64::MAX, u64::MAX));
        assert_eq!(Activity::of(&total, &Levels::default(), INTERVAL).throttled, 100.0);
    }
}
