//! The figures of one line. There are many rows, so each keeps its texts in one piece.

use std::sync::Arc;

use super::{Column, cut};

/// Most bytes of a figure or word; a longer one (a command line) is cut.
const MAX_CELL: usize = 1024;

/// The figures of one line.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) columns: Arc<[Column]>,
    /// As many as there are columns, or fewer.
    cells: Cells,
}

impl Row {
    /// Figures below the columns of the same places; there are no more of them than columns.
    pub(crate) fn new(columns: Arc<[Column]>, cells: Cells) -> Self {
        Self { columns, cells }
    }

    /// How many figures there are.
    pub(crate) fn len(&self) -> usize {
        self.cells.figures.len()
    }

    /// The figure below column `index`.
    pub(crate) fn cell(&self, index: usize) -> Option<Cell<'_>> {
        let begin = match index.checked_sub(1) {
            Some(before) => self.cells.figures.get(before)?.end,
            None => 0,
        };
        let figure = self.cells.figures.get(index)?;
        let text = self.cells.text.get(begin..figure.end)?;
        Some(Cell { text, number: figure.number })
    }

    /// The value below column `index`, where it is a number.
    pub(crate) fn number(&self, index: usize) -> Option<f64> {
        self.cells.figures.get(index)?.number
    }

    /// All figures, in the order of their columns.
    pub(crate) fn cells(&self) -> impl Iterator<Item = Cell<'_>> {
        (0..self.len()).filter_map(|index| self.cell(index))
    }
}

/// One figure, or word.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cell<'a> {
    /// As in the line, without controls.
    pub(crate) text: &'a str,
    /// Its value, where it is a number; `22G` is 22 times 1024 to the third.
    pub(crate) number: Option<f64>,
}

/// The figures of a row, as they are put together.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Cells {
    text: String,
    figures: Vec<Figure>,
}

/// A figure's text ends at `end`, and begins where that before it ends.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Figure {
    end: usize,
    number: Option<f64>,
}

impl Cells {
    /// With room for so many figures, and so many bytes of text.
    pub(super) fn with_capacity(figures: usize, text: usize) -> Self {
        Self { text: String::with_capacity(text), figures: Vec::with_capacity(figures) }
    }

    /// One more, as a line shows it.
    pub(crate) fn push(&mut self, text: &str) {
        self.push_valued(text, number(text));
    }

    /// One more whose value is known.
    pub(super) fn push_valued(&mut self, text: &str, number: Option<f64>) {
        self.text.push_str(cut(text, MAX_CELL));
        self.figures.push(Figure { end: self.text.len(), number });
    }

    /// True where a number is among them.
    pub(super) fn has_numbers(&self) -> bool {
        self.figures.iter().any(|figure| figure.number.is_some())
    }
}

/// Reads a figure as collectl shows it: perhaps with a fraction, perhaps in K, M, G, T or P.
fn number(text: &str) -> Option<f64> {
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '.')) {
        return None;
    }
    // Nearly all are whole numbers, which are read faster as such.
    if let Ok(whole) = text.parse::<u32>() {
        return Some(whole.into());
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
    fn texts_are_found_again() {
        let mut cells = Cells::default();
        ["12", "", "sdä", "3K"].iter().for_each(|text| cells.push(text));
        let columns: Vec<Column> = (0..4).map(|number| Column::new("", &number.to_string())).collect();
        let row = Row::new(columns.into(), cells);
        assert_eq!(row.cells().map(|cell| cell.text).collect::<Vec<_>>(), ["12", "", "sdä", "3K"]);
        assert_eq!((row.number(0), row.number(2), row.number(3)), (Some(12.0), None, Some(3072.0)));
        assert_eq!((row.cell(4), row.number(4)), (None, None));
    }
}
