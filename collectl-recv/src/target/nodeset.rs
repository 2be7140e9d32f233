//! Nodesets: `n[001-128]`, `r[1-2]n[08-11]`, `n[1-9/2]`, `a,b[1,3]`, `@group`, `me@n[1-3]:22`, `[::1]:2655`.
//!
//! The notation of ClusterShell (clush(1), nodeset(1)), which includes those of pdsh(1) and of Slurm's host lists.
//! Terms are expanded in their order. The number of hosts is known before a term is expanded.

use std::ops::Range;

use collectl_wire::display::sanitize;
use thiserror::Error;

/// Longest name that a term may expand to, in bytes.
const MAX_NAME: usize = 400;
/// Largest number of digits of a number.
const MAX_DIGITS: usize = 18;
/// How many characters of a text an error shows.
const MAX_SHOWN: usize = 80;

/// The text between two commas or blanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Term {
    /// `@NAME` or `@SOURCE:NAME`, without the `@`.
    Group(String),
    /// Hosts.
    Hosts(Pattern),
}

/// Names that differ in numbers: literal text alternating with lists of ranges.
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
    /// Least number of digits; numbers are padded with zeros.
    width: usize,
}

/// A text that is not a nodeset.
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
    #[error("brackets can't be nested")]
    Nested,
    #[error("a number is missing")]
    NoNumber,
    #[error("'{0}' is not a number of at most {MAX_DIGITS} digits")]
    Number(String),
    #[error("the step must be a number greater than 0")]
    Step,
    #[error("the range runs backwards")]
    Backwards,
    #[error("its two ends have different numbers of leading zeros")]
    Padding,
    #[error("'{}' is not allowed in a host name", .0.escape_debug())]
    Character(char),
    #[error("'{}' is not supported: exclude hosts with -x", .0.escape_debug())]
    Operator(char),
    #[error("a name is longer than {MAX_NAME} characters")]
    Long,
    #[error("a group has no name")]
    NoGroup,
}

/// Reads a nodeset.
///
/// # Errors
/// A [`NodesetError`] with the position in the text.
pub(crate) fn parse(text: &str) -> Result<Vec<Term>, NodesetError> {
    let reader = Reader { text };
    reader.terms()?.into_iter().map(|range| reader.term(range)).collect()
}

impl Pattern {
    /// The number of hosts; saturates.
    pub(crate) fn count(&self) -> u64 {
        let counts = self.0.iter().map(|part| match part {
            Part::Text(_) => 1,
            Part::Numbers(all) => all.iter().fold(0, |sum: u64, one| sum.saturating_add(one.count())),
        });
        counts.fold(1, u64::saturating_mul)
    }

    /// All names; the last number changes first. Check [`Pattern::count`] before.
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

/// A text; its parts are byte ranges.
struct Reader<'a> {
    text: &'a str,
}

impl Reader<'_> {
    /// The terms: the text between commas and blanks outside brackets.
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

    /// The ranges in brackets.
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

/// A text as an error shows it: sanitized and cut.
fn shown(text: &str) -> String {
    let mut shown: String = sanitize(text.as_bytes()).chars().take(MAX_SHOWN).collect();
    if shown.len() < text.len() {
        shown.push_str("...");
    }
    shown
}

#[cfg(test)]
mod tests;
