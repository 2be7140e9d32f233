//! How long to wait before the next retry: exponential with a cap, and full jitter.

use std::time::Duration;

use thiserror::Error;

/// Shortest base of a delay, unless the cap is shorter.
pub(crate) const DEFAULT_MIN: Duration = Duration::from_millis(250);
/// Longest delay by default.
pub(crate) const DEFAULT_MAX: Duration = Duration::from_secs(10);
/// Longest cap that is accepted.
pub(crate) const LARGEST_MAX: Duration = Duration::from_secs(24 * 3600);

/// The bounds of the delay; valid by construction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Backoff {
    min: Duration,
    max: Duration,
}

/// A cap that can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the longest wait between retries must be from 0.01 to {} seconds", LARGEST_MAX.as_secs())]
pub(crate) struct BackoffError;

impl Default for Backoff {
    fn default() -> Self {
        Self { min: DEFAULT_MIN, max: DEFAULT_MAX }
    }
}

impl Backoff {
    /// Delays of at most `max`.
    ///
    /// # Errors
    /// If `max` is below 10 milliseconds or above [`LARGEST_MAX`].
    pub(crate) fn capped(max: Duration) -> Result<Self, BackoffError> {
        if (Duration::from_millis(10)..=LARGEST_MAX).contains(&max) {
            Ok(Self { min: DEFAULT_MIN.min(max), max })
        } else {
            Err(BackoffError)
        }
    }

    /// The delay after `attempt` earlier failures: uniform from 0 to `min(max, min * 2^attempt)`.
    ///
    /// `jitter` is the random part, from 0 up to 1.
    pub(crate) fn delay(self, attempt: u32, jitter: f64) -> Duration {
        let factor = 1u32.checked_shl(attempt).unwrap_or(u32::MAX);
        let ceiling = self.min.saturating_mul(factor).min(self.max);
        ceiling.mul_f64(jitter.clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn doubles_up_to_the_cap() {
        let backoff = Backoff::default();
        let ceilings: Vec<u128> = (0..8).map(|attempt| backoff.delay(attempt, 1.0).as_millis()).collect();
        assert_eq!(ceilings, [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
        assert_eq!(backoff.delay(3, 0.0), Duration::ZERO);
        assert_eq!(backoff.delay(3, 0.5), Duration::from_secs(1));
    }

    #[test]
    fn a_cap_below_the_minimum_is_the_delay() {
        let backoff = Backoff::capped(Duration::from_millis(100)).unwrap();
        assert_eq!(backoff.delay(0, 1.0), Duration::from_millis(100));
        assert!(Backoff::capped(Duration::ZERO).is_err());
        assert!(Backoff::capped(Duration::MAX).is_err());
    }

    proptest! {
        #[test]
        fn never_above_the_cap(attempt in any::<u32>(), jitter in any::<f64>(), max in 10u64..86_400_000) {
            let max = Duration::from_millis(max);
            prop_assume!(!jitter.is_nan());
            prop_assert!(Backoff::capped(max).unwrap().delay(attempt, jitter) <= max);
        }
    }
}
