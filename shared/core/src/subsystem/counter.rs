//! Differences of kernel counters.

use crate::scan::{UNKNOWN, Words};

/// The increase of a counter from `previous` to `current`.
///
/// A counter that decreased has either wrapped at 32 bits, which is assumed if it was in the last quarter of that range
/// and is in the first quarter now, or was reset or corrected (a replugged device, iowait recounted). In that case the
/// increase is unknown and counts as zero, as it does if either value is [`UNKNOWN`].
#[must_use]
pub(crate) fn increase(previous: u64, current: u64) -> u64 {
    const RANGE: u64 = 1 << 32;
    if current == UNKNOWN {
        0
    } else if current >= previous {
        current - previous
    } else if (RANGE / 4 * 3..RANGE).contains(&previous) && current < RANGE / 4 {
        current + RANGE - previous
    } else {
        0
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

    /// The increase of each since `earlier`.
    #[must_use]
    fn since(&self, earlier: &Self) -> Self {
        earlier.zip(self, increase)
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
        let mut spent = now.since(&before);
        assert_eq!((spent, now.since(&Pair::UNKNOWN)), (Pair { read: 3, written: 0 }, Pair::default()));
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
