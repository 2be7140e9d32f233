//! Differences of kernel counters.

use crate::scan::UNKNOWN;

/// How far a counter went from `previous` to `current`.
///
/// A counter that went back was either 32 bits wide and wrapped, which is believed of one that stood in the last quarter
/// of that range and is in the first one now, or it was reset or corrected (a device replugged, iowait recounted), and
/// then nothing can be said of the interval: zero. Likewise where one of the two is [`UNKNOWN`].
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

/// [`increase`], by the second.
#[must_use]
pub(crate) fn rate(previous: u64, current: u64, seconds: f64) -> f64 {
    increase(previous, current) as f64 / seconds
}

#[cfg(test)]
mod tests {
    use super::*;

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
