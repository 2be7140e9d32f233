//! The plot format: one line for each interval, all numbers bare, separated by one character.

use std::io::Write;

use super::sheet::Sheet;
use super::stamp::{Stamp, StampFormat};
use crate::clock::Time;
use crate::figure::{Form, Group, Instances, Shape, Value};
use crate::number::{NumberStyle, Scale, push_integer, push_padded, push_scaled};
use crate::settings::{Per, Settings};
use crate::subsystem::{Meter, Part};

/// The names of the columns.
#[derive(Debug, Default)]
pub struct Names {
    names: Vec<String>,
    per: Per,
}

impl Names {
    /// Appends columns without a group.
    pub fn push_bare(&mut self, names: impl IntoIterator<Item = &'static str>) {
        self.names.extend(names.into_iter().map(str::to_owned));
    }

    /// Appends columns `[GROUP]Name`.
    pub fn push<S: AsRef<str>>(&mut self, group: &str, names: impl IntoIterator<Item = S>) {
        self.names.extend(names.into_iter().map(|name| format!("[{group}]{}", name.as_ref())));
    }

    /// Appends the columns of one thing.
    pub fn one<T>(&mut self, group: &Group<'_, T>, item: &T) {
        self.columns(&format!("[{}]{}", group.plot, group.column_prefix), group, item);
    }

    /// Appends the columns of an instance.
    pub fn instance<T>(&mut self, group: &Group<'_, T>, name: &Value<'_>, item: &T) {
        let mut text = Vec::new();
        name.push_name(&mut text);
        let before = format!("[{}:{}]", group.plot, String::from_utf8_lossy(&text));
        if let Shape::Many(Instances { column: Some(column), .. }) = group.shape {
            self.names.push(format!("{before}{column}"));
        }
        self.columns(&before, group, item);
    }

    /// Appends the columns of instances that have lines of their own.
    pub fn lines<T>(&mut self, group: &Group<'_, T>, column: Option<&'static str>) {
        self.push_bare(column.into_iter().chain(group.columns().map(|(name, ..)| name)));
    }

    fn columns<T>(&mut self, before: &str, group: &Group<'_, T>, item: &T) {
        for (name, _, figure) in group.columns() {
            let per = if name.ends_with('/') { self.per.word() } else { "" };
            match ((figure.get)(item), figure.names) {
                (Value::Absent, _) => {}
                (Value::Numbers(numbers), Some(names)) => self.push_each(before, names, numbers.len()),
                (Value::Integers(numbers), Some(names)) => self.push_each(before, names, numbers.len()),
                _ => self.names.push(format!("{before}{name}{per}")),
            }
        }
    }

    fn push_each(&mut self, before: &str, name: fn(usize) -> String, count: usize) {
        self.names.extend((0..count).map(|index| format!("{before}{}", name(index))));
    }
}

/// The numbers of one interval.
#[derive(Debug)]
pub struct Values {
    bytes: Vec<u8>,
    separator: u8,
    decimals: usize,
}

impl Values {
    /// Appends a number with the decimals that the user chose, rounded.
    pub fn number(&mut self, value: f64) -> &mut Self {
        self.fixed(value, self.decimals)
    }

    /// Appends a number with so many decimals, rounded.
    pub fn fixed(&mut self, value: f64, decimals: usize) -> &mut Self {
        if decimals == 0 && value.fract() == 0.0 && (0.0..1e15).contains(&value) {
            return self.integer(value as u64);
        }
        self.bytes.push(self.separator);
        let _ = write!(self.bytes, "{value:.decimals$}");
        self
    }

    /// Appends an integer.
    pub fn integer(&mut self, value: u64) -> &mut Self {
        self.bytes.push(self.separator);
        push_padded(&mut self.bytes, value, 1);
        self
    }

    /// Appends an integer, the fraction cut off.
    pub fn truncated(&mut self, value: f64) -> &mut Self {
        self.bytes.push(self.separator);
        push_integer(&mut self.bytes, value, 0);
        self
    }

    /// Appends a text.
    pub fn text(&mut self, text: impl AsRef<[u8]>) -> &mut Self {
        self.bytes.push(self.separator);
        self.bytes.extend_from_slice(text.as_ref());
        self
    }

    /// Appends the columns of a group.
    pub fn columns<T>(&mut self, group: &Group<'_, T>, item: &T) {
        for (_, form, figure) in group.columns() {
            self.value(&(figure.get)(item), form);
        }
    }

    /// Appends the columns of an instance, its name first where it has a column.
    pub fn instance<T>(&mut self, group: &Group<'_, T>, column: Option<&str>, name: &Value<'_>, item: &T) {
        if column.is_some() {
            self.value(name, Form::Own);
        }
        self.columns(group, item);
    }

    fn value(&mut self, value: &Value<'_>, form: Form) {
        match (value, form) {
            (Value::Absent, _) => {}
            (Value::Text(text), _) => {
                self.text(text);
            }
            (Value::Numbers(numbers), _) => numbers.iter().for_each(|number| {
                self.number(*number);
            }),
            (Value::Integers(numbers), _) => numbers.iter().for_each(|number| {
                self.integer(*number);
            }),
            (Value::Integer(number), Form::Own) => {
                self.integer(*number);
            }
            (Value::Signed(_), Form::Own) | (_, Form::Truncated) => {
                self.truncated(value.as_number());
            }
            (_, Form::Integer) => {
                self.integer(value.as_number() as u64);
            }
            (_, Form::Fixed(decimals)) => {
                self.fixed(value.as_number(), decimals.into());
            }
            (_, Form::Scaled) => {
                let mut number = Vec::new();
                push_scaled(&mut number, value.as_number(), 4, Scale::Count, NumberStyle::Cut);
                self.text(number.trim_ascii_start());
            }
            (_, Form::Own | Form::Number) => {
                self.number(value.as_number());
            }
        }
    }
}

/// The lines of a subsystem that has its own, one for each instance, as they grow.
pub struct PlotLines<'a> {
    stamp: &'a [u8],
    values: &'a mut Values,
}

impl PlotLines<'_> {
    /// Appends a line: the stamp, what `write` adds, and the line end.
    pub fn line(&mut self, write: impl FnOnce(&mut Values)) {
        self.values.bytes.extend_from_slice(self.stamp);
        write(self.values);
        self.values.bytes.push(b'\n');
    }
}

/// The plot format of one run.
#[derive(Debug)]
pub struct Plot {
    separator: u8,
    utc: bool,
    per: Per,
    values: Values,
    /// The letters of details with lines of their own, whose names stand above the next of these.
    unnamed: Vec<char>,
}

impl Plot {
    /// A format with this separator; `utc` puts the seconds of the epoch in place of date and time (`-oU`).
    #[must_use]
    pub fn new(settings: &Settings, separator: u8, utc: bool) -> Self {
        let values = Values { bytes: Vec::new(), separator, decimals: settings.decimals };
        Self { separator, utc, per: settings.per, values, unnamed: Vec::new() }
    }

    /// The columns of what `fill` adds, and their values.
    #[cfg(test)]
    pub(super) fn shown(&mut self, fill: &dyn Fn(&mut Sheet<'_>)) -> [String; 2] {
        let mut names = self.no_names();
        fill(&mut Sheet::PlotNames(&mut names));
        self.values.bytes.clear();
        fill(&mut Sheet::Plot(&mut self.values));
        let names = names.names.iter().map(|name| format!(" {name}")).collect();
        [names, String::from_utf8_lossy(&self.values.bytes).into_owned()]
    }

    /// The line with the names of the columns; below a bare one where the lines are those of instances alone.
    #[must_use]
    pub fn header(&self, meters: &[Box<dyn Meter>]) -> Vec<u8> {
        let mut names = self.no_names();
        for (meter, part) in columns(meters) {
            meter.figures(part, &mut Sheet::PlotNames(&mut names));
        }
        let mut header = self.names(names);
        if let [meter] = meters
            && has_own_lines(&**meter)
            && meter.parts().len() == 1
        {
            header.extend(self.own_names(&**meter));
        }
        header
    }

    /// Appends the lines of the interval that ended at `time`, first those of instances; none if there is nothing in
    /// it. `header_due` tells whether the names of columns are due.
    pub fn interval(
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

    /// Appends the lines of instances, below the names of their columns where these are due.
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
            // Alone, its names are the header.
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
        let mut names = self.no_names();
        meter.figures(Part::Detail, &mut Sheet::PlotNames(&mut names));
        self.names(names)
    }

    fn no_names(&self) -> Names {
        Names { names: Vec::new(), per: self.per }
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

/// Whether its details have lines of their own, and are shown.
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

/// Summaries first, in the order of their ranks, then details, in that of the registry.
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
