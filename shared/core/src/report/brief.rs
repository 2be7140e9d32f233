//! The brief format: one line per interval, a group of columns per subsystem.

use crate::clock::Time;
use crate::render::brief::BriefSheet;
use crate::render::line::Line;
use crate::render::stamp::StampFormat;
use crate::subsystem::{Meter, Part};

/// Meters with a brief form, in the order of their groups.
fn groups(meters: &[Box<dyn Meter>]) -> impl Iterator<Item = &dyn Meter> {
    let mut groups: Vec<&dyn Meter> = meters
        .iter()
        .map(|meter| &**meter)
        .filter(|meter| meter.parts().contains(&Part::Summary) && meter.descriptor().brief.is_some())
        .collect();
    groups.sort_by_key(|meter| meter.descriptor().brief);
    groups.into_iter()
}

/// The header lines above the columns of `meters`.
#[must_use]
pub(super) fn header(stamp: &StampFormat, meters: &[Box<dyn Meter>]) -> Vec<u8> {
    let mut sheet = BriefSheet::default();
    groups(meters).for_each(|meter| meter.brief_header(&mut sheet));
    let heading = &stamp.heading;
    sheet.text(heading)
}

/// Appends the line of the interval that ended at `time`.
pub(super) fn line(stamp: &StampFormat, meters: &[Box<dyn Meter>], time: Time, line: &mut Line) {
    if let Some(totals) = line.totals() {
        totals.add_line();
    }
    stamp.push(time, line.bytes());
    line.text(" ");
    groups(meters).for_each(|meter| meter.brief(line));
    line.text("\n");
}

/// Appends a line of totals, divided by `divisor`. It starts with `letter`, after the stamp of `time` or, without one,
/// blanks of the same width.
pub(super) fn totals(
    stamp: &StampFormat,
    meters: &[Box<dyn Meter>],
    (letter, time): (char, Option<Time>),
    divisor: f64,
    line: &mut Line,
) {
    if let Some(totals) = line.totals() {
        totals.show_line(divisor);
    }
    let start = line.bytes().len();
    stamp.push(time.unwrap_or_default(), line.bytes());
    if time.is_none() {
        line.bytes()[start..].fill(b' ');
    }
    line.text(letter.to_string());
    groups(meters).for_each(|meter| meter.brief(line));
    line.text("\n");
}
