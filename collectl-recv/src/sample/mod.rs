//! Lines of a host as figures with names: what the views beyond plain lines are made of. Pure.
//!
//! [`decode`] reads the stream of one connection, [`header`] what its columns are called, [`stamp`] the times in its
//! lines, [`object`] those of `--export json`.

use std::sync::Arc;

use crate::merge::{Rows, Stamp};

mod decode;
mod header;
mod object;
mod stamp;

pub(crate) use decode::Decoder;

/// Most columns of a line that are looked at.
const MAX_COLUMNS: usize = 2048;

/// What a column is called.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Column {
    /// What stands above several columns (`CPU`, `disk`), or nothing.
    pub(crate) group: Box<str>,
    pub(crate) name: Box<str>,
}

impl Column {
    /// A column of `group`.
    pub(crate) fn new(group: &str, name: &str) -> Self {
        Self { group: group.into(), name: name.into() }
    }

    /// True where a user may mean it by `text`: `cpu`, `CPU.cpu` or `[CPU]User%`, in any case.
    pub(crate) fn is_called(&self, text: &str) -> bool {
        let same = |full: String| full.eq_ignore_ascii_case(text);
        self.name.eq_ignore_ascii_case(text)
            || same(format!("{}.{}", self.group, self.name))
            || same(format!("[{}]{}", self.group, self.name))
    }
}

/// One figure, or word.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cell {
    /// As the line shows it, safe for a terminal.
    pub(crate) text: Box<str>,
    /// Its value, where it is a number; `22G` is 22 times 1024 to the third.
    pub(crate) number: Option<f64>,
}

impl Cell {
    /// What a line shows.
    pub(crate) fn new(text: &str) -> Self {
        Self { number: number(text), text: text.into() }
    }
}

/// The figures of one line.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) columns: Arc<[Column]>,
    /// As many as there are columns, or fewer.
    pub(crate) cells: Vec<Cell>,
}

/// A line of figures.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sample {
    pub(crate) stamp: Option<Stamp>,
    pub(crate) rows: Rows,
    pub(crate) row: Row,
}

/// Reads a figure as collectl shows it: perhaps with a fraction, perhaps cut to K, M, G, T or P.
fn number(text: &str) -> Option<f64> {
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '.')) {
        return None;
    }
    let (digits, scale) = match text.as_bytes().last()? {
        b'K' => (&text[..text.len() - 1], 1),
        b'M' => (&text[..text.len() - 1], 2),
        b'G' => (&text[..text.len() - 1], 3),
        b'T' => (&text[..text.len() - 1], 4),
        b'P' => (&text[..text.len() - 1], 5),
        _ => (text, 0),
    };
    digits.parse::<f64>().ok().filter(|value| value.is_finite()).map(|value| value * 1024f64.powi(scale))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_numbers_and_words_are_not() {
        let numbers = ["12", "-1", "2.5", "3K", "1G", "sda", "-", "inf", "1e999", "12:00", "G"].map(number);
        let giga = Some(1_073_741_824.0);
        let expected = [Some(12.0), Some(-1.0), Some(2.5), Some(3072.0), giga];
        assert_eq!(numbers[..5], expected);
        assert_eq!(numbers[5..], [None; 6]);
    }

    #[test]
    fn columns_have_several_names() {
        let column = Column::new("CPU", "User%");
        for text in ["User%", "user%", "cpu.user%", "[CPU]User%"] {
            assert!(column.is_called(text), "{text}");
        }
        assert!(!column.is_called("CPU"));
    }
}
