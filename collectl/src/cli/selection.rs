//! `-s`: which subsystems.

use super::UsageError;
use crate::subsystem::{Entry, REGISTRY};

/// Subsystems of an interactive run without `-s`.
const DEFAULT: &str = "cdn";

/// Reads the letters of `-s`, or `+LETTERS` and `-LETTERS` in any mix, which change the default.
///
/// The result has the order of the registry, each once.
///
/// # Errors
/// A [`UsageError`] for a letter that no subsystem has, for `+` or `-` behind plain letters, and if nothing is left.
pub fn parse(text: Option<&str>) -> Result<Vec<&'static Entry>, UsageError> {
    let text = text.unwrap_or(DEFAULT);
    let mut letters = if text.starts_with(['+', '-']) { DEFAULT.to_owned() } else { String::new() };
    let mut adding = true;
    for (index, letter) in text.char_indices() {
        match letter {
            '+' | '-' if index > 0 && !text.starts_with(['+', '-']) => {
                return Err(UsageError::new("+/- must start -s arguments if used"));
            }
            '+' | '-' => adding = letter == '+',
            _ if !REGISTRY.iter().any(|entry| entry.letter == letter) => {
                return Err(UsageError::new(format!("invalid subsystem '{}'", text.escape_debug())));
            }
            _ if adding => letters.push(letter),
            _ => letters.retain(|kept| kept != letter),
        }
    }
    let chosen: Vec<_> = REGISTRY.iter().filter(|entry| letters.contains(entry.letter)).collect();
    if chosen.is_empty() { Err(UsageError::new("no subsystems selected")) } else { Ok(chosen) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(text: &str) -> String {
        parse(Some(text)).unwrap().iter().map(|entry| entry.letter).collect()
    }

    #[test]
    fn plain_added_and_taken_away() {
        assert_eq!(parse(None).unwrap().len(), 3);
        assert_eq!(chosen("nmdc"), "cmdn");
        assert_eq!(chosen("cc"), "c");
        assert_eq!(chosen("+m"), "cmdn");
        assert_eq!(chosen("-n"), "cd");
        assert_eq!(chosen("+m-n"), "cmd");
        assert_eq!(chosen("-cd+m"), "mn");
    }

    #[test]
    fn refused() {
        assert_eq!(parse(Some("QQ")).unwrap_err().0, "invalid subsystem 'QQ'");
        assert_eq!(parse(Some("c+d")).unwrap_err().0, "+/- must start -s arguments if used");
        assert_eq!(parse(Some("-cdn")).unwrap_err().0, "no subsystems selected");
        assert_eq!(parse(Some("")).unwrap_err().0, "no subsystems selected");
        assert!(parse(Some("c\u{1b}")).unwrap_err().0.is_ascii());
    }
}
