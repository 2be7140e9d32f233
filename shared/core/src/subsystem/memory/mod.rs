//! `m`: memory, from `/proc/meminfo` (proc_meminfo(5)) and `/proc/vmstat`.

mod figures;
mod options;
mod rows;
mod sample;
mod vmstat;

use super::counter::{Counters as _, rate};
use super::{Context, Descriptor, Included, Interval, Part, Subsystem, Switches};
use crate::capture::{Capture, KeepRule, Root};
use crate::figure::Table;
use crate::frame::Frame;
use crate::kernel::Roots;
use crate::number::Scale;
use crate::render::brief::BriefSheet;
use crate::render::line::Line;
use crate::render::sheet::Sheet;
use crate::render::totals::Sum;
use crate::render::verbose::{Heading, Rows};
use crate::scan::{Words, whole_lines};
use crate::settings::Settings;
use crate::usage::UsageError;
pub(crate) use options::Options;
pub(crate) use sample::Sample;
use sample::{Levels, VmStat, ZONES, zone};

/// Levels of memory in kB, all lines, without a tag.
pub(crate) static MEMINFO: Capture = Capture {
    root: Root::Proc,
    path: "meminfo",
    optional: false,
    tags: &[
        b"A", b"B", b"C", b"D", b"E", b"F", b"H", b"I", b"K", b"M", b"N", b"P", b"Q", b"S", b"U", b"V", b"W",
        b"Z",
    ],
    keep: |text, out| out.extend_from_slice(text),
};

/// Counters of paging, without a tag.
pub(crate) static VMSTAT: Capture = Capture {
    root: Root::Proc,
    path: "vmstat",
    optional: false,
    tags: &[b"a", b"b", b"c", b"d", b"f", b"h", b"k", b"n", b"o", b"p", b"s", b"t", b"u", b"w", b"z"],
    keep: |text, out| keep_vmstat(text, b"pgre", out),
};

pub(crate) struct Memory {
    options: Options,
    page_kb: f64,
}

#[derive(Debug, Default)]
pub(crate) struct Rates {
    levels: Levels,
    /// With `--memopts R`, changes of all levels except the totals replace the levels, but not in the plot format.
    changes: Option<Levels>,
    /// kB per second, like the following.
    swapped_in: f64,
    swapped_out: f64,
    paged_in: f64,
    paged_out: f64,
    /// Per second, like the following.
    faults: f64,
    /// Faults that needed a disk.
    major_faults: f64,
    /// Since boot, as in the Perl collectl.
    zones: [u64; ZONES.len()],
}

impl Rates {
    /// What the brief and verbose formats show.
    fn shown(&self) -> &Levels {
        self.changes.as_ref().unwrap_or(&self.levels)
    }
}

impl Subsystem for Memory {
    type Args = options::Args;
    type Options = Options;
    type Sample = Sample;
    type Rates = Rates;

    const DESCRIPTOR: Descriptor = Descriptor {
        name: "memory",
        about: "memory",
        summary: Some('m'),
        included: Included::Daemon,
        brief: Some(30),
        plot: 20,
        plot_detail: 40,
        captures: &[&MEMINFO, &VMSTAT],
        ..Descriptor::EMPTY
    };

    fn options(switches: &Switches, _: &Context<'_>) -> Result<Options, UsageError> {
        Options::resolve(&switches.get()?)
    }

    fn keep_rule(options: &Options, _: &Roots) -> Option<KeepRule> {
        options.keep_rule()
    }

    fn needs_verbose(options: &Options) -> bool {
        options.is_verbose()
    }

    fn new(settings: &Settings, options: &Options) -> Self {
        Self { options: *options, page_kb: settings.page_size as f64 / 1024.0 }
    }

    fn read(&self, frame: &Frame, sample: &mut Sample) {
        *sample = Sample { counters: VmStat::UNKNOWN, ..Sample::default() };
        for line in frame.lines(&MEMINFO) {
            let mut words = Words(line);
            if let Some(level) = words.next().and_then(|name| sample.levels.level(name)) {
                *level = words.number();
            }
        }
        for line in frame.lines(&VMSTAT) {
            let mut words = Words(line);
            let name = words.next().unwrap_or_default();
            if let Some(counter) = sample.counters.counter(name) {
                *counter = words.counter();
            } else if self.options.is_verbose()
                && let Some(index) = zone(name)
            {
                sample.zones[index] = words.number();
            }
        }
    }

    fn rates(&self, previous: &Sample, current: &Sample, interval: Interval) -> Rates {
        let levels = current.levels();
        let changes = self.options.changes.then(|| match previous.has_levels() && current.has_levels() {
            true => levels.since(&previous.levels(), interval.seconds),
            false => levels.since(&levels, interval.seconds),
        });
        let (before, now) = (&previous.counters, &current.counters);
        let rate = |counter: fn(&VmStat) -> u64| rate(counter(before), counter(now), interval.seconds);
        Rates {
            levels,
            changes,
            swapped_in: rate(|it| it.pswpin) * self.page_kb,
            swapped_out: rate(|it| it.pswpout) * self.page_kb,
            paged_in: rate(|it| it.pgpgin),
            paged_out: rate(|it| it.pgpgout),
            faults: rate(|it| it.pgfault),
            major_faults: rate(|it| it.pgmajfault),
            zones: current.zones,
        }
    }

    fn brief_header(&self, _: &Self::Rates, sheet: &mut BriefSheet) {
        if self.options.changes {
            sheet.group("<--------------Memory-------------->", " Free  Buff  Cach  Inac  Slab   Map ");
        } else {
            sheet.group("<-----------Memory----------->", "Free Buff Cach Inac Slab  Map ");
        }
    }

    fn brief(&self, rates: &Self::Rates, line: &mut Line) {
        let Levels { free, buffers, cached, inactive, slab, mapped, anonymous, .. } = *rates.shown();
        let (width, sum) = if self.options.changes { (5, Sum::Change) } else { (4, Sum::Level) };
        line.sum(sum);
        for level in [free, buffers, cached, inactive, slab, mapped + anonymous] {
            line.scaled(level, width, 4, Scale::Memory).text(" ");
        }
    }

    fn heading(&self, _: Part, _: &Self::Rates) -> Heading {
        rows::heading(self.options)
    }

    fn rows(&self, _: Part, rates: &Self::Rates, rows: &mut Rows<'_>) {
        rows.row(|line| rows::row(self.options, rates, line));
    }

    fn figures(&self, _: Part, rates: &Self::Rates, sheet: &mut Sheet<'_>) {
        sheet.one(&figures::MEMORY, rates);
    }

    fn tables(part: Part) -> Vec<Table> {
        if part == Part::Summary { vec![figures::MEMORY.table()] } else { Vec::new() }
    }
}

/// The lines of vmstat in a raw file: up to the first that starts with `end`, without `nr_` and `numa_` levels except
/// `nr_sh*`.
fn keep_vmstat(text: &[u8], end: &[u8], out: &mut Vec<u8>) {
    for line in whole_lines(text) {
        if line.starts_with(end) || line.starts_with(b"pginode") {
            break;
        }
        if line.starts_with(b"nr_sh") || !(line.starts_with(b"nr") || line.starts_with(b"numa")) {
            out.extend_from_slice(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEMINFO_TEXT: &str = "MemTotal: 1000 kB\nMemFree: 300 kB\nInactive: 70 kB\nInactive(anon): 50 kB\n\
         Inactive(file): 20 kB\nShmem: 44 kB\nSwapTotal: 10 kB\nSwapFree: 4 kB\nMapped: 5 kB\nAnonPages: 6 kB\n\
         HugePages_Rsvd: 3\nSUnreclaim: 9 kB\n";

    fn sample(memory: &Memory, meminfo: &str, vmstat: &str) -> Sample {
        let mut frame = Frame::default();
        frame.add(&MEMINFO, |out| out.extend_from_slice(meminfo.as_bytes()));
        frame.add(&VMSTAT, |out| out.extend_from_slice(vmstat.as_bytes()));
        let old = sample::Meminfo { mem_total: 7, dirty: 7, ..Default::default() };
        let mut sample = Sample { levels: old, ..Sample::default() };
        memory.read(&frame, &mut sample);
        sample
    }

    fn rates(options: Options, before: (&str, &str), now: (&str, &str)) -> Rates {
        let memory = Memory { options, page_kb: 4.0 };
        let interval = Interval { seconds: 2.0, real: 2.0 };
        memory.rates(&sample(&memory, before.0, before.1), &sample(&memory, now.0, now.1), interval)
    }

    #[test]
    fn inactive_is_all_of_it_and_shared_is_shmem() {
        let rates =
            rates(Options::default(), ("", ""), (MEMINFO_TEXT, "nr_shmem 2214\nnr_shmem_hugepages 0\n"));
        let Levels { total, used, free, inactive, shared, dirty, .. } = rates.levels;
        assert_eq!((total, used, free, inactive), (1000.0, 700.0, 300.0, 70.0));
        assert_eq!((shared, dirty), (44.0, 0.0));
        let Levels { swap_total, swap_used, swap_free, huge_total, huge_reserved, unreclaimable, .. } =
            rates.levels;
        assert_eq!((swap_total, swap_used, swap_free), (10.0, 6.0, 4.0));
        assert_eq!((huge_total, huge_reserved, unreclaimable), (0.0, 3.0, 9.0));
    }

    #[test]
    fn swapped_pages_are_kilobytes() {
        let rates = rates(
            Options::default(),
            ("", "pswpin 10\npswpout 0\npgpgin 100\npgfault 0\n"),
            ("", "pswpin 20\npswpout 4\npgpgin 90\npgfault 6\n"),
        );
        assert_eq!((rates.swapped_in, rates.swapped_out), (20.0, 8.0));
        let others = [rates.paged_in, rates.paged_out, rates.faults, rates.major_faults];
        assert_eq!(others, [0.0, 0.0, 3.0, 0.0]);
    }

    #[test]
    fn the_page_size_is_that_of_the_recorded_machine() {
        let settings = Settings { page_size: 65_536, ..Settings::default() };
        assert_eq!(Memory::new(&settings, &Options::default()).page_kb, 64.0);
    }

    #[test]
    fn changes_are_of_this_interval() {
        let options = Options { changes: true, ..Options::default() };
        let rates = rates(
            options,
            ("MemTotal: 1000 kB\nMemFree: 500 kB\nAnonHugePages: 0 kB\n", ""),
            ("MemTotal: 1000 kB\nMemFree: 300 kB\nAnonHugePages: 8 kB\nInactive: 2 kB\n", ""),
        );
        let Levels { total, used, free, anonymous_huge, inactive, .. } = rates.shown();
        assert_eq!((*total, *used, *free, *anonymous_huge, *inactive), (1000.0, 100.0, -100.0, 4.0, 1.0));
    }

    #[test]
    fn zones_are_read_if_they_are_shown() {
        let vmstat = "pgfree 1\npgalloc_movable 9\npgscan_direct_movable 5\n";
        let options =
            Options::resolve(&Switches::parse::<options::Args>("--memopts p").unwrap().get().unwrap());
        let zones = rates(options.unwrap(), ("", ""), ("", vmstat)).zones;
        assert_eq!((zones[0], zones[5], zones[21]), (1, 9, 5));
        assert_eq!(rates(Options::default(), ("", ""), ("", vmstat)).zones, [0; ZONES.len()]);
    }
}
