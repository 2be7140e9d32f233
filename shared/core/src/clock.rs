//! Instants, and the pure rule for when the next sample is due.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Microseconds per second.
const SECOND: i64 = 1_000_000;

/// An instant: microseconds since 1970-01-01 00:00:00 UTC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(i64);

impl Time {
    /// The current time of the machine's clock.
    #[must_use]
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(since.as_micros() as i64)
    }

    /// The instant `micros` microseconds after the epoch.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The same instant rounded to milliseconds, the precision of a frame.
    #[must_use]
    pub const fn to_millisecond(self) -> Self {
        Self((self.0 + 500).div_euclid(1000) * 1000)
    }

    /// Seconds since the epoch, as precise as a float.
    #[must_use]
    pub fn seconds(self) -> f64 {
        self.0 as f64 / SECOND as f64
    }

    /// Seconds from `earlier` to this instant; negative if the clock went back.
    ///
    /// It is the difference of two floats, as in the Perl collectl, whose rounding errors affect some of the last
    /// digits shown.
    #[must_use]
    pub fn seconds_since(self, earlier: Self) -> f64 {
        self.seconds() - earlier.seconds()
    }

    /// This instant plus `duration`.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration.as_micros().try_into().unwrap_or(i64::MAX)))
    }
}

/// When samples are due: at multiples of an interval, counted from a base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    base: i64,
    interval: i64,
}

/// The base of a [`Schedule`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alignment {
    /// The whole second of collectl's start, or the next one for intervals of a second and more.
    Start,
    /// The epoch, so that machines with synchronized clocks sample at the same instants (`--align`).
    Epoch,
}

impl Schedule {
    /// A schedule for a program that starts at `now`. The interval must not be zero.
    #[must_use]
    pub fn new(interval: Duration, alignment: Alignment, now: Time) -> Self {
        let interval = i64::try_from(interval.as_micros()).unwrap_or(i64::MAX).max(1);
        let base = match alignment {
            Alignment::Epoch => 0,
            Alignment::Start if interval < SECOND => now.0.div_euclid(SECOND) * SECOND,
            Alignment::Start => (now.0.div_euclid(SECOND) + 1) * SECOND - interval,
        };
        Self { base, interval }
    }

    /// The first instant after `now` at which a sample is due. Missed samples are skipped.
    #[must_use]
    pub fn next_after(&self, now: Time) -> Time {
        let intervals = (now.0 - self.base).div_euclid(self.interval) + 1;
        Time(self.base.saturating_add(intervals.saturating_mul(self.interval)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn schedule(seconds: f64, alignment: Alignment, now: f64) -> Vec<f64> {
        let mut time = Time((now * 1e6) as i64);
        let schedule = Schedule::new(Duration::from_secs_f64(seconds), alignment, time);
        (0..3)
            .map(|_| {
                time = schedule.next_after(time);
                time.0 as f64 / 1e6
            })
            .collect()
    }

    #[test]
    fn the_first_sample_is_on_a_boundary_soon() {
        assert_eq!(schedule(1.0, Alignment::Start, 100.3), [101.0, 102.0, 103.0]);
        assert_eq!(schedule(10.0, Alignment::Start, 100.3), [101.0, 111.0, 121.0]);
        assert_eq!(schedule(0.2, Alignment::Start, 100.3), [100.4, 100.6, 100.8]);
        assert_eq!(schedule(1.5, Alignment::Start, 100.3), [101.0, 102.5, 104.0]);
        assert_eq!(schedule(10.0, Alignment::Epoch, 100.3), [110.0, 120.0, 130.0]);
    }

    #[test]
    fn a_clock_set_back_does_not_stop_the_schedule() {
        let schedule = Schedule::new(Duration::from_secs(10), Alignment::Start, Time(7200 * SECOND));
        assert_eq!(schedule.next_after(Time(3600 * SECOND)), Time(3601 * SECOND));
    }

    #[test]
    fn milliseconds_are_rounded() {
        assert_eq!(Time(1_000_499).to_millisecond(), Time(1_000_000));
        assert_eq!(Time(1_000_500).to_millisecond(), Time(1_001_000));
    }

    proptest! {
        #[test]
        fn the_next_is_after_now_and_within_one_interval(
            interval in 1u64..100_000_000,
            start in 0i64..1i64 << 50,
            now in 0i64..1i64 << 50,
        ) {
            let schedule = Schedule::new(Duration::from_micros(interval), Alignment::Start, Time(start));
            let next = schedule.next_after(Time(now));
            prop_assert!(next.0 > now && next.0 <= now + interval as i64);
        }
    }
}
