//! The brief format: one line for each interval, each subsystem a group of columns.

use crate::clock::Time;
use crate::number::{Scale, push_integer, push_scaled};
use crate::render::stamp::StampFormat;
use crate::subsystem::Meter;

/// The columns of one subsystem.
pub struct Brief<R: 'static> {
    /// Stands above the columns; as wide as they and a blank behind each.
    pub title: &'static str,
    /// The columns from left to right.
    pub columns: &'static [BriefColumn<R>],
}

/// One column.
pub struct BriefColumn<R> {
    /// As wide as the column.
    pub heading: &'static str,
    /// How its number is written.
    pub style: Style,
    /// Its number, from the rates of its subsystem.
    pub value: fn(&R) -> f64,
}

/// How a number is written in the brief format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Percent, its fraction cut off.
    Percent,
    /// Things by the second, in units of 1000.
    Count,
    /// Kilobytes by the second, in units of 1024.
    Kilobytes,
    /// Kilobytes, always with their unit.
    Memory,
}

/// The two lines of a brief header as they grow.
#[derive(Debug, Default)]
pub struct BriefSheet {
    titles: String,
    headings: String,
}

/// Widest number without a unit; the column ` PktOut` is wider than its numbers.
const MAX_DIGITS: usize = 6;

impl<R> Brief<R> {
    /// Adds the group to a header.
    pub fn header(&self, sheet: &mut BriefSheet) {
        sheet.titles.push_str(self.title);
        for column in self.columns {
            sheet.headings.push_str(column.heading);
            sheet.headings.push(' ');
        }
    }

    /// Adds the group's numbers to a line.
    pub fn cells(&self, rates: &R, line: &mut Vec<u8>) {
        for column in self.columns {
            let (value, width) = ((column.value)(rates), column.heading.len());
            let digits = width.min(MAX_DIGITS);
            line.extend(std::iter::repeat_n(b' ', width - digits));
            match column.style {
                Style::Percent => push_integer(line, value, digits),
                Style::Count => push_scaled(line, value, digits, Scale::Count),
                Style::Kilobytes => push_scaled(line, value, digits, Scale::Kilobytes),
                Style::Memory => push_scaled(line, value, digits, Scale::Memory),
            }
            line.push(b' ');
        }
    }
}

/// The two header lines over the columns of `meters`.
#[must_use]
pub fn header(stamp: &StampFormat, meters: &[Box<dyn Meter>]) -> Vec<u8> {
    let mut sheet = BriefSheet::default();
    for meter in meters {
        meter.brief_header(&mut sheet);
    }
    let heading = stamp.heading();
    format!("#{:width$}{}\n#{heading}{}\n", "", sheet.titles, sheet.headings, width = heading.len())
        .into_bytes()
}

/// Appends the line of the interval that ended at `time`; nothing, and false, while there are no rates.
pub fn line(stamp: &StampFormat, meters: &[Box<dyn Meter>], time: Time, out: &mut Vec<u8>) -> bool {
    let start = out.len();
    stamp.push(time, out);
    out.push(b' ');
    let complete = meters.iter().all(|meter| meter.brief_cells(out));
    if complete {
        out.push(b'\n');
    } else {
        out.truncate(start);
    }
    complete
}
