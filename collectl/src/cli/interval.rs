//! `-i`: how often.

use std::time::Duration;

use super::UsageError;

/// Longest interval that is taken, in seconds: a year.
const MAX: f64 = 366.0 * 86_400.0;

/// Reads seconds, with or without a fraction. Zero means as fast as possible. The precision is a microsecond.
///
/// # Errors
/// A [`UsageError`] for anything else, and for the second interval, which no subsystem has yet.
pub fn parse(text: &str) -> Result<Duration, UsageError> {
    let (first, rest) = text.split_once(':').map_or((text, None), |(first, rest)| (first, Some(rest)));
    if rest.is_some_and(|rest| !rest.is_empty()) {
        return Err(UsageError::new("interval2 only applies to -s y,Y or Z"));
    }
    let plain = !first.is_empty() && first.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let seconds = first.parse().ok().filter(|seconds| plain && (0.0..=MAX).contains(seconds));
    let micros = seconds.map(|seconds: f64| (seconds * 1e6).round() as u64);
    match micros {
        Some(0) if seconds != Some(0.0) => Err(UsageError::new(format!("interval '{first}' is too short"))),
        Some(micros) => Ok(Duration::from_micros(micros)),
        None => Err(UsageError::new(format!("invalid interval '{}'", text.escape_debug()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_fractions() {
        assert_eq!(parse("1").unwrap(), Duration::from_secs(1));
        assert_eq!(parse(".5").unwrap(), Duration::from_millis(500));
        assert_eq!(parse("0.1").unwrap(), Duration::from_millis(100));
        assert_eq!(parse("0").unwrap(), Duration::ZERO);
        assert_eq!(parse("10:").unwrap(), Duration::from_secs(10));
    }

    #[test]
    fn refused() {
        for text in ["", "abc", "-1", "0.0.1", "1e9", "inf", "nan", "0.0000001", "99999999999", "1:60"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
