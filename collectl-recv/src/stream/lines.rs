//! Whole lines that came together, each classified. Consumers share them and cut nothing again.

use std::ops::Range;

use super::classify::{Classifier, Format, LineKind};

/// Lines, and what each is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Lines {
    /// Each ended by LF.
    text: Vec<u8>,
    index: Vec<Entry>,
    format: Format,
}

/// A line begins where the one before ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    /// Behind its LF.
    end: usize,
    kind: LineKind,
}

/// A line of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line<'a> {
    pub(crate) kind: LineKind,
    /// Without its LF.
    pub(crate) text: &'a [u8],
}

impl Lines {
    /// The lines of `text`, whole ones, each ended by LF.
    pub(crate) fn of(text: &[u8], classifier: &mut Classifier) -> Self {
        let mut lines = Self::default();
        for line in text.split_inclusive(|&byte| byte == b'\n') {
            lines.add(line.strip_suffix(b"\n").unwrap_or(line), classifier);
        }
        lines
    }

    /// Classifies and adds a line, without its LF.
    pub(crate) fn add(&mut self, line: &[u8], classifier: &mut Classifier) {
        let kind = classifier.line(line);
        self.push(line, kind, classifier.format());
    }

    /// Adds a line, without its LF, of a stream that has shown `format` with it.
    pub(crate) fn push(&mut self, line: &[u8], kind: LineKind, format: Format) {
        self.text.reserve(line.len() + 1);
        self.text.extend_from_slice(line);
        self.text.push(b'\n');
        self.index.push(Entry { end: self.text.len(), kind });
        self.format = format;
    }

    /// Adds the lines of another part of the same stream.
    pub(crate) fn append(&mut self, other: &Self) {
        if other.is_empty() {
            return;
        }
        let begin = self.text.len();
        self.text.extend_from_slice(&other.text);
        self.index.extend(other.index.iter().map(|entry| Entry { end: begin + entry.end, ..*entry }));
        self.format = other.format;
    }

    /// Keeps the first `count` lines.
    pub(crate) fn truncate(&mut self, count: usize) {
        self.index.truncate(count);
        self.text.truncate(self.index.last().map_or(0, |entry| entry.end));
    }

    /// All lines in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Line<'_>> {
        let mut begin = 0;
        self.index.iter().map(move |entry| {
            let text = &self.text[std::mem::replace(&mut begin, entry.end)..entry.end - 1];
            Line { kind: entry.kind, text }
        })
    }

    /// The bytes of the first line of `kind`, its LF included.
    pub(crate) fn first(&self, kind: LineKind) -> Option<Range<usize>> {
        let place = self.index.iter().position(|entry| entry.kind == kind)?;
        let begin = place.checked_sub(1).map_or(0, |before| self.index[before].end);
        Some(begin..self.index[place].end)
    }

    /// All bytes: each line ended by LF.
    pub(crate) fn text(&self) -> &[u8] {
        &self.text
    }

    /// How many bytes of memory they take.
    pub(crate) fn size(&self) -> usize {
        self.text.len() + self.index.len() * size_of::<Entry>()
    }

    /// How many lines there are.
    pub(crate) fn len(&self) -> usize {
        self.index.len()
    }

    /// True where there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// What the stream has shown with the last line.
    pub(crate) fn format(&self) -> Format {
        self.format
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_again() {
        let mut lines = Lines::of(b"#a\n\n### RECORD 1\n 1 2\n", &mut Classifier::default());
        assert_eq!(lines.text(), b"#a\n\n### RECORD 1\n 1 2\n");
        let seen: Vec<_> = lines.iter().map(|line| (line.kind, line.text)).collect();
        assert_eq!((seen[1], seen[3]), ((LineKind::Blank, &b""[..]), (LineKind::Data, &b" 1 2"[..])));
        assert_eq!((lines.first(LineKind::RecordStart), lines.first(LineKind::Marker)), (Some(4..17), None));
        let copy = lines.clone();
        lines.append(&copy);
        assert_eq!((lines.len(), lines.iter().nth(6).unwrap().text), (8, &b"### RECORD 1"[..]));
        lines.truncate(2);
        assert_eq!((lines.text(), lines.len()), (&b"#a\n\n"[..], 2));
        lines.truncate(0);
        assert!(lines.is_empty() && lines.text().is_empty());
    }
}
