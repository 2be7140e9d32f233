//! `-R`: how long the run lasts.

use std::time::Duration;

use collectl_core::usage::UsageError;
use collectl_wire::span;

/// Reads a number and one of `w d h m s`.
///
/// # Errors
/// A [`UsageError`] for anything else.
pub fn parse(text: &str) -> Result<Duration, UsageError> {
    let is_whole = |number: &str| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.strip_suffix(['w', 'd', 'h', 'm', 's']).filter(|number| is_whole(number));
    number.and_then(|_| span::parse(text).ok()).ok_or_else(|| UsageError::new("invalid -R format"))
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
