//! Counts the intervals that a stream has brought.
//!
//! In streams with records, once one was seen, only those count: a record of verbose and a sample of a raw file are whole
//! when the next one begins or the connection ends, one of lexpr when its last line has come. In all others each line of
//! figures is an interval. Formats with several lines and no record (detail of one subsystem, processes in plot format)
//! count more intervals than there were.

use super::classify::LineKind;
use super::lines::Lines;

/// How many of some lines are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// The first so many lines.
    pub(crate) lines: usize,
    /// The last interval that is wanted has come.
    pub(crate) enough: bool,
}

/// A record that has begun.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Open {
    #[default]
    None,
    /// It ends where the next one begins.
    Record,
    /// It ends with a line of its own.
    Lexpr,
}

/// The intervals of one host, over all its connections.
#[derive(Debug, Clone)]
pub(crate) struct IntervalCounter {
    wanted: Option<u64>,
    whole: u64,
    has_records: bool,
    open: Open,
}

impl IntervalCounter {
    /// Counts up to `wanted` intervals, or without end.
    pub(crate) fn new(wanted: Option<u64>) -> Self {
        Self { wanted, whole: 0, has_records: false, open: Open::None }
    }

    /// True when all that was wanted has come.
    pub(crate) fn is_done(&self) -> bool {
        self.wanted.is_some_and(|wanted| self.whole >= wanted)
    }

    /// Takes lines; tells how many of them are wanted.
    pub(crate) fn take(&mut self, lines: &Lines) -> Wanted {
        if self.wanted.is_none() {
            return Wanted { lines: lines.len(), enough: false };
        }
        for (place, line) in lines.iter().enumerate() {
            if self.is_done() || !self.line(line.kind) {
                return Wanted { lines: place, enough: true };
            }
            if self.is_done() {
                return Wanted { lines: place + 1, enough: true };
            }
        }
        Wanted { lines: lines.len(), enough: self.is_done() }
    }

    /// The connection ended: an open record is whole, and the next connection may have another format.
    pub(crate) fn connection_ended(&mut self) {
        self.close_record();
        self.has_records = false;
    }

    /// Takes a line; false where it is of an interval after the last that is wanted.
    fn line(&mut self, kind: LineKind) -> bool {
        match kind {
            LineKind::RecordStart | LineKind::Marker => {
                self.close_record();
                self.has_records = true;
                self.open = if self.is_done() { Open::None } else { Open::Record };
                return !self.is_done();
            }
            LineKind::LexprStart => {
                self.has_records = true;
                self.open = Open::Lexpr;
            }
            LineKind::LexprEnd => {
                self.whole += u64::from(self.open == Open::Lexpr);
                self.open = Open::None;
            }
            LineKind::Data => self.whole += u64::from(!self.has_records),
            LineKind::Blank | LineKind::Header | LineKind::Error => {}
        }
        true
    }

    fn close_record(&mut self) {
        self.whole += u64::from(self.open == Open::Record);
        self.open = Open::None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::classify::Classifier;

    fn lines(text: &[&str]) -> Lines {
        Lines::of(format!("{}\n", text.join("\n")).as_bytes(), &mut Classifier::default())
    }

    /// How many lines are wanted, and whether that is all.
    fn taken(wanted: u64, text: &[&str]) -> (usize, bool) {
        let Wanted { lines, enough } = IntervalCounter::new(Some(wanted)).take(&lines(text));
        (lines, enough)
    }

    #[test]
    fn brief_lines_count_and_headers_do_not() {
        let text = ["#<--CPU-->", "#cpu sys", "   1   0", "   2   0", "#cpu sys", "   3   0", "   4   0"];
        assert_eq!((taken(3, &text), taken(9, &text)), ((6, true), (7, false)));
        assert_eq!(
            IntervalCounter::new(None).take(&lines(&text)),
            Wanted { lines: text.len(), enough: false }
        );
    }

    #[test]
    fn records_are_shown_whole() {
        let record = "### RECORD    1 >>> vm <<< (1795340405.012) ###";
        let text =
            ["", record, "", "# CPU SUMMARY", "1 0 6", "2 0 6", "", record, "3 0 6", "", record, "4 0 6"];
        assert_eq!([1, 2, 3].map(|wanted| taken(wanted, &text)), [(7, true), (10, true), (12, false)]);
    }

    #[test]
    fn the_end_of_a_connection_completes_a_record() {
        let mut counter = IntervalCounter::new(Some(2));
        counter.take(&lines(&["### RECORD 1"]));
        counter.connection_ended();
        assert!(!counter.is_done());
        counter.take(&lines(&["### RECORD 1", " 1 2 3"]));
        counter.connection_ended();
        assert!(counter.is_done());
        assert_eq!(counter.take(&lines(&["### RECORD 2"])), Wanted { lines: 0, enough: true });
    }

    #[test]
    fn lexpr_records_end_with_their_mark() {
        let text =
            ["sample.time 1", "cputotals.user 3", ">>><<<", "sample.time 2", "cputotals.user 4", ">>><<<"];
        assert_eq!((taken(1, &text), taken(2, &text)), ((3, true), (6, true)));
        let mut counter = IntervalCounter::new(Some(1));
        counter.take(&lines(&text[..2]));
        counter.connection_ended();
        assert!(!counter.is_done(), "half a record is none");
    }

    #[test]
    fn errors_are_no_intervals() {
        let text = ["Error: invalid subsystem 'QQ'", "type 'collectl -h' for help"];
        assert_eq!(taken(1, &text), (2, false));
    }
}
