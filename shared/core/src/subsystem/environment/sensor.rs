//! One line of `ipmitool -c sdr`: name, reading, unit, state.

use std::collections::HashMap;

use collectl_wire::display::sanitize;

use super::name::{Kind, chip, short};

/// Longest line that is read.
pub(super) const LONGEST_LINE: usize = 256;
/// Longest reading that is shown.
const LONGEST_READING: usize = 16;

/// What a sensor reported.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sensor {
    pub(super) kind: Kind,
    /// Its short name.
    pub(super) name: String,
    /// Its number, which follows the name.
    pub(super) instance: String,
    /// The chip, of a sensor of the kernel. Its first letter is in the name.
    pub(super) chip: Option<String>,
    /// What it reads, as it was reported: nearly always a number.
    pub(super) reading: String,
    pub(super) unit: Option<Unit>,
}

/// The unit of a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Degrees.
    Celsius,
    /// Degrees.
    Fahrenheit,
    /// Revolutions per minute.
    Rpm,
    /// Watts.
    Watts,
    /// Percent of a fan's highest speed.
    Percent,
}

impl Unit {
    /// Its name in exports.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Celsius => "celsius",
            Self::Fahrenheit => "fahrenheit",
            Self::Rpm => "rpm",
            Self::Watts => "watts",
            Self::Percent => "percent",
        }
    }
}

impl Sensor {
    /// Reads a line without its tag. None if it is not a fan, temperature or power meter.
    pub(super) fn parse(line: &[u8]) -> Option<Self> {
        let line = sanitize(&line[..line.len().min(LONGEST_LINE)]);
        let mut fields = line.split(',').map(str::trim);
        let name = fields.next()?;
        let chip = chip(name).map(str::to_owned);
        let (kind, name, instance) = short(name)?;
        let (first, unit) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
        // Some systems have a device code instead of the reading, which comes later.
        let reading = if is_code(first) { fields.next().unwrap_or_default() } else { first };
        let reading = if reading.is_empty() { "-1" } else { reading };
        let unit = match unit {
            "degrees C" => Some(Unit::Celsius),
            "degrees F" => Some(Unit::Fahrenheit),
            "RPM" => Some(Unit::Rpm),
            "Watts" => Some(Unit::Watts),
            "percent" => Some(Unit::Percent),
            _ => None,
        };
        let reading = reading.chars().filter(|c| !c.is_whitespace()).take(LONGEST_READING).collect();
        let [name, instance] = [name, instance].map(|text| text.replace(char::is_whitespace, ""));
        Some(Self { kind, name, instance, chip, reading, unit })
    }

    /// Its name and its number.
    fn short(&self) -> String {
        format!("{}{}", self.name, self.instance)
    }

    /// The reading in `unit`, if it is a temperature in the other one; as a whole number, if requested.
    pub(super) fn shown(&self, unit: Option<Unit>, whole: bool) -> String {
        let number: Option<f64> = self.reading.parse().ok().filter(|number: &f64| number.is_finite());
        let converted = match (number, self.unit, unit) {
            (Some(number), Some(Unit::Celsius), Some(Unit::Fahrenheit)) => Some(number * 9.0 / 5.0 + 32.0),
            (Some(number), Some(Unit::Fahrenheit), Some(Unit::Celsius)) => Some((number - 32.0) * 5.0 / 9.0),
            _ => None,
        };
        match (converted.or(number.filter(|_| whole)), whole) {
            (Some(number), true) => format!("{}", number as i64),
            (Some(number), false) => decimal(number),
            (None, _) => self.reading.clone(),
        }
    }

    /// The unit that is shown if temperatures are converted to `unit`.
    pub(super) fn unit_shown(&self, unit: Option<Unit>) -> Option<Unit> {
        match self.unit {
            Some(Unit::Celsius | Unit::Fahrenheit) => unit.or(self.unit),
            other => other,
        }
    }
}

/// Tells sensors of one short name apart: those of the kernel get the whole name of their chip in place of its first
/// letter, and a number where chips have one name, too.
pub(super) fn tell_apart(sensors: &mut [Sensor]) {
    let mut counts: HashMap<String, u32> = HashMap::new();
    sensors.iter().for_each(|sensor| *counts.entry(sensor.short()).or_default() += 1);
    let mut seen: HashMap<String, u32> = HashMap::new();
    for sensor in sensors {
        let Some(chip) = &sensor.chip else { continue };
        let Some(letter) = chip.chars().next().filter(|_| counts[&sensor.short()] > 1) else { continue };
        let rest = sensor.name[letter.len_utf8()..].to_owned();
        sensor.name = format!("{chip}{rest}");
        let number = seen.entry(sensor.short()).or_default();
        *number += 1;
        if *number > 1 {
            sensor.name = format!("{chip}.{number}{rest}");
        }
    }
}

/// Whether a field is the code of a device, as in `EAh`.
fn is_code(field: &str) -> bool {
    let digits = field.strip_suffix('h').unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A number with at most three decimals.
pub(super) fn decimal(number: f64) -> String {
    let text = format!("{number:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> (Kind, String, String) {
        let sensor = Sensor::parse(line.as_bytes()).unwrap();
        (sensor.kind, sensor.name + &sensor.instance, sensor.reading)
    }

    #[test]
    fn fields() {
        assert_eq!(parse("Fan 1,5775,RPM,ok"), (Kind::Fan, "Fan1".into(), "5775".into()));
        assert_eq!(parse("Power Meter,206,Watts,ok"), (Kind::Power, "Power".into(), "206".into()));
        let code = "Fan1A (CPU),EAh,ok,29.3,Performance Met";
        assert_eq!(parse(code), (Kind::Fan, "CFan1A".into(), "29.3".into()));
        assert_eq!(parse("Temp 1,,degrees C,ns").2, "-1");
        assert_eq!(parse("Temp 1").2, "-1");
        assert_eq!(parse("Temp 1,disabled,degrees C,ns").2, "disabled");
        assert_eq!(parse("\u{1b}[31mTemp 1,a b\u{9b},C").1, "[Temp1");
        assert_eq!(Sensor::parse(b"Inlet,22,degrees C,ok"), None);
        assert!(parse(&format!("Temp 1,{}", "9".repeat(999))).2.len() <= LONGEST_READING);
    }

    #[test]
    fn units() {
        let shown = |line: &str, unit, whole| Sensor::parse(line.as_bytes()).unwrap().shown(unit, whole);
        let celsius = "Temp 1,36.5,degrees C,ok";
        assert_eq!(shown(celsius, None, false), "36.5");
        assert_eq!(shown(celsius, None, true), "36");
        assert_eq!(shown(celsius, Some(Unit::Celsius), false), "36.5");
        assert_eq!(shown(celsius, Some(Unit::Fahrenheit), false), "97.7");
        assert_eq!(shown("Temp 1,-40,degrees F,ok", Some(Unit::Celsius), false), "-40");
        assert_eq!(shown("Fan 1,2999.5,RPM,ok", Some(Unit::Fahrenheit), true), "2999");
        assert_eq!(shown("Temp 1,na,degrees C,ok", Some(Unit::Fahrenheit), true), "na");
        assert_eq!(shown("Temp 1,40.000,degrees C,ok", None, false), "40.000");
        let unit = |line: &str, unit| Sensor::parse(line.as_bytes()).unwrap().unit_shown(unit);
        assert_eq!(unit(celsius, None), Some(Unit::Celsius));
        assert_eq!(unit(celsius, Some(Unit::Fahrenheit)), Some(Unit::Fahrenheit));
        assert_eq!(unit("Fan 1,29.4,percent,ok", Some(Unit::Fahrenheit)), Some(Unit::Percent));
        assert_eq!(unit("Fan 1,29.4", None), None);
    }
}
