//! `-s`: which subsystems.

use super::UsageError;
use crate::subsystem::{Entry, Part, REGISTRY};

/// Subsystems of an interactive run without `-s`.
const DEFAULT: &str = "cdn";

/// A subsystem, and what is to be shown of it.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// Its line in the registry.
    pub entry: &'static Entry,
    /// Its parts, the summary first.
    pub parts: Vec<Part>,
}

/// Reads the letters of `-s`, or `+LETTERS` and `-LETTERS` in any mix, which change the default.
///
/// The result has the order of the registry, each once.
///
/// # Errors
/// A [`UsageError`] for a letter that no subsystem has, for `+` or `-` behind plain letters, and if nothing is left.
pub fn parse(text: Option<&str>) -> Result<Vec<Chosen>, UsageError> {
    let letters = letters(text)?;
    let choose = |entry| {
        let parts =
            parts(entry).filter(|(_, letter)| letters.contains(*letter)).map(|(part, _)| part).collect();
        Chosen { entry, parts }
    };
    let chosen: Vec<_> = REGISTRY.iter().map(choose).filter(|chosen| !chosen.parts.is_empty()).collect();
    if chosen.is_empty() { Err(UsageError::new("no subsystems selected")) } else { Ok(chosen) }
}

/// The letters that `-s` selects, in the order in which they were typed.
///
/// # Errors
/// A [`UsageError`] for a letter that no subsystem has, and for `+` or `-` behind plain letters.
pub fn letters(text: Option<&str>) -> Result<String, UsageError> {
    let text = text.unwrap_or(DEFAULT);
    let relative = text.starts_with(['+', '-']);
    let mut letters = if relative { DEFAULT.to_owned() } else { String::new() };
    let mut adding = true;
    for letter in text.chars() {
        match letter {
            '+' | '-' if !relative => return Err(UsageError::new("+/- must start -s arguments if used")),
            '+' | '-' => adding = letter == '+',
            _ if !REGISTRY.iter().any(|entry| parts(entry).any(|(_, known)| known == letter)) => {
                return Err(UsageError::new(format!("invalid subsystem '{}'", text.escape_debug())));
            }
            _ if adding => letters.push(letter),
            _ => letters.retain(|kept| kept != letter),
        }
    }
    Ok(letters)
}

fn parts(entry: &Entry) -> impl Iterator<Item = (Part, char)> {
    [Part::Summary, Part::Detail].into_iter().filter_map(|part| Some((part, entry.place.letter(part)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(text: &str) -> String {
        let chosen = parse(Some(text)).unwrap();
        chosen
            .iter()
            .flat_map(|chosen| chosen.parts.iter().filter_map(|part| chosen.entry.place.letter(*part)))
            .collect()
    }

    #[test]
    fn plain_added_and_taken_away() {
        assert_eq!(parse(None).unwrap().len(), 3);
        assert_eq!(chosen("nmdc"), "cdmn");
        assert_eq!(chosen("cc"), "c");
        assert_eq!(chosen("Cc"), "cC");
        assert_eq!(chosen("+m"), "cdmn");
        assert_eq!(chosen("-n"), "cd");
        assert_eq!(chosen("+m-n"), "cdm");
        assert_eq!(chosen("-cd+m"), "mn");
        assert_eq!(letters(Some("+mD-c")).unwrap(), "dnmD");
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
