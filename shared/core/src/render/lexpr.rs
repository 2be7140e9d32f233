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
