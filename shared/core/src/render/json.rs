//! A JSON object (RFC 8259), to which subsystems add figures.

#[cfg(test)]
use std::fmt;

use collectl_wire::display::sanitize;
use serde_json::{Map, Value};

use crate::figure::{self, Group};

/// An object that is being built. Its keys keep their order.
#[derive(Debug, Default)]
pub struct Object(pub(crate) Map<String, Value>);

impl Object {
    /// Adds a number with a fraction, rounded to thousandths; null if it is not finite.
    pub(crate) fn number(&mut self, key: &str, value: f64) -> &mut Self {
        self.insert(key, rounded(value))
    }

    /// Adds a whole number.
    pub(crate) fn integer(&mut self, key: &str, value: u64) -> &mut Self {
        self.insert(key, value.into())
    }

    /// Adds a whole number that may be negative; a fraction is cut off.
    pub(crate) fn whole(&mut self, key: &str, value: f64) -> &mut Self {
        self.insert(key, (value as i64).into())
    }

    /// Adds foreign text without what could control a terminal. Invalid UTF-8 becomes U+FFFD.
    pub(crate) fn text(&mut self, key: &str, text: &[u8]) -> &mut Self {
        self.insert(key, sanitize(text).into())
    }

    /// Adds any value.
    pub(crate) fn insert(&mut self, key: &str, value: Value) -> &mut Self {
        self.0.insert(key.to_owned(), value);
        self
    }

    /// Adds the figures of a group.
    pub fn figures<T>(&mut self, group: &Group<'_, T>, item: &T) {
        for figure in group.figures {
            if let Some(key) = figure.key {
                self.figure(key, (figure.get)(item));
            }
        }
    }

    /// Adds a figure.
    pub fn figure(&mut self, key: &str, value: figure::Value<'_>) -> &mut Self {
        match value {
            figure::Value::Number(number) => self.number(key, number),
            figure::Value::Whole(number) => self.whole(key, number),
            figure::Value::Integer(number) => self.integer(key, number),
            figure::Value::Signed(number) => self.insert(key, number.into()),
            figure::Value::Text(text) => self.text(key, &text),
            figure::Value::Flag(flag) => self.insert(key, flag.into()),
            figure::Value::Numbers(numbers) => {
                self.insert(key, numbers.iter().map(|&number| rounded(number)).collect())
            }
            figure::Value::Integers(numbers) => self.insert(key, numbers.into()),
            figure::Value::Unknown => self.insert(key, Value::Null),
            figure::Value::Unmeasured | figure::Value::Absent => self,
        }
    }

    /// Adds an object that `fill` fills.
    pub(crate) fn object(&mut self, key: &str, fill: impl FnOnce(&mut Self)) -> &mut Self {
        let mut object = Self::default();
        fill(&mut object);
        self.insert(key, object.0.into())
    }

    /// Adds an array with an object for each of `items`, filled by `fill`.
    pub(crate) fn list<T>(
        &mut self,
        key: &str,
        items: impl IntoIterator<Item = T>,
        mut fill: impl FnMut(T, &mut Self),
    ) -> &mut Self {
        let filled = |item| {
            let mut object = Self::default();
            fill(item, &mut object);
            Value::Object(object.0)
        };
        let list: Vec<Value> = items.into_iter().map(filled).collect();
        self.insert(key, list.into())
    }
}

#[cfg(test)]
impl fmt::Display for Object {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Value::Object(self.0.clone()).fmt(formatter)
    }
}

/// A number with at most three decimals; null if it is not finite. A whole number is written as `5.0`, so that a key
/// has one type in all lines.
#[must_use]
pub fn rounded(value: f64) -> Value {
    // Larger numbers have no visible thousandths, and scaling could overflow. Adding zero removes the sign of -0.
    const LARGE: f64 = 1e12;
    let fine = if value.abs() < LARGE { (value * 1000.0).round() / 1000.0 + 0.0 } else { value };
    fine.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_finite_and_no_finer_than_thousandths() {
        let mut object = Object::default();
        object.number("pi", std::f64::consts::PI).number("one", 1.0).number("minus", -0.0001);
        object.number("huge", 1e300).number("infinite", f64::INFINITY).number("none", f64::NAN);
        object.integer("count", u64::MAX);
        assert_eq!(
            object.to_string(),
            r#"{"pi":3.142,"one":1.0,"minus":0.0,"huge":1e+300,"infinite":null,"none":null,"count":18446744073709551615}"#
        );
    }

    #[test]
    fn keys_stay_in_their_order() {
        let mut object = Object::default();
        object.object("z", |inner| {
            inner.integer("b", 1).integer("a", 2);
        });
        object.list("a", [0.5, 1.5], |value, each| {
            each.number("value", value);
        });
        assert_eq!(object.to_string(), r#"{"z":{"b":1,"a":2},"a":[{"value":0.5},{"value":1.5}]}"#);
    }

    #[test]
    fn foreign_text_becomes_one_line_of_utf8() {
        let mut object = Object::default();
        object.text("name", b"a\"b\\c\n\x1b[31m\xff\tend");
        assert_eq!(object.to_string(), "{\"name\":\"a\\\"b\\\\c[31m\u{fffd}\\tend\"}");
    }
}
