//! `--intfilt`: which interrupts.

use regex::bytes::{RegexSet, RegexSetBuilder};

use crate::subsystem::Switches;
use crate::usage::UsageError;

/// The switch of interrupts.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// interrupts to show and count: regular expressions for their lines in /proc/interrupts, separated by commas; a ^
    /// before the first one excludes those that match
    #[arg(long, value_name = "REGEX")]
    intfilt: Option<String>,
}

/// The filter of `--intfilt`.
///
/// # Errors
/// A [`UsageError`] for text that is not a regular expression.
pub(crate) fn requested(switches: &Switches) -> Result<InterruptFilter, UsageError> {
    let args: Args = switches.get()?;
    Ok(args.intfilt.as_deref().map(InterruptFilter::parse).transpose()?.unwrap_or_default())
}

/// Selects interrupts by their lines in `/proc/interrupts`: number, counters and names.
#[derive(Debug, Clone, Default)]
pub(crate) struct InterruptFilter {
    patterns: Option<RegexSet>,
    exclude: bool,
}

impl InterruptFilter {
    /// Reads regular expressions separated by commas. A `^` before the first one inverts the selection.
    ///
    /// # Errors
    /// A [`UsageError`] for text that is not a regular expression.
    pub(crate) fn parse(text: &str) -> Result<Self, UsageError> {
        let (exclude, patterns) = text.strip_prefix('^').map_or((false, text), |patterns| (true, patterns));
        let patterns = RegexSetBuilder::new(patterns.split(',')).unicode(false).build();
        let patterns = patterns.map_err(|error| {
            let text = error.to_string();
            let reason = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
            UsageError(format!("--intfilt: {reason}"))
        })?;
        Ok(Self { patterns: Some(patterns), exclude })
    }

    /// Whether this line is selected.
    pub(super) fn accepts(&self, line: &[u8]) -> bool {
        self.patterns.as_ref().is_none_or(|patterns| patterns.is_match(line) != self.exclude)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selected_and_excluded_interrupts() {
        let accepts =
            |filter: &str, line: &str| InterruptFilter::parse(filter).unwrap().accepts(line.as_bytes());
        assert!(InterruptFilter::default().accepts(b"24: 1 timer"));
        assert!(accepts("LOC,IPI", "IPI0: 7") && !accepts("LOC,IPI", "24: 7 timer"));
        assert!(!accepts("^LOC,IPI", "IPI0: 7") && accepts("^LOC,IPI", "24: 7 timer"));
        assert!(accepts(" 24:", " 24: 7 timer") && accepts("t.mer$", " 24: 7 timer"));
        assert!(accepts("\\xff", "24: 1 x") || InterruptFilter::parse("\\xff").unwrap().accepts(b"\xff"));
    }

    #[test]
    fn refused() {
        assert_eq!(InterruptFilter::parse("LOC,(").unwrap_err().0, "--intfilt: unclosed group");
    }
}
