//! Spans of time as a user types them.

use std::time::Duration;

use thiserror::Error;

/// Longest span that is accepted: a hundred years.
const LONGEST: f64 = 100.0 * 366.0 * 86_400.0;

/// A text that is not a time span.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("'{}' is not a time span like 30, 30s, 5m, 1.5h or 2d", .0.escape_debug())]
pub struct SpanError(String);

/// Reads `30` (seconds), `30s`, `5m`, `1.5h`, `2d`, `1w`, or `0`.
///
/// # Errors
/// A [`SpanError`] with the text.
pub fn parse(text: &str) -> Result<Duration, SpanError> {
    let error = || SpanError(text.to_owned());
    let digits = text.strip_suffix(['s', 'm', 'h', 'd', 'w']).unwrap_or(text);
    let unit = match &text[digits.len()..] {
        "m" => 60.0,
        "h" => 3600.0,
        "d" => 86_400.0,
        "w" => 7.0 * 86_400.0,
        _ => 1.0,
    };
    if !digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return Err(error());
    }
    let seconds = digits.parse::<f64>().map_err(|_| error())? * unit;
    if seconds <= LONGEST { Ok(Duration::from_secs_f64(seconds)) } else { Err(error()) }
}

/// Like [`parse`], but 0 is rejected.
///
/// # Errors
/// A [`SpanError`] with the text.
pub fn parse_positive(text: &str) -> Result<Duration, SpanError> {
    parse(text).and_then(|span| if span.is_zero() { Err(SpanError(text.to_owned())) } else { Ok(span) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_units() {
        for (text, millis) in [
            ("5", 5000),
            ("5s", 5000),
            ("0.2", 200),
            ("2m", 120_000),
            ("1.5h", 5_400_000),
            ("1d", 86_400_000),
            ("1w", 604_800_000),
            ("0", 0),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_millis(millis)), "{text}");
        }
    }

    #[test]
    fn refuses_the_rest() {
        for text in ["", "s", "-1", "1e9", "nan", "inf", "5x", "5 s", "1é", "99999999999d", "1.2.3"] {
            assert!(parse(text).is_err(), "{text:?}");
        }
        assert!(parse_positive("0").is_err() && parse_positive("0.1").is_ok());
    }
}
