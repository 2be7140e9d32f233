//! `-o`: stamps.

use super::UsageError;
use crate::render::stamp::Stamp;

/// Reads the letters of `-o`: at most one of `T d D`, and `m`. Returns the stamp and whether it has milliseconds.
///
/// # Errors
/// A [`UsageError`] for other letters, and for two stamps.
pub fn parse(text: &str) -> Result<(Stamp, bool), UsageError> {
    let (mut stamp, mut millis) = (Stamp::None, false);
    for letter in text.chars() {
        let wanted = match letter {
            'T' => Stamp::Time,
            'd' => Stamp::Day,
            'D' => Stamp::Date,
            'm' => {
                millis = true;
                continue;
            }
            _ => return Err(UsageError::new("invalid option")),
        };
        if stamp != Stamp::None && stamp != wanted {
            return Err(UsageError::new("use only 1 of -o dDT"));
        }
        stamp = wanted;
    }
    Ok((stamp, millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters() {
        assert_eq!(parse("Tm"), Ok((Stamp::Time, true)));
        assert_eq!(parse("TT"), Ok((Stamp::Time, false)));
        assert_eq!(parse("m"), Ok((Stamp::None, true)));
        assert_eq!(parse("TD").unwrap_err().0, "use only 1 of -o dDT");
        assert_eq!(parse("Z").unwrap_err().0, "invalid option");
    }
}
