//! Counts the intervals that a stream of lines has brought.
//!
//! Four kinds of stream, told apart by their lines, the host prefix taken off:
//!
//! - with `### RECORD` lines (verbose, detail, several subsystems): once one was seen, only those count. A record is whole
//!   when the next one begins or the connection ends.
//! - raw (`--export raw`): the same with its markers, `>>> TIME <<<`.
//! - lexpr: the first line of a record begins with `sample.time`; the line `>>><<<` ends it.
//! - all others (brief, plot, one subsystem): every line that is not empty, does not begin with `#` and is no error
//!   message is an interval. Formats with several lines and no mark for an interval (detail of one subsystem, processes
//!   in plot format) count more intervals than there were.

/// What a line means for the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counted {
    /// Show it; more is wanted.
    Show,
    /// Show it; it was the last that is wanted.
    ShowAndStop,
    /// It belongs to an interval beyond the last that is wanted.
    Stop,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Lines,
    Records,
    Lexpr,
}

/// The intervals of one host, over all its connections.
#[derive(Debug, Clone)]
pub(crate) struct IntervalCounter {
    wanted: Option<u64>,
    whole: u64,
    kind: Kind,
    record_open: bool,
}

impl IntervalCounter {
    /// Counts up to `wanted` intervals, or without end.
    pub(crate) fn new(wanted: Option<u64>) -> Self {
        Self { wanted, whole: 0, kind: Kind::Lines, record_open: false }
    }

    /// True when all that was wanted has come.
    pub(crate) fn is_done(&self) -> bool {
        self.wanted.is_some_and(|wanted| self.whole >= wanted)
    }

    /// Takes the next line, its host prefix taken off.
    pub(crate) fn line(&mut self, text: &[u8]) -> Counted {
        if self.is_done() {
            return Counted::Stop;
        }
        if text.starts_with(b"### RECORD") || text.starts_with(b">>> ") {
            self.close_record();
            self.kind = Kind::Records;
            self.record_open = !self.is_done();
            return if self.is_done() { Counted::Stop } else { Counted::Show };
        }
        if self.kind == Kind::Lines && text.starts_with(b"sample.time") {
            self.kind = Kind::Lexpr;
        }
        self.whole += u64::from(match self.kind {
            Kind::Records => false,
            Kind::Lexpr => text == b">>><<<",
            Kind::Lines => is_data(text),
        });
        if self.is_done() { Counted::ShowAndStop } else { Counted::Show }
    }

    /// The connection ended: an open record is whole, and the next connection may speak another format.
    pub(crate) fn connection_ended(&mut self) {
        self.close_record();
        self.kind = Kind::Lines;
    }

    fn close_record(&mut self) {
        self.whole += u64::from(self.record_open);
        self.record_open = false;
    }
}

/// True for a line of figures: not empty, no header, no error.
fn is_data(text: &[u8]) -> bool {
    !text.trim_ascii().is_empty() && text[0] != b'#' && !is_error(text)
}

/// True for the lines with which collectl says why it leaves.
pub(crate) fn is_error(text: &[u8]) -> bool {
    text.starts_with(b"Error:") || text == b"type 'collectl -h' for help"
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines shown until the counter stops, and whether it did.
    fn shown<'a>(wanted: u64, lines: &[&'a str]) -> (Vec<&'a str>, bool) {
        let mut counter = IntervalCounter::new(Some(wanted));
        let mut out = Vec::new();
        for line in lines {
            match counter.line(line.as_bytes()) {
                Counted::Show => out.push(*line),
                Counted::ShowAndStop => {
                    out.push(*line);
                    return (out, true);
                }
                Counted::Stop => return (out, true),
            }
        }
        (out, false)
    }

    #[test]
    fn brief_lines_count_and_headers_do_not() {
        let lines = ["#<--CPU-->", "#cpu sys", "   1   0", "   2   0", "#cpu sys", "   3   0", "   4   0"];
        assert_eq!(shown(3, &lines), (lines[..6].to_vec(), true));
        assert_eq!(shown(9, &lines), (lines.to_vec(), false));
    }

    #[test]
    fn records_are_shown_whole() {
        let record = "### RECORD    1 >>> vm <<< (1795340405.012) ###";
        let lines =
            ["", record, "", "# CPU SUMMARY", "1 0 6", "2 0 6", "", record, "3 0 6", "", record, "4 0 6"];
        assert_eq!(shown(1, &lines), (lines[..7].to_vec(), true));
        assert_eq!(shown(2, &lines), (lines[..10].to_vec(), true));
        assert_eq!(shown(3, &lines), (lines.to_vec(), false));
    }

    #[test]
    fn the_end_of_a_connection_completes_a_record() {
        let mut counter = IntervalCounter::new(Some(2));
        counter.line(b"### RECORD 1");
        counter.connection_ended();
        assert!(!counter.is_done());
        counter.line(b"### RECORD 1");
        counter.line(b" 1 2 3");
        counter.connection_ended();
        assert!(counter.is_done());
        assert_eq!(counter.line(b"### RECORD 2"), Counted::Stop);
    }

    #[test]
    fn lexpr_records_end_with_their_mark() {
        let lines =
            ["sample.time 1", "cputotals.user 3", ">>><<<", "sample.time 2", "cputotals.user 4", ">>><<<"];
        assert_eq!(shown(1, &lines), (lines[..3].to_vec(), true));
        assert_eq!(shown(2, &lines), (lines.to_vec(), true));
    }

    #[test]
    fn errors_are_no_intervals() {
        let lines = ["Error: invalid subsystem 'QQ'", "type 'collectl -h' for help"];
        assert_eq!(shown(1, &lines), (lines.to_vec(), false));
    }
}
