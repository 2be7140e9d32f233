//! `m`: memory, from `/proc/meminfo` (proc_meminfo(5)) and `/proc/vmstat`.

use super::{Interval, Part, Place, Subsystem};
use crate::capture::{Capture, Root};
use crate::frame::Frame;
use crate::number::Scale;
use crate::render::brief::BriefSheet;
use crate::render::line::Line;
use crate::render::plot::{Names, Values};
use crate::render::verbose::{Heading, Rows};
use crate::scan::Words;
use crate::settings::Settings;

/// Levels of memory in kB, all lines, without a tag.
pub(crate) const MEMINFO: Capture = Capture {
    rank: 90,
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
pub(crate) const VMSTAT: Capture = Capture {
    rank: 100,
    root: Root::Proc,
    path: "vmstat",
    optional: false,
    tags: &[b"a", b"b", b"c", b"d", b"f", b"h", b"k", b"n", b"o", b"p", b"s", b"t", b"u", b"w", b"z"],
    keep: keep_vmstat,
};

pub(crate) struct Memory;

/// Levels in kB.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Levels {
    free: u64,
    buffers: u64,
    cached: u64,
    inactive: u64,
    slab: u64,
    mapped: u64,
    anonymous: u64,
}

impl Subsystem for Memory {
    type Sample = Levels;
    type Rates = Levels;

    const PLACE: Place = Place {
        name: "memory",
        summary: Some('m'),
        detail: None,
        brief: Some(30),
        plot: 20,
        plot_detail: 40,
    };
    const CAPTURES: &'static [&'static Capture] = &[&MEMINFO, &VMSTAT];

    fn new(_: &Settings) -> Self {
        Self
    }

    fn read(&self, frame: &Frame, levels: &mut Levels) {
        *levels = Levels::default();
        for line in frame.lines(&MEMINFO) {
            let mut words = Words(line);
            let level = match words.next() {
                Some(b"MemFree:") => &mut levels.free,
                Some(b"Buffers:") => &mut levels.buffers,
                Some(b"Cached:") => &mut levels.cached,
                Some(b"Inactive:") => &mut levels.inactive,
                Some(b"Slab:") => &mut levels.slab,
                Some(b"Mapped:") => &mut levels.mapped,
                Some(b"AnonPages:") => &mut levels.anonymous,
                _ => continue,
            };
            *level = words.number();
        }
    }

    fn rates(&self, _: &Levels, current: &Levels, _: Interval) -> Levels {
        current.clone()
    }

    fn brief_header(&self, _: &Self::Rates, sheet: &mut BriefSheet) {
        sheet.group("<-----------Memory----------->", "Free Buff Cach Inac Slab  Map ");
    }

    fn brief(&self, rates: &Self::Rates, line: &mut Line) {
        let map = rates.mapped + rates.anonymous;
        for level in [rates.free, rates.buffers, rates.cached, rates.inactive, rates.slab, map] {
            line.scaled(level as f64, 4, 4, Scale::Memory).text(" ");
        }
    }

    fn heading(&self, _: Part, _: &Self::Rates) -> Heading {
        Heading::of("# MEMORY SUMMARY (/sec)", &[""])
    }

    fn rows(&self, _: Part, _: &Self::Rates, _: &mut Rows<'_>) {}

    fn plot_names(&self, _: Part, _: &Self::Rates, _: &mut Names) {}

    fn plot(&self, _: Part, _: &Self::Rates, _: &mut Values) {}
}

/// The lines of vmstat that a raw file holds: up to the zone counters, without the `nr_` and `numa_` levels but `nr_sh*`.
fn keep_vmstat(text: &[u8], out: &mut Vec<u8>) {
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        if line.starts_with(b"pgre") || line.starts_with(b"pginode") {
            break;
        }
        if line.starts_with(b"nr_sh") || !(line.starts_with(b"nr") || line.starts_with(b"numa")) {
            out.extend_from_slice(line);
        }
    }
}
