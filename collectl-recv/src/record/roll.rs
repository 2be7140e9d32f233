//! `--roll HH:MM[,MINUTES]`: when files are closed and others begun. The rule is that of collectl's `-r`.

use collectl_core::clock::Time;
use collectl_core::roll;
use jiff::tz::TimeZone;
use thiserror::Error;

/// What can't be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("'{0}' is not HH:MM[,MINUTES], a time of day and a part of 1440 minutes")]
pub(crate) struct RollError(String);

/// When files are rolled: at a time of day, and again after each so many minutes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Roll(roll::Roll);

impl Roll {
    /// Reads `HH:MM[,MINUTES]`.
    ///
    /// # Errors
    /// Where it is something else.
    pub(crate) fn parse(text: &str) -> Result<Self, RollError> {
        let (at, every) = text.split_once(',').unwrap_or((text, "1440"));
        let plain = !every.is_empty() && every.bytes().all(|byte| byte.is_ascii_digit());
        // Nothing is ever removed: for how long files are kept plays no part.
        let roll = roll::Roll::parse(&format!("{at},,{every}")).ok().filter(|_| plain);
        roll.map(Self).ok_or_else(|| RollError(text.to_owned()))
    }

    /// The first instant after `now` at which files are rolled, by the clock on the wall; both in seconds of the epoch.
    #[expect(clippy::cast_possible_truncation, reason = "saturates, and no clock comes near")]
    pub(crate) fn next_after(&self, now: f64) -> f64 {
        let next = self.0.next_after(Time::from_micros((now * 1e6) as i64), &TimeZone::system());
        next.micros() as f64 / 1e6
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_and_minutes() {
        let now = 1_795_344_158.5;
        let next = Roll::parse("00:00,1").unwrap().next_after(now);
        assert!((1_795_344_180.0 - next).abs() < 1e-6, "{next}");
        assert!(Roll::parse("12:30").unwrap().next_after(now) > now);
        for bad in ["", "24:00", "1:00", "00:00,", "00:00,7", "00:00,0", "00:00,60,60", "00:00,-60", "x,60"] {
            assert!(Roll::parse(bad).is_err(), "{bad}");
        }
    }
}
