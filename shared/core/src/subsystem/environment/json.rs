//! What `--export json` shows of sensors.

use serde_json::Value;

use super::Reading;
use super::name::Kind;
use crate::render::json::{Object, rounded};

/// A reading that is not a number is null.
pub(super) fn push(readings: &[Reading], line: &mut Object) {
    line.list("sensors", readings, |Reading { kind, name, text, unit }, sensor| {
        let kind = match kind {
            Kind::Fan => "fan",
            Kind::Power => "power",
            Kind::Temperature => "temperature",
        };
        sensor.text("name", name.as_bytes()).insert("kind", kind.into());
        sensor.insert("value", text.parse().map_or(Value::Null, rounded));
        sensor.insert("unit", unit.map(|unit| unit.name()).into());
    });
}
