//! `g`, `G`: control groups, from the unified hierarchy in `/sys/fs/cgroup` (the kernel's
//! Documentation/admin-guide/cgroup-v2.rst). See [`level`] for the groups that have a row, and for their names.

mod activity;
mod figures;
mod level;
mod options;
mod probe;
mod sample;
mod show;
#[cfg(test)]
mod tests;

use super::counter::Counters as _;
use super::devices::{Devices, Listed};
use super::{Apart, Context, Descriptor, Interval, Part, Subsystem, Switches};
use crate::capture::{Capture, Probe, Root};
use crate::figure::Table;
use crate::frame::Frame;
use crate::kernel::Roots;
use crate::render::brief::BriefSheet;
use crate::render::line::Line;
use crate::render::sheet::Sheet;
use crate::render::verbose::{Heading, Rows};
use crate::scan::Words;
use crate::settings::{Per, Settings};
use crate::usage::UsageError;
use activity::Activity;
pub(crate) use options::Options;
use sample::{Counted, Levels, Stat};

/// One line per group: its path below the root of the hierarchy, and figures `FILE.KEY=VALUE`.
pub(crate) static CGROUP: Capture = Capture {
    root: Root::Sys,
    path: "fs/cgroup",
    optional: true,
    tags: &[b"cgroup "],
    keep: |text, out| out.extend_from_slice(text),
};

/// Most groups that are read.
const MAX_GROUPS: usize = 10_000;

pub(crate) struct Cgroup {
    options: Options,
    per: Per,
}

#[derive(Debug, Default)]
pub(crate) struct Rates {
    total: Activity,
    groups: usize,
    /// The groups that were throttled in the interval.
    throttled: usize,
    each: Listed<Activity>,
}

impl Subsystem for Cgroup {
    type Args = options::Args;
    type Options = Options;
    /// By their paths.
    type Sample = Devices<Counted>;
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
                groups.push(&path, Counted::read(words));
            }
        }
    }

    fn arrange(&self, previous: &Self::Sample, current: &mut Self::Sample) {
        current.arrange(previous);
    }

    fn rates(&self, previous: &Self::Sample, current: &Self::Sample, interval: Interval) -> Rates {
        let mut rates = Rates::default();
        let (mut total, mut levels) = (Stat::default(), Levels::default());
        for (path, before, now) in current.since(previous) {
            let spent = now.spent(before);
            total.add(&spent.unwrap_or_default());
            levels.add(&now.levels);
            let activity = match spent {
                Some(spent) => Activity::of(&spent, &now.levels, interval),
                None => Activity::unknown(&now.levels),
            };
            rates.groups += 1;
            rates.throttled += usize::from(activity.throttled > 0.0);
            rates.each.push(&level::name(path), activity);
        }
        rates.total = Activity::of(&total, &levels, interval);
        rates
    }

    /// Groups come and go, which changes the width of their names and the headings.
    fn apart(&self, part: Part) -> Apart {
        if part == Part::Detail { Apart::Headed } else { Apart::No }
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

    fn figures(&self, part: Part, rates: &Rates, sheet: &mut Sheet<'_>) {
        match part {
            Part::Summary => sheet.one(&figures::CGROUP, rates),
            Part::Detail => sheet.many(&figures::CGROUPS, rates.each.iter()),
        }
    }

    fn tables(part: Part) -> Vec<Table> {
        match part {
            Part::Summary => vec![figures::CGROUP.table()],
            Part::Detail => vec![figures::CGROUPS.table()],
        }
    }
}

/// Only the root of a unified hierarchy has this file.
fn absence(roots: &Roots) -> Option<&'static str> {
    let exists = roots.sys.join(CGROUP.path).join("cgroup.controllers").exists();
    (!exists).then_some("no control groups here: -sg and -sG need the unified hierarchy (cgroup v2)")
}
