//! A line of numbers in columns.

use super::totals::{Sum, Totals};
use crate::number::{NumberStyle, Scale, push_integer, push_scaled};

/// A line that is built from the left, column by column.
#[derive(Debug, Default)]
pub struct Line {
    bytes: Vec<u8>,
    style: NumberStyle,
    totals: Option<Totals>,
}

impl Line {
    /// An empty line that writes numbers in `style`.
    #[must_use]
    pub fn new(style: NumberStyle) -> Self {
        Self { bytes: Vec::new(), style, totals: None }
    }

    /// Starts new sums of its numbers.
    pub fn add_up(&mut self) {
        self.totals = Some(Totals::default());
    }

    /// The sums, if numbers are summed.
    pub fn totals(&mut self) -> Option<&mut Totals> {
        self.totals.as_mut()
    }

    /// Declares how the following numbers are summed.
    pub fn sum(&mut self, sum: Sum) -> &mut Self {
        if let Some(totals) = &mut self.totals {
            totals.set_sum(sum);
        }
        self
    }

    /// A number that is to be written by other means than the methods below: what to write in its place. One that is
    /// not known (NaN) is shown as 0.
    pub fn pass(&mut self, value: f64) -> f64 {
        let value = if value.is_nan() { 0.0 } else { value };
        self.totals.as_mut().map_or(value, |totals| totals.pass(value))
    }

    /// The line so far, to take or to extend.
    pub fn bytes(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Appends text unchanged.
    pub fn text(&mut self, text: impl AsRef<[u8]>) -> &mut Self {
        self.bytes.extend_from_slice(text.as_ref());
        self
    }

    /// Appends text, right-aligned in `width` columns.
    pub fn right(&mut self, text: impl AsRef<[u8]>, width: usize) -> &mut Self {
        let text = text.as_ref();
        self.blanks(width.saturating_sub(text.len())).text(text)
    }

    /// Appends text, left-aligned in `width` columns.
    pub fn left(&mut self, text: impl AsRef<[u8]>, width: usize) -> &mut Self {
        let text = text.as_ref();
        self.text(text).blanks(width.saturating_sub(text.len()))
    }

    /// Appends an integer, the fraction cut off (`%d`), right-aligned in `width` columns.
    pub fn int(&mut self, value: f64, width: usize) -> &mut Self {
        let value = self.pass(value);
        push_integer(&mut self.bytes, value, width);
        self
    }

    /// Appends a number with `decimals` decimals (`%.2f`), right-aligned in `width` columns.
    pub fn fixed(&mut self, value: f64, width: usize, decimals: usize) -> &mut Self {
        let value = if value.is_nan() { 0.0 } else { value };
        self.right(format!("{value:.decimals$}"), width)
    }

    /// Appends a number, shortened to a unit if it has more than `digits` digits, right-aligned in `width` columns.
    pub fn scaled(&mut self, value: f64, width: usize, digits: usize, scale: Scale) -> &mut Self {
        let value = self.pass(value);
        let start = self.bytes.len();
        push_scaled(&mut self.bytes, value, digits, scale, self.style);
        let blanks = self.bytes[start..].iter().take_while(|&&byte| byte == b' ').count();
        let length = self.bytes.len() - start - blanks;
        let wanted = width.saturating_sub(length);
        if wanted < blanks {
            self.bytes.drain(start..start + blanks - wanted);
        } else {
            self.bytes.splice(start..start, std::iter::repeat_n(b' ', wanted - blanks));
        }
        self
    }

    /// Appends blanks.
    pub fn blanks(&mut self, count: usize) -> &mut Self {
        self.bytes.extend(std::iter::repeat_n(b' ', count));
        self
    }
}
