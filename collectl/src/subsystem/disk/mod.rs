//! `d`, `D`: disks, from `/proc/diskstats` (the kernel's Documentation/admin-guide/iostats.rst).

mod json;
mod names;
mod options;
mod rows;

use super::counter::increase;
use super::devices::{Devices, Listed};
use super::{Interval, Part, Place, Subsystem};
use crate::capture::{Capture, Root, keep_tagged};
use crate::frame::Frame;
use crate::number::Scale;
use crate::render::brief::BriefSheet;
use crate::render::json::Object;
use crate::render::lexpr::Pairs;
use crate::render::line::Line;
use crate::render::plot::{Names, Values};
use crate::render::totals::Sum;
use crate::render::verbose::{Heading, Rows};
use crate::scan::Words;
use crate::settings::{Per, Settings};
use names::{Kind, kind};
pub(crate) use options::Options;

/// Block devices; partitions are left out.
pub(crate) const DISKSTATS: Capture = Capture {
    rank: 40,
    root: Root::Proc,
    path: "diskstats",
    optional: false,
    tags: &[b"disk "],
    keep: |text, out| keep_tagged(text, b"disk", options::is_device, out),
};

/// Sectors of diskstats are 512 bytes, whatever the device's own are.
const SECTORS_PER_KB: f64 = 2.0;

pub(crate) struct Disk {
    options: Options,
    per: Per,
}

/// Counters since boot, in the order of a line: reads, of them merged, sectors, milliseconds; the same of writes; requests
/// in flight now; milliseconds with any in flight, and the same times their number.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    fields: [u64; 11],
    counts: bool,
}

/// What went one way: by the second, but for the size.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(crate) struct Flow {
    kb: f64,
    merged: f64,
    requests: f64,
    /// Kilobytes of a request.
    size: f64,
}

/// What a disk did.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Activity {
    read: Flow,
    write: Flow,
    /// Milliseconds that a read, a write, and either took.
    waits: [f64; 3],
    /// Kilobytes of a request of either kind.
    request_kb: f64,
    /// Requests in flight while there were any.
    queue: f64,
    /// Milliseconds of work for a request.
    service: f64,
    /// Percent of real time with requests in flight.
    busy: f64,
}

#[derive(Debug, Default)]
pub(crate) struct Rates {
    read: Flow,
    write: Flow,
    each: Listed<Activity>,
}

/// Requests, merges, sectors and milliseconds of an interval, one way.
type Amounts = [u64; 4];

impl Flow {
    fn of([requests, merged, sectors, _]: Amounts, seconds: f64) -> Self {
        let kb = sectors as f64 / SECTORS_PER_KB;
        Self {
            kb: kb / seconds,
            merged: merged as f64 / seconds,
            requests: requests as f64 / seconds,
            size: ratio(kb, requests as f64),
        }
    }
}

impl Activity {
    fn of(spent: &[u64; 11], interval: Interval) -> Self {
        let [reads, read_merges, read_sectors, read_ms, writes, write_merges, write_sectors, write_ms, ..] =
            *spent;
        let [.., busy_ms, queue_ms] = *spent;
        let requests = reads as f64 + writes as f64;
        // The Perl collectl divides by zero where the clock stood.
        let milliseconds = if interval.real > 0.0 { interval.real * 1000.0 } else { 1000.0 };
        Self {
            read: Flow::of([reads, read_merges, read_sectors, read_ms], interval.seconds),
            write: Flow::of([writes, write_merges, write_sectors, write_ms], interval.seconds),
            waits: [
                ratio(read_ms as f64, reads as f64),
                ratio(write_ms as f64, writes as f64),
                ratio(read_ms as f64 + write_ms as f64, requests),
            ],
            request_kb: ratio((read_sectors as f64 + write_sectors as f64) / SECTORS_PER_KB, requests),
            queue: ratio(queue_ms as f64, busy_ms as f64),
            service: ratio(busy_ms as f64, requests),
            busy: busy_ms as f64 * 100.0 / milliseconds,
        }
    }

    fn is_idle(&self) -> bool {
        let Flow { kb, merged, requests, .. } = self.read;
        [kb, merged, requests, self.write.kb, self.write.merged, self.write.requests, self.busy]
            .iter()
            .all(|&value| value == 0.0)
    }
}

impl Subsystem for Disk {
    type Sample = Devices<Counters>;
    type Rates = Rates;

    const PLACE: Place = Place {
        name: "disk",
        summary: Some('d'),
        detail: Some('D'),
        brief: Some(60),
        plot: 50,
        plot_detail: 20,
    };
    const CAPTURES: &'static [&'static Capture] = &[&DISKSTATS];
    const PLOT_FILE: Option<&'static str> = Some("dsk");

    fn new(settings: &Settings) -> Self {
        Self { options: settings.disk.clone(), per: settings.per }
    }

    fn read(&self, frame: &Frame, disks: &mut Self::Sample) {
        disks.clear();
        for line in frame.lines(&DISKSTATS) {
            let mut words = Words(line);
            // disk MAJOR MINOR NAME
            let Some(name) = words.nth(3) else { continue };
            let counters = Counters { fields: words.counters(), counts: kind(name) == Kind::Whole };
            let renamed = self.options.renamed(name);
            let name = renamed.as_deref().unwrap_or(name);
            if self.options.filter.accepts(name) {
                disks.push(name, counters);
            }
        }
    }

    fn arrange(&self, previous: &Self::Sample, current: &mut Self::Sample) {
        current.arrange(previous);
    }

    fn rates(&self, previous: &Self::Sample, current: &Self::Sample, interval: Interval) -> Rates {
        let (mut read, mut write) = (Amounts::default(), Amounts::default());
        let mut each = Listed::default();
        for (name, before, now) in current.since(previous) {
            let mut spent: [u64; 11] = std::array::from_fn(|i| increase(before.fields[i], now.fields[i]));
            spent[8] = 0;
            if now.counts {
                for i in 0..4 {
                    read[i] = read[i].saturating_add(spent[i]);
                    write[i] = write[i].saturating_add(spent[4 + i]);
                }
            }
            each.push(name, Activity::of(&spent, interval));
        }
        Rates { read: Flow::of(read, interval.seconds), write: Flow::of(write, interval.seconds), each }
    }

    fn brief_header(&self, _: &Self::Rates, sheet: &mut BriefSheet) {
        if self.options.sizes {
            sheet.group("<---------------Disks---------------->", "KBRead  Reads Size KBWrit Writes Size ");
        } else {
            sheet.group("<----------Disks----------->", "KBRead  Reads KBWrit Writes ");
        }
    }

    fn brief(&self, rates: &Self::Rates, line: &mut Line) {
        for flow in [&rates.read, &rates.write] {
            line.scaled(flow.kb, 6, 6, Scale::Kilobytes).text(" ");
            line.scaled(flow.requests, 6, 6, Scale::Count).text(" ");
            if self.options.sizes {
                // By 1000, as in the Perl collectl; in the detail by 1024.
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
            return rows.row(|line| rows::summary(rates, line));
        }
        for (name, disk) in rates.each.iter() {
            let enough = |least: f64| disk.read.requests >= least || disk.write.requests >= least;
            if self.options.least.is_none_or(enough) && !(self.options.skip_idle && disk.is_idle()) {
                rows.row(|line| rows::detail(name, disk, self.options.decimals, line));
            }
        }
    }

    fn plot_names(&self, part: Part, rates: &Self::Rates, names: &mut Names) {
        match part {
            Part::Summary => names.push(
                "DSK",
                [
                    "ReadTot",
                    "WriteTot",
                    "OpsTot",
                    "ReadKBTot",
                    "WriteKBTot",
                    "KbTot",
                    "ReadMrgTot",
                    "WriteMrgTot",
                    "MrgTot",
                ],
            ),
            Part::Detail => {
                for (name, _) in rates.each.iter() {
                    names.push(
                        &format!("DSK:{}", String::from_utf8_lossy(name)),
                        [
                            "Name", "Reads", "RMerge", "RKBytes", "WaitR", "Writes", "WMerge", "WKBytes",
                            "WaitW", "Request", "QueLen", "Wait", "SvcTim", "Util",
                        ],
                    );
                }
            }
        }
    }

    fn plot(&self, part: Part, rates: &Self::Rates, values: &mut Values) {
        match part {
            Part::Summary => {
                let (read, write) = (&rates.read, &rates.write);
                for (read, write) in
                    [(read.requests, write.requests), (read.kb, write.kb), (read.merged, write.merged)]
                {
                    values.number(read).number(write).number(read + write);
                }
            }
            Part::Detail => {
                for (name, disk) in rates.each.iter() {
                    values.text(name);
                    for (flow, wait) in [(&disk.read, disk.waits[0]), (&disk.write, disk.waits[1])] {
                        values.number(flow.requests).number(flow.merged).number(flow.kb).number(wait);
                    }
                    values.number(disk.request_kb).number(disk.queue).number(disk.waits[2]);
                    values.number(disk.service).number(disk.busy);
                }
            }
        }
    }

    fn lexpr(&self, part: Part, rates: &Self::Rates, pairs: &mut Pairs) {
        match part {
            Part::Summary => {
                for (flow, way) in [(&rates.read, "read"), (&rates.write, "write")] {
                    pairs.push(&format!("disktotals.{way}s"), flow.requests);
                    pairs.push(&format!("disktotals.{way}kbs"), flow.kb);
                }
            }
            Part::Detail => {
                for (name, disk) in rates.each.iter() {
                    let mut push = |field, value| pairs.push_of(field, name, value);
                    push("diskinfo.reads", disk.read.requests);
                    push("diskinfo.readkbs", disk.read.kb);
                    push("diskinfo.readw", disk.waits[0]);
                    push("diskinfo.writes", disk.write.requests);
                    push("diskinfo.writekbs", disk.write.kb);
                    push("diskinfo.writew", disk.waits[1]);
                    push("diskinfo.quelen", disk.queue);
                    push("diskinfo.wait", disk.waits[2]);
                    push("diskinfo.svctime", disk.service);
                    push("diskinfo.util", disk.busy);
                }
            }
        }
    }

    fn json(&self, part: Part, rates: &Self::Rates, line: &mut Object) {
        json::push(part, rates, line);
    }
}

/// `part` of each of `whole`; nothing of nothing.
fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Interval = Interval { seconds: 1.0, real: 1.0 };

    #[test]
    fn what_a_disk_did() {
        let disk = Activity::of(&[2, 3, 8, 40, 1, 1, 1, 77, 0, 300, 900], SECOND);
        assert_eq!(disk.read, Flow { kb: 4.0, merged: 3.0, requests: 2.0, size: 2.0 });
        assert_eq!(disk.write, Flow { kb: 0.5, merged: 1.0, requests: 1.0, size: 0.5 });
        assert_eq!(disk.waits, [20.0, 77.0, 39.0]);
        assert_eq!((disk.request_kb, disk.queue, disk.service, disk.busy), (1.5, 3.0, 100.0, 30.0));
        assert!(!disk.is_idle());
    }

    #[test]
    fn a_disk_that_rests_and_a_clock_that_stands() {
        assert_eq!(Activity::of(&[0; 11], SECOND), Activity::default());
        assert!(Activity::default().is_idle());
        let standing = Interval { seconds: 1.0, real: 0.0 };
        assert_eq!(Activity::of(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 300, 0], standing).busy, 30.0);
    }

    #[test]
    fn share_of_real_time_whatever_counters_are_divided_by() {
        let interval = Interval { seconds: 1.0, real: 2.0 };
        let disk = Activity::of(&[2, 0, 0, 0, 0, 0, 0, 0, 0, 1000, 0], interval);
        assert_eq!((disk.read.requests, disk.busy), (2.0, 50.0));
    }
}
