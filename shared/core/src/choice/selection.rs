//! `-s`: the selected subsystems.

use std::sync::Arc;

use super::args::Args;
use crate::registry::{self, Entry, REGISTRY};
use crate::subsystem::{Configured, Descriptor, Included, Part};
use crate::usage::UsageError;

/// A subsystem, and the parts that are shown.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// The subsystem with the user's options.
    pub configured: Arc<dyn Configured>,
    /// Its parts, the summary first.
    pub parts: Vec<Part>,
}

/// Reads `-s`: letters, or any mix of `+LETTERS` and `-LETTERS`, which change the default. The result is letters only.
///
/// # Errors
/// A [`UsageError`] for an unknown letter, and for `+` or `-` after plain letters.
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

/// The letters of `--all` or `--ALL`. None without either.
///
/// # Errors
/// A [`UsageError`] if `-s` is given as well.
pub(super) fn all(args: &Args) -> Result<Option<String>, UsageError> {
    if !args.all && !args.all_details {
        return Ok(None);
    }
    if args.subsys.is_some() {
        return Err(UsageError::new("can't mix -s with --all or --ALL"));
    }
    let details = if args.all_details { registry::details_included() } else { String::new() };
    Ok(Some(registry::letters_included(Included::Daemon) + &details))
}

/// Rejects the switches of Lustre.
///
/// # Errors
/// A [`UsageError`] if one is given.
pub(super) fn refuse_lustre(args: &Args) -> Result<(), UsageError> {
    match (&args.lustopts, &args.lustsvcs) {
        (Some(_), _) => Err(no_lustre("--lustopts")),
        (None, Some(_)) => Err(no_lustre("--lustsvcs")),
        (None, None) => Ok(()),
    }
}

fn no_lustre(what: &str) -> UsageError {
    UsageError::new(format!("Lustre is not supported ({what})"))
}

/// A subsystem and the parts that are shown, before its options are known.
pub(super) type Wanted = (&'static Entry, Vec<Part>);

/// The subsystems of `letters`, in the order of the registry, without duplicates.
///
/// # Errors
/// A [`UsageError`] if there are none.
pub(super) fn choose(letters: &str) -> Result<Vec<Wanted>, UsageError> {
    let choose = |entry: &'static Entry| {
        let parts = entry.descriptor.parts().filter(|(_, letter)| letters.contains(*letter));
        (entry, parts.map(|(part, _)| part).collect::<Vec<_>>())
    };
    let wanted: Vec<Wanted> = REGISTRY.iter().map(choose).filter(|(_, parts)| !parts.is_empty()).collect();
    if wanted.is_empty() { Err(UsageError::new("no subsystems selected")) } else { Ok(wanted) }
}

/// Removes absent subsystems and their letters. `absence` returns the reason.
///
/// # Errors
/// A [`UsageError`] with the reason if nothing is left.
pub(super) fn keep_present(
    wanted: &mut Vec<Wanted>,
    letters: &mut String,
    absence: impl Fn(&Descriptor) -> Option<&'static str>,
) -> Result<(), UsageError> {
    let mut reason = None;
    wanted.retain(|(entry, _)| {
        let absence = absence(entry.descriptor);
        reason = reason.or(absence);
        absence.is_none()
    });
    for entry in REGISTRY.iter().filter(|entry| absence(entry.descriptor).is_some()) {
        letters.retain(|letter| !entry.descriptor.parts().any(|(_, absent)| absent == letter));
    }
    match reason {
        Some(reason) if wanted.is_empty() => Err(UsageError::new(reason)),
        _ => Ok(()),
    }
}

/// Merges interrupts into processors if processors are shown one by one. Returns whether they are.
///
/// With details of processors, interrupts are one of their columns instead of a summary. The plot format has no columns
/// for interrupts alone, so there this is always the case, and the details of processors are added if no part of
/// processors was selected.
pub(super) fn join_interrupts(wanted: &mut Vec<Wanted>, plot: bool) -> bool {
    let has = |letter| wanted.iter().any(|wanted| shows(wanted, letter));
    let (details, any) = (has('C') || plot && !has('c'), has('j') || has('J'));
    if !any {
        return false;
    }
    for (_, parts) in wanted.iter_mut().filter(|(entry, _)| entry.descriptor.summary == Some('j')) {
        parts.retain(|part| !(plot || details && *part == Part::Summary));
    }
    wanted.retain(|(_, parts)| !parts.is_empty());
    if details && !wanted.iter().any(|wanted| shows(wanted, 'C')) {
        wanted.extend(choose("C").unwrap_or_default());
    }
    details
}

fn shows((entry, parts): &Wanted, letter: char) -> bool {
    parts.iter().any(|part| entry.descriptor.letter(*part) == Some(letter))
}

/// True for the letter of a subsystem.
#[must_use]
pub fn is_known(letter: char) -> bool {
    registry::find(letter).is_some()
}

/// True for a letter that selects something shown in the brief format.
#[must_use]
pub fn is_brief(letter: char) -> bool {
    registry::find(letter)
        .is_some_and(|entry| entry.descriptor.summary == Some(letter) && entry.descriptor.brief.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choice::tests::args;

    const DEFAULT: &str = "cdn";

    fn parse(text: Option<&str>) -> Result<Vec<Wanted>, UsageError> {
        choose(&letters(text, DEFAULT)?)
    }

    fn chosen(text: &str) -> String {
        shown(&parse(Some(text)).unwrap())
    }

    fn shown(wanted: &[Wanted]) -> String {
        wanted
            .iter()
            .flat_map(|(entry, parts)| parts.iter().filter_map(|part| entry.descriptor.letter(*part)))
            .collect()
    }

    #[test]
    fn plain_added_and_removed_letters() {
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
    fn letters_are_kept_as_typed() {
        assert_eq!(letters(Some("tcc"), DEFAULT).unwrap(), "tcc");
        assert_eq!(letters(Some("+m-c"), DEFAULT).unwrap(), "dnm");
    }

    #[test]
    fn all_subsystems() {
        let letters = |line: &str| all(&args(line).unwrap()).map(Option::unwrap_or_default);
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
