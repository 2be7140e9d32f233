//! Differences of kernel counters.

use std::cell::Cell;

use crate::scan::{UNKNOWN, Words};

/// How far a counter went from `previous` to `current`; [`UNKNOWN`] where that can't be told.
///
/// A counter that went back was either 32 bits wide and wrapped, which is believed of one that stood in the last quarter
/// of that range and is in the first one now, or it was reset or corrected (a device replugged, iowait recounted), and
/// then the change is not known. Likewise where one of the two is [`UNKNOWN`].
#[must_use]
pub(crate) fn change(previous: u64, current: u64) -> u64 {
    const RANGE: u64 = 1 << 32;
    if current == UNKNOWN || previous == UNKNOWN {
        UNKNOWN
    } else if current >= previous {
        current - previous
    } else if (RANGE / 4 * 3..RANGE).contains(&previous) && current < RANGE / 4 {
        current + RANGE - previous
    } else {
        UNKNOWN
    }
}

/// [`change`]; zero where that can't be told.
#[must_use]
pub(crate) fn increase(previous: u64, current: u64) -> u64 {
    match change(previous, current) {
        UNKNOWN => 0,
        change => change,
    }
}

/// [`increase`], per second.
#[must_use]
pub(crate) fn rate(previous: u64, current: u64, seconds: f64) -> f64 {
    increase(previous, current) as f64 / seconds
}

/// Kernel counters of one line, or that belong together: see [`counters`].
pub(crate) trait Counters: Copy + Default {
    /// All of them unknown.
    const UNKNOWN: Self;

    /// Reads them from a line, in the order of their declaration. Missing words are zero, since lines of older kernels
    /// are shorter.
    fn read(words: Words<'_>) -> Self;

    /// Applies `combine` to each counter and the same counter of `other`.
    #[must_use]
    fn zip(&self, other: &Self, combine: impl Fn(u64, u64) -> u64) -> Self;

    /// How far each went since `earlier`, on its own; zero where that can't be told.
    #[must_use]
    fn since(&self, earlier: &Self) -> Self {
        earlier.zip(self, increase)
    }

    /// The same; [`UNKNOWN`] where that can't be told.
    #[must_use]
    fn changes(&self, earlier: &Self) -> Self {
        earlier.zip(self, change)
    }

    /// How far they went since `earlier`. None if one of them went back, or is missing in one of the two: then the device is another one
    /// than before, and none of its counters tells anything about the interval.
    #[must_use]
    fn spent(&self, earlier: &Self) -> Option<Self> {
        self.spent_by(earlier, change)
    }

    /// The same, of counters whose changes `change` tells.
    #[must_use]
    fn spent_by(&self, earlier: &Self, change: impl Fn(u64, u64) -> u64) -> Option<Self> {
        let known = Cell::new(true);
        let spent = earlier.zip(self, |before, now| {
            // A device may lack a counter.
            let change = if before == UNKNOWN && now == UNKNOWN { 0 } else { change(before, now) };
            known.set(known.get() && change != UNKNOWN);
            change
        });
        known.get().then_some(spent)
    }

    /// Adds those of another device or group.
    fn add(&mut self, other: &Self) {
        *self = self.zip(other, u64::saturating_add);
    }
}

/// Declares a struct of counters, in the order of the kernel's line.
macro_rules! counters {
    ($(#[$meta:meta])* $visibility:vis struct $name:ident { $($field:ident),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Default, Clone, Copy, PartialEq)]
        $visibility struct $name {
            $(pub(crate) $field: u64,)+
        }

        impl $crate::subsystem::counter::Counters for $name {
            const UNKNOWN: Self = Self { $($field: $crate::scan::UNKNOWN),+ };

            fn read(mut words: $crate::scan::Words<'_>) -> Self {
                Self { $($field: words.next().map_or(0, $crate::scan::counter)),+ }
            }

            fn zip(&self, other: &Self, combine: impl Fn(u64, u64) -> u64) -> Self {
                Self { $($field: combine(self.$field, other.$field)),+ }
            }
        }
    };
}
pub(crate) use counters;

#[cfg(test)]
mod tests {
    use super::*;

    counters! {
        struct Pair { read, written }
    }

    #[test]
    fn counters_of_a_line() {
        let before = Pair::read(Words(b"1 x"));
        let now = Pair::read(Words(b"4"));
        assert_eq!((before, now), (Pair { read: 1, written: UNKNOWN }, Pair { read: 4, written: 0 }));
        assert_eq!((now.spent(&before), now.spent(&Pair::UNKNOWN)), (None, None));
        assert_eq!(now.changes(&before), Pair { read: 3, written: UNKNOWN });
        let mut spent = now.spent(&Pair { read: 1, written: 0 }).unwrap();
        assert_eq!(spent, Pair { read: 3, written: 0 });
        spent.add(&Pair { read: u64::MAX, written: 2 });
        assert_eq!(spent, Pair { read: u64::MAX, written: 2 });
    }

    #[test]
    fn wraps_and_resets() {
        assert_eq!(increase(5, 12), 7);
        assert_eq!(increase(u64::from(u32::MAX), 4), 5);
        assert_eq!(increase(1000, 4), 0);
        assert_eq!(increase(1 << 40, 4), 0);
        assert_eq!(increase(3_500_000_000, 3_400_000_000), 0);
        assert_eq!((increase(5, UNKNOWN), increase(UNKNOWN, 5), increase(UNKNOWN, UNKNOWN)), (0, 0, 0));
        assert_eq!(rate(0, 10, 2.0), 5.0);
    }
}
