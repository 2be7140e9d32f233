//! `E`: fans, power and temperatures, from `/sys/class/hwmon` (hwmon/sysfs-interface in the kernel's documentation) and
//! `ipmitool`.

mod figures;
mod hwmon;
mod ipmitool;
mod name;
mod options;
mod probe;
mod sensor;
#[cfg(test)]
mod tests;

use super::{Apart, Cadence, Context, Descriptor, Interval, Part, Subsystem, Switches};
use crate::capture::{Capture, Probe, Root};
use crate::figure::Table;
use crate::frame::Frame;
use crate::kernel::Roots;
use crate::render::line::Line;
use crate::render::sheet::Sheet;
use crate::render::verbose::{Heading, Rows};
use crate::settings::Settings;
use crate::usage::UsageError;
use name::Kind;
pub(crate) use options::Options;
use sensor::{Sensor, Unit};

/// All sensors, a line each as `ipmitool -c sdr` writes it: `ipmi: Fan 1,5775,RPM,ok`.
pub(crate) static SENSORS: Capture =
    Capture { root: Root::Sys, path: "class/hwmon", optional: true, tags: &[b"ipmi: "], keep: |_, _| {} };

/// Most sensors that are shown.
const MOST_SENSORS: usize = 1000;

pub(crate) struct Environment {
    options: Options,
}

/// The figures of a sensor.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reading {
    kind: Kind,
    name: String,
    text: String,
    unit: Option<Unit>,
}

impl Subsystem for Environment {
    type Args = options::Args;
    type Options = Options;
    type Sample = Vec<Reading>;
    type Rates = Vec<Reading>;

    const DESCRIPTOR: Descriptor = Descriptor {
        name: "environment",
        about: "environment",
        detail: Some('E'),
        details_in_all: true,
        plot_detail: 25,
        captures: &[&SENSORS],
        cadence: Cadence::Third,
        plot_file: Some("env"),
        absence: Some(absence),
        ..Descriptor::EMPTY
    };

    fn options(switches: &Switches, _: &Context<'_>) -> Result<Options, UsageError> {
        Options::resolve(&switches.get()?)
    }

    fn probes(options: &Options, roots: &Roots) -> Vec<Box<dyn Probe>> {
        vec![Box::new(probe::SensorProbe::new(roots, options))]
    }

    fn new(_: &Settings, options: &Options) -> Self {
        Self { options: options.clone() }
    }

    fn read(&self, frame: &Frame, readings: &mut Vec<Reading>) {
        readings.clear();
        let sensors = frame.lines(&SENSORS).filter_map(|line| Sensor::parse(line.strip_prefix(b"ipmi: ")?));
        let mut sensors: Vec<Sensor> = sensors.take(MOST_SENSORS).collect();
        sensor::tell_apart(&mut sensors);
        readings.extend(sensors.iter().map(|sensor| Reading {
            kind: sensor.kind,
            text: sensor.shown(self.options.unit, self.options.whole),
            unit: sensor.unit_shown(self.options.unit),
            name: self.options.name(&sensor.name) + &sensor.instance,
        }));
        readings.sort_by_key(|reading| reading.kind);
    }

    fn rates(&self, _: &Vec<Reading>, current: &Vec<Reading>, _: Interval) -> Vec<Reading> {
        current.clone()
    }

    fn has_section(&self, _: Part, readings: &Vec<Reading>) -> bool {
        readings.iter().any(|reading| self.options.shows(reading.kind))
    }

    fn apart(&self, _: Part) -> Apart {
        if self.options.apart { Apart::Headed } else { Apart::No }
    }

    fn heading(&self, _: Part, readings: &Vec<Reading>) -> Heading {
        let first = self.lines(readings).into_iter().next().unwrap_or_default();
        Heading::of("# ENVIRONMENTAL STATISTICS", &[&names(&first)])
    }

    fn rows(&self, _: Part, readings: &Vec<Reading>, rows: &mut Rows<'_>) {
        for (index, line) in self.lines(readings).iter().enumerate() {
            if index > 0 {
                rows.heading(&names(line));
            }
            rows.row(|row| values(line, row));
        }
    }

    fn figures(&self, _: Part, readings: &Vec<Reading>, sheet: &mut Sheet<'_>) {
        let sensors = readings.iter().map(|reading| (reading.name.as_bytes(), reading));
        sheet.many(&figures::SENSORS, sensors);
    }

    fn tables(_: Part) -> Vec<Table> {
        vec![figures::SENSORS.table()]
    }
}

impl Environment {
    /// The sensors that are shown together: all, or those of each kind.
    fn lines<'a>(&self, readings: &'a [Reading]) -> Vec<Vec<&'a Reading>> {
        let shown: Vec<_> = readings.iter().filter(|reading| self.options.shows(reading.kind)).collect();
        if !self.options.apart {
            return vec![shown];
        }
        shown.chunk_by(|one, other| one.kind == other.kind).map(<[_]>::to_vec).collect()
    }
}

fn names(line: &[&Reading]) -> String {
    line.iter().map(|reading| format!(" {:>7}", reading.name)).collect()
}

fn values(line: &[&Reading], row: &mut Line) {
    row.text(" ");
    for reading in line {
        row.text(" ").right(&reading.text, reading.name.len().max(7));
    }
}

fn absence(roots: &Roots) -> Option<&'static str> {
    let any = hwmon::is_present(&roots.sys) || ipmitool::find().is_some();
    (!any).then_some("no subsystems selected")
}
