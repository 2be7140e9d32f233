//! Times as they are shown: on this machine's clock.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// `2026-11-22 09:39:57`, with a fraction where there is one.
pub(crate) fn full(seconds: f64) -> String {
    format(seconds, "%Y-%m-%d %H:%M:%S")
}

/// `09:39:57`, the same.
pub(crate) fn of_day(seconds: f64) -> String {
    format(seconds, "%H:%M:%S")
}

fn format(seconds: f64, whole: &str) -> String {
    // To the nearest millisecond; intervals of whole seconds show none.
    let millis = (seconds * 1000.0).round();
    let fraction = if millis.rem_euclid(1000.0) < 1.0 { "" } else { "%.3f" };
    let duration = SignedDuration::try_from_secs_f64(millis / 1000.0 + 0.0001).unwrap_or_default();
    let timestamp = Timestamp::from_duration(duration).unwrap_or(Timestamp::UNIX_EPOCH);
    timestamp.to_zoned(TimeZone::system()).strftime(&format!("{whole}{fraction}")).to_string()
}
