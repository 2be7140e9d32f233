//! What the kernel counts for a group.

use std::cell::Cell;

use crate::scan::{UNKNOWN, counter, key_value, number};
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
    /// What a group did on one device, as in its line of `io.stat`.
    pub(super) struct Io { rbytes, wbytes, rios, wios }
}

counters! {
    /// Levels of a group: `memory.current`, two of `memory.stat`, and `pids.current`. Memory is in bytes.
    pub(crate) struct Levels { memory_current, anon, file, pids_current }
}

/// A group, with all groups below it.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Counted {
    /// [`UNKNOWN`] where the controller is not enabled. I/O is here in older recordings only, which have no devices.
    pub(super) stat: Stat,
    pub(super) levels: Levels,
    /// By the numbers of the device, in their order.
    pub(super) io: Vec<([u64; 2], Io)>,
}

impl Counted {
    /// One of which nothing is known.
    pub(super) const UNKNOWN: Self = Self {
        stat: Stat::UNKNOWN,
        levels: Levels { memory_current: 0, anon: 0, file: 0, pids_current: 0 },
        io: Vec::new(),
    };

    /// Reads `cpu.usage_usec=1 memory.current=2 io.8:0=1,2,3,4 ...`, in any order.
    pub(super) fn read<'a>(words: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut counted = Self::UNKNOWN;
        for (key, value) in words.filter_map(key_value) {
            if let Some(place) = counted.stat.counter(key).or_else(|| counted.levels.level(key)) {
                *place = number(value);
            } else if let Some(device) = key.strip_prefix(b"io.").and_then(device) {
                counted.io.push((device, Io::of(value)));
            }
        }
        counted.io.sort_unstable_by_key(|(device, _)| *device);
        counted
    }

    /// What the group did since `earlier`; none if that was another group with this path.
    pub(super) fn spent(&self, earlier: &Self) -> Option<Stat> {
        let mut spent = self.stat.spent(&earlier.stat)?;
        for (device, now) in &self.io {
            let place = earlier.io.binary_search_by_key(device, |(device, _)| *device);
            let Some(io) = place.ok().and_then(|index| now.spent_by(&earlier.io[index].1, change)) else {
                continue;
            };
            for (sum, gain) in [
                (&mut spent.rbytes, io.rbytes),
                (&mut spent.wbytes, io.wbytes),
                (&mut spent.rios, io.rios),
                (&mut spent.wios, io.wios),
            ] {
                *sum = sum.saturating_add(gain);
            }
        }
        Some(spent)
    }
}

impl Io {
    /// Reads `RBYTES,WBYTES,RIOS,WIOS`.
    fn of(value: &[u8]) -> Self {
        let mut words = value.split(|&byte| byte == b',').map(counter);
        let mut next = || words.next().unwrap_or(UNKNOWN);
        Self { rbytes: next(), wbytes: next(), rios: next(), wios: next() }
    }
}

/// The numbers of a device: `8:0`.
fn device(text: &[u8]) -> Option<[u64; 2]> {
    let colon = text.iter().position(|&byte| byte == b':')?;
    Some([number(&text[..colon]), number(&text[colon + 1..])])
}

/// How far a counter of 64 bits went, which does not wrap.
fn change(before: u64, now: u64) -> u64 {
    match (before, now) {
        (UNKNOWN, _) | (_, UNKNOWN) => UNKNOWN,
        _ => now.checked_sub(before).unwrap_or(UNKNOWN),
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

    /// How far each counter went since `earlier`. They have 64 bits: one that went back is of another group with this
    /// path, of which nothing is known. One that is new tells nothing about the interval.
    fn spent(&self, earlier: &Self) -> Option<Self> {
        let went_back = Cell::new(false);
        let spent = earlier.zip(self, |before, now| match (before, now) {
            (UNKNOWN, _) | (_, UNKNOWN) => 0,
            _ => now.checked_sub(before).unwrap_or_else(|| {
                went_back.set(true);
                0
            }),
        });
        (!went_back.get()).then_some(spent)
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
        assert_eq!(all(5).spent(&all(4_200_000_000)), None);
        assert_eq!(Stat { rbytes: 4, ..all(7) }.spent(&all(5)), None);
        assert_eq!(all(7).spent(&all(5)), Some(all(2)));
    }

    #[test]
    fn a_controller_that_was_just_enabled_has_no_past() {
        assert_eq!(all(9).spent(&Stat::UNKNOWN), Some(Stat::default()));
        assert_eq!(Stat::UNKNOWN.spent(&all(9)), Some(Stat::default()));
    }

    #[test]
    fn a_device_that_was_away_counts_from_where_it_came_back() {
        let counted = |text: &str| Counted::read(text.split(' ').map(str::as_bytes));
        let read = |before: &str, now: &str| counted(now).spent(&counted(before)).unwrap().rbytes;
        assert_eq!(read("io.259:0=100,0,1,0 io.252:0=100,0,1,0", "io.259:0=107,0,1,0"), 7);
        assert_eq!(read("io.259:0=107,0,1,0", "io.252:0=150,0,1,0 io.259:0=110,0,1,0"), 3);
        // One that went back is another device; a line that was cut tells nothing.
        assert_eq!(read("io.8:0=100,0,1,0 io.8:16=5,0,0,0", "io.8:0=120,0,0,0 io.8:16=6,0,0,0"), 1);
        assert_eq!(read("io.8:0=100,0,1,0", "io.8:0=120"), 0);
        assert_eq!(read("io.rbytes=100", "io.rbytes=120"), 20);
    }
}
