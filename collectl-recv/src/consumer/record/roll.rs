//! `--roll HH:MM[,MINUTES]`: when files are closed and others begun. The rule is that of collectl's `-r`.

use collectl_core::roll;
use jiff::tz::TimeZone;
use thiserror::Error;

use crate::base::time::Time;

/// A text that is no such rule.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("'{0}' is not HH:MM[,MINUTES], a time of day and a part of 1440 minutes")]
pub(super) struct RollError(String);

/// When files are rolled: at a time of day, and again every so many minutes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Roll(roll::Roll);

impl Roll {
    /// Reads `HH:MM[,MINUTES]`.
    ///
    /// # Errors
    /// Where it is something else.
    pub(super) fn parse(text: &str) -> Result<Self, RollError> {
        let (at, every) = text.split_once(',').unwrap_or((text, "1440"));
        let plain = !every.is_empty() && every.bytes().all(|byte| byte.is_ascii_digit());
        // No file is removed: for how long they are kept makes no difference.
        let roll = roll::Roll::parse(&format!("{at},,{every}")).ok().filter(|_| plain);
        roll.map(Self).ok_or_else(|| RollError(text.to_owned()))
    }

    /// The first instant after `now` at which files are rolled, by this machine's clock.
    pub(super) fn next_after(&self, now: Time) -> Time {
        self.0.next_after(now, &TimeZone::system())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time;

    #[test]
    fn a_time_of_day_and_minutes() {
        let now = time::at(1_795_344_158.5);
        assert_eq!(Roll::parse("00:00,1").unwrap().next_after(now), time::at(1_795_344_180.0));
        assert!(Roll::parse("12:30").unwrap().next_after(now) > now);
        for bad in ["", "24:00", "1:00", "00:00,", "00:00,7", "00:00,0", "00:00,60,60", "00:00,-60", "x,60"] {
            assert!(Roll::parse(bad).is_err(), "{bad}");
        }
    }
}
