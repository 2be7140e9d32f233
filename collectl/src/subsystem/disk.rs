//! `d`: disks, from `/proc/diskstats` (the kernel's Documentation/admin-guide/iostats.rst).

use super::counter::rate;
use super::devices::Devices;
use super::{Interval, Part, Place, Subsystem};
use crate::capture::{Capture, Root, keep_tagged};
use crate::frame::Frame;
use crate::number::Scale;
use crate::render::brief::BriefSheet;
use crate::render::line::Line;
use crate::render::plot::{Names, Values};
use crate::render::verbose::{Heading, Rows};
use crate::scan::Words;
use crate::settings::Settings;

/// Block devices; partitions are left out.
pub(crate) const DISKSTATS: Capture = Capture {
    rank: 40,
    root: Root::Proc,
    path: "diskstats",
    optional: false,
    tags: &[b"disk "],
    keep: |text, out| keep_tagged(text, b"disk", |line| Words(line).nth(2).is_some_and(is_device), out),
};

/// Sectors of diskstats are 512 bytes, whatever the device's own are.
const SECTORS_PER_KB: f64 = 2.0;

pub(crate) struct Disk;

/// Completed requests and sectors since boot.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    reads: u64,
    sectors_read: u64,
    writes: u64,
    sectors_written: u64,
}

/// Sums over the disks that count, by the second.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Totals {
    read_kb: f64,
    reads: f64,
    write_kb: f64,
    writes: f64,
}

impl Subsystem for Disk {
    type Sample = Devices<Counters>;
    type Rates = Totals;

    const PLACE: Place =
        Place { name: "disk", summary: Some('d'), detail: None, brief: Some(60), plot: 50, plot_detail: 20 };
    const CAPTURES: &'static [&'static Capture] = &[&DISKSTATS];

    fn new(_: &Settings) -> Self {
        Self
    }

    fn read(&self, frame: &Frame, disks: &mut Self::Sample) {
        disks.clear();
        for line in frame.lines(&DISKSTATS) {
            // disk MAJOR MINOR NAME reads merged sectors ms writes merged sectors ms ...
            let mut words = Words(line);
            let Some(name) = words.nth(3) else { continue };
            let [reads, _, sectors_read, _, writes, _, sectors_written] = words.numbers();
            disks.push(name, Counters { reads, sectors_read, writes, sectors_written });
        }
    }

    fn rates(&self, previous: &Self::Sample, current: &Self::Sample, interval: Interval) -> Totals {
        let mut totals = Totals::default();
        for (_, before, now) in current.since(previous).filter(|(name, ..)| counts(name)) {
            totals.reads += rate(before.reads, now.reads, interval.seconds);
            totals.read_kb += rate(before.sectors_read, now.sectors_read, interval.seconds) / SECTORS_PER_KB;
            totals.writes += rate(before.writes, now.writes, interval.seconds);
            totals.write_kb +=
                rate(before.sectors_written, now.sectors_written, interval.seconds) / SECTORS_PER_KB;
        }
        totals
    }

    fn brief_header(&self, _: &Self::Rates, sheet: &mut BriefSheet) {
        sheet.group("<----------Disks----------->", "KBRead  Reads KBWrit Writes ");
    }

    fn brief(&self, rates: &Self::Rates, line: &mut Line) {
        line.scaled(rates.read_kb, 6, 6, Scale::Kilobytes).text(" ");
        line.scaled(rates.reads, 6, 6, Scale::Count).text(" ");
        line.scaled(rates.write_kb, 6, 6, Scale::Kilobytes).text(" ");
        line.scaled(rates.writes, 6, 6, Scale::Count).text(" ");
    }

    fn heading(&self, _: Part, _: &Self::Rates) -> Heading {
        Heading::of("# DISK SUMMARY (/sec)", &[""])
    }

    fn rows(&self, _: Part, _: &Self::Rates, _: &mut Rows<'_>) {}

    fn plot_names(&self, _: Part, _: &Self::Rates, _: &mut Names) {}

    fn plot(&self, _: Part, _: &Self::Rates, _: &mut Values) {}
}

/// What a block device is, by its name (Documentation/admin-guide/devices.txt and the drivers' own naming).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A disk of its own.
    Whole,
    /// A device made of others, whose traffic shows on those too, or of memory.
    Stacked,
    /// A part of a disk, or nothing that is measured.
    Other,
}

/// Letters then numbers and letters in turn: `sda`, `sda1`, `nvme0n1`, `nvme0n1p2`, `mmcblk0boot0`.
fn kind(name: &[u8]) -> Kind {
    let stem_end = name.iter().position(u8::is_ascii_digit).unwrap_or(name.len());
    let (stem, rest) = name.split_at(stem_end);
    let numbers_and_letters = |letters: &[u8]| {
        let mut rest = rest;
        for letter in letters {
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            match rest.get(digits) {
                Some(found) if digits > 0 && found == letter => rest = &rest[digits + 1..],
                _ => return false,
            }
        }
        !rest.is_empty() && rest.iter().all(u8::is_ascii_digit)
    };
    let lettered = |prefix: &[u8]| {
        stem.strip_prefix(prefix)
            .is_some_and(|unit| !unit.is_empty() && unit.iter().all(u8::is_ascii_lowercase))
    };
    match stem {
        b"nvme" if numbers_and_letters(b"n") || numbers_and_letters(b"cn") => Kind::Whole,
        b"mmcblk" | b"nbd" | b"rbd" | b"pmem" if numbers_and_letters(b"") => Kind::Whole,
        b"md" | b"dm-" | b"loop" | b"zram" | b"drbd" | b"bcache" | b"psv" if numbers_and_letters(b"") => {
            Kind::Stacked
        }
        _ if stem.starts_with(b"emcpower") && rest.is_empty() => Kind::Stacked,
        _ if rest.is_empty()
            && [&b"sd"[..], b"hd", b"vd", b"xvd", b"dasd", b"fio"].into_iter().any(lettered) =>
        {
            Kind::Whole
        }
        _ => Kind::Other,
    }
}

fn is_device(name: &[u8]) -> bool {
    kind(name) != Kind::Other
}

/// True for a disk whose traffic enters the totals: each byte once.
fn counts(name: &[u8]) -> bool {
    kind(name) == Kind::Whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_known_by_rule() {
        let whole = [
            "sda",
            "sdaa",
            "vda",
            "vdab",
            "xvdb",
            "hdc",
            "nvme0n1",
            "nvme10n12",
            "nvme1c2n3",
            "mmcblk0",
            "rbd7",
            "dasda",
        ];
        let stacked = ["dm-0", "dm-11", "md127", "loop0", "zram0", "drbd1", "emcpowera"];
        let other = [
            "sda1",
            "nvme0n1p1",
            "mmcblk0p1",
            "mmcblk0boot0",
            "rbd7p1",
            "vda2",
            "sr0",
            "ram0",
            "fd0",
            "sd",
            "nvme0",
            "",
        ];
        for name in whole {
            assert_eq!(kind(name.as_bytes()), Kind::Whole, "{name}");
        }
        for name in stacked {
            assert_eq!(kind(name.as_bytes()), Kind::Stacked, "{name}");
        }
        for name in other {
            assert_eq!(kind(name.as_bytes()), Kind::Other, "{name}");
        }
    }
}
