//! `d`, `D`: disks, from `/proc/diskstats` (the kernel's Documentation/admin-guide/iostats.rst).

mod activity;
mod figures;
mod names;
mod options;
mod rows;
#[cfg(test)]
mod tests;

use std::cell::RefCell;

use super::counter::Counters as _;
use super::devices::{Devices, Listed};
use super::{Context, Descriptor, Included, Interval, Part, Subsystem, Switches};
use crate::capture::{Capture, KeepRule, Root};
use crate::figure::Table;
use crate::frame::Frame;
use crate::kernel::Roots;
use crate::kernel::devices::Kind;
use crate::machine::Machine;
use crate::number::Scale;
use crate::render::brief::BriefSheet;
use crate::render::line::Line;
use crate::render::sheet::Sheet;
use crate::render::totals::Sum;
use crate::render::verbose::{Heading, Rows};
use crate::scan::Words;
use crate::settings::{Per, Settings};
use crate::usage::UsageError;
use activity::{Activity, DiskStat, Flow};
use names::Lines;
pub(crate) use options::Options;

/// Block devices; partitions are left out.
pub(crate) static DISKSTATS: Capture = Capture {
    root: Root::Proc,
    path: "diskstats",
    optional: false,
    tags: &[b"disk "],
    keep: |text, out| options::keep(text, &mut Lines::default(), |_, default| default, out),
};

pub(crate) struct Disk {
    options: Options,
    per: Per,
    lines: RefCell<Lines>,
}

/// The counters of a device.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    stat: DiskStat,
    part: Share,
}

/// Its part in the sum of all disks.
#[derive(Debug, Default)]
enum Share {
    #[default]
    None,
    Whole,
    /// It is one of the paths to this disk, and has a part while nothing is counted of the disk itself.
    Path(Vec<u8>),
}

#[derive(Debug, Default)]
pub(crate) struct Rates {
    total: Activity,
    each: Listed<Activity>,
}

impl Subsystem for Disk {
    type Args = options::Args;
    type Options = Options;
    type Sample = Devices<Counted>;
    type Rates = Rates;

    const DESCRIPTOR: Descriptor = Descriptor {
        name: "disk",
        about: "disks",
        summary: Some('d'),
        detail: Some('D'),
        included: Included::Interactive,
        details_in_all: true,
        brief: Some(60),
        plot: 50,
        plot_detail: 20,
        captures: &[&DISKSTATS],
        plot_file: Some("dsk"),
        ..Descriptor::EMPTY
    };

    fn options(switches: &Switches, context: &Context<'_>) -> Result<Options, UsageError> {
        Options::resolve(&switches.get()?, context)
    }

    fn keep_rule(options: &Options, roots: &Roots) -> Option<KeepRule> {
        Some(options.keep_rule(roots))
    }

    fn new(settings: &Settings, options: &Options) -> Self {
        Self { options: options.clone(), per: settings.per, lines: RefCell::default() }
    }

    fn set_machine(&mut self, machine: &Machine) {
        *self.lines.get_mut() = Lines::new(machine.devices.clone());
    }

    fn read(&self, frame: &Frame, disks: &mut Self::Sample) {
        disks.clear();
        let mut lines = self.lines.borrow_mut();
        lines.begin();
        for line in frame.lines(&DISKSTATS) {
            let mut words = Words(line);
            // disk MAJOR MINOR NAME
            let Some(name) = words.nth(3) else { continue };
            let part = match (lines.kind(name), names::head(name)) {
                (Kind::Own, Some(head)) => Share::Path(self.options.renamed(&head).unwrap_or(head)),
                (Kind::Own, None) => Share::Whole,
                (Kind::Stacked | Kind::Other, _) => Share::None,
            };
            // A level: no difference is made of it.
            let counted = Counted { stat: DiskStat { in_progress: 0, ..DiskStat::read(words) }, part };
            let renamed = self.options.renamed(name);
            let name = renamed.as_deref().unwrap_or(name);
            if self.options.filter.accepts(name) {
                disks.push(name, counted);
            }
        }
    }

    fn arrange(&self, previous: &Self::Sample, current: &mut Self::Sample) {
        current.arrange(previous);
    }

    fn rates(&self, previous: &Self::Sample, current: &Self::Sample, interval: Interval) -> Rates {
        let (mut total, mut each) = (DiskStat::default(), Listed::default());
        for (name, before, now) in current.since(previous) {
            let spent = now.stat.spent(&before.stat);
            if let Some(spent) = spent.filter(|_| now.is_counted(previous, current)) {
                total.add(&spent);
            }
            each.push(name, spent.map_or(Activity::UNKNOWN, |spent| Activity::of(&spent, interval)));
        }
        Rates { total: Activity::of(&total, interval), each }
    }

    fn brief_header(&self, _: &Self::Rates, sheet: &mut BriefSheet) {
        if self.options.sizes {
            sheet.group("<---------------Disks---------------->", "KBRead  Reads Size KBWrit Writes Size ");
        } else {
            sheet.group("<----------Disks----------->", "KBRead  Reads KBWrit Writes ");
        }
    }

    fn brief(&self, rates: &Self::Rates, line: &mut Line) {
        for flow in [&rates.total.read, &rates.total.write] {
            line.scaled(flow.kb, 6, 6, Scale::Kilobytes).text(" ");
            line.scaled(flow.requests, 6, 6, Scale::Count).text(" ");
            if self.options.sizes {
                // Divided by 1000, as in the Perl collectl; by 1024 in the detail.
                line.sum(Sum::Size(1.0)).scaled(flow.size, 4, 4, Scale::Count).text(" ");
                line.sum(Sum::Rate);
            }
        }
    }

    fn heading(&self, part: Part, _: &Self::Rates) -> Heading {
        match part {
            Part::Summary => Heading::of(
                &format!("# DISK SUMMARY (/{})", self.per.word()),
                &["KBRead RMerged  Reads SizeKB  KBWrite WMerged Writes SizeKB"],
            ),
            Part::Detail => rows::heading(self.options.decimals, self.per),
        }
    }

    fn rows(&self, part: Part, rates: &Self::Rates, rows: &mut Rows<'_>) {
        if part == Part::Summary {
            return rows.row(|line| rows::summary(&rates.total, line));
        }
        for (name, disk) in rates.each.iter() {
            let enough = |least: f64| disk.read.requests >= least || disk.write.requests >= least;
            if self.options.least.is_none_or(enough) && !(self.options.skip_idle && disk.is_idle()) {
                rows.row(|line| rows::detail(name, disk, self.options.decimals, line));
            }
        }
    }

    fn figures(&self, part: Part, rates: &Self::Rates, sheet: &mut Sheet<'_>) {
        match part {
            Part::Summary => sheet.one(&figures::DISK, &rates.total),
            Part::Detail => sheet.many(&figures::DISKS, rates.each.iter()),
        }
    }

    fn tables(part: Part) -> Vec<Table> {
        match part {
            Part::Summary => vec![figures::DISK.table()],
            Part::Detail => vec![figures::DISKS.table()],
        }
    }
}

impl Counted {
    /// Whether what it did is added to the sum of all disks.
    fn is_counted(&self, previous: &Devices<Self>, current: &Devices<Self>) -> bool {
        match &self.part {
            Share::None => false,
            Share::Whole => true,
            Share::Path(head) => {
                let head = current.since(previous).find(|(name, ..)| name == head);
                head.is_none_or(|(_, before, now)| now.stat.spent(&before.stat) == Some(DiskStat::default()))
            }
        }
    }
}
