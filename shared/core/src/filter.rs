//! Filters for the names of devices (`--dskfilt`, `--netfilt`) and for the lines of kernel files (`--rawdskfilt`, ...).

use regex::bytes::{Regex, RegexBuilder};

use crate::usage::UsageError;

/// Selects names that match one of some patterns, or none of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct NameFilter {
    patterns: Vec<Regex>,
    excluding: bool,
}

impl NameFilter {
    /// Reads patterns separated by commas. A `^` before the first one inverts the filter; in the others it is part of
    /// the pattern.
    ///
    /// # Errors
    /// A [`UsageError`] that names `switch`, for text that is not a pattern.
    pub(crate) fn parse(switch: &str, text: &str) -> Result<Self, UsageError> {
        let (excluding, list) = text.strip_prefix('^').map_or((false, text), |rest| (true, rest));
        Ok(Self { patterns: patterns(switch, list)?, excluding })
    }

    /// Whether there are any patterns.
    pub(crate) fn is_set(&self) -> bool {
        !self.patterns.is_empty()
    }

    /// Whether matching names are excluded.
    pub(crate) fn excludes(&self) -> bool {
        self.excluding
    }

    /// Whether a device of this name is selected.
    pub(crate) fn accepts(&self, name: &[u8]) -> bool {
        !self.is_set() || self.patterns.iter().any(|pattern| pattern.is_match(name)) != self.excluding
    }
}

/// Selects lines of a kernel file, instead of the default selection or in addition to it.
#[derive(Debug, Clone, Default)]
pub(crate) struct LineFilter {
    wanted: Vec<Regex>,
    adding: bool,
    ignored: Vec<Regex>,
}

impl LineFilter {
    /// Reads the patterns of the switches `raw{kind}filt` and `raw{kind}ignore`, separated by commas. A `+` before the
    /// first pattern keeps the default lines as well.
    ///
    /// # Errors
    /// A [`UsageError`] for text that is not a pattern.
    pub(crate) fn parse(kind: &str, wanted: Option<&str>, ignored: Option<&str>) -> Result<Self, UsageError> {
        let adding = wanted.is_some_and(|text| text.starts_with('+'));
        let wanted = wanted.map(|text| text.strip_prefix('+').unwrap_or(text));
        Ok(Self {
            wanted: patterns(&format!("raw{kind}filt"), wanted.unwrap_or_default())?,
            adding,
            ignored: patterns(&format!("raw{kind}ignore"), ignored.unwrap_or_default())?,
        })
    }

    /// Whether `line` is captured; `default` tells whether it is without a filter.
    pub(crate) fn accepts(&self, line: &[u8], default: bool) -> bool {
        let matches = |patterns: &[Regex]| patterns.iter().any(|pattern| pattern.is_match(line));
        let replaced = !self.wanted.is_empty() && !self.adding;
        (default && !replaced || matches(&self.wanted)) && !matches(&self.ignored)
    }
}

/// Patterns separated by commas; none for text that is empty or only commas.
fn patterns(switch: &str, text: &str) -> Result<Vec<Regex>, UsageError> {
    let list = text.trim_end_matches(',');
    list.split(',').filter(|_| !list.is_empty()).map(|text| pattern(switch, text)).collect()
}

/// A pattern from the user, in Perl syntax without back references.
///
/// # Errors
/// A [`UsageError`] that names `switch`.
pub(crate) fn pattern(switch: &str, text: &str) -> Result<Regex, UsageError> {
    RegexBuilder::new(text).unicode(false).build().map_err(|error| {
        let reason = error.to_string();
        let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
        UsageError(format!("--{switch}: '{}' is not a pattern: {reason}", text.escape_debug()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(text: &str) -> Vec<&'static str> {
        let filter = NameFilter::parse("dskfilt", text).unwrap();
        ["sda", "sdb", "sdb1", "dm-0"].into_iter().filter(|name| filter.accepts(name.as_bytes())).collect()
    }

    #[test]
    fn a_caret_before_the_first_pattern_excludes() {
        assert_eq!(accepted("sda"), ["sda"]);
        assert_eq!(accepted("sda,dm"), ["sda", "dm-0"]);
        assert_eq!(accepted("^sd"), ["dm-0"]);
        assert_eq!(accepted("^sda,sdb"), ["dm-0"]);
        assert_eq!(accepted("^sda,^db"), ["sdb", "sdb1", "dm-0"]);
        assert_eq!(accepted("sda,^sdb"), ["sda", "sdb", "sdb1"]);
        assert_eq!(accepted("(?i)SDA|\\d"), ["sda", "sdb1", "dm-0"]);
    }

    #[test]
    fn no_patterns_accept_everything() {
        for text in ["", "^", ",", "^,"] {
            assert_eq!(accepted(text).len(), 4, "{text}");
        }
    }

    #[test]
    fn bad_patterns_are_refused() {
        let error = NameFilter::parse("dskfilt", "sda,(").unwrap_err();
        assert_eq!(error.0, "--dskfilt: '(' is not a pattern: unclosed group");
        assert!(LineFilter::parse("net", None, Some("[")).is_err());
    }

    #[test]
    fn lines_are_replaced_added_and_ignored() {
        let captured = |wanted, ignored| {
            let filter = LineFilter::parse("dsk", wanted, ignored).unwrap();
            let lines = [("8 0 sda 1", true), ("8 1 sda1 1", false), ("7 0 loop0 1", false)];
            lines.map(|(line, default)| filter.accepts(line.as_bytes(), default))
        };
        assert_eq!(captured(None, None), [true, false, false]);
        assert_eq!(captured(Some("loop"), None), [false, false, true]);
        assert_eq!(captured(Some("+loop"), None), [true, false, true]);
        assert_eq!(captured(Some("sda"), Some("sda1")), [true, false, false]);
        assert_eq!(captured(None, Some("sd")), [false, false, false]);
    }
}
