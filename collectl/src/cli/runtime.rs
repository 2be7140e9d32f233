//! `-R`: how long.

use collectl_core::usage::UsageError;
use std::time::Duration;

/// Reads a number and one of `w d h m s`.
///
/// # Errors
/// A [`UsageError`] for anything else.
pub fn parse(text: &str) -> Result<Duration, UsageError> {
    let invalid = || UsageError::new("invalid -R format");
    let unit = text.chars().last().ok_or_else(invalid)?;
    let seconds: u64 = match unit {
        'w' => 7 * 86_400,
        'd' => 86_400,
        'h' => 3600,
        'm' => 60,
        's' => 1,
        _ => return Err(invalid()),
    };
    let number = &text[..text.len() - 1];
    let number: u32 = number
        .parse()
        .ok()
        .filter(|_| number.bytes().all(|byte| byte.is_ascii_digit()))
        .ok_or_else(invalid)?;
    Ok(Duration::from_secs(seconds * u64::from(number)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units() {
        for (text, seconds) in [("4s", 4), ("3m", 180), ("2h", 7200), ("1d", 86_400), ("1w", 604_800)] {
            assert_eq!(parse(text).unwrap(), Duration::from_secs(seconds));
        }
        for text in ["", "4", "s", "3q", "-1s", "1.5h", "+1s", "99999999999s"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
