//! `-s`: which subsystems.

use super::UsageError;
use super::literal::Literal;
use crate::subsystem::{Entry, Part, REGISTRY};

/// Subsystems of an interactive run without `-s`.
pub const DEFAULT: &str = "cdn";
/// Those of a daemon.
pub const CORE: &str = "bcdfijmnstx";
/// Those of `--all`: what the Perl collectl has, too.
const ALL: &str = "bcdfijmnstx";
/// What `--ALL` adds to them.
const ALL_DETAILS: &str = "BCDEFJMNXYZ";

/// A subsystem, and what is to be shown of it.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// Its line in the registry; of its captures, those that are needed.
    pub entry: Entry,
    /// Its parts, the summary first.
    pub parts: Vec<Part>,
}

/// Reads `-s`, letters, or `+LETTERS` and `-LETTERS` in any mix, which change the default. The result is letters alone.
///
/// # Errors
/// A [`UsageError`] for a letter that no subsystem has, and for `+` or `-` behind plain letters.
pub fn letters(text: Option<&str>, default: &str) -> Result<String, UsageError> {
    let text = text.unwrap_or(default);
    let relative = text.starts_with(['+', '-']);
    let mut letters = if relative { default.to_owned() } else { String::new() };
    let mut adding = true;
    for letter in text.chars() {
        match letter {
            '+' | '-' if !relative => return Err(UsageError::new("+/- must start -s arguments if used")),
            '+' | '-' => adding = letter == '+',
            'l' | 'L' => return Err(no_lustre("-s with l or L")),
            _ if !is_known(letter) => {
                return Err(UsageError::new(format!("invalid subsystem '{}'", text.escape_debug())));
            }
            _ if adding => letters.push(letter),
            _ => letters.retain(|kept| kept != letter),
        }
    }
    Ok(letters)
}

/// The letters of `--all`, and of `--ALL`. None if neither is given.
///
/// # Errors
/// A [`UsageError`] if `-s` is given, too.
pub fn all(literal: &Literal) -> Result<Option<String>, UsageError> {
    if !literal.all && !literal.all_details {
        return Ok(None);
    }
    if literal.subsys.is_some() {
        return Err(UsageError::new("can't mix -s with --all or --ALL"));
    }
    let details = if literal.all_details { ALL_DETAILS } else { "" };
    Ok(Some(format!("{ALL}{details}")))
}

/// Refuses the switches of Lustre.
///
/// # Errors
/// A [`UsageError`] if one is given.
pub fn refuse_lustre(literal: &Literal) -> Result<(), UsageError> {
    match (&literal.lustopts, &literal.lustsvcs) {
        (Some(_), _) => Err(no_lustre("--lustopts")),
        (None, Some(_)) => Err(no_lustre("--lustsvcs")),
        (None, None) => Ok(()),
    }
}

fn no_lustre(what: &str) -> UsageError {
    UsageError::new(format!("Lustre is not supported ({what})"))
}

/// The subsystems of `letters` in the order of the registry, each once.
///
/// # Errors
/// A [`UsageError`] if there are none.
pub fn choose(letters: &str) -> Result<Vec<Chosen>, UsageError> {
    let choose = |entry| {
        let parts =
            parts(entry).filter(|(_, letter)| letters.contains(*letter)).map(|(part, _)| part).collect();
        Chosen { entry: *entry, parts }
    };
    let chosen: Vec<_> = REGISTRY.iter().map(choose).filter(|chosen| !chosen.parts.is_empty()).collect();
    if chosen.is_empty() { Err(UsageError::new("no subsystems selected")) } else { Ok(chosen) }
}

/// Leaves out subsystems, and their letters, for whose `absence` there is a reason.
///
/// # Errors
/// A [`UsageError`] with the reason if nothing is left.
pub fn keep_present(
    chosen: &mut Vec<Chosen>,
    letters: &mut String,
    absence: impl Fn(&Entry) -> Option<&'static str>,
) -> Result<(), UsageError> {
    let mut reason = None;
    chosen.retain(|chosen| {
        let absence = absence(&chosen.entry);
        reason = reason.or(absence);
        absence.is_none()
    });
    for entry in REGISTRY.iter().filter(|entry| absence(entry).is_some()) {
        letters.retain(|letter| !parts(entry).any(|(_, absent)| absent == letter));
    }
    match reason {
        Some(reason) if chosen.is_empty() => Err(UsageError::new(reason)),
        _ => Ok(()),
    }
}

/// Brings processors and interrupts together, which are shown as one where processors are shown one by one. Returns
/// whether they are.
///
/// With details of processors, interrupts are a column of theirs instead of a summary of their own. In the plot format,
/// which has no room for interrupts, they are always that, and bring in the details of processors where nothing was
/// said of processors.
pub fn join_interrupts(chosen: &mut Vec<Chosen>, plot: bool) -> bool {
    let has = |letter| chosen.iter().any(|chosen| shows(chosen, letter));
    let (details, any) = (has('C') || plot && !has('c'), has('j') || has('J'));
    if !any {
        return false;
    }
    for chosen in chosen.iter_mut().filter(|chosen| chosen.entry.place.summary == Some('j')) {
        chosen.parts.retain(|part| !(plot || details && *part == Part::Summary));
    }
    chosen.retain(|chosen| !chosen.parts.is_empty());
    if details && !chosen.iter().any(|chosen| shows(chosen, 'C')) {
        chosen.extend(choose("C").unwrap_or_default());
    }
    details
}

fn shows(chosen: &Chosen, letter: char) -> bool {
    chosen.parts.iter().any(|part| chosen.entry.place.letter(*part) == Some(letter))
}

/// True for a letter that a subsystem has.
#[must_use]
pub fn is_known(letter: char) -> bool {
    REGISTRY.iter().any(|entry| parts(entry).any(|(_, known)| known == letter))
}

/// True for a letter that selects what the brief format shows.
#[must_use]
pub fn is_brief(letter: char) -> bool {
    REGISTRY.iter().any(|entry| entry.place.summary == Some(letter) && entry.place.brief.is_some())
}

fn parts(entry: &Entry) -> impl Iterator<Item = (Part, char)> {
    [Part::Summary, Part::Detail].into_iter().filter_map(|part| Some((part, entry.place.letter(part)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: Option<&str>) -> Result<Vec<Chosen>, UsageError> {
        choose(&letters(text, DEFAULT)?)
    }

    fn chosen(text: &str) -> String {
        shown(&parse(Some(text)).unwrap())
    }

    fn shown(chosen: &[Chosen]) -> String {
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
        assert_eq!(letters(Some("+mD-c"), DEFAULT).unwrap(), "dnmD");
    }

    #[test]
    fn interrupts_are_shown_with_processors() {
        let joined = |text, plot| {
            let mut chosen = parse(Some(text)).unwrap();
            let joined = join_interrupts(&mut chosen, plot);
            (shown(&chosen), joined)
        };
        assert_eq!(joined("cjJ", false), ("cjJ".into(), false));
        assert_eq!(joined("Cj", false), ("C".into(), true));
        assert_eq!(joined("cCjJ", false), ("cCJ".into(), true));
        assert_eq!(joined("bj", true), ("bC".into(), true));
        assert_eq!(joined("J", true), ("C".into(), true));
        assert_eq!(joined("cJ", true), ("c".into(), false));
        assert_eq!(joined("cCj", true), ("cC".into(), true));
        assert_eq!(joined("C", true), ("C".into(), false));
    }

    #[test]
    fn letters_are_kept_as_they_were_typed() {
        assert_eq!(letters(Some("tcc"), DEFAULT).unwrap(), "tcc");
        assert_eq!(letters(Some("+m-c"), DEFAULT).unwrap(), "dnm");
    }

    #[test]
    fn all_of_them() {
        let letters = |line: &str| {
            let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            all(&Literal::parse_from_args(&args).unwrap()).map(Option::unwrap_or_default)
        };
        assert_eq!(letters("-sc").unwrap(), "");
        let (summaries, both) = (letters("--all").unwrap(), letters("--ALL").unwrap());
        assert!("cjdfimbnst".chars().all(|letter| summaries.contains(letter) && both.contains(letter)));
        assert!(!summaries.contains(|letter: char| letter == 'y' || letter.is_uppercase()));
        assert!(!both.contains('y') && "CDJNYZ".chars().all(|letter| both.contains(letter)));
        assert_eq!(letters("--all -sc").unwrap_err().0, "can't mix -s with --all or --ALL");
    }

    #[test]
    fn refused() {
        assert_eq!(parse(Some("QQ")).unwrap_err().0, "invalid subsystem 'QQ'");
        for lustre in ["l", "cL", "+l", "-l"] {
            assert_eq!(parse(Some(lustre)).unwrap_err().0, "Lustre is not supported (-s with l or L)");
        }
        assert_eq!(parse(Some("c+d")).unwrap_err().0, "+/- must start -s arguments if used");
        assert_eq!(parse(Some("-cdn")).unwrap_err().0, "no subsystems selected");
        assert_eq!(parse(Some("")).unwrap_err().0, "no subsystems selected");
        assert!(parse(Some("c\u{1b}")).unwrap_err().0.is_ascii());
    }
}
