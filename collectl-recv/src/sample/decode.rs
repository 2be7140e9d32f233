//! The stream of one connection, line by line.

use std::sync::Arc;

use collectl_wire::display::sanitize;

use super::header::{Block, Header, Kind};
use super::row::Cells;
use super::{Catalogue, Column, MAX_COLUMNS, Row, Sample, object, stamp};
use crate::link::interval::is_error;
use crate::merge::{Rows, Stamp};

/// Lines in, samples out.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    block: Block,
    in_block: bool,
    header: Option<Header>,
    columns: Option<(Source, Arc<[Column]>)>,
    record: Option<Stamp>,
    /// A raw file: its lines are for a playback.
    raw: bool,
    lexpr: Option<(Vec<Column>, Cells, Option<Stamp>)>,
}

/// Where the columns of the line before came from. Nearly always they are those of the next line, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// The last header, but for so many at its begin.
    Header(usize),
    /// There is none: so many are numbered.
    Count(usize),
    /// The line itself.
    Names,
}

impl Decoder {
    /// Takes the next line, its host prefix taken off. Names of columns are kept in `catalogue`.
    pub(crate) fn line(&mut self, line: &[u8], catalogue: &mut Catalogue) -> Option<Sample> {
        let text = sanitize(line);
        let text = text.trim_end();
        if text.is_empty() || is_error(text.as_bytes()) {
            return None;
        }
        self.raw |= text.starts_with(">>> ");
        if self.raw {
            return None;
        }
        if text.starts_with("### RECORD") {
            self.record = stamp::of_record(text);
            return None;
        }
        if text.starts_with('#') {
            if !std::mem::replace(&mut self.in_block, true) {
                self.block = Block::default();
            }
            self.block.push(text);
            return None;
        }
        if std::mem::take(&mut self.in_block)
            && let Some(header) = std::mem::take(&mut self.block).header()
            && self.header.as_ref() != Some(&header)
        {
            self.header = Some(Header { columns: catalogue.shared(&header.columns), ..header });
            self.columns = None;
        }
        if text.starts_with('{') {
            let (stamp, columns, cells) = object::parse(text)?;
            return Some(Sample { stamp, rows: Rows::One, row: self.named_row(&columns, cells, catalogue) });
        }
        if text.starts_with("sample.time ") {
            self.lexpr = Some(Default::default());
        }
        if self.lexpr.is_some() { self.lexpr(text, catalogue) } else { self.figures(text, catalogue) }
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
            Some(seconds) => (Some(Stamp::Epoch(seconds)), 1),
            None => stamp::leading(&words).map_or((self.record, 0), |(stamp, count)| (Some(stamp), count)),
        };
        let figures = &words[taken..];
        let columns = self.columns(taken, figures.len(), catalogue);
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
        let several = self.header.as_ref().is_some_and(|header| header.kind == Kind::Several);
        let rows = if several { Rows::Many } else { Rows::One };
        Some(Sample { stamp, rows, row: Row::new(columns, cells) })
    }

    /// The columns of a line with so many figures: those of the header behind `taken` of them, or numbers.
    fn columns(&mut self, taken: usize, figures: usize, catalogue: &mut Catalogue) -> Arc<[Column]> {
        let source = if self.header.is_some() { Source::Header(taken) } else { Source::Count(figures) };
        if let Some((_, columns)) = self.columns.as_ref().filter(|(known, _)| *known == source) {
            return Arc::clone(columns);
        }
        let columns = match &self.header {
            Some(header) => catalogue.shared(header.columns.get(taken..).unwrap_or_default()),
            None => catalogue.shared(&numbered(figures)),
        };
        self.columns = Some((source, Arc::clone(&columns)));
        columns
    }

    /// A line of an lexpr record: a name and a value. The record is whole with its mark.
    fn lexpr(&mut self, text: &str, catalogue: &mut Catalogue) -> Option<Sample> {
        let (columns, cells, stamp) = self.lexpr.as_mut()?;
        if text == ">>><<<" {
            let (columns, cells, stamp) = self.lexpr.take()?;
            return Some(Sample { stamp, rows: Rows::One, row: self.named_row(&columns, cells, catalogue) });
        }
        let (name, value) = text.split_once(' ')?;
        if name == "sample.time" {
            *stamp = stamp::epoch(value).map(Stamp::Epoch);
        } else if columns.len() < MAX_COLUMNS {
            let (group, name) = name.split_once('.').unwrap_or(("", name));
            columns.push(Column::new(group, name));
            cells.push(value);
        }
        None
    }

    /// A row whose line names its columns.
    fn named_row(&mut self, columns: &[Column], cells: Cells, catalogue: &mut Catalogue) -> Row {
        let columns = match &self.columns {
            Some((Source::Names, known)) if **known == *columns => Arc::clone(known),
            _ => catalogue.shared(columns),
        };
        self.columns = Some((Source::Names, Arc::clone(&columns)));
        Row::new(columns, cells)
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

    fn samples(lines: &[&str]) -> Vec<Sample> {
        let (mut decoder, mut catalogue) = (Decoder::default(), Catalogue::default());
        lines.iter().filter_map(|line| decoder.line(line.as_bytes(), &mut catalogue)).collect()
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
            ("CPU.User%=3 ", Some(Stamp::Epoch(1_795_340_465.0)))
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
        assert_eq!((seen.len(), seen[0].stamp), (2, Some(Stamp::Epoch(1_795_340_405.5))));
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
        assert_eq!(seen[0].stamp, Some(Stamp::Epoch(1_795_340_414.002)));
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
        fn noise_is_survived(lines in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..20)) {
            let (mut decoder, mut catalogue) = (Decoder::default(), Catalogue::default());
            for line in &lines {
                if let Some(sample) = decoder.line(line, &mut catalogue) {
                    prop_assert!(sample.row.len() <= sample.row.columns.len());
                    prop_assert!(!sample.row.cells().any(|cell| cell.text.chars().any(|c| c.is_control() && c != '\t')));
                }
            }
        }
    }
}
