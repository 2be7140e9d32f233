//! How fast the clock of a recording runs. Pure.

use std::fmt;
use std::time::Duration;

use thiserror::Error;
use tokio::time::Instant;

use crate::base::time::Time;

/// Fastest and slowest that may be asked for.
const POSSIBLE: std::ops::RangeInclusive<f64> = 0.001..=1e6;

/// A text that is not a speed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("'{0}' is neither a number from 0.001 to 1000000 nor 'max'")]
pub(crate) struct SpeedError(String);

/// How many times as fast as it was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Speed {
    /// As fast as can be.
    Max,
    /// So many times.
    Times(f64),
}

impl Speed {
    /// As it was.
    pub(crate) const REAL: Self = Self::Times(1.0);

    /// Reads a number, or `max`.
    ///
    /// # Errors
    /// Where it is something else.
    pub(crate) fn parse(text: &str) -> Result<Self, SpeedError> {
        if text == "max" {
            return Ok(Self::Max);
        }
        let times = text.parse().ok().filter(|times| POSSIBLE.contains(times));
        times.map(Self::Times).ok_or_else(|| SpeedError(text.to_owned()))
    }
}

impl fmt::Display for Speed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Max => formatter.write_str("max"),
            Self::Times(times) => write!(formatter, "x{times}"),
        }
    }
}

/// Maps times of the recording to the present.
#[derive(Debug)]
pub(super) struct Pace {
    speed: Speed,
    /// A time of the recording, and when it was shown.
    anchor: Option<(Time, Instant)>,
}

impl Pace {
    /// Nothing was shown yet.
    pub(super) fn new(speed: Speed) -> Self {
        Self { speed, anchor: None }
    }

    /// When data of `time` is to be shown; none for at once. The first time is shown `now`.
    pub(super) fn due(&mut self, time: Time, now: Instant) -> Option<Instant> {
        let Speed::Times(speed) = self.speed else { return None };
        let (first, shown) = *self.anchor.get_or_insert((time, now));
        let since = Duration::try_from_secs_f64((time.seconds_since(first) / speed).max(0.0));
        since.ok().and_then(|since| shown.checked_add(since))
    }

    /// Nothing was recorded after this for some time: what comes next is shown at once.
    pub(super) fn pause(&mut self) {
        self.anchor = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time;

    #[test]
    fn time_runs_as_fast_as_asked() {
        let now = Instant::now();
        let after = |seconds| Some(now + Duration::from_secs(seconds));
        let mut pace = Pace::new(Speed::parse("10").unwrap());
        assert_eq!(pace.due(time::at(1000.0), now), Some(now));
        assert_eq!(pace.due(time::at(1020.0), now), after(2));
        assert_eq!(pace.due(time::at(900.0), now), Some(now));
        pace.pause();
        assert_eq!(pace.due(time::at(9000.0), now), Some(now));
        assert_eq!(Pace::new(Speed::Max).due(time::at(1000.0), now), None);
    }

    #[test]
    fn speeds_are_numbers() {
        assert_eq!((Speed::parse("1"), Speed::parse("max")), (Ok(Speed::REAL), Ok(Speed::Max)));
        for bad in ["", "0", "-1", "inf", "NaN", "1e9", "MAX", "10x"] {
            assert!(Speed::parse(bad).is_err(), "{bad}");
        }
    }
}
