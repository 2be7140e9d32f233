//! Objects of `--export json` as columns: `{"cpu":{"user_percent":1}}` is the column `user_percent` of the group `cpu`.

use std::borrow::Cow;

use collectl_wire::display::sanitize;
use serde_json::{Map, Value};

use super::row::Cells;
use super::{Column, MAX_COLUMNS, MAX_NAME};
use crate::base::time;
use crate::merge::Stamp;

/// Most elements of an array that become columns; longer ones (processes) are left out.
const MAX_ELEMENTS: usize = 64;

/// What every object holds besides figures.
const FRAME: [&str; 4] = ["host", "time", "interval", "second_interval"];

/// An object as columns.
#[derive(Debug, Default)]
pub(super) struct Flat {
    pub(super) stamp: Option<Stamp>,
    pub(super) columns: Vec<Column>,
    pub(super) cells: Cells,
    /// Keys that are too long or too many.
    pub(super) refused: u64,
}

/// Reads one object; none where `line` is not one.
pub(super) fn parse(line: &str) -> Option<Flat> {
    let object: Map<String, Value> = serde_json::from_str(line).ok()?;
    let stamp = object.get("time").and_then(Value::as_f64).map(|seconds| Stamp::Epoch(time::at(seconds)));
    let mut flat = Flat { stamp, ..Flat::default() };
    for (key, value) in object.iter().filter(|(key, _)| !FRAME.contains(&key.as_str())) {
        match value {
            Value::Object(inner) => flat.object("", key, ".", inner),
            Value::Array(items) => flat.array("", key, items),
            _ => flat.push("", key, value),
        }
    }
    Some(flat)
}

impl Flat {
    /// Adds an object that is `key` of `group`, with `between` the two.
    fn object(&mut self, group: &str, key: &str, between: &str, object: &Map<String, Value>) {
        let Some(group) = self.path(group, key, between) else { return };
        for (key, value) in object {
            match value {
                Value::Array(items) => self.array(&group, key, items),
                Value::Object(inner) => self.object(&group, key, ".", inner),
                _ => self.push(&group, key, value),
            }
        }
    }

    fn array(&mut self, group: &str, key: &str, items: &[Value]) {
        if items.len() > MAX_ELEMENTS {
            return;
        }
        let Some(group) = self.path(group, key, ".") else { return };
        for (index, item) in items.iter().enumerate() {
            match item {
                Value::Object(inner) => {
                    let name = inner.get("name").or_else(|| inner.get("number"));
                    let name = name.map_or_else(|| index.to_string(), plain);
                    self.object(&group, &name, ":", inner);
                }
                Value::Array(_) => {}
                value => self.push(&group, &index.to_string(), value),
            }
        }
    }

    fn push(&mut self, group: &str, key: &str, value: &Value) {
        if self.columns.len() == MAX_COLUMNS {
            self.refused += 1;
        } else if let Some(name) = self.name(key) {
            self.columns.push(Column::new(group, &name));
            self.cells.push_valued(&plain(value), value.as_f64());
        }
    }

    /// The name of a group in `group`; none, and counted, where it is too long.
    fn path(&mut self, group: &str, key: &str, between: &str) -> Option<String> {
        let name = self.name(key)?;
        if group.is_empty() {
            return Some(name.into_owned());
        }
        let path = format!("{group}{between}{name}");
        self.refused += u64::from(path.len() > MAX_NAME);
        (path.len() <= MAX_NAME).then_some(path)
    }

    /// A key as it may be shown: its escapes may hold what the line itself did not. None, and counted, where it is too long.
    fn name<'a>(&mut self, key: &'a str) -> Option<Cow<'a, str>> {
        if key.len() > MAX_NAME {
            self.refused += 1;
            return None;
        }
        Some(sanitize(key.as_bytes()))
    }
}

/// A value without the quotes of JSON, as it may be shown.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => sanitize(text.as_bytes()).into_owned(),
        other => sanitize(other.to_string().as_bytes()).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_in_keys_and_values_are_taken_out_after_they_are_decoded() {
        let line = r#"{"cpu":{"\u001b[2Jx\u202ey\nz":1},"\u001b]0;O\u0007":"\u009b","\u009b31m":{"r":[{"name":"\u001bc","\u001b[1m":4}]}}"#;
        let flat = parse(line).unwrap();
        let names: Vec<_> =
            flat.columns.iter().map(|column| format!("{}|{}", column.group, column.name)).collect();
        assert_eq!(names, ["cpu|[2Jxyz", "|]0;O", "31m.r:c|name", "31m.r:c|[1m"]);
    }

    #[test]
    fn keys_that_are_too_long_or_too_many_are_left_out_and_counted() {
        let long = "x".repeat(500_000);
        let flat = parse(&format!(r#"{{"{long}":1,"a":{{"{long}":2,"b":3}},"{long}y":{{"c":4}}}}"#)).unwrap();
        assert_eq!((flat.columns.len(), flat.refused), (1, 3));
        let deep = format!("{}1{}", r#"{"aaaaaaaaaa":"#.repeat(100), "}".repeat(100));
        assert_eq!(parse(&deep).map(|flat| (flat.columns.len(), flat.refused)), Some((0, 1)));
        let keys: Vec<String> = (0..3000).map(|key| format!("\"{key}\":1")).collect();
        let flat = parse(&format!("{{{}}}", keys.join(","))).unwrap();
        assert_eq!((flat.columns.len(), flat.refused), (MAX_COLUMNS, 3000 - MAX_COLUMNS as u64));
    }
}
