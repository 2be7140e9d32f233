//! The lines of one connection, one after the other, as figures.

use std::sync::Arc;

use collectl_wire::display::sanitize;

use super::header::{Block, Header};
use super::object::{self, Flat};
use super::row::Cells;
use super::{Catalogue, Column, MAX_COLUMNS, MAX_NAME, Row, Sample, cut, stamp};
use crate::merge::{Rows, Stamp};
use crate::stream::classify::{Format, LineKind, lexpr_time};
use crate::stream::lines::{Line, Lines};

/// Lines in, samples out.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    block: Option<Block>,
    header: Option<Header>,
    columns: Option<(Source, Arc<[Column]>)>,
    record: Option<Stamp>,
    lexpr: Option<Flat>,
}

/// Where the columns of the line before came from. Nearly always they are those of the next line, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// The last header, without so many at its begin.
    Header(usize),
    /// There is no header: so many are numbered.
    Count(usize),
    /// The line itself.
    Names,
}

impl Decoder {
    /// Takes lines, and calls `each` with every sample of them. Names of columns are kept in `catalogue`. A raw file has no
    /// samples: its lines are for a playback.
    pub(crate) fn samples(&mut self, lines: &Lines, catalogue: &mut Catalogue, mut each: impl FnMut(Sample)) {
        if lines.format() != Format::Raw {
            lines.iter().filter_map(|line| self.line(line, catalogue)).for_each(&mut each);
        }
    }

    /// Takes the next line.
    pub(crate) fn line(&mut self, line: Line<'_>, catalogue: &mut Catalogue) -> Option<Sample> {
        if matches!(line.kind, LineKind::Blank | LineKind::Error | LineKind::Marker) {
            return None;
        }
        let text = sanitize(line.text);
        let text = text.trim_end();
        match line.kind {
            LineKind::RecordStart => {
                self.record = stamp::of_record(text);
                return None;
            }
            LineKind::Header => {
                self.block.get_or_insert_default().push(text);
                return None;
            }
            _ => self.end_header(catalogue),
        }
        match line.kind {
            LineKind::LexprStart => {
                let stamp = lexpr_time(text).and_then(stamp::epoch).map(Stamp::Epoch);
                self.lexpr = Some(Flat { stamp, ..Flat::default() });
                None
            }
            LineKind::LexprEnd => {
                let flat = self.lexpr.take()?;
                self.named(flat, catalogue)
            }
            _ if text.starts_with('{') => match object::parse(text) {
                Some(flat) => self.named(flat, catalogue),
                None => {
                    catalogue.refused.objects += 1;
                    None
                }
            },
            _ if self.lexpr.is_some() => {
                self.value(text);
                None
            }
            _ => self.figures(text, catalogue),
        }
    }

    /// The header before a line of figures is whole.
    fn end_header(&mut self, catalogue: &mut Catalogue) {
        let Some(mut block) = self.block.take() else { return };
        let header = block.header();
        catalogue.refused.names += block.refused;
        if let Some(header) = header
            && self.header.as_ref() != Some(&header)
        {
            self.columns = None;
            self.header = catalogue.shared(&header.columns).map(|columns| Header { columns, ..header });
        }
    }

    /// A line of figures, below the last header.
    fn figures(&mut self, text: &str, catalogue: &mut Catalogue) -> Option<Sample> {
        let (separator, count) =
            self.header.as_ref().map_or((' ', 0), |header| (header.separator, header.columns.len()));
        let mut words: Vec<&str> = Vec::with_capacity(count);
        if separator == ' ' {
            words.extend(text.split_ascii_whitespace().take(MAX_COLUMNS));
        } else {
            words.extend(text.split(separator).take(MAX_COLUMNS).map(str::trim));
        }
        let utc = self.header.as_ref().is_some_and(|header| &*header.columns[0].name == "UTC");
        let (stamp, taken) = match words.first().filter(|_| utc).and_then(|word| stamp::epoch(word)) {
            Some(time) => (Some(Stamp::Epoch(time)), 1),
            None => stamp::leading(&words).map_or((self.record, 0), |(stamp, count)| (Some(stamp), count)),
        };
        let figures = &words[taken..];
        let columns = self.columns(taken, figures.len(), catalogue)?;
        let mut cells = Cells::with_capacity(figures.len(), text.len());
        if figures.len() > columns.len() {
            // A command line is the last column, blanks included.
            let (plain, rest) = figures.split_at(columns.len().checked_sub(1)?);
            plain.iter().for_each(|word| cells.push(word));
            cells.push_valued(&rest.join(" "), None);
        } else {
            figures.iter().for_each(|word| cells.push(word));
        }
        if !cells.has_numbers() {
            return None;
        }
        let rows = self.header.as_ref().map_or(Rows::One, |header| header.rows);
        Some(Sample { stamp, rows, row: Row::new(columns, cells) })
    }

    /// The columns of a line with so many figures: those of the header after the first `taken`, or numbers.
    fn columns(&mut self, taken: usize, figures: usize, catalogue: &mut Catalogue) -> Option<Arc<[Column]>> {
        let source = if self.header.is_some() { Source::Header(taken) } else { Source::Count(figures) };
        if let Some((_, columns)) = self.columns.as_ref().filter(|(known, _)| *known == source) {
            return Some(Arc::clone(columns));
        }
        let columns = match &self.header {
            Some(header) => catalogue.shared(header.columns.get(taken..).unwrap_or_default()),
            None => catalogue.shared(&numbered(figures)),
        };
        self.columns = columns.clone().map(|columns| (source, columns));
        columns
    }

    /// A line of an lexpr record: a name and a value.
    fn value(&mut self, text: &str) {
        let (Some(flat), Some((name, value))) = (&mut self.lexpr, text.split_once(' ')) else { return };
        if flat.columns.len() == MAX_COLUMNS || name.len() > MAX_NAME {
            flat.refused += 1;
            return;
        }
        let (group, name) = name.split_once('.').unwrap_or(("", name));
        flat.columns.push(Column::new(group, name));
        flat.cells.push(cut(value, MAX_NAME));
    }

    /// A sample with names of its own.
    fn named(&mut self, flat: Flat, catalogue: &mut Catalogue) -> Option<Sample> {
        catalogue.refused.names += flat.refused;
        let columns = match &self.columns {
            Some((Source::Names, known)) if **known == *flat.columns => Arc::clone(known),
            _ => catalogue.shared(&flat.columns)?,
        };
        self.columns = Some((Source::Names, Arc::clone(&columns)));
        Some(Sample { stamp: flat.stamp, rows: Rows::One, row: Row::new(columns, flat.cells) })
    }
}

/// Columns of a stream whose header has not come yet.
fn numbered(count: usize) -> Vec<Column> {
    (1..=count).map(|number| Column::new("", &number.to_string())).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::time;
    use crate::stream::classify::Classifier;

    fn classified<T: AsRef<[u8]>>(text: &[T]) -> Lines {
        let (mut classifier, mut lines) = (Classifier::default(), Lines::default());
        text.iter().for_each(|line| lines.add(line.as_ref(), &mut classifier));
        lines
    }

    fn samples(lines: &[&str]) -> Vec<Sample> {
        let (mut decoder, mut catalogue, mut samples) =
            (Decoder::default(), Catalogue::default(), Vec::new());
        decoder.samples(&classified(lines), &mut catalogue, |sample| samples.push(sample));
        samples
    }

    fn shown(sample: &Sample) -> String {
        let pairs = sample.row.columns.iter().zip(sample.row.cells());
        pairs.map(|(column, cell)| format!("{}.{}={} ", column.group, column.name, cell.text)).collect()
    }

    #[test]
    fn brief() {
        let lines = [
            "#<---CPU---><--Memory-->",
            "#cpu sys int Free Buff",
            "   1   0   9  22G   1M ",
            "   2   0   9  22G   1M",
        ];
        let samples = samples(&lines);
        assert_eq!(shown(&samples[0]), "CPU.cpu=1 CPU.sys=0 CPU.int=9 Memory.Free=22G Memory.Buff=1M ");
        assert_eq!((samples.len(), samples[0].stamp, samples[0].rows), (2, None, Rows::One));
        assert!(Arc::ptr_eq(&samples[0].row.columns, &samples[1].row.columns));
    }

    #[test]
    fn times_are_no_figures() {
        let header = ["#               <---CPU--->", "#Date    Time     cpu sys"];
        let seen = samples(&[header[0], header[1], "20261122 09:39:57   1   0"]);
        assert_eq!(shown(&seen[0]), "CPU.cpu=1 CPU.sys=0 ");
        assert!(matches!(seen[0].stamp, Some(Stamp::Local(_))));
        let seen = samples(&["#UTC [CPU]User%", "1795340465 3"]);
        assert_eq!(
            (shown(&seen[0]).as_str(), seen[0].stamp),
            ("CPU.User%=3 ", Some(Stamp::Epoch(time::at(1_795_340_465.0))))
        );
        let seen = samples(&["#Date,Time,[CPU]User%", "20261122,09:40:05,1"]);
        assert_eq!(shown(&seen[0]), "CPU.User%=1 ");
        let seen = samples(&["09:40:05  7 8"]);
        assert_eq!(shown(&seen[0]), ".1=7 .2=8 ");
    }

    #[test]
    fn objects() {
        let line = r#"{"host":"n1","time":1795340405.5,"interval":1.0,"cpu":{"user":1.5,"x":null},"disks":[{"name":"sda","reads":2}]}"#;
        let seen = samples(&[line, "{\"broken\":", "{}"]);
        assert_eq!(shown(&seen[0]), "cpu.user=1.5 cpu.x=- disks:sda.name=sda disks:sda.reads=2 ");
        assert_eq!((seen.len(), seen[0].stamp), (2, Some(Stamp::Epoch(time::at(1_795_340_405.5)))));
    }

    #[test]
    fn records_with_several_rows() {
        let record = "### RECORD    1 >>> vm <<< (1795340405.012) (Sun Nov 22 09:40:05 2026) ###";
        let seen =
            samples(&["", record, "", "# SINGLE CPU STATISTICS", "#   Cpu  User", "  0  90", "  1  100"]);
        assert_eq!(shown(&seen[1]), ".Cpu=1 .User=100 ");
        assert_eq!((seen.len(), seen[0].rows, seen[0].stamp), (2, Rows::Many, seen[1].stamp));
    }

    #[test]
    fn lexpr() {
        let seen = samples(&[
            "sample.time 1795340414.002",
            "cputotals.user 3",
            ">>><<<",
            "sample.time 1795340415.002",
        ]);
        assert_eq!((seen.len(), shown(&seen[0]).as_str()), (1, "cputotals.user=3 "));
        assert_eq!(seen[0].stamp, Some(Stamp::Epoch(time::at(1_795_340_414.002))));
    }

    #[test]
    fn the_rest_is_no_sample() {
        assert_eq!(
            samples(&["####", "# Collectl: x", "####", ">>> 1795361348.400 <<<", "cpu 1 2 3", "intr 5"]),
            []
        );
        assert_eq!(
            samples(&["Error: invalid subsystem 'QQ'", "type 'collectl -h' for help", "words only", ""]),
            []
        );
        let command = samples(&["# PROCESS SUMMARY", "# PID User Command", "12 root sleep 5 6"]);
        assert_eq!(shown(&command[0]), ".PID=12 .User=root .Command=sleep 5 6 ");
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(lines in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..20)) {
            let (mut decoder, mut catalogue) = (Decoder::default(), Catalogue::default());
            decoder.samples(&classified(&lines), &mut catalogue, |sample| {
                assert!(sample.row.len() <= sample.row.columns.len());
                assert!(!sample.row.cells().any(|cell| cell.text.chars().any(|c| c.is_control() && c != '\t')));
            });
        }
    }
}
