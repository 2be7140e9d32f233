//! Times in lines: `09:39:57.001`, `20261122 09:39:57`, `11/22 09:39:57`, seconds of the epoch.

use crate::base::time::{self, Time};
use crate::merge::Stamp;
use crate::stream::classify::record_time;

/// `HH:MM:SS`, perhaps with a fraction, in seconds.
pub(super) fn of_day(text: &str) -> Option<f64> {
    let mut parts = text.split(':');
    let (hours, minutes, seconds) = (parts.next()?, parts.next()?, parts.next()?);
    let whole = |text: &str| (text.len() == 2).then(|| text.parse::<u8>().ok()).flatten();
    let (hours, minutes) = (whole(hours)?, whole(minutes)?);
    let plain = seconds.bytes().all(|b| b.is_ascii_digit() || b == b'.') && seconds.len() <= 9;
    let seconds = seconds.parse::<f64>().ok().filter(|seconds| plain && *seconds < 61.0)?;
    (parts.next().is_none() && hours < 24 && minutes < 60)
        .then(|| f64::from(hours) * 3600.0 + f64::from(minutes) * 60.0 + seconds)
}

/// `YYYYMMDD`, in seconds from 1970 to its midnight.
pub(super) fn date(text: &str) -> Option<f64> {
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = |range: std::ops::Range<usize>| text[range].parse::<i16>().ok();
    let (month, day) = (i8::try_from(number(4..6)?).ok()?, i8::try_from(number(6..8)?).ok()?);
    let date = jiff::civil::Date::new(number(0..4)?, month, day).ok()?;
    let midnight = jiff::tz::TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok()?;
    Some(midnight.as_duration().as_secs_f64())
}

/// True for `MM/DD`, which has no year.
pub(super) fn is_short_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 5
        && bytes[2] == b'/'
        && bytes.iter().enumerate().all(|(at, b)| at == 2 || b.is_ascii_digit())
}

/// Seconds of the epoch, perhaps with a fraction.
pub(super) fn epoch(text: &str) -> Option<Time> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.') && (10..=14).contains(&text.len());
    text.parse().ok().filter(|seconds| plain && *seconds >= 1e8).map(time::at)
}

/// The time in the first of `words`, and how many they are.
pub(super) fn leading(words: &[&str]) -> Option<(Stamp, usize)> {
    let first = words.first()?;
    if let Some(seconds) = of_day(first) {
        return Some((Stamp::OfDay(seconds), 1));
    }
    let seconds = of_day(words.get(1)?)?;
    if let Some(midnight) = date(first) {
        return Some((Stamp::Local(time::at(midnight + seconds)), 2));
    }
    is_short_date(first).then_some((Stamp::OfDay(seconds), 2))
}

/// The time of a line that begins a record.
pub(super) fn of_record(line: &str) -> Option<Stamp> {
    epoch(record_time(line)?).map(Stamp::Epoch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_all_forms() {
        let (noon, day) = (43_200.0, 1_795_305_600.0);
        for (text, expected, count) in [
            ("12:00:00 1 0", Stamp::OfDay(noon), 1),
            ("12:00:00.250 1 0", Stamp::OfDay(noon + 0.25), 1),
            ("20261122 12:00:00 1", Stamp::Local(time::at(day + noon)), 2),
            ("11/22 12:00:00 1", Stamp::OfDay(noon), 2),
        ] {
            let words: Vec<&str> = text.split(' ').collect();
            assert_eq!(leading(&words), Some((expected, count)), "{text}");
        }
        for text in ["1 0", "", "20261122 1 0", "25:00:00 1", "20269922 12:00:00", "1:2:3:4"] {
            assert_eq!(leading(&text.split(' ').collect::<Vec<_>>()), None, "{text}");
        }
        let record = "### RECORD    1 >>> vm <<< (1795340405.012) (Sun Nov 22 09:40:05 2026) ###";
        assert_eq!(of_record(record), Some(Stamp::Epoch(time::at(1_795_340_405.012))));
        assert_eq!(of_record("### RECORD 1 >>> vm <<< (x)"), None);
    }
}
