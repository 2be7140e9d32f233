//! `m`: memory, from `/proc/meminfo` (proc_meminfo(5)) and `/proc/vmstat`.

use super::Subsystem;
use crate::capture::{Capture, Root};
use crate::frame::Frame;
use crate::render::brief::{Brief, BriefColumn, Style};
use crate::scan::Words;

/// Levels of memory in kB, all lines, without a tag.
pub(crate) const MEMINFO: Capture = Capture {
    rank: 90,
    root: Root::Proc,
    path: "meminfo",
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

    const LETTER: char = 'm';
    const NAME: &'static str = "memory";
    const CAPTURES: &'static [&'static Capture] = &[&MEMINFO, &VMSTAT];
    const BRIEF: Brief<Levels> = Brief {
        title: "<-----------Memory----------->",
        columns: &[
            BriefColumn { heading: "Free", style: Style::Memory, value: |levels| levels.free as f64 },
            BriefColumn { heading: "Buff", style: Style::Memory, value: |levels| levels.buffers as f64 },
            BriefColumn { heading: "Cach", style: Style::Memory, value: |levels| levels.cached as f64 },
            BriefColumn { heading: "Inac", style: Style::Memory, value: |levels| levels.inactive as f64 },
            BriefColumn { heading: "Slab", style: Style::Memory, value: |levels| levels.slab as f64 },
            BriefColumn {
                heading: " Map",
                style: Style::Memory,
                value: |levels| (levels.mapped + levels.anonymous) as f64,
            },
        ],
    };

    fn read(frame: &Frame, levels: &mut Levels) {
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

    fn rates(_: &Levels, current: &Levels, _: f64) -> Levels {
        current.clone()
    }
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
