//! Intervals that are missing for good.

use std::fmt;

use collectl_wire::display::counted;

/// A gap between two intervals of one host.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Gap {
    /// How many are missing.
    pub(crate) intervals: u64,
    /// The time that they measured, in microseconds.
    pub(crate) micros: u64,
}

impl Gap {
    /// What is missing when number `next` came in place of `expected`, `micros` after the end of the interval before
    /// it. The intervals from the first to the last of `shown` are not missing.
    pub(crate) fn between(expected: u64, next: u64, shown: Option<(u64, u64)>, micros: u64) -> Option<Self> {
        let absent = next.checked_sub(expected)?;
        let known = shown.map_or(0, |(first, last)| {
            let (first, end) = (first.max(expected), last.saturating_add(1).min(next));
            end.saturating_sub(first)
        });
        let intervals = absent.saturating_sub(known);
        // All intervals of this time, the one that came included, are assumed to have the same length.
        let share = u128::from(micros) * u128::from(intervals) / (u128::from(absent) + 1);
        (intervals > 0).then(|| Self { intervals, micros: share.try_into().unwrap_or(u64::MAX) })
    }

    /// One more gap, for a sum.
    pub(crate) fn add(&mut self, other: Self) {
        self.intervals = self.intervals.saturating_add(other.intervals);
        self.micros = self.micros.saturating_add(other.micros);
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {:.1} seconds", counted(self.intervals, "interval"), self.micros as f64 / 1e6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_is_absent() {
        let between = |expected, next, shown| Gap::between(expected, next, shown, 10_000_000);
        assert_eq!(between(5, 5, None), None);
        assert_eq!(between(5, 4, None), None);
        let nine = Gap { intervals: 9, micros: 9_000_000 };
        assert_eq!(between(5, 14, None), Some(nine));
        assert_eq!(nine.to_string(), "9 intervals, 9.0 seconds");
        assert_eq!(between(5, 14, Some((5, 13))), None);
        assert_eq!(between(5, 14, Some((13, 20))), Some(Gap { intervals: 8, micros: 8_000_000 }));
        assert_eq!(between(5, 14, Some((1, 4))), Some(nine));
    }
}
