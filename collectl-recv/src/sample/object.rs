//! Objects of `--export json` as columns: `{"cpu":{"user_percent":1}}` is the column `user_percent` of the group `cpu`.

use serde_json::{Map, Value};

use super::row::Cells;
use super::{Column, MAX_COLUMNS};
use crate::merge::Stamp;

/// Elements of an array that are made columns; longer ones (processes) are left out.
const MAX_ELEMENTS: usize = 64;

/// What every object holds besides figures.
const FRAME: [&str; 4] = ["host", "time", "interval", "second_interval"];

/// Reads one object; nothing where `line` is none.
pub(super) fn parse(line: &str) -> Option<(Option<Stamp>, Vec<Column>, Cells)> {
    let object: Map<String, Value> = serde_json::from_str(line).ok()?;
    let stamp = object.get("time").and_then(Value::as_f64).map(Stamp::Epoch);
    let mut out = Flat::default();
    for (key, value) in object.iter().filter(|(key, _)| !FRAME.contains(&key.as_str())) {
        match value {
            Value::Object(inner) => out.object(key, inner),
            Value::Array(items) if items.len() <= MAX_ELEMENTS => out.array(key, items),
            Value::Array(_) => {}
            _ => out.push("", key, value),
        }
    }
    Some((stamp, out.columns, out.cells))
}

#[derive(Default)]
struct Flat {
    columns: Vec<Column>,
    cells: Cells,
}

impl Flat {
    fn object(&mut self, group: &str, object: &Map<String, Value>) {
        for (key, value) in object {
            match value {
                Value::Array(items) if items.len() <= MAX_ELEMENTS => {
                    self.array(&format!("{group}.{key}"), items);
                }
                Value::Object(inner) => self.object(&format!("{group}.{key}"), inner),
                Value::Array(_) => {}
                _ => self.push(group, key, value),
            }
        }
    }

    fn array(&mut self, group: &str, items: &[Value]) {
        for (index, item) in items.iter().enumerate() {
            match item {
                Value::Object(inner) => {
                    let name = inner
                        .get("name")
                        .or_else(|| inner.get("number"))
                        .map_or_else(|| index.to_string(), plain);
                    self.object(&format!("{group}:{name}"), inner);
                }
                Value::Array(_) => {}
                value => self.push(group, &index.to_string(), value),
            }
        }
    }

    fn push(&mut self, group: &str, name: &str, value: &Value) {
        if self.columns.len() < MAX_COLUMNS {
            self.columns.push(Column::new(group, name));
            self.cells.push_valued(&plain(value), value.as_f64());
        }
    }
}

/// A value without the quotes of JSON.
fn plain(value: &Value) -> String {
    let text = match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    // Escapes in JSON may hold what the line itself did not.
    collectl_wire::display::sanitize(text.as_bytes()).into_owned()
}
