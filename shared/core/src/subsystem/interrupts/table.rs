//! `/proc/interrupts` as a table: a row for each interrupt, a column for each processor.

use std::ops::Range;

use super::InterruptFilter;
use crate::frame::Frame;
use crate::scan::{UNKNOWN, Words, number};
use crate::subsystem::counter::increase;
use crate::subsystem::stat::{STAT, processor};

/// The counters of one instant. The memory is reused.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// The processor of each column.
    processors: Vec<usize>,
    rows: Vec<Row>,
    counts: Vec<u64>,
    text: Vec<u8>,
}

#[derive(Debug)]
struct Row {
    id: Range<usize>,
    about: Range<usize>,
    /// The position of its first counter.
    counts: usize,
}

/// The change of one interrupt between two tables.
#[derive(Debug)]
pub(crate) struct Change<'a> {
    /// Its number or name.
    pub(crate) id: &'a [u8],
    /// The kernel's description.
    pub(crate) about: &'a [u8],
    /// How often it occurred, per column.
    pub(crate) counts: &'a [u64],
}

impl Table {
    /// Reads the lines of `frame` that `filter` accepts. The columns are the processors that are on; a raw file lists
    /// them in `/proc/stat`.
    pub(crate) fn read(&mut self, frame: &Frame, filter: &InterruptFilter) {
        self.processors.clear();
        self.rows.clear();
        self.counts.clear();
        self.text.clear();
        self.processors.extend(frame.lines(&STAT).filter_map(|line| processor(Words(line).next()?)));
        let known = !self.processors.is_empty();
        for line in frame.lines(&super::INTERRUPTS) {
            let Some(line) = line.strip_prefix(b"int ").filter(|line| filter.accepts(line)) else { continue };
            let most = if known { self.processors.len() } else { usize::MAX };
            let Some((id, counters, about)) = split(line, most) else { continue };
            if !known && self.processors.is_empty() {
                self.processors.extend(0..Words(counters).count());
            }
            self.push(id, counters, about);
        }
    }

    /// Rows without one number per processor are totals of the machine.
    fn push(&mut self, id: &[u8], counters: &[u8], about: &[u8]) {
        let start = self.counts.len();
        self.counts.extend(Words(counters).map(number).take(self.processors.len()));
        if self.counts.len() - start < self.processors.len() {
            return self.counts.truncate(start);
        }
        let mut store = |bytes: &[u8]| {
            let start = self.text.len();
            self.text.extend_from_slice(bytes);
            start..self.text.len()
        };
        self.rows.push(Row { id: store(id), about: store(about), counts: start });
    }

    /// How many columns are shown: up to the last processor.
    pub(crate) fn width(&self) -> usize {
        self.processors.iter().max().map_or(0, |last| last + 1)
    }

    /// Calls `visit` for each row with its change since `earlier`. The columns are processor numbers. A new interrupt
    /// started at zero, unless the earlier table is incomplete. The counts of a new processor are 0.
    pub(crate) fn since(&self, earlier: &Self, mut visit: impl FnMut(Change<'_>)) {
        let old_column = |processor: &usize| earlier.processors.iter().position(|old| old == processor);
        let columns: Vec<_> = if self.processors == earlier.processors {
            (0..self.processors.len()).map(Some).collect()
        } else {
            self.processors.iter().map(old_column).collect()
        };
        let mut counts = vec![0; self.width()];
        // The last row, one of the kernel's own totals, is in every complete table.
        let last = |table: &Self| table.rows.last().map(|row| table.text[row.id.clone()].to_vec());
        let was_whole = last(earlier) == last(self);
        for (index, row) in self.rows.iter().enumerate() {
            let id = &self.text[row.id.clone()];
            let is_it = |old: &&Row| earlier.text[old.id.clone()] == *id;
            let old = earlier.rows.get(index).filter(is_it).or_else(|| earlier.rows.iter().find(is_it));
            for (column, (processor, old_column)) in self.processors.iter().zip(&columns).enumerate() {
                let now = self.counts[row.counts + column];
                counts[*processor] = old_column.map_or(0, |old_column| {
                    let unseen = if was_whole { 0 } else { UNKNOWN };
                    increase(old.map_or(unseen, |old| earlier.counts[old.counts + old_column]), now)
                });
            }
            visit(Change { id, about: &self.text[row.about.clone()], counts: &counts });
        }
    }

    /// The number of interrupts of each processor since `earlier`.
    pub(crate) fn totals_since(&self, earlier: &Self) -> Vec<u64> {
        let mut totals = vec![0u64; self.width()];
        self.since(earlier, |change| {
            for (total, count) in totals.iter_mut().zip(change.counts) {
                *total = total.saturating_add(*count);
            }
        });
        totals
    }
}

/// Splits `24:   1   0  IO-APIC   5-edge   timer` into id, at most `most` counters, and the rest.
fn split(line: &[u8], most: usize) -> Option<(&[u8], &[u8], &[u8])> {
    let colon = line.iter().position(|&byte| byte == b':')?;
    let id = line[..colon].trim_ascii();
    let counters = &line[colon + 1..];
    let mut rest = Words(counters);
    for _ in 0..most {
        let mut ahead = rest;
        if !ahead.next().is_some_and(|word| word.iter().all(u8::is_ascii_digit)) {
            break;
        }
        rest = ahead;
    }
    let end = counters.len() - rest.0.len();
    // Error counts, which have no processor even on a machine with only one.
    (!id.is_empty() && id != b"ERR" && id != b"MIS").then_some((id, &counters[..end], &counters[end..]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::clock::Time;

    fn table(stat: &str, interrupts: &str) -> Table {
        let mut frame = Frame::default();
        frame.restart(Time::default());
        frame.add(&STAT, |out| out.extend_from_slice(stat.as_bytes()));
        frame.add(&super::super::INTERRUPTS, |out| out.extend_from_slice(interrupts.as_bytes()));
        let mut table = Table::default();
        table.read(&frame, &InterruptFilter::default());
        table
    }

    fn changes(now: &Table, before: &Table) -> Vec<(String, Vec<u64>)> {
        let mut all = Vec::new();
        now.since(before, |change| {
            all.push((String::from_utf8_lossy(change.id).into_owned(), change.counts.to_vec()));
        });
        all
    }

    #[test]
    fn columns_are_the_processors_that_are_on() {
        let stat = "cpu 1\ncpu0 1\ncpu2 1\n";
        let before =
            table(stat, "int  24:   1   5 IO-APIC 5-edge x\nint LOC:  7 8   Local timer interrupts\n");
        let now = table(
            stat,
            "int  24:   3   5 IO-APIC 5-edge x\nint  25:  1 1 new\nint LOC:  8 9   Local timer\nint ERR: 4\n",
        );
        assert_eq!(
            changes(&now, &before),
            [("24".into(), vec![2, 0, 0]), ("25".into(), vec![1, 0, 1]), ("LOC".into(), vec![1, 0, 1])]
        );
        assert_eq!(now.totals_since(&before), [4, 0, 2]);
    }

    #[test]
    fn processors_come_and_go() {
        let two = table("cpu0 1\ncpu2 1\n", "int 1: 10 20 x\n");
        let three = table("cpu0 1\ncpu1 1\ncpu2 1\n", "int 1: 11 500 25 x\n");
        assert_eq!(changes(&three, &two), [("1".into(), vec![1, 0, 5])]);
        assert_eq!(changes(&two, &three), [("1".into(), vec![0, 0, 0])]);
    }

    #[test]
    fn without_stat_columns_are_counted() {
        let before = table("", "int 1: 10 20 x 3\nint 2: 1 1 y\n");
        let now = table("", "int 1: 11 25 x 3\nint 2: 1 1 y\nint Err: 5\n");
        assert_eq!(changes(&now, &before), [("1".into(), vec![1, 5]), ("2".into(), vec![0, 0])]);
    }

    #[test]
    fn counters_end_at_the_first_word_or_the_last_processor() {
        assert_eq!(split(b" 8: 1 2 3 4 x", 2), Some((&b"8"[..], &b" 1 2"[..], &b" 3 4 x"[..])));
        assert_eq!(split(b"NMI: 1 x 2", 9), Some((&b"NMI"[..], &b" 1"[..], &b" x 2"[..])));
        assert_eq!(split(b"7:", 2), Some((&b"7"[..], &b""[..], &b""[..])));
        assert_eq!(split(b"junk", 2), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "(int [0-9a-z: ]{0,40}\n|cpu[0-9]{0,3} 1\n){0,8}") {
            let (a, b) = (table(&text, &text), table("cpu0 1\n", &text));
            changes(&a, &b);
            changes(&b, &a);
            prop_assert_eq!(a.totals_since(&b).len(), a.width());
        }
    }
}
