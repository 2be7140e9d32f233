//! Column names out of the `#` lines before the figures.
//!
//! Brief: `#<---CPU---><--Memory-->` above `#cpu sys inter Free Buff`; a name belongs to the group above its middle.
//! Plot: `#Date Time [CPU]User% [CPU:0]Sys%`, divided by a blank or what `--sep` says. Verbose: a title line before them.

use std::sync::Arc;

use super::{Column, MAX_COLUMNS};

/// Whose lines these are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One line for each interval.
    Single,
    /// Perhaps several: a title stands above, or plot names without a group.
    Several,
}

/// What the last header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// All columns, those of the time included.
    pub(super) columns: Arc<[Column]>,
    pub(super) separator: char,
    pub(super) kind: Kind,
}

/// The `#` lines that stand together, as they come.
#[derive(Debug, Default)]
pub(super) struct Block {
    titled: bool,
    groups: String,
    names: String,
}

impl Block {
    /// Takes one more `#` line.
    pub(super) fn push(&mut self, line: &str) {
        if line.contains('<') {
            self.groups = line.to_owned();
        } else if is_title(line) {
            self.titled = true;
            self.groups.clear();
        } else {
            self.names = line.to_owned();
        }
    }

    /// What the lines mean, if they name columns.
    pub(super) fn header(&self) -> Option<Header> {
        let line = self.names.strip_prefix('#').filter(|rest| !rest.starts_with('#'))?;
        let separator = separator(line);
        let plot = line.contains('[');
        let columns: Vec<Column> = if separator == ' ' {
            words(&self.names).take(MAX_COLUMNS).map(|(at, word)| self.column(at, word)).collect()
        } else {
            line.split(separator).take(MAX_COLUMNS).map(plot_column).collect()
        };
        let single = !self.titled && (plot || !self.groups.is_empty());
        let kind = if single { Kind::Single } else { Kind::Several };
        (!columns.is_empty()).then(|| Header { columns: columns.into(), separator, kind })
    }

    fn column(&self, at: usize, word: &str) -> Column {
        if word.starts_with('[') {
            return plot_column(word);
        }
        Column::new(group_at(&self.groups, at + word.len() / 2), word)
    }
}

/// A line of words that are no columns: `# CPU SUMMARY (INTR, CTXSW & PROC /sec)`.
fn is_title(line: &str) -> bool {
    line.starts_with("# ") && ["SUMMARY", "STATISTICS", "STATS", "("].iter().any(|word| line.contains(word))
}

/// The character between columns: that behind the first plot name.
fn separator(line: &str) -> char {
    let behind = ["Date", "UTC"].iter().find_map(|first| line.strip_prefix(first)?.chars().next());
    behind.filter(|c| !c.is_ascii_alphanumeric() && *c != '\t').unwrap_or(' ')
}

fn plot_column(word: &str) -> Column {
    match word.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((group, name)) => Column::new(group, name),
        None => Column::new("", word),
    }
}

/// Words with their places; the `#` before the first is none of it.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let start = line.as_ptr() as usize;
    let rest = line.strip_prefix('#').unwrap_or(line);
    rest.split_ascii_whitespace().map(move |word| (word.as_ptr() as usize - start, word))
}

/// The group whose `<--NAME-->` is above place `at`.
fn group_at(groups: &str, at: usize) -> &str {
    let (Some(head), Some(tail)) = (groups.get(..=at.min(groups.len().saturating_sub(1))), groups.get(at..))
    else {
        return "";
    };
    let Some(open) = head.rfind('<') else { return "" };
    let Some(close) = tail.find('>').map(|close| at + close) else { return "" };
    let inner = &groups[open + 1..close];
    if inner.contains(['<', '>']) { "" } else { inner.trim_matches('-') }
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
        assert_eq!((named(&header), header.kind), (expected.map(str::to_owned).to_vec(), Kind::Single));
    }

    #[test]
    fn plot_names_carry_theirs() {
        let blank = header(&["#Date Time [CPU]User% [CPU:0]Sys%"]);
        let comma = header(&["#Date,Time,[CPU]User%,[CPU:0]Sys%"]);
        assert_eq!(named(&blank), [".Date", ".Time", "CPU.User%", "CPU:0.Sys%"]);
        assert_eq!((named(&comma), comma.separator), (named(&blank), ','));
    }

    #[test]
    fn what_has_a_title_may_have_several_lines() {
        let header = header(&["# DISK STATISTICS (/sec)", "#      <--reads-->", "#Name  KBytes IOs"]);
        assert_eq!(header.kind, Kind::Several);
        assert_eq!(named(&header), [".Name", "reads.KBytes", "reads.IOs"]);
        let cpu = ["# CPU SUMMARY (INTR, CTXSW & PROC /sec)", "# User  Nice"];
        assert_eq!(named(&self::header(&cpu)), [".User", ".Nice"]);
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
