//! Filters on the names of devices (`--dskfilt`, `--netfilt`) and on the lines of kernel files (`--rawdskfilt`, ...).

use regex::bytes::{Regex, RegexBuilder};

use crate::usage::UsageError;

/// Names that are wanted: those that match one of some patterns, or none of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct NameFilter {
    patterns: Vec<Regex>,
    excluding: bool,
}

impl NameFilter {
    /// Reads patterns separated by commas. A `^` before the first one turns the filter around; in all others it is part of
    /// the pattern.
    ///
    /// # Errors
    /// A [`UsageError`] that names `switch`, for a text that is no pattern.
    pub(crate) fn parse(switch: &str, text: &str) -> Result<Self, UsageError> {
        let (excluding, list) = text.strip_prefix('^').map_or((false, text), |rest| (true, rest));
        Ok(Self { patterns: patterns(switch, list)?, excluding })
    }

    /// Whether there is anything to filter by.
    pub(crate) fn is_set(&self) -> bool {
        !self.patterns.is_empty()
    }

    /// Whether names that match are those that are not wanted.
    pub(crate) fn excludes(&self) -> bool {
        self.excluding
    }

    /// Whether a device of this name is wanted.
    pub(crate) fn accepts(&self, name: &[u8]) -> bool {
        !self.is_set() || self.patterns.iter().any(|pattern| pattern.is_match(name)) != self.excluding
    }
}

/// Lines of a kernel file that are captured, in place of those that are by default or besides them.
#[derive(Debug, Clone, Default)]
pub(crate) struct LineFilter {
    wanted: Vec<Regex>,
    adding: bool,
    ignored: Vec<Regex>,
}

impl LineFilter {
    /// Reads the patterns, separated by commas, of the switches `raw{kind}filt` and `raw{kind}ignore`. A `+` before the
    /// wanted ones keeps what is captured by default, too.
    ///
    /// # Errors
    /// A [`UsageError`] for a text that is no pattern.
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

/// Patterns separated by commas; none in a text that is empty but for commas at its end.
fn patterns(switch: &str, text: &str) -> Result<Vec<Regex>, UsageError> {
    let list = text.trim_end_matches(',');
    list.split(',').filter(|_| !list.is_empty()).map(|text| pattern(switch, text)).collect()
}

/// A pattern that users typed: those of Perl, without back references.
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
    fn no_patterns_accept_all() {
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
