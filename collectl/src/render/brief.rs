//! The brief format: one line for each interval, each subsystem a group of columns.

use super::line::Line;
use super::stamp::StampFormat;
use crate::clock::Time;
use crate::subsystem::{Meter, Part};

/// The lines of a brief header as they grow: warnings, titles and headings.
#[derive(Debug, Default)]
pub struct BriefSheet {
    warnings: String,
    titles: String,
    headings: String,
    last_title: usize,
}

impl BriefSheet {
    /// Adds a line above the titles.
    pub fn warning(&mut self, text: &str) {
        self.warnings.push_str("# ");
        self.warnings.push_str(text);
        self.warnings.push('\n');
    }

    /// Appends a group: its title, and its headings, each as wide as its column and with a blank behind it.
    pub fn group(&mut self, title: &str, headings: &str) {
        self.last_title = self.titles.len();
        self.titles.push_str(title);
        self.headings.push_str(headings);
    }

    /// Appends a group whose title is `name` in the middle of its columns. Directly behind a group of the same name, the
    /// two share one title.
    pub fn named_group(&mut self, name: &str, headings: &str) {
        let last = &self.titles[self.last_title..];
        if last.trim_matches(['<', '-', '>']) == name {
            let title = framed(name, last.len() + headings.len());
            self.titles.truncate(self.last_title);
            self.titles.push_str(&title);
            self.headings.push_str(headings);
        } else {
            self.group(&framed(name, headings.len()), headings);
        }
    }
}

/// `<--name--->`, `width` columns wide.
fn framed(name: &str, width: usize) -> String {
    let dashes = width.saturating_sub(name.len() + 2);
    let left = dashes / 2;
    format!("<{:-<left$}{name}{:-<right$}>", "", "", right = dashes - left)
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

/// The header lines over the columns of `meters`.
#[must_use]
pub fn header(stamp: &StampFormat, meters: &[Box<dyn Meter>]) -> Vec<u8> {
    let mut sheet = BriefSheet::default();
    groups(meters).for_each(|meter| meter.brief_header(&mut sheet));
    let heading = &stamp.heading;
    let (warnings, width) = (sheet.warnings, heading.len());
    format!("{warnings}#{:width$}{}\n#{heading}{}\n", "", sheet.titles, sheet.headings).into_bytes()
}

/// Appends the line of the interval that ended at `time`.
pub fn line(stamp: &StampFormat, meters: &[Box<dyn Meter>], time: Time, line: &mut Line) {
    if let Some(totals) = line.totals() {
        totals.add_line();
    }
    stamp.push(time, line.bytes());
    line.text(" ");
    groups(meters).for_each(|meter| meter.brief(line));
    line.text("\n");
}

/// Appends a line of what was added up, divided by `divisor`. It begins with `letter`, behind the stamp of `time` or, if
/// there is none, blanks of the same width.
pub fn totals(
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_centred_and_shared() {
        let mut sheet = BriefSheet::default();
        sheet.named_group("TCP", "  IP  Tcp ");
        assert_eq!(sheet.titles, "<--TCP--->");
        sheet.group("<-----------Memory----------->", "Free Buff Cach Inac Slab  Map ");
        sheet.named_group("Memory", "  Fragments ");
        assert_eq!(sheet.titles, "<--TCP---><-----------------Memory----------------->");
        assert_eq!(sheet.titles.len(), sheet.headings.len());
        assert_eq!(framed("TCP", 3), "<TCP>");
    }
}
