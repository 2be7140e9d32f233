//! Spans of time as a user types them.

use std::time::Duration;

use thiserror::Error;

/// Longest span that is accepted: ten years.
const LONGEST: f64 = 10.0 * 366.0 * 86_400.0;

/// A text that is no span of time.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("'{0}' is not a time span like 30, 30s, 5m, 1.5h or 2d")]
pub(crate) struct DurationError(String);

/// Reads `30` (seconds), `30s`, `5m`, `1.5h`, `2d`.
pub(crate) fn parse(text: &str) -> Result<Duration, DurationError> {
    let error = || DurationError(text.to_owned());
    let (number, unit) = match text.char_indices().last().ok_or_else(error)? {
        (_, '0'..='9' | '.') => (text, 1.0),
        (at, 's') => (&text[..at], 1.0),
        (at, 'm') => (&text[..at], 60.0),
        (at, 'h') => (&text[..at], 3600.0),
        (at, 'd') => (&text[..at], 86_400.0),
        _ => return Err(error()),
    };
    if !number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return Err(error());
    }
    let seconds = number.parse::<f64>().map_err(|_| error())? * unit;
    if seconds > 0.0 && seconds <= LONGEST { Ok(Duration::from_secs_f64(seconds)) } else { Err(error()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_units() {
        for (text, millis) in [("5", 5000), ("5s", 5000), ("0.2", 200), ("2m", 120_000), ("1.5h", 5_400_000)]
        {
            assert_eq!(parse(text), Ok(Duration::from_millis(millis)), "{text}");
        }
    }

    #[test]
    fn refuses_the_rest() {
        for text in ["", "s", "0", "-1", "1e9", "nan", "inf", "5x", "5 s", "1é", "99999999999d", "1.2.3"] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }
}
