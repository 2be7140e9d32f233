//! The figures of sensors.

use super::Reading;
use super::name::Kind;
use crate::figure::{Figure, Group, Value};

type Sensor = Figure<Reading>;

/// Each sensor. In the plot format its kind decides the name of its column.
pub(super) static SENSORS: Group<'_, Reading> = Group::many("sensors", "fans, power, temperatures", &FIGURES)
    .name("name", "short name of the sensor, or what `--envremap` makes of it")
    .plot("ENV")
    .lexpr("env.")
    .name_first();

static FIGURES: [Sensor; 7] = [
    Sensor::text("kind", |sensor| Value::text(sensor.kind.name())).help("`fan`, `power` or `temperature`"),
    Sensor::level("value", |sensor| Value::known(sensor.text.parse().ok()))
        .help("what it reads; null if that is no number"),
    Sensor::text("unit", |sensor| sensor.unit.map_or(Value::Unknown, |unit| Value::text(unit.name())))
        .help("`celsius`, `fahrenheit`, `rpm`, `watts` or `percent`; null if the sensor does not report it"),
    Sensor::column(|sensor| sensor.text_of(Kind::Fan)).plot("Speed"),
    Sensor::column(|sensor| sensor.text_of(Kind::Power)).plot("Watts"),
    Sensor::column(|sensor| sensor.text_of(Kind::Temperature)).plot("Temp"),
    Sensor::column(|sensor| Value::text(&sensor.text)).lexpr(""),
];

impl Reading {
    /// The reading as text, if the sensor is of this kind.
    fn text_of(&self, kind: Kind) -> Value<'_> {
        if self.kind == kind { Value::text(&self.text) } else { Value::Absent }
    }
}
