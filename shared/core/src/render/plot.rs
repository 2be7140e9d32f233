//! What subsystems add to the plot format: names of columns, numbers separated by one character, and lines of
//! instances.

use std::io::Write;

use crate::figure::{Form, Group, Instances, Shape, Value};
use crate::number::{NumberStyle, Scale, push_integer, push_padded, push_scaled};
use crate::settings::Per;

/// The names of the columns.
#[derive(Debug, Default)]
pub struct Names {
    pub(crate) names: Vec<String>,
    per: Per,
}

impl Names {
    /// No names yet; `per` determines the names of rates.
    #[must_use]
    pub fn new(per: Per) -> Self {
        Self { names: Vec::new(), per }
    }

    /// Appends columns without a group.
    pub(crate) fn push_bare(&mut self, names: impl IntoIterator<Item = &'static str>) {
        self.names.extend(names.into_iter().map(str::to_owned));
    }

    /// Appends columns `[GROUP]Name`.
    pub(crate) fn push<S: AsRef<str>>(&mut self, group: &str, names: impl IntoIterator<Item = S>) {
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

    /// Appends the columns of instances with their own lines.
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
    pub(crate) bytes: Vec<u8>,
    separator: u8,
    decimals: usize,
}

impl Values {
    /// No numbers yet; each gets `separator` before it, and `decimals` if it has a fraction.
    #[must_use]
    pub fn new(separator: u8, decimals: usize) -> Self {
        Self { bytes: Vec::new(), separator, decimals }
    }

    /// Appends a number with the decimals that the user chose, rounded.
    pub(crate) fn number(&mut self, value: f64) -> &mut Self {
        self.fixed(value, self.decimals)
    }

    /// Appends a number with this number of decimals, rounded.
    pub(crate) fn fixed(&mut self, value: f64, decimals: usize) -> &mut Self {
        if decimals == 0 && value.fract() == 0.0 && (0.0..1e15).contains(&value) {
            return self.integer(value as u64);
        }
        self.bytes.push(self.separator);
        let _ = write!(self.bytes, "{value:.decimals$}");
        self
    }

    /// Appends an integer.
    pub(crate) fn integer(&mut self, value: u64) -> &mut Self {
        self.bytes.push(self.separator);
        push_padded(&mut self.bytes, value, 1);
        self
    }

    /// Appends an integer, the fraction cut off.
    pub(crate) fn truncated(&mut self, value: f64) -> &mut Self {
        self.bytes.push(self.separator);
        push_integer(&mut self.bytes, value, 0);
        self
    }

    /// Appends a text.
    pub(crate) fn text(&mut self, text: impl AsRef<[u8]>) -> &mut Self {
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

    /// Appends the columns of an instance, first its name if that has a column.
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

/// The lines of a subsystem with one line per instance.
pub struct PlotLines<'a> {
    pub(crate) stamp: &'a [u8],
    pub(crate) values: &'a mut Values,
}

impl PlotLines<'_> {
    /// Appends a line: the stamp, what `write` adds, and the line end.
    pub fn line(&mut self, write: impl FnOnce(&mut Values)) {
        self.values.bytes.extend_from_slice(self.stamp);
        write(self.values);
        self.values.bytes.push(b'\n');
    }
}
