//! What the kernel counts for a group.

use crate::scan::{UNKNOWN, key_value, number};
use crate::subsystem::counter::{Counters as _, counters};

counters! {
    /// Counters of a group, named as in its files `cpu.stat`, `memory.events` and `io.stat`. Times are in microseconds.
    pub(crate) struct Stat {
        usage_usec, user_usec, system_usec, nr_periods, nr_throttled, throttled_usec,
        oom_kill,
        rbytes, wbytes, rios, wios,
    }
}

counters! {
    /// Levels of a group: `memory.current`, two of `memory.stat`, and `pids.current`. Memory is in bytes.
    pub(crate) struct Levels { memory_current, anon, file, pids_current }
}

/// A group, including all groups below it.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(crate) struct Counted {
    /// [`UNKNOWN`] where the controller is not enabled.
    pub(super) stat: Stat,
    pub(super) levels: Levels,
}

impl Counted {
    /// A group with unknown counters.
    pub(super) const UNKNOWN: Self =
        Self { stat: Stat::UNKNOWN, levels: Levels { memory_current: 0, anon: 0, file: 0, pids_current: 0 } };

    /// Reads `cpu.usage_usec=1 memory.current=2 ...`, in any order.
    pub(super) fn read<'a>(words: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut counted = Self::UNKNOWN;
        for (key, value) in words.filter_map(key_value) {
            if let Some(place) = counted.stat.counter(key).or_else(|| counted.levels.level(key)) {
                *place = number(value);
            }
        }
        counted
    }
}

impl Stat {
    fn counter(&mut self, key: &[u8]) -> Option<&mut u64> {
        Some(match key {
            b"cpu.usage_usec" => &mut self.usage_usec,
            b"cpu.user_usec" => &mut self.user_usec,
            b"cpu.system_usec" => &mut self.system_usec,
            b"cpu.nr_periods" => &mut self.nr_periods,
            b"cpu.nr_throttled" => &mut self.nr_throttled,
            b"cpu.throttled_usec" => &mut self.throttled_usec,
            b"memory.oom_kill" => &mut self.oom_kill,
            b"io.rbytes" => &mut self.rbytes,
            b"io.wbytes" => &mut self.wbytes,
            b"io.rios" => &mut self.rios,
            b"io.wios" => &mut self.wios,
            _ => return None,
        })
    }

    /// The increase of each counter since `earlier`. Counters have 64 bits: one that decreased belongs to a new group
    /// with the same path. A new counter gives no rate for the interval.
    pub(super) fn spent(&self, earlier: &Self) -> Self {
        earlier.zip(self, |before, now| match (before, now) {
            (UNKNOWN, _) | (_, UNKNOWN) => 0,
            _ => now.saturating_sub(before),
        })
    }
}

impl Levels {
    fn level(&mut self, key: &[u8]) -> Option<&mut u64> {
        Some(match key {
            b"memory.current" => &mut self.memory_current,
            b"memory.anon" => &mut self.anon,
            b"memory.file" => &mut self.file,
            b"pids.current" => &mut self.pids_current,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(count: u64) -> Stat {
        Stat::default().zip(&Stat::default(), |_, _| count)
    }

    #[test]
    fn figures_of_a_line() {
        let counted = Counted::read([&b"io.wios=3"[..], b"memory.anon=2", b"x", b"cpu.other=1"].into_iter());
        assert_eq!(counted.stat, Stat { wios: 3, ..Stat::UNKNOWN });
        assert_eq!(counted.levels, Levels { anon: 2, ..Levels::default() });
    }

    #[test]
    fn a_restarted_service_has_no_rates() {
        // A counter of 32 bits would have wrapped here.
        assert_eq!(all(5).spent(&all(4_200_000_000)), Stat::default());
        assert_eq!(all(7).spent(&all(5)), all(2));
    }

    #[test]
    fn a_newly_enabled_controller_has_no_rates() {
        assert_eq!(all(9).spent(&Stat::UNKNOWN), Stat::default());
        assert_eq!(Stat::UNKNOWN.spent(&all(9)), Stat::default());
    }
}
