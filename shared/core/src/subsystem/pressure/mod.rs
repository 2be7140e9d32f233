//! `p`: how long tasks waited for a resource, from `/proc/pressure` (the kernel's Documentation/accounting/psi.rst).

#[cfg(test)]
mod tests;

use std::io::Read;

use super::counter::increase;
use super::{Context, Descriptor, Interval, NoArgs, Part, Subsystem, Switches};
use crate::capture::{Capture, Root, keep_tagged};
use crate::frame::Frame;
use crate::kernel::Roots;
use crate::kernel::file;
use crate::render::brief::BriefSheet;
use crate::render::json::Object;
use crate::render::lexpr::Pairs;
use crate::render::line::Line;
use crate::render::plot::{Names, Values};
use crate::render::totals::Sum;
use crate::render::verbose::{Heading, Rows};
use crate::scan::{Words, counter, key_value, number};
use crate::settings::Settings;
use crate::usage::UsageError;

pub(crate) static CPU: Capture = Capture {
    root: Root::Proc,
    path: "pressure/cpu",
    optional: true,
    tags: &[b"psi-cpu "],
    keep: |text, out| keep_tagged(text, b"psi-cpu", |_| true, out),
};

pub(crate) static MEMORY: Capture = Capture {
    path: "pressure/memory",
    tags: &[b"psi-memory "],
    keep: |text, out| keep_tagged(text, b"psi-memory", |_| true, out),
    ..CPU
};

pub(crate) static IO: Capture = Capture {
    path: "pressure/io",
    tags: &[b"psi-io "],
    keep: |text, out| keep_tagged(text, b"psi-io", |_| true, out),
    ..CPU
};

/// Only in kernels that account for the time of interrupts (CONFIG_IRQ_TIME_ACCOUNTING).
pub(crate) static IRQ: Capture = Capture {
    path: "pressure/irq",
    tags: &[b"psi-irq "],
    keep: |text, out| keep_tagged(text, b"psi-irq", |_| true, out),
    ..CPU
};

/// The names of the resources, and where they come from.
const RESOURCES: [(&str, &Capture); 4] = [("cpu", &CPU), ("memory", &MEMORY), ("io", &IO), ("irq", &IRQ)];

/// The lines of a resource: some tasks waited, or all of them did.
const KINDS: [&str; 2] = ["some", "full"];

/// What the brief and plot formats show: resource and kind by their places above. `full` of processors is no figure of a
/// machine, and interrupts have no `some`. The brief format leaves out the last one.
const COLUMNS: [(usize, usize, &str); 6] = [
    (0, 0, "CpuSome"),
    (1, 0, "MemSome"),
    (1, 1, "MemFull"),
    (2, 0, "IoSome"),
    (2, 1, "IoFull"),
    (3, 1, "IrqFull"),
];

pub(crate) struct Pressure;

/// A figure for each kind of each resource; none where the kernel has no such line.
type PerLine<T> = [[Option<T>; KINDS.len()]; RESOURCES.len()];

/// A line.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(crate) struct Stall {
    /// The kernel's own percentages of the last 10, 60 and 300 seconds.
    averages: [f64; 3],
    /// Microseconds since the machine was started.
    total: u64,
}

/// What is shown of a line.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(crate) struct Share {
    /// Percent of the interval. By `total`, which is of the interval itself and finer than the averages.
    percent: f64,
    averages: [f64; 3],
    /// Milliseconds of the interval, never by the second.
    millis: f64,
}

impl Subsystem for Pressure {
    type Args = NoArgs;
    type Options = ();
    type Sample = PerLine<Stall>;
    type Rates = PerLine<Share>;

    const DESCRIPTOR: Descriptor = Descriptor {
        name: "pressure",
        about: "pressure (time lost waiting)",
        summary: Some('p'),
        brief: Some(130),
        plot: 140,
        captures: &[&CPU, &MEMORY, &IO, &IRQ],
        absence: Some(absence),
        ..Descriptor::EMPTY
    };

    fn options(_: &Switches, _: &Context<'_>) -> Result<(), UsageError> {
        Ok(())
    }

    fn new(_: &Settings, (): &()) -> Self {
        Self
    }

    fn read(&self, frame: &Frame, sample: &mut Self::Sample) {
        *sample = Self::Sample::default();
        for (lines, (_, capture)) in sample.iter_mut().zip(RESOURCES) {
            for line in frame.lines(capture) {
                let mut words = Words(line).skip(1);
                let kind =
                    words.next().and_then(|word| KINDS.iter().position(|kind| kind.as_bytes() == word));
                if let Some(kind) = kind {
                    lines[kind] = Some(Stall::read(words));
                }
            }
        }
    }

    fn rates(&self, previous: &Self::Sample, current: &Self::Sample, interval: Interval) -> Self::Rates {
        let seconds = if interval.real > 0.0 { interval.real } else { 1.0 };
        let share = |before: Option<Stall>, now: Stall| {
            let micros = increase(before.unwrap_or(now).total, now.total) as f64;
            let percent = (micros / 1e4 / seconds).min(100.0);
            Share { percent, averages: now.averages, millis: micros / 1e3 }
        };
        std::array::from_fn(|resource| {
            std::array::from_fn(|kind| Some(share(previous[resource][kind], current[resource][kind]?)))
        })
    }

    fn brief_header(&self, _: &Self::Rates, sheet: &mut BriefSheet) {
        sheet.group("<----------Pressure---------->", " CpuS  MemS  MemF   IoS   IoF ");
    }

    fn brief(&self, rates: &Self::Rates, line: &mut Line) {
        line.sum(Sum::Level);
        for (resource, kind, _) in &COLUMNS[..5] {
            let percent = line.pass(rates[*resource][*kind].unwrap_or_default().percent);
            line.fixed(percent, 5, 1).text(" ");
        }
    }

    fn heading(&self, _: Part, _: &Self::Rates) -> Heading {
        let columns = " Stall%  Avg10  Avg60 Avg300       ms".repeat(KINDS.len());
        Heading::new(
            "# PRESSURE STALL INFORMATION",
            vec![
                format!("{:9}<---------------some---------------> <---------------full--------------->", ""),
                format!("Resource {}", &columns[1..]),
            ],
        )
    }

    fn rows(&self, _: Part, rates: &Self::Rates, rows: &mut Rows<'_>) {
        for ((name, _), lines) in RESOURCES.iter().zip(rates) {
            if lines.iter().any(Option::is_some) {
                rows.row(|line| {
                    line.left(name, 9);
                    lines.iter().for_each(|share| cells(&share.unwrap_or_default(), line));
                });
            }
        }
    }

    fn plot_names(&self, _: Part, _: &Self::Rates, names: &mut Names) {
        for (_, _, name) in COLUMNS {
            names.push("PSI", ["%", "10", "60", "300", "Ms"].map(|figure| format!("{name}{figure}")));
        }
    }

    fn plot(&self, _: Part, rates: &Self::Rates, values: &mut Values) {
        for (resource, kind, _) in COLUMNS {
            let Share { percent, averages, millis } = rates[resource][kind].unwrap_or_default();
            values.fixed(percent, 2);
            averages.iter().for_each(|average| {
                values.fixed(*average, 2);
            });
            values.number(millis);
        }
    }

    fn lexpr(&self, _: Part, rates: &Self::Rates, pairs: &mut Pairs) {
        for ((resource, _), lines) in RESOURCES.iter().zip(rates) {
            for (kind, share) in KINDS.iter().zip(lines) {
                let Some(Share { percent, averages: [ten, sixty, most], millis }) = *share else { continue };
                let figures = [("pct", percent), ("avg10", ten), ("avg60", sixty), ("avg300", most)];
                for (field, value) in figures {
                    pairs.fixed(&format!("pressure.{resource}.{kind}.{field}"), value, 2);
                }
                pairs.push(&format!("pressure.{resource}.{kind}.ms"), millis);
            }
        }
    }

    fn json(&self, _: Part, rates: &Self::Rates, line: &mut Object) {
        const AVERAGES: [&str; 3] = ["average_10_percent", "average_60_percent", "average_300_percent"];
        line.object("pressure", |pressure| {
            for ((resource, _), lines) in
                RESOURCES.iter().zip(rates).filter(|(_, lines)| **lines != [None; 2])
            {
                pressure.object(resource, |resource| {
                    for (kind, share) in KINDS.iter().zip(lines) {
                        let Some(Share { percent, averages, millis }) = *share else { continue };
                        resource.object(kind, |kind| {
                            kind.number("percent", percent).numbers(AVERAGES, averages).number("ms", millis);
                        });
                    }
                });
            }
        });
    }
}

impl Stall {
    /// Reads `avg10=0.39 avg60=0.53 avg300=2.12 total=3849445867`.
    fn read<'a>(words: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut stall = Self::default();
        for (key, value) in words.filter_map(key_value) {
            match key {
                b"avg10" => stall.averages[0] = percent(value),
                b"avg60" => stall.averages[1] = percent(value),
                b"avg300" => stall.averages[2] = percent(value),
                b"total" => stall.total = counter(value),
                _ => {}
            }
        }
        stall
    }
}

/// A percentage as the kernel writes it, with two decimals.
fn percent(word: &[u8]) -> f64 {
    let decimals = word.iter().position(|&byte| byte == b'.').map_or(&word[..0], |point| &word[point + 1..]);
    let hundredths = number(&decimals[..decimals.len().min(2)]);
    (number(word) as f64 + hundredths as f64 / 100.0).min(100.0)
}

fn cells(share: &Share, line: &mut Line) {
    line.fixed(share.percent, 7, 2);
    for average in share.averages {
        line.text(" ").fixed(average, 6, 2);
    }
    line.text(" ").int(share.millis, 8);
}

/// A kernel that has it but was not told to use it (`psi=1`) has files that can't be read.
fn absence(roots: &Roots) -> Option<&'static str> {
    let is_readable =
        |path| file::open(&roots.proc.join(path)).and_then(|mut file| file.read(&mut [0])).is_ok();
    let any = RESOURCES.iter().any(|(_, capture)| is_readable(capture.path));
    (!any).then_some("no pressure stall information here: the kernel lacks it, or was started without psi=1")
}
