//! Column names out of the `#` lines before the figures.
//!
//! Brief: `#<---CPU---><--Memory-->` above `#cpu sys inter Free Buff`; a name belongs to the group above its middle.
//! Plot: `#Date Time [CPU]User% [CPU:0]Sys%`, separated by a blank or the character of `--sep`. Verbose: a title line before them.

use std::sync::Arc;

use super::{Column, MAX_COLUMNS, MAX_NAME, cut};
use crate::merge::Rows;

/// Longest header line that is read, in bytes.
const MAX_HEADER: usize = 64 << 10;

/// The meaning of the last header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// All columns, those of the time included.
    pub(super) columns: Arc<[Column]>,
    pub(super) separator: char,
    /// [`Rows::Many`] below a title, or plot names without a group.
    pub(super) rows: Rows,
}

/// The `#` lines of one header, as they come.
#[derive(Debug, Default)]
pub(super) struct Block {
    titled: bool,
    groups: String,
    names: String,
    /// Lines, columns and names that are too long or too many.
    pub(super) refused: u64,
}

impl Block {
    /// Takes one more `#` line.
    pub(super) fn push(&mut self, line: &str) {
        if line.len() > MAX_HEADER {
            self.refused += 1;
        } else if line.contains('<') {
            self.groups = line.to_owned();
        } else if is_title(line) {
            self.titled = true;
            self.groups.clear();
        } else {
            self.names = line.to_owned();
        }
    }

    /// What the lines mean, if they name columns.
    pub(super) fn header(&mut self) -> Option<Header> {
        let line = self.names.strip_prefix('#').filter(|rest| !rest.starts_with('#'))?;
        let separator = separator(line);
        let plot = line.contains('[');
        let banners = banners(&self.groups);
        let mut refused = 0;
        let mut columns = Vec::new();
        let mut push = |group: &str, name: &str| {
            if columns.len() == MAX_COLUMNS {
                refused += 1;
                return;
            }
            refused += u64::from(group.len() > MAX_NAME || name.len() > MAX_NAME);
            columns.push(Column::new(cut(group, MAX_NAME), cut(name, MAX_NAME)));
        };
        if separator == ' ' {
            for (at, word) in words(&self.names) {
                let (group, name) = match plot_column(word) {
                    ("", name) => (group_at(&self.groups, &banners, at + word.len() / 2), name),
                    column => column,
                };
                push(group, name);
            }
        } else {
            line.split(separator).map(plot_column).for_each(|(group, name)| push(group, name));
        }
        self.refused += refused;
        let single = !self.titled && (plot || !self.groups.is_empty());
        let rows = if single { Rows::One } else { Rows::Many };
        (!columns.is_empty()).then(|| Header { columns: columns.into(), separator, rows })
    }
}

/// A line of words that are no columns: `# CPU SUMMARY (INTR, CTXSW & PROC /sec)`.
fn is_title(line: &str) -> bool {
    line.starts_with("# ") && ["SUMMARY", "STATISTICS", "STATS", "("].iter().any(|word| line.contains(word))
}

/// The character between columns: the one after the first plot name.
fn separator(line: &str) -> char {
    let after = ["Date", "UTC"].iter().find_map(|first| line.strip_prefix(first)?.chars().next());
    after.filter(|c| !c.is_ascii_alphanumeric() && *c != '\t').unwrap_or(' ')
}

/// Group and name of `[GROUP]NAME`; no group of any other word.
fn plot_column(word: &str) -> (&str, &str) {
    word.strip_prefix('[').and_then(|rest| rest.split_once(']')).unwrap_or(("", word))
}

/// Words with their places; the `#` before the first is none of it.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let start = line.as_ptr() as usize;
    let rest = line.strip_prefix('#').unwrap_or(line);
    rest.split_ascii_whitespace().map(move |word| (word.as_ptr() as usize - start, word))
}

/// The places of `<` and `>` of each `<--NAME-->`.
fn banners(groups: &str) -> Vec<(usize, usize)> {
    let mut banners = Vec::new();
    let mut open = None;
    for (at, byte) in groups.bytes().enumerate() {
        match byte {
            b'<' => open = Some(at),
            b'>' => banners.extend(open.take().map(|open| (open, at))),
            _ => {}
        }
    }
    banners
}

/// The name of the group above place `at`.
fn group_at<'a>(groups: &'a str, banners: &[(usize, usize)], at: usize) -> &'a str {
    let place = banners.partition_point(|&(_, close)| close < at);
    match banners.get(place) {
        Some(&(open, close)) if open <= at => groups[open + 1..close].trim_matches('-'),
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn header(lines: &[&str]) -> Header {
        let mut block = Block::default();
        lines.iter().for_each(|line| block.push(line));
        block.header().unwrap()
    }

    fn named(header: &Header) -> Vec<String> {
        header.columns.iter().map(|column| format!("{}.{}", column.group, column.name)).collect()
    }

    #[test]
    fn brief_names_have_the_group_above_them() {
        let header = header(&[
            "#         <--------CPU--------><-----------Memory----------->",
            "#Time     cpu sys inter  ctxsw Free Buff Cach Inac Slab  Map ",
        ]);
        let expected = [
            ".Time",
            "CPU.cpu",
            "CPU.sys",
            "CPU.inter",
            "CPU.ctxsw",
            "Memory.Free",
            "Memory.Buff",
            "Memory.Cach",
            "Memory.Inac",
            "Memory.Slab",
            "Memory.Map",
        ];
        assert_eq!((named(&header), header.rows), (expected.map(str::to_owned).to_vec(), Rows::One));
    }

    #[test]
    fn plot_names_have_their_group() {
        let blank = header(&["#Date Time [CPU]User% [CPU:0]Sys%"]);
        let comma = header(&["#Date,Time,[CPU]User%,[CPU:0]Sys%"]);
        assert_eq!(named(&blank), [".Date", ".Time", "CPU.User%", "CPU:0.Sys%"]);
        assert_eq!((named(&comma), comma.separator), (named(&blank), ','));
    }

    #[test]
    fn below_a_title_there_may_be_several_lines() {
        let header = header(&["# DISK STATISTICS (/sec)", "#      <--reads-->", "#Name  KBytes IOs"]);
        assert_eq!(header.rows, Rows::Many);
        assert_eq!(named(&header), [".Name", "reads.KBytes", "reads.IOs"]);
        let cpu = ["# CPU SUMMARY (INTR, CTXSW & PROC /sec)", "# User  Nice"];
        assert_eq!(named(&self::header(&cpu)), [".User", ".Nice"]);
    }

    #[test]
    fn what_is_too_long_or_too_many_is_cut_and_counted() {
        let mut block = Block::default();
        block.push(&format!("#<{}>", "x".repeat(MAX_HEADER)));
        let names: String = (0..MAX_COLUMNS + 5).map(|name| format!(" {name}")).collect();
        block.push(&format!("#{}{names}", "ä".repeat(MAX_NAME)));
        let header = block.header().unwrap();
        assert_eq!((header.columns.len(), block.refused), (MAX_COLUMNS, 1 + 1 + 6));
        assert_eq!(*header.columns[0].name, "ä".repeat(MAX_NAME / 2));
    }

    proptest! {
        #[test]
        fn any_text_is_survived(lines in prop::collection::vec("#[ #<>a-zA-Zé\\[\\],-]{0,40}", 0..4)) {
            let mut block = Block::default();
            lines.iter().for_each(|line| block.push(line));
            let _ = block.header();
        }
    }
}
