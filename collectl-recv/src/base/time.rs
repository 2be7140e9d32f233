//! Instants, and how they are shown: by this machine's clock.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

pub(crate) use collectl_core::clock::Time;

/// The instant so many seconds after the epoch; fractions to the nearest microsecond.
pub(crate) fn at(seconds: f64) -> Time {
    // Saturates, and no time of this age comes near.
    Time::from_micros((seconds * 1e6).round() as i64)
}

/// The instant so many seconds after `time`, or before it if they are negative.
pub(crate) fn after(time: Time, seconds: f64) -> Time {
    Time::from_micros(time.micros().saturating_add((seconds * 1e6).round() as i64))
}

/// `2026-11-22 09:39:57`, with milliseconds where there are some.
pub(crate) fn full(time: Time) -> String {
    format(time, "%Y-%m-%d %H:%M:%S")
}

/// `09:39:57`, likewise.
pub(crate) fn of_day(time: Time) -> String {
    format(time, "%H:%M:%S")
}

/// The instant as jiff has it.
pub(crate) fn timestamp(time: Time) -> Timestamp {
    let duration = SignedDuration::from_micros(time.micros());
    Timestamp::from_duration(duration).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn format(time: Time, whole: &str) -> String {
    // Intervals of whole seconds show no fraction.
    let time = time.to_millisecond();
    let fraction = if time.micros().rem_euclid(1_000_000) == 0 { "" } else { "%.3f" };
    timestamp(time).to_zoned(TimeZone::system()).strftime(&format!("{whole}{fraction}")).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_shown_where_there_are_some() {
        let time = at(1_795_340_405.000_4);
        assert_eq!(time.micros(), 1_795_340_405_000_400);
        assert!(!of_day(time).contains('.') && of_day(after(time, 0.25)).ends_with(".250"));
        assert_eq!(after(time, -0.5).micros(), 1_795_340_404_500_400);
        assert!(full(time).ends_with(&of_day(time)));
    }
}
