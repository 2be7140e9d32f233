//! The stream of one connection, line by line.

use std::sync::Arc;

use shared::display::sanitize;

use super::header::{Block, Header, Kind};
use super::{Cell, Column, MAX_COLUMNS, Row, Sample, object, stamp};
use crate::interval::is_error;
use crate::merge::{Rows, Stamp};

/// Lines in, samples out.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    block: Block,
    in_block: bool,
    header: Option<Header>,
    columns: Option<Arc<[Column]>>,
    record: Option<Stamp>,
    /// A raw file: its lines are for a playback.
    raw: bool,
    lexpr: Option<(Vec<Column>, Vec<Cell>, Option<Stamp>)>,
}

impl Decoder {
    /// Takes the next line, its host prefix taken off.
    pub(crate) fn line(&mut self, line: &[u8]) -> Option<Sample> {
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
            && let Some(header) = self.block.header()
            && self.header.as_ref() != Some(&header)
        {
            self.header = Some(header);
            self.columns = None;
        }
        if text.starts_with('{') {
            let (stamp, columns, cells) = object::parse(text)?;
            return Some(Sample { stamp, rows: Rows::One, row: self.named_row(columns, cells) });
        }
        if text.starts_with("sample.time ") {
            self.lexpr = Some(Default::default());
        }
        if self.lexpr.is_some() { self.lexpr(text) } else { self.figures(text) }
    }

    /// A line of figures, below the last header.
    fn figures(&mut self, text: &str) -> Option<Sample> {
        let separator = self.header.as_ref().map_or(' ', |header| header.separator);
        let words: Vec<&str> = if separator == ' ' {
            text.split_ascii_whitespace().take(MAX_COLUMNS).collect()
        } else {
            text.split(separator).take(MAX_COLUMNS).map(str::trim).collect()
        };
        let utc = self.header.as_ref().is_some_and(|header| &*header.columns[0].name == "UTC");
        let (stamp, taken) = match words.first().filter(|_| utc).and_then(|word| stamp::epoch(word)) {
            Some(seconds) => (Some(Stamp::Epoch(seconds)), 1),
            None => stamp::leading(&words).map_or((self.record, 0), |(stamp, count)| (Some(stamp), count)),
        };
        let figures = &words[taken..];
        let named = self.header.as_ref().map(|header| header.columns.get(taken..).unwrap_or_default());
        let columns = match (&self.columns, named) {
            // Nearly always they are those of the line before.
            (Some(known), Some(named)) if **known == *named => Arc::clone(known),
            (_, Some(named)) => named.into(),
            (_, None) => numbered(figures.len()).into(),
        };
        let mut cells: Vec<Cell> = figures.iter().map(|word| Cell::new(word)).collect();
        if cells.len() > columns.len() {
            // A command line is the last column, blanks included.
            let last = columns.len().checked_sub(1)?;
            cells.truncate(last);
            cells.push(Cell { text: figures[last..].join(" ").into(), number: None });
        }
        if cells.iter().all(|cell| cell.number.is_none()) {
            return None;
        }
        let several = self.header.as_ref().is_some_and(|header| header.kind == Kind::Several);
        let rows = if several { Rows::Many } else { Rows::One };
        Some(Sample { stamp, rows, row: self.row(columns, cells) })
    }

    /// A line of an lexpr record: a name and a value. The record is whole with its mark.
    fn lexpr(&mut self, text: &str) -> Option<Sample> {
        let (columns, cells, stamp) = self.lexpr.as_mut()?;
        if text == ">>><<<" {
            let (columns, cells, stamp) = self.lexpr.take()?;
            return Some(Sample { stamp, rows: Rows::One, row: self.named_row(columns, cells) });
        }
        let (name, value) = text.split_once(' ')?;
        if name == "sample.time" {
            *stamp = stamp::epoch(value).map(Stamp::Epoch);
        } else if columns.len() < MAX_COLUMNS {
            let (group, name) = name.split_once('.').unwrap_or(("", name));
            columns.push(Column::new(group, name));
            cells.push(Cell::new(value));
        }
        None
    }

    /// A row; columns that are the same as before are kept once.
    fn named_row(&mut self, columns: Vec<Column>, cells: Vec<Cell>) -> Row {
        let columns = match &self.columns {
            Some(known) if **known == *columns => Arc::clone(known),
            _ => columns.into(),
        };
        self.row(columns, cells)
    }

    fn row(&mut self, columns: Arc<[Column]>, cells: Vec<Cell>) -> Row {
        self.columns = Some(Arc::clone(&columns));
        Row { columns, cells }
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
        let mut decoder = Decoder::default();
        lines.iter().filter_map(|line| decoder.line(line.as_bytes())).collect()
    }

    fn shown(sample: &Sample) -> String {
        let pairs = sample.row.columns.iter().zip(&sample.row.cells);
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
            let mut decoder = Decoder::default();
            for line in &lines {
                if let Some(sample) = decoder.line(line) {
                    prop_assert!(sample.row.cells.len() <= sample.row.columns.len());
                    prop_assert!(!sample.row.cells.iter().any(|cell| cell.text.chars().any(|c| c.is_control() && c != '\t')));
                }
            }
        }
    }
}
