//! The brief format: one line for each interval, each subsystem a group of columns.

use super::line::Line;
use super::stamp::StampFormat;
use crate::clock::Time;
use crate::subsystem::{Meter, Part};

/// The two lines of a brief header as they grow.
#[derive(Debug, Default)]
pub struct BriefSheet {
    titles: String,
    headings: String,
}

impl BriefSheet {
    /// Appends a group: its title, and its headings, each as wide as its column and with a blank behind it.
    pub fn group(&mut self, title: &str, headings: &str) {
        self.titles.push_str(title);
        self.headings.push_str(headings);
    }
}

/// Meters with a brief form, in the order of their groups.
fn groups(meters: &[Box<dyn Meter>]) -> impl Iterator<Item = &dyn Meter> {
    let mut groups: Vec<&dyn Meter> = meters
        .iter()
        .map(|meter| &**meter)
        .filter(|meter| meter.parts().contains(&Part::Summary) && meter.place().brief.is_some())
        .collect();
    groups.sort_by_key(|meter| meter.place().brief);
    groups.into_iter()
}

/// The two header lines over the columns of `meters`.
#[must_use]
pub fn header(stamp: &StampFormat, meters: &[Box<dyn Meter>]) -> Vec<u8> {
    let mut sheet = BriefSheet::default();
    groups(meters).for_each(|meter| meter.brief_header(&mut sheet));
    let heading = &stamp.heading;
    format!("#{:width$}{}\n#{heading}{}\n", "", sheet.titles, sheet.headings, width = heading.len())
        .into_bytes()
}

/// Appends the line of the interval that ended at `time`.
pub fn line(stamp: &StampFormat, meters: &[Box<dyn Meter>], time: Time, line: &mut Line) {
    stamp.push(time, line.bytes());
    line.text(" ");
    groups(meters).for_each(|meter| meter.brief(line));
    line.text("\n");
}
