//! `g`, `G`: control groups, from the unified hierarchy in `/sys/fs/cgroup` (the kernel's
//! Documentation/admin-guide/cgroup-v2.rst). Which groups have a row, and by what name, says [`level`].

mod activity;
mod json;
mod level;
mod options;
mod probe;
mod show;
#[cfg(test)]
mod tests;

use super::devices::{Devices, Listed};
use super::{Context, Descriptor, Interval, Part, Subsystem, Switches};
use crate::capture::{Capture, Probe, Root};
use crate::frame::Frame;
use crate::kernel::Roots;
use crate::render::brief::BriefSheet;
use crate::render::json::Object;
use crate::render::lexpr::Pairs;
use crate::render::line::Line;
use crate::render::plot::{Names, Values};
use crate::render::verbose::{Heading, Rows};
use crate::scan::{Words, key_value, number};
use crate::settings::{Per, Settings};
use crate::usage::UsageError;
use activity::{Activity, Spent};
pub(crate) use options::Options;

/// A line for each group: its path below the root of the hierarchy, and figures `FILE.KEY=VALUE`.
pub(crate) static CGROUP: Capture = Capture {
    root: Root::Sys,
    path: "fs/cgroup",
    optional: true,
    tags: &[b"cgroup "],
    keep: |text, out| out.extend_from_slice(text),
};

/// Most groups that are looked at.
const MAX_GROUPS: usize = 10_000;

pub(crate) struct Cgroup {
    options: Options,
    per: Per,
}

/// What the kernel counts. Times are in microseconds.
const COUNTERS: [&[u8]; 11] = [
    b"cpu.usage_usec",
    b"cpu.user_usec",
    b"cpu.system_usec",
    b"cpu.nr_periods",
    b"cpu.nr_throttled",
    b"cpu.throttled_usec",
    b"memory.oom_kill",
    b"io.rbytes",
    b"io.wbytes",
    b"io.rios",
    b"io.wios",
];

/// What there is now. Memory is in bytes.
const LEVELS: [&[u8]; 4] = [b"memory.current", b"memory.anon", b"memory.file", b"pids.current"];

/// A group, with all groups below it.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Group {
    /// None where the controller is not enabled.
    counters: [Option<u64>; COUNTERS.len()],
    levels: [u64; LEVELS.len()],
}

#[derive(Debug, Default)]
pub(crate) struct Rates {
    total: Activity,
    groups: usize,
    /// Of them, those that were throttled in the interval.
    throttled: usize,
    each: Listed<Activity>,
}

impl Subsystem for Cgroup {
    /// By their paths.
    type Args = options::Args;
    type Options = Options;
    type Sample = Devices<Group>;
    type Rates = Rates;

    const DESCRIPTOR: Descriptor = Descriptor {
        name: "cgroup",
        about: "control groups",
        summary: Some('g'),
        detail: Some('G'),
        brief: Some(140),
        plot: 150,
        plot_detail: 130,
        captures: &[&CGROUP],
        plot_file: Some("cgr"),
        absence: Some(absence),
        ..Descriptor::EMPTY
    };

    fn options(switches: &Switches, _: &Context<'_>) -> Result<Options, UsageError> {
        Options::resolve(&switches.get()?)
    }

    fn probes(options: &Options, roots: &Roots) -> Vec<Box<dyn Probe>> {
        vec![Box::new(probe::CgroupProbe::new(roots, options.filter.clone()))]
    }

    fn new(settings: &Settings, options: &Options) -> Self {
        Self { options: options.clone(), per: settings.per }
    }

    fn read(&self, frame: &Frame, groups: &mut Self::Sample) {
        groups.clear();
        for line in frame.lines(&CGROUP).take(MAX_GROUPS) {
            let mut words = Words(line).skip(1);
            let Some(path) = words.next().map(level::unescape) else { continue };
            if self.options.filter.accepts(&path) {
                groups.push(&path, Group::read(words));
            }
        }
    }

    fn arrange(&self, previous: &Self::Sample, current: &mut Self::Sample) {
        current.arrange(previous);
    }

    fn rates(&self, previous: &Self::Sample, current: &Self::Sample, interval: Interval) -> Rates {
        let (mut rates, mut total) = (Rates::default(), Spent::default());
        for (path, before, now) in current.since(previous) {
            let spent = Spent::between(before, now);
            total.add(&spent);
            let activity = Activity::of(&spent, interval);
            rates.groups += 1;
            rates.throttled += usize::from(activity.throttled > 0.0);
            rates.each.push(&level::name(path), activity);
        }
        rates.total = Activity::of(&total, interval);
        rates
    }

    /// Groups come and go, and the headings with the width of their names.
    fn is_set_apart(&self, part: Part) -> bool {
        part == Part::Detail
    }

    fn brief_header(&self, _: &Rates, sheet: &mut BriefSheet) {
        show::brief_header(sheet);
    }

    fn brief(&self, rates: &Rates, line: &mut Line) {
        show::brief(rates, line);
    }

    fn heading(&self, part: Part, rates: &Rates) -> Heading {
        show::heading(part, rates, self.per)
    }

    fn rows(&self, part: Part, rates: &Rates, rows: &mut Rows<'_>) {
        match part {
            Part::Summary => rows.row(|line| show::summary(rates, line)),
            Part::Detail => {
                let width = show::name_width(rates);
                for (name, activity) in rates.each.iter() {
                    rows.row(|line| show::detail(name, width, activity, line));
                }
            }
        }
    }

    fn plot_names(&self, part: Part, rates: &Rates, names: &mut Names) {
        match part {
            Part::Summary => names.push("CG", ["Groups", "Throttled"].iter().chain(&show::FIGURES)),
            Part::Detail => {
                for (name, _) in rates.each.iter() {
                    let group = format!("CG:{}", String::from_utf8_lossy(name));
                    names.push(&group, ["Name"].iter().chain(&show::FIGURES));
                }
            }
        }
    }

    fn plot(&self, part: Part, rates: &Rates, values: &mut Values) {
        match part {
            Part::Summary => {
                values.integer(rates.groups as u64).integer(rates.throttled as u64);
                show::plot(&rates.total, values);
            }
            Part::Detail => {
                for (name, activity) in rates.each.iter() {
                    values.text(name);
                    show::plot(activity, values);
                }
            }
        }
    }

    fn lexpr(&self, part: Part, rates: &Rates, pairs: &mut Pairs) {
        match part {
            Part::Summary => {
                let counts = [rates.groups as f64, rates.throttled as f64];
                pairs.push_all("cgrouptotals.", &["groups", "throttled"], &counts);
                pairs.push_all("cgrouptotals.", &show::FIELDS, &rates.total.figures());
            }
            Part::Detail => {
                for (name, activity) in rates.each.iter() {
                    for (field, value) in show::FIELDS.iter().zip(activity.figures()) {
                        pairs.push_of(&format!("cgroupinfo.{field}"), name, value);
                    }
                }
            }
        }
    }

    fn json(&self, part: Part, rates: &Rates, line: &mut Object) {
        json::push(part, rates, line);
    }
}

impl Group {
    /// Reads `cpu.usage_usec=1 memory.current=2 ...`, in any order.
    fn read<'a>(words: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut group = Self::default();
        for (key, value) in words.filter_map(key_value) {
            let place = |names: &[&[u8]]| names.iter().position(|name| *name == key);
            if let Some(index) = place(&COUNTERS) {
                group.counters[index] = Some(number(value));
            } else if let Some(index) = place(&LEVELS) {
                group.levels[index] = number(value);
            }
        }
        group
    }
}

/// In the root of a unified hierarchy is a file that is nowhere else.
fn absence(roots: &Roots) -> Option<&'static str> {
    let exists = roots.sys.join(CGROUP.path).join("cgroup.controllers").exists();
    (!exists).then_some("no control groups here: -sg and -sG need the unified hierarchy (cgroup v2)")
}
