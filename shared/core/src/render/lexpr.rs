//! The lines of lexpr, names and values, to which subsystems add figures.

use std::io::Write;

use crate::figure::{Form, Group, LexprName, Value};
use crate::number::push_integer;

/// Names and values that are being collected.
#[derive(Debug, Default)]
pub struct Pairs(pub(crate) Vec<u8>);

impl Pairs {
    /// The lines so far.
    #[cfg(test)]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Appends a figure, rounded.
    pub fn push(&mut self, name: &str, value: f64) -> &mut Self {
        self.name(name).value(value);
        self
    }

    /// Appends figures named `group` followed by one of `fields`.
    pub fn push_all(&mut self, group: &str, fields: &[&str], values: &[f64]) {
        for (field, value) in fields.iter().zip(values) {
            self.name(group).name(field).value(*value);
        }
    }

    /// Appends a figure of `device`.
    pub fn push_of(&mut self, field: &str, device: &[u8], value: f64) {
        self.name(field).name(".");
        self.0.extend_from_slice(device);
        self.value(value);
    }

    /// Appends a figure with this number of decimals.
    pub fn fixed(&mut self, name: &str, value: f64, decimals: usize) {
        // A write to memory does not fail.
        let _ = writeln!(self.0, "{name} {value:.decimals$}");
    }

    /// Appends a figure that is already text.
    pub fn text(&mut self, name: &str, text: &str) {
        self.name(name).name(" ").name(text).name("\n");
    }

    /// Appends the figures of one thing.
    pub fn one<T>(&mut self, group: &Group<'_, T>, item: &T) {
        for (name, form, figure) in group.lines() {
            let start = self.0.len();
            self.name(before(group, name)).name(name);
            self.figure(start, &(figure.get)(item), form);
        }
    }

    /// Appends the figures of an instance.
    pub fn instance<T>(&mut self, group: &Group<'_, T>, place: LexprName, instance: &Value<'_>, item: &T) {
        for (name, form, figure) in group.lines() {
            let start = self.0.len();
            self.name(before(group, name));
            match place {
                LexprName::Last(word) => {
                    self.name(name).name(".").name(word);
                    instance.push_name(&mut self.0);
                }
                LexprName::First => {
                    instance.push_name(&mut self.0);
                    self.name(if name.is_empty() { "" } else { "." }).name(name);
                }
            }
            self.figure(start, &(figure.get)(item), form);
        }
    }

    /// Appends the value of a figure whose name starts at `start`. If the value is absent, the name is removed.
    fn figure(&mut self, start: usize, value: &Value<'_>, form: Form) {
        match (value, form) {
            (Value::Absent | Value::Numbers(_) | Value::Integers(_), _) => self.0.truncate(start),
            (Value::Text(text), _) => {
                self.0.push(b' ');
                self.0.extend_from_slice(text);
                self.0.push(b'\n');
            }
            (_, Form::Fixed(decimals)) => {
                // A write to memory does not fail.
                let _ = writeln!(self.0, " {:.*}", usize::from(decimals), value.as_number());
            }
            _ => self.value(value.as_number()),
        }
    }

    pub(crate) fn name(&mut self, name: &str) -> &mut Self {
        self.0.extend_from_slice(name.as_bytes());
        self
    }

    fn value(&mut self, value: f64) {
        self.0.push(b' ');
        push_integer(&mut self.0, value + 0.5, 0);
        self.0.push(b'\n');
    }
}

/// The text before `name` in a group: nothing if it is a complete name.
fn before<T>(group: &Group<'_, T>, name: &str) -> &'static str {
    if name.contains('.') { "" } else { group.lexpr }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values() {
        let mut pairs = Pairs::default();
        pairs.push("a.b", 1.5).push("c", 2.49);
        pairs.push_all("g.", &["x", "y"], &[3.0, 0.2]);
        pairs.push_of("d.reads", b"sda", 7.0);
        pairs.fixed("load", 0.114, 2);
        assert_eq!(pairs.0, b"a.b 2\nc 2\ng.x 3\ng.y 0\nd.reads.sda 7\nload 0.11\n");
    }
}
