//! Nodesets: `n[001-128]`, `r[1-2]n[08-11]`, `n[1-9/2]`, `a,b[1,3]`, `@group`, `me@n[1-3]:22`, `[::1]:2655`.
//!
//! The notation of ClusterShell (clush(1), nodeset(1)), which holds those of pdsh(1) and of Slurm's host lists. Terms are
//! expanded in the order they stand in; how many hosts a term is, is known before it is expanded.

use std::ops::Range;

use shared::display::sanitize;
use thiserror::Error;

/// Longest name that a term may expand to.
const MAX_NAME: usize = 400;
/// Most digits of a number.
const MAX_DIGITS: usize = 18;
/// How much of a text an error shows.
const MAX_SHOWN: usize = 80;

/// What stands between two commas or blanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Term {
    /// `@NAME` or `@SOURCE:NAME`, without the `@`.
    Group(String),
    /// Hosts.
    Hosts(Pattern),
}

/// Names that differ in numbers: literal text and lists of ranges in turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Numbers(Vec<Numbers>),
}

/// `FIRST-LAST/STEP`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Numbers {
    first: u64,
    last: u64,
    step: u64,
    /// Digits that are written at least, zeros being put in front.
    width: usize,
}

/// A text that is no nodeset.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("'{text}', character {at}: {fault}")]
pub(crate) struct NodesetError {
    text: String,
    at: usize,
    fault: Fault,
}

#[derive(Debug, Clone, PartialEq, Eq, Error)]
enum Fault {
    #[error("'[' is not closed")]
    Open,
    #[error("']' has no '['")]
    Close,
    #[error("brackets can't stand in brackets")]
    Nested,
    #[error("a number is missing")]
    NoNumber,
    #[error("'{0}' is not a number of at most {MAX_DIGITS} digits")]
    Number(String),
    #[error("the step must be a number above 0")]
    Step,
    #[error("the range runs backwards")]
    Backwards,
    #[error("its two ends are padded with zeros in different ways")]
    Padding,
    #[error("'{}' can't stand in the name of a host", .0.escape_debug())]
    Character(char),
    #[error("'{}' is not understood: name the hosts to leave out with -x", .0.escape_debug())]
    Operator(char),
    #[error("a name is longer than {MAX_NAME} characters")]
    Long,
    #[error("a group has no name")]
    NoGroup,
}

/// Reads a nodeset.
///
/// # Errors
/// A [`NodesetError`], which says where in the text.
pub(crate) fn parse(text: &str) -> Result<Vec<Term>, NodesetError> {
    let reader = Reader { text };
    reader.terms()?.into_iter().map(|range| reader.term(range)).collect()
}

impl Pattern {
    /// How many hosts it is; saturates.
    pub(crate) fn count(&self) -> u64 {
        let counts = self.0.iter().map(|part| match part {
            Part::Text(_) => 1,
            Part::Numbers(all) => all.iter().fold(0, |sum: u64, one| sum.saturating_add(one.count())),
        });
        counts.fold(1, u64::saturating_mul)
    }

    /// All names, the last numbers changing first. To be called where [`Pattern::count`] is bearable.
    pub(crate) fn expand(&self) -> Vec<String> {
        let mut names = vec![String::new()];
        for part in &self.0 {
            names = match part {
                Part::Text(text) => names.into_iter().map(|name| name + text).collect(),
                Part::Numbers(all) => names
                    .iter()
                    .flat_map(|name| {
                        all.iter().flat_map(|one| one.written()).map(move |number| format!("{name}{number}"))
                    })
                    .collect(),
            };
        }
        names
    }

    fn longest(&self) -> usize {
        let lengths = self.0.iter().map(|part| match part {
            Part::Text(text) => text.len(),
            Part::Numbers(all) => {
                all.iter().map(|one| one.width.max(one.last.to_string().len())).max().unwrap_or(0)
            }
        });
        lengths.sum()
    }
}

impl Numbers {
    fn count(self) -> u64 {
        (self.last - self.first) / self.step + 1
    }

    fn written(self) -> impl Iterator<Item = String> {
        let width = self.width;
        (0..self.count()).map(move |index| format!("{:0width$}", self.first + index * self.step))
    }
}

/// A text, whose parts are byte ranges.
struct Reader<'a> {
    text: &'a str,
}

impl Reader<'_> {
    /// The terms: what stands between commas and blanks outside brackets.
    fn terms(&self) -> Result<Vec<Range<usize>>, NodesetError> {
        let (mut terms, mut start, mut open) = (Vec::new(), 0, None);
        for (at, c) in self.text.char_indices() {
            match (c, open) {
                ('[', None) => open = Some(at),
                ('[', Some(_)) => return Err(self.error(at, Fault::Nested)),
                (']', None) => return Err(self.error(at, Fault::Close)),
                (']', Some(_)) => open = None,
                (',' | ' ' | '\t' | '\n' | '\r', None) => {
                    terms.push(start..at);
                    start = at + 1;
                }
                _ => {}
            }
        }
        if let Some(at) = open {
            return Err(self.error(at, Fault::Open));
        }
        terms.push(start..self.text.len());
        terms.retain(|term| !term.is_empty());
        Ok(terms)
    }

    fn term(&self, range: Range<usize>) -> Result<Term, NodesetError> {
        let text = &self.text[range.clone()];
        if let Some(group) = text.strip_prefix('@') {
            if group.is_empty() {
                return Err(self.error(range.start, Fault::NoGroup));
            }
            return Ok(Term::Group(group.to_owned()));
        }
        let pattern = self.pattern(range.clone())?;
        if pattern.longest() > MAX_NAME {
            return Err(self.error(range.start, Fault::Long));
        }
        Ok(Term::Hosts(pattern))
    }

    fn pattern(&self, range: Range<usize>) -> Result<Pattern, NodesetError> {
        let mut parts = Vec::new();
        let mut start = range.start;
        while let Some(open) = self.find('[', start..range.end) {
            let close = self.find(']', open..range.end).ok_or_else(|| self.error(open, Fault::Open))?;
            parts.push(self.literal(start..open)?);
            parts.push(if self.text[open..close].contains(':') {
                // An IPv6 address: no range holds a colon.
                self.literal(open..close + 1)?
            } else {
                Part::Numbers(self.ranges(open + 1..close)?)
            });
            start = close + 1;
        }
        parts.push(self.literal(start..range.end)?);
        Ok(Pattern(parts))
    }

    fn find(&self, c: char, range: Range<usize>) -> Option<usize> {
        self.text[range.clone()].find(c).map(|at| range.start + at)
    }

    fn literal(&self, range: Range<usize>) -> Result<Part, NodesetError> {
        let text = &self.text[range.clone()];
        for (at, c) in text.char_indices() {
            if matches!(c, '!' | '&' | '^') {
                return Err(self.error(range.start + at, Fault::Operator(c)));
            }
            if !c.is_ascii_graphic() {
                return Err(self.error(range.start + at, Fault::Character(c)));
            }
        }
        Ok(Part::Text(text.to_owned()))
    }

    /// What stands in brackets.
    fn ranges(&self, range: Range<usize>) -> Result<Vec<Numbers>, NodesetError> {
        let mut all = Vec::new();
        let mut start = range.start;
        for text in self.text[range].split(',') {
            all.push(self.numbers(text, start)?);
            start += text.len() + 1;
        }
        Ok(all)
    }

    fn numbers(&self, text: &str, at: usize) -> Result<Numbers, NodesetError> {
        let (ends, step) = match text.split_once('/') {
            Some((ends, step)) => (ends, Some(step)),
            None => (text, None),
        };
        let (low, high) = ends.split_once('-').unwrap_or((ends, ends));
        let (first, last) = (self.number(low, at)?, self.number(high, at + ends.len() - high.len())?);
        let step = match step {
            None => 1,
            Some(step) => {
                let at = at + ends.len() + 1;
                self.number(step, at)
                    .ok()
                    .filter(|&step| step > 0)
                    .ok_or_else(|| self.error(at, Fault::Step))?
            }
        };
        if last < first {
            return Err(self.error(at, Fault::Backwards));
        }
        let is_padded = |digits: &str| digits.len() > 1 && digits.starts_with('0');
        if low.len() != high.len() && (is_padded(high) || low.len() > high.len()) {
            return Err(self.error(at, Fault::Padding));
        }
        Ok(Numbers { first, last, step, width: if is_padded(low) { low.len() } else { 0 } })
    }

    fn number(&self, digits: &str, at: usize) -> Result<u64, NodesetError> {
        if digits.is_empty() {
            return Err(self.error(at, Fault::NoNumber));
        }
        let is_number = digits.len() <= MAX_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = if is_number { digits.parse().ok() } else { None };
        number.ok_or_else(|| self.error(at, Fault::Number(shown(digits))))
    }

    fn error(&self, at: usize, fault: Fault) -> NodesetError {
        let at = self.text[..at].chars().count() + 1;
        NodesetError { text: shown(self.text), at, fault }
    }
}

/// A text for an error: harmless, and not too much of it.
fn shown(text: &str) -> String {
    let mut shown: String = sanitize(text.as_bytes()).chars().take(MAX_SHOWN).collect();
    if shown.len() < text.len() {
        shown.push_str("...");
    }
    shown
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn expand(text: &str) -> String {
        let terms = parse(text).unwrap_or_else(|error| panic!("{error}"));
        let names = terms.iter().flat_map(|term| match term {
            Term::Group(name) => vec![format!("@{name}")],
            Term::Hosts(pattern) => pattern.expand(),
        });
        names.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn nothing_in_a_name_or_an_error_steers_a_terminal() {
        for text in ["n\u{1b}", "[::\u{1b}[2J]", "n[1-\u{202e}2]"] {
            let error = parse(text).unwrap_err().to_string();
            assert_eq!(sanitize(error.as_bytes()), error);
        }
    }

    fn error(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn ranges_lists_and_steps() {
        assert_eq!(expand("n[1-3]"), "n1 n2 n3");
        assert_eq!(expand("n[1-9/4],m"), "n1 n5 n9 m");
        assert_eq!(expand("a,b[1,3-4]c"), "a b1c b3c b4c");
        assert_eq!(expand("r[1-2]n[08-10]"), "r1n08 r1n09 r1n10 r2n08 r2n09 r2n10");
        assert_eq!(expand("10.0.0.[9-11]"), "10.0.0.9 10.0.0.10 10.0.0.11");
        assert_eq!(expand(" n1  n2,,n3, "), "n1 n2 n3");
    }

    #[test]
    fn padding_is_kept() {
        assert_eq!(expand("n[008-010]"), "n008 n009 n010");
        assert_eq!(expand("n[098-101]"), "n098 n099 n100 n101");
        assert_eq!(expand("n[09-100/91]"), "n09 n100");
        assert_eq!(expand("n[9-10,01]"), "n9 n10 n01");
        assert_eq!(expand("n[0-1]"), "n0 n1");
    }

    #[test]
    fn users_ports_addresses_and_groups() {
        assert_eq!(expand("me@n[1-2]:22"), "me@n1:22 me@n2:22");
        assert_eq!(expand("n1:[7-8]"), "n1:7 n1:8");
        assert_eq!(expand("[::1]:2655,::1,me@[fe80::1%eth0]"), "[::1]:2655 ::1 me@[fe80::1%eth0]");
        assert_eq!(expand("@gpu,@racks:r1"), "@gpu @racks:r1");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (text, expected) in [
            ("n[1-3", "'n[1-3', character 2: '[' is not closed"),
            ("a,n1]", "'a,n1]', character 5: ']' has no '['"),
            ("n[[1]]", "'n[[1]]', character 3: brackets can't stand in brackets"),
            ("n[]", "'n[]', character 3: a number is missing"),
            ("n[1-]", "'n[1-]', character 5: a number is missing"),
            ("n[1,x]", "'n[1,x]', character 5: 'x' is not a number of at most 18 digits"),
            ("n[1-9/0]", "'n[1-9/0]', character 7: the step must be a number above 0"),
            ("n[5-1]", "'n[5-1]', character 3: the range runs backwards"),
            ("n[1-010]", "'n[1-010]', character 3: its two ends are padded with zeros in different ways"),
            ("n[01-2]", "'n[01-2]', character 3: its two ends are padded with zeros in different ways"),
            ("a;é", "'a;é', character 3: 'é' can't stand in the name of a host"),
            ("a!b", "'a!b', character 2: '!' is not understood: name the hosts to leave out with -x"),
            ("@", "'@', character 1: a group has no name"),
        ] {
            assert_eq!(error(text), expected);
        }
        assert!(error(&"x".repeat(500)).ends_with("a name is longer than 400 characters"));
        assert!(error(&"[1]".repeat(500)).contains("a name is longer"));
    }

    #[test]
    fn how_many_is_known_before() {
        let count = |text: &str| match &parse(text).unwrap()[0] {
            Term::Hosts(pattern) => pattern.count(),
            Term::Group(_) => 0,
        };
        assert_eq!(count("r[1-2]n[08-11,20]"), 10);
        assert_eq!(count("n[0-999999999999999999][0-999999999999999999]"), u64::MAX);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[nab0-9\\[\\],/@:.! é-]{0,40}") {
            for term in parse(&text).unwrap_or_default() {
                if let Term::Hosts(pattern) = term && pattern.count() < 10_000 {
                    prop_assert_eq!(pattern.expand().len() as u64, pattern.count());
                }
            }
        }

        #[test]
        fn any_garbage_is_no_panic(text in "\\PC{0,60}") {
            let _ = parse(&text);
        }

        #[test]
        fn a_range_is_what_it_says(first in 0_u64..2000, more in 0_u64..300, step in 1_u64..9, width in 1_usize..6) {
            let last = first + more;
            prop_assume!(first.to_string().len() <= width);
            let names = expand(&format!("n[{first:0width$}-{last:0width$}/{step}]"));
            let expected: Vec<_> = (first..=last).step_by(usize::try_from(step).unwrap()).map(|n| format!("n{n:0width$}")).collect();
            prop_assert_eq!(names, expected.join(" "));
        }
    }
}
