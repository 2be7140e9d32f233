//! What each line of a stream is. Decided once, when the line is cut off; the only place that knows how lines begin.

/// How a record of the verbose format begins.
const RECORD: &[u8] = b"### RECORD";
/// How the line before a sample of a raw file begins; its time and ` <<<` follow.
const MARKER: &[u8] = b">>> ";
/// How a record of the lexpr format begins; seconds of the epoch follow.
const LEXPR_START: &[u8] = b"sample.time ";
/// The line that ends a record of the lexpr format.
const LEXPR_END: &[u8] = b">>><<<";
/// Fewest `#` of the line that begins a raw file.
const RULE: usize = 40;

/// What a line is, its host name taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineKind {
    /// Nothing but blanks.
    Blank,
    /// A `#` line that begins no record: column headers, or the header of a file.
    Header,
    /// A record of several lines begins, which ends where the next one begins: `### RECORD`.
    RecordStart,
    /// A sample of a raw file begins: `>>> TIME <<<`.
    Marker,
    /// A record begins whose end has a line of its own: `sample.time`.
    LexprStart,
    /// It ends: `>>><<<`.
    LexprEnd,
    /// Figures.
    Data,
    /// A line with which collectl reports why it ends.
    Error,
}

/// How a stream is divided into intervals, as far as its lines have shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Format {
    /// Each line of figures may be an interval: brief, plot, JSON, verbose of one subsystem.
    #[default]
    Rows,
    /// Records that begin with [`LineKind::RecordStart`].
    Records,
    /// Records from [`LineKind::LexprStart`] to [`LineKind::LexprEnd`].
    Lexpr,
    /// A raw file, divided by [`LineKind::Marker`].
    Raw,
}

/// Classifies the lines of one stream, in their order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Classifier {
    format: Format,
    opening: Opening,
}

/// What the first lines have shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Opening {
    /// None has come.
    #[default]
    Empty,
    /// A line of `#`.
    Rule,
    /// The header of a raw file, or of a plot file, which names columns.
    FileHeader,
    /// The format shows in other lines.
    Over,
}

impl Classifier {
    /// Tells what the next line is.
    pub(crate) fn line(&mut self, text: &[u8]) -> LineKind {
        let kind = kind_of(text);
        if self.opening != Opening::Over {
            self.open(text, kind);
        }
        match (kind, self.format) {
            (LineKind::RecordStart, Format::Rows | Format::Lexpr) => self.format = Format::Records,
            (LineKind::Marker, _) => self.format = Format::Raw,
            (LineKind::LexprStart, Format::Rows) => self.format = Format::Lexpr,
            // What begins like a record of another format is a line of figures.
            (LineKind::LexprStart, Format::Records | Format::Raw)
            | (LineKind::LexprEnd, Format::Rows | Format::Records | Format::Raw) => return LineKind::Data,
            (LineKind::RecordStart, Format::Raw) => return LineKind::Header,
            _ => {}
        }
        kind
    }

    /// What the lines so far have shown.
    pub(crate) fn format(&self) -> Format {
        self.format
    }

    fn open(&mut self, text: &[u8], kind: LineKind) {
        self.opening = match self.opening {
            Opening::Empty if text.len() >= RULE && text.iter().all(|&byte| byte == b'#') => Opening::Rule,
            Opening::Rule if text.is_empty() || text.starts_with(b"# Collectl") => {
                self.format = Format::Raw;
                Opening::FileHeader
            }
            Opening::FileHeader if text.starts_with(b"#Date") || text.starts_with(b"#UTC ") => {
                self.format = Format::Rows;
                Opening::Over
            }
            Opening::FileHeader if matches!(kind, LineKind::Header | LineKind::Blank) => Opening::FileHeader,
            _ => Opening::Over,
        };
    }
}

/// What a line is by itself.
fn kind_of(text: &[u8]) -> LineKind {
    match text.first() {
        Some(b'#') if text.starts_with(RECORD) => LineKind::RecordStart,
        Some(b'#') => LineKind::Header,
        Some(b'>') if text.starts_with(MARKER) => LineKind::Marker,
        Some(b'>') if text == LEXPR_END => LineKind::LexprEnd,
        Some(b's') if text.starts_with(LEXPR_START) => LineKind::LexprStart,
        Some(b'E') if text.starts_with(b"Error:") => LineKind::Error,
        Some(b't') if text == b"type 'collectl -h' for help" => LineKind::Error,
        _ if text.trim_ascii_start().is_empty() => LineKind::Blank,
        _ => LineKind::Data,
    }
}

/// The seconds of the epoch that a [`LineKind::Marker`] tells.
pub(crate) fn marker_time(line: &[u8]) -> Option<f64> {
    let inside = std::str::from_utf8(line.strip_prefix(MARKER)?).ok()?.trim_end().strip_suffix(" <<<")?;
    inside.parse::<f64>().ok().filter(|seconds| (0.0..1e12).contains(seconds))
}

/// The text after the name of a [`LineKind::LexprStart`]: seconds of the epoch.
pub(crate) fn lexpr_time(line: &str) -> Option<&str> {
    line.strip_prefix("sample.time ")
}

/// The time of a [`LineKind::RecordStart`], as text: `### RECORD    1 >>> vm <<< (1795340405.012) (Sun ...) ###`.
pub(crate) fn record_time(line: &str) -> Option<&str> {
    line.split_once("<<< (")?.1.split_once(')')?.0.split(':').next()
}

#[cfg(test)]
mod tests {
    use LineKind::{Blank, Data, Error, Header, LexprEnd, LexprStart, Marker, RecordStart};

    use super::*;

    fn kinds(lines: &[&str]) -> (Vec<LineKind>, Format) {
        let mut classifier = Classifier::default();
        let kinds = lines.iter().map(|line| classifier.line(line.as_bytes())).collect();
        (kinds, classifier.format())
    }

    #[test]
    fn brief_and_plot_are_headers_and_data() {
        let (kinds, format) = kinds(&["#<--CPU-->", "#cpu sys", "   1   0", "", "  ", "20261122 09:40:05 1"]);
        assert_eq!((kinds, format), (vec![Header, Header, Data, Blank, Blank, Data], Format::Rows));
    }

    #[test]
    fn records_begin_with_their_line() {
        let record = "### RECORD    1 >>> vm <<< (1795340405.012) (Sun Nov 22 09:40:05 2026) ###";
        let (kinds, format) =
            kinds(&["", record, "", "# CPU SUMMARY", "# User  Nice", "  9  0", "sample.time x"]);
        assert_eq!(kinds, [Blank, RecordStart, Blank, Header, Header, Data, Data]);
        assert_eq!((format, record_time(record)), (Format::Records, Some("1795340405.012")));
        assert_eq!(record_time("### RECORD 1"), None);
    }

    #[test]
    fn lexpr_records_have_both_ends() {
        let (kinds, format) = kinds(&["sample.time 1795340414.002", "cputotals.user 3", ">>><<<"]);
        assert_eq!((kinds, format), (vec![LexprStart, Data, LexprEnd], Format::Lexpr));
        assert_eq!(self::kinds(&[" 1", ">>><<<", "sample.timex 1"]).0, [Data; 3]);
    }

    #[test]
    fn raw_files_are_known_by_their_header_or_a_marker() {
        let rule = "#".repeat(80);
        let raw = [&rule, "# Collectl:   V5.0.0", "# Host: n1", &rule];
        assert_eq!(kinds(&raw), (vec![Header; 4], Format::Raw));
        let (all, format) = kinds(&["cpu 1 2", ">>> 1795361348.400 <<<", "load 1", "### RECORD"]);
        assert_eq!((all, format), (vec![Data, Marker, Data, Header], Format::Raw));
        assert_eq!(marker_time(b">>> 1795361348.400 <<<"), Some(1_795_361_348.4));
        assert_eq!([&b"cpu 1"[..], b">>> x <<<", b">>> -1 <<<"].map(marker_time), [None; 3]);
    }

    #[test]
    fn a_plot_file_has_the_same_header_and_names_its_columns() {
        let rule = "#".repeat(80);
        let plot = [&rule, "# Collectl:   V5.0.0", "# Host: n1", &rule, "#Date Time [CPU]User%"];
        assert_eq!(kinds(&plot), (vec![Header; 5], Format::Rows));
    }

    #[test]
    fn errors_are_no_data() {
        let lines = ["Error: invalid subsystem 'QQ'", "type 'collectl -h' for help", "type x", "Errors 1"];
        assert_eq!(kinds(&lines).0, [Error, Error, Data, Data]);
    }
}
