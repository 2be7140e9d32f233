//! `p`: how long tasks waited for a resource, from `/proc/pressure` (the kernel's Documentation/accounting/psi.rst).

mod figures;
mod resource;
#[cfg(test)]
mod tests;

use std::io::Read;

use super::counter::increase;
use super::{Context, Descriptor, Interval, NoArgs, Part, Subsystem, Switches};
use crate::capture::{Capture, Root, keep_tagged};
use crate::figure::Table;
use crate::frame::Frame;
use crate::kernel::Roots;
use crate::kernel::file;
use crate::render::brief::BriefSheet;
use crate::render::line::Line;
use crate::render::sheet::Sheet;
use crate::render::totals::Sum;
use crate::render::verbose::{Heading, Rows};
use crate::scan::{Words, counter, key_value, number};
use crate::settings::Settings;
use crate::usage::UsageError;
use resource::{Lines, Resources};

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

/// Only in kernels that account for interrupt time (CONFIG_IRQ_TIME_ACCOUNTING).
pub(crate) static IRQ: Capture = Capture {
    path: "pressure/irq",
    tags: &[b"psi-irq "],
    keep: |text, out| keep_tagged(text, b"psi-irq", |_| true, out),
    ..CPU
};

pub(crate) struct Pressure;

/// Each line; none if the kernel lacks it.
type Sample = Resources<Lines<Option<Stall>>>;
type Rates = Resources<Lines<Option<Share>>>;

/// The values of a line.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(crate) struct Stall {
    /// Percent of the last 10 seconds, as the kernel calculates it.
    avg10: f64,
    avg60: f64,
    avg300: f64,
    /// Microseconds since boot.
    total: u64,
}

/// The figures of a line.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(crate) struct Share {
    /// Percent of the interval, from `total`: this is for the interval itself and more precise than the averages.
    percent: f64,
    avg10: f64,
    avg60: f64,
    avg300: f64,
    /// Milliseconds in the interval, never per second.
    millis: f64,
}

impl Subsystem for Pressure {
    type Args = NoArgs;
    type Options = ();
    type Sample = Sample;
    type Rates = Rates;

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

    fn read(&self, frame: &Frame, sample: &mut Sample) {
        let lines = |capture: &'static Capture| {
            let mut lines = Lines::default();
            for line in frame.lines(capture) {
                let mut words = Words(line).skip(1);
                match words.next() {
                    Some(b"some") => lines.some = Some(Stall::read(words)),
                    Some(b"full") => lines.full = Some(Stall::read(words)),
                    _ => {}
                }
            }
            lines
        };
        *sample = Resources { cpu: lines(&CPU), memory: lines(&MEMORY), io: lines(&IO), irq: lines(&IRQ) };
    }

    fn rates(&self, previous: &Sample, current: &Sample, interval: Interval) -> Rates {
        let seconds = if interval.real > 0.0 { interval.real } else { 1.0 };
        let share = |before: Option<Stall>, now: Option<Stall>| Some(Share::between(before?, now?, seconds));
        let lines = |before: Lines<Option<Stall>>, now: Lines<Option<Stall>>| Lines {
            some: share(before.some.or(now.some), now.some),
            full: share(before.full.or(now.full), now.full),
        };
        Resources {
            cpu: lines(previous.cpu, current.cpu),
            memory: lines(previous.memory, current.memory),
            io: lines(previous.io, current.io),
            irq: lines(previous.irq, current.irq),
        }
    }

    fn brief_header(&self, _: &Rates, sheet: &mut BriefSheet) {
        sheet.group("<----------Pressure---------->", " CpuS  MemS  MemF   IoS   IoF ");
    }

    fn brief(&self, rates: &Rates, line: &mut Line) {
        line.sum(Sum::Level);
        let Resources { cpu, memory, io, .. } = rates;
        for share in [cpu.some, memory.some, memory.full, io.some, io.full] {
            let percent = line.pass(share.unwrap_or_default().percent);
            line.fixed(percent, 5, 1).text(" ");
        }
    }

    fn heading(&self, _: Part, _: &Rates) -> Heading {
        let columns = " Stall%  Avg10  Avg60 Avg300       ms".repeat(2);
        Heading::new(
            "# PRESSURE STALL INFORMATION",
            vec![
                format!("{:9}<---------------some---------------> <---------------full--------------->", ""),
                format!("Resource {}", &columns[1..]),
            ],
        )
    }

    fn rows(&self, _: Part, rates: &Rates, rows: &mut Rows<'_>) {
        for (name, lines) in rates.each().into_iter().filter(|(_, lines)| lines.is_any()) {
            rows.row(|line| {
                line.left(name, 9);
                lines.each().into_iter().for_each(|share| cells(&share.unwrap_or_default(), line));
            });
        }
    }

    fn figures(&self, _: Part, rates: &Rates, sheet: &mut Sheet<'_>) {
        figures::push(rates, sheet);
    }

    fn tables(_: Part) -> Vec<Table> {
        vec![figures::table()]
    }
}

impl Share {
    fn between(before: Stall, now: Stall, seconds: f64) -> Self {
        let micros = increase(before.total, now.total) as f64;
        Self {
            percent: (micros / 1e4 / seconds).min(100.0),
            avg10: now.avg10,
            avg60: now.avg60,
            avg300: now.avg300,
            millis: micros / 1e3,
        }
    }
}

impl Stall {
    /// Reads `avg10=0.39 avg60=0.53 avg300=2.12 total=3849445867`.
    fn read<'a>(words: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut stall = Self::default();
        for (key, value) in words.filter_map(key_value) {
            match key {
                b"avg10" => stall.avg10 = percent(value),
                b"avg60" => stall.avg60 = percent(value),
                b"avg300" => stall.avg300 = percent(value),
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
    for average in [share.avg10, share.avg60, share.avg300] {
        line.text(" ").fixed(average, 6, 2);
    }
    line.text(" ").int(share.millis, 8);
}

/// A kernel started without `psi=1` has these files, but they can't be read.
fn absence(roots: &Roots) -> Option<&'static str> {
    let is_readable =
        |path| file::open(&roots.proc.join(path)).and_then(|mut file| file.read(&mut [0])).is_ok();
    let any = [&CPU, &MEMORY, &IO, &IRQ].iter().any(|capture| is_readable(capture.path));
    (!any).then_some("no pressure stall information here: the kernel lacks it, or was started without psi=1")
}
