//! `y`, `Y`: the caches of the kernel's slab allocator, from `/proc/slabinfo` (slabinfo(5)) or `/sys/kernel/slab`.

mod analysis;
mod figures;
mod options;
mod probe;
mod rates;
mod show;

use std::ops::Range;

pub use options::Key;
use options::SlabOptions;

use super::{Apart, Cadence, Context, Descriptor, Interval, MakeAnalysis, Part, Subsystem, Switches};
use crate::capture::{Capture, Probe, Root};
use crate::figure::{Table, Value};
use crate::frame::Frame;
use crate::kernel::Roots;
use crate::machine::Machine;
use crate::render::sheet::Sheet;
use crate::render::verbose::{Heading, Rows};
use crate::scan::Words;
use crate::settings::Settings;
use crate::usage::UsageError;
use rates::{Rates, Row, between};

/// One line per cache.
pub(crate) static SLABINFO: Capture = Capture {
    root: Root::Proc,
    path: "slabinfo",
    optional: false,
    tags: &[b"Slab "],
    keep: |text, out| probe::keep_slabinfo(text, &[], out),
};

pub(crate) struct Slab {
    options: SlabOptions,
    page: u64,
    /// Whether samples are those of a recording.
    recorded: bool,
}

/// The caches of one instant, in the kernel's order.
#[derive(Debug, Default)]
pub(crate) struct Sample {
    names: Vec<u8>,
    caches: Vec<(Range<usize>, Cache)>,
}

/// The kernel's numbers of a cache.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Cache {
    active: u64,
    objects: u64,
    object_bytes: u64,
    per_slab: u64,
    pages: u64,
    active_slabs: u64,
    slabs: u64,
}

impl Subsystem for Slab {
    type Args = options::Args;
    type Options = SlabOptions;
    type Sample = Sample;
    type Rates = Rates;

    const DESCRIPTOR: Descriptor = Descriptor {
        name: "slab",
        about: "slabs",
        summary: Some('y'),
        detail: Some('Y'),
        details_in_all: true,
        plot: 110,
        plot_detail: 80,
        captures: &[&SLABINFO],
        cadence: Cadence::Second,
        plot_file: Some("slb"),
        own_plot_lines: true,
        ..Descriptor::EMPTY
    };
    const ANALYSIS: Option<MakeAnalysis<Self::Options>> = Some(super::analysis::boxed::<Self>);

    fn options(switches: &Switches, context: &Context<'_>) -> Result<SlabOptions, UsageError> {
        SlabOptions::resolve(&switches.get()?, context)
    }

    fn probes(options: &SlabOptions, roots: &Roots) -> Vec<Box<dyn Probe>> {
        vec![Box::new(probe::SlabProbe::new(roots, options.filter.clone()))]
    }

    fn new(settings: &Settings, options: &SlabOptions) -> Self {
        Self { options: options.clone(), page: settings.page_size as u64, recorded: false }
    }

    fn set_machine(&mut self, machine: &Machine) {
        self.recorded = machine.recorded;
    }

    fn read(&self, frame: &Frame, sample: &mut Sample) {
        sample.names.clear();
        sample.caches.clear();
        for line in frame.lines(&SLABINFO) {
            if let Some((name, cache)) = Cache::read(line) {
                let start = sample.names.len();
                sample.names.extend_from_slice(name);
                sample.caches.push((start..sample.names.len(), cache));
            }
        }
    }

    fn rates(&self, previous: &Sample, current: &Sample, _: Interval) -> Rates {
        between(previous, current, self.page, &self.options)
    }

    fn idle(&self) -> Option<Rates> {
        Some(Rates::default())
    }

    fn apart(&self, part: Part) -> Apart {
        match &self.options {
            options if part == Part::Summary || options.changed_only => Apart::No,
            options if self.recorded || options.top.is_some() => Apart::Headed,
            options if options.filter.is_empty() => Apart::Separated,
            _ => Apart::No,
        }
    }

    fn heading(&self, part: Part, _: &Rates) -> Heading {
        show::heading(part, self.options.top.is_some())
    }

    fn rows(&self, part: Part, rates: &Rates, rows: &mut Rows<'_>) {
        match (part, self.options.top) {
            (Part::Summary, _) => rows.row(|line| show::summary(&rates.total, line)),
            (Part::Detail, top) => {
                let show = if top.is_none() { show::detail } else { show::top };
                for row in self.shown(rates) {
                    rows.row(|line| show(rates.name(row), row, line));
                }
            }
        }
    }

    fn figures(&self, part: Part, rates: &Rates, sheet: &mut Sheet<'_>) {
        if part == Part::Summary {
            return sheet.one(&figures::SLABS, &rates.total);
        }
        let rows = match sheet {
            // The plot format has all caches, in the order of the kernel.
            Sheet::PlotLines(_) => rates.rows.iter().collect(),
            _ => self.shown(rates),
        };
        let caches = rows.into_iter().map(|row| (Value::sanitized(rates.name(row)), row));
        sheet.many(&figures::SLAB_CACHES, caches);
    }

    fn tables(part: Part) -> Vec<Table> {
        match part {
            Part::Summary => vec![figures::SLABS.table()],
            Part::Detail => vec![figures::SLAB_CACHES.table()],
        }
    }
}

impl Slab {
    /// The caches of the detail, in the order in which they are shown.
    fn shown<'a>(&self, rates: &'a Rates) -> Vec<&'a Row> {
        match self.options.top {
            None => rates.by_name(),
            Some((key, lines)) => rates.largest(key).into_iter().take(lines).collect(),
        }
    }
}

impl Sample {
    fn name(&self, range: &Range<usize>) -> &[u8] {
        &self.names[range.clone()]
    }
}

impl Cache {
    /// Slabs in use, and all slabs.
    fn slab_counts(&self) -> (u64, u64) {
        (self.active_slabs, self.slabs)
    }

    /// Parses `Slab NAME active objects objsize per_slab pages : tunables l b s : slabdata active slabs shared`. An
    /// incomplete line is ignored.
    fn read(line: &[u8]) -> Option<(&[u8], Self)> {
        let mut words = Words(line.strip_prefix(b"Slab ")?);
        let name = words.next()?;
        let [active, objects, object_bytes, per_slab, pages] = words.numbers();
        let mut words = words.skip_while(|word| *word != b"slabdata").skip(1);
        let mut number = || words.next().map(crate::scan::number);
        let (active_slabs, slabs) = (number()?, number()?);
        Some((name, Self { active, objects, object_bytes, per_slab, pages, active_slabs, slabs }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(super) const LINE: &[u8] = b"Slab dentry 10 21 192 21 1 : tunables 0 0 0 : slabdata 1 2 0";

    #[test]
    fn a_line_of_slabinfo() {
        let cache = Cache {
            active: 10,
            objects: 21,
            object_bytes: 192,
            per_slab: 21,
            pages: 1,
            active_slabs: 1,
            slabs: 2,
        };
        assert_eq!(Cache::read(LINE), Some((&b"dentry"[..], cache)));
        assert_eq!(Cache::read(b"Slab: 157732 kB"), None);
    }

    #[test]
    fn a_truncated_line_is_ignored_or_reads_the_same() {
        for end in 0..LINE.len() {
            assert!(Cache::read(&LINE[..end]).is_none_or(|(name, _)| name == b"dentry" && end > 57), "{end}");
        }
    }

    proptest! {
        #[test]
        fn any_line_is_read(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = Cache::read(&bytes);
            let _ = Cache::read(&[b"Slab ", &bytes[..]].concat());
        }
    }
}
