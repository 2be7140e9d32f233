//! The plot format: one line per interval, with plain numbers separated by one character.

use crate::clock::Time;
use crate::number::push_padded;
use crate::render::plot::{Names, PlotLines, Values};
use crate::render::sheet::Sheet;
use crate::render::stamp::{Stamp, StampFormat};
use crate::settings::{Per, Settings};
use crate::subsystem::{Meter, Part};

/// The plot format of one run.
#[derive(Debug)]
pub(super) struct Plot {
    separator: u8,
    utc: bool,
    per: Per,
    values: Values,
    /// The letters of details with their own lines, whose names must be printed before their next lines.
    unnamed: Vec<char>,
    /// Whether a line without columns stands above the names of details that stand alone.
    pub(super) bare_heading: bool,
    /// The names of the columns of the last interval, if they depend on the devices.
    columns: Vec<u8>,
}

impl Plot {
    /// A format with this separator; `utc` shows seconds since the epoch instead of date and time (`-oU`).
    #[must_use]
    pub(super) fn new(settings: &Settings, separator: u8, utc: bool) -> Self {
        let values = Values::new(separator, settings.decimals);
        Self {
            separator,
            utc,
            per: settings.per,
            values,
            unnamed: Vec::new(),
            columns: Vec::new(),
            bare_heading: false,
        }
    }

    /// The same with a line without columns above the names of details that stand alone. The Perl collectl shows it when
    /// a recording is played to the terminal, and only then.
    #[must_use]
    pub(super) fn with_bare_heading(self) -> Self {
        Self { bare_heading: true, ..self }
    }

    /// The line with the names of the columns.
    #[must_use]
    pub(super) fn header(&self, meters: &[Box<dyn Meter>]) -> Vec<u8> {
        let mut names = Names::new(self.per);
        for (meter, part) in columns(meters) {
            meter.figures(part, &mut Sheet::PlotNames(&mut names));
        }
        let mut header = self.names(names);
        if let [meter] = meters
            && has_own_lines(&**meter)
            && meter.parts().len() == 1
        {
            if !self.bare_heading {
                header.clear();
            }
            header.extend(self.own_names(&**meter));
        }
        header
    }

    /// Takes the columns of an interval, shown or not. Returns whether they are others than those of the one before it: a
    /// device came or went.
    pub(super) fn take_columns(&mut self, meters: &[Box<dyn Meter>]) -> bool {
        let details = meters
            .iter()
            .any(|meter| in_columns(&**meter, Part::Detail) && meter.parts().contains(&Part::Detail));
        if !details {
            return false;
        }
        let columns = self.header(meters);
        let last = std::mem::replace(&mut self.columns, columns);
        !last.is_empty() && last != self.columns
    }

    /// Appends the lines of the interval that ended at `time`, first those of instances; none if there is nothing in
    /// it. `header_due` tells whether the names of columns are due.
    pub(super) fn interval(
        &mut self,
        stamp: &StampFormat,
        meters: &[Box<dyn Meter>],
        time: Time,
        header_due: bool,
        out: &mut Vec<u8>,
    ) {
        self.own_lines(stamp, meters, time, header_due, out);
        self.values.bytes.clear();
        if meters.iter().filter(|meter| has_columns(&***meter)).all(|meter| meter.has_line()) {
            for (meter, part) in columns(meters) {
                meter.figures(part, &mut Sheet::Plot(&mut self.values));
            }
        }
        if self.values.bytes.is_empty() {
            return;
        }
        self.stamp(stamp, time, out);
        out.append(&mut self.values.bytes);
        out.push(b'\n');
    }

    /// Appends the lines of instances, after the names of their columns if these are due.
    fn own_lines(
        &mut self,
        stamp: &StampFormat,
        meters: &[Box<dyn Meter>],
        time: Time,
        header_due: bool,
        out: &mut Vec<u8>,
    ) {
        let mut text = Vec::new();
        for meter in meters.iter().filter(|meter| has_own_lines(&***meter)) {
            text.clear();
            self.stamp(stamp, time, &mut text);
            let Some(letter) = meter.descriptor().detail else { continue };
            // If it is the only one, its names are the header.
            if header_due && (meters.len() > 1 || has_columns(&**meter)) && !self.unnamed.contains(&letter) {
                self.unnamed.push(letter);
            }
            self.values.bytes.clear();
            let lines = PlotLines { stamp: &text, values: &mut self.values };
            meter.figures(Part::Detail, &mut Sheet::PlotLines(lines));
            if self.values.bytes.is_empty() {
                continue;
            }
            if let Some(index) = self.unnamed.iter().position(|unnamed| *unnamed == letter) {
                self.unnamed.remove(index);
                out.extend(self.own_names(&**meter));
            }
            out.append(&mut self.values.bytes);
        }
    }

    fn own_names(&self, meter: &dyn Meter) -> Vec<u8> {
        let mut names = Names::new(self.per);
        meter.figures(Part::Detail, &mut Sheet::PlotNames(&mut names));
        self.names(names)
    }

    fn names(&self, names: Names) -> Vec<u8> {
        let separator = char::from(self.separator);
        let mut line = if self.utc { "#UTC".to_owned() } else { format!("#Date{separator}Time") };
        for name in names.names {
            line.push(separator);
            line.push_str(&name);
        }
        line.push('\n');
        line.into_bytes()
    }

    fn stamp(&self, stamp: &StampFormat, time: Time, out: &mut Vec<u8>) {
        if self.utc {
            let millis = time.micros().unsigned_abs() / 1000;
            push_padded(out, millis / 1000, 1);
            if stamp.millis {
                out.push(b'.');
                push_padded(out, millis % 1000, 3);
            }
            return;
        }
        let start = out.len();
        stamp.push_as(if stamp.stamp == Stamp::Day { Stamp::Day } else { Stamp::Date }, time, out);
        out.pop();
        out[start..].iter_mut().filter(|byte| **byte == b' ').for_each(|byte| *byte = self.separator);
    }
}

/// Whether its details are shown and have their own lines.
fn has_own_lines(meter: &dyn Meter) -> bool {
    meter.descriptor().own_plot_lines && meter.parts().contains(&Part::Detail)
}

/// Whether one of its parts has columns in the line of the interval.
fn has_columns(meter: &dyn Meter) -> bool {
    meter.parts().iter().any(|part| in_columns(meter, *part))
}

fn in_columns(meter: &dyn Meter, part: Part) -> bool {
    part == Part::Summary || !meter.descriptor().own_plot_lines
}

/// Summaries first, by rank, then details, in the order of the registry.
fn columns(meters: &[Box<dyn Meter>]) -> impl Iterator<Item = (&dyn Meter, Part)> {
    let mut columns: Vec<_> =
        meters.iter().flat_map(|meter| meter.parts().iter().map(move |part| (&**meter, *part))).collect();
    columns.retain(|(meter, part)| in_columns(*meter, *part));
    columns.sort_by_key(|(meter, part)| match part {
        Part::Summary => (0, meter.descriptor().plot),
        Part::Detail => (1, meter.descriptor().plot_detail),
    });
    columns.into_iter()
}
