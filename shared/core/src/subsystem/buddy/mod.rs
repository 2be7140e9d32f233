//! `b`, `B`: fragmentation of free memory, from `/proc/buddyinfo` (proc_buddyinfo(5)).

mod figures;

use super::{Context, Descriptor, Included, Interval, NoArgs, Part, Subsystem, Switches};
use crate::capture::{Capture, Root, keep_tagged};
use crate::figure::Table;
use crate::frame::Frame;
use crate::render::brief::BriefSheet;
use crate::render::line::Line;
use crate::render::sheet::Sheet;
use crate::render::totals::Sum;
use crate::render::verbose::{Heading, Rows};
use crate::scan::{Words, number};
use crate::settings::Settings;
use crate::usage::UsageError;

/// Free pieces of each zone by order: of 2^0 pages, 2^1 pages, and so on.
pub(crate) static BUDDYINFO: Capture = Capture {
    root: Root::Proc,
    path: "buddyinfo",
    optional: false,
    tags: &[b"buddy "],
    keep: |text, out| keep_tagged(text, b"buddy", |_| true, out),
};

/// Orders that are shown if there is no zone, and the most that are read.
const DEFAULT_ORDERS: usize = 11;
const MAX_ORDERS: usize = 32;

pub(crate) struct Buddy {
    page_kb: usize,
}

/// A zone.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Zone {
    node: u64,
    name: Vec<u8>,
    /// Its name and its node, as in `Normal-0`.
    label: Vec<u8>,
    /// Free pieces of each order. All zones have the same number of orders.
    pieces: Vec<u64>,
}

/// All zones.
#[derive(Debug)]
pub(crate) struct Levels {
    page_kb: usize,
    zones: Vec<Zone>,
    /// Free pieces of each order in all zones.
    totals: Vec<u64>,
}

impl Levels {
    fn new(page_kb: usize, zones: &[Zone]) -> Self {
        let mut totals = vec![0u64; zones.first().map_or(DEFAULT_ORDERS, |zone| zone.pieces.len())];
        for zone in zones {
            for (total, pieces) in totals.iter_mut().zip(&zone.pieces) {
                *total = total.saturating_add(*pieces);
            }
        }
        Self { page_kb, zones: zones.to_vec(), totals }
    }

    fn orders(&self) -> usize {
        self.totals.len()
    }
}

impl Zone {
    fn parse(line: &[u8]) -> Option<Self> {
        // buddy Node 0, zone   Normal   825   2031 ...
        let mut words = Words(line);
        let node = number(words.nth(2)?);
        let name = words.nth(1)?.to_vec();
        let label = [&name, &b"-"[..], node.to_string().as_bytes()].concat();
        Some(Self { node, name, label, pieces: words.map(number).take(MAX_ORDERS).collect() })
    }
}

/// One character for a number: digits up to 9, then letters for 10 to 90 and for 100 to 900, and from `s` on for each
/// power of ten.
fn digit(number: u64) -> u8 {
    match number {
        0..=9 => b'0' + number as u8,
        10..=99 => b'a' + (number / 10 - 1) as u8,
        100..=999 => b'j' + (number / 100 - 1) as u8,
        _ => (b's' + (number.ilog10() - 3) as u8).min(b'z'),
    }
}

fn pages(order: usize, one: &str, more: &str) -> String {
    format!("{}{}", 1u64 << order, if order == 0 { one } else { more })
}

impl Subsystem for Buddy {
    type Args = NoArgs;
    type Options = ();
    type Sample = Vec<Zone>;
    type Rates = Levels;

    const DESCRIPTOR: Descriptor = Descriptor {
        name: "buddy",
        about: "fragmentation of memory",
        summary: Some('b'),
        detail: Some('B'),
        included: Included::Daemon,
        details_in_all: true,
        brief: Some(40),
        plot: 120,
        plot_detail: 120,
        captures: &[&BUDDYINFO],
        plot_file: Some("bud"),
        ..Descriptor::EMPTY
    };

    fn options(_: &Switches, _: &Context<'_>) -> Result<(), UsageError> {
        Ok(())
    }

    fn new(settings: &Settings, (): &()) -> Self {
        Self { page_kb: settings.page_size / 1024 }
    }

    fn read(&self, frame: &Frame, zones: &mut Vec<Zone>) {
        zones.clear();
        zones.extend(frame.lines(&BUDDYINFO).filter_map(Zone::parse));
        let orders = zones.iter().map(|zone| zone.pieces.len()).max().unwrap_or(0);
        zones.iter_mut().for_each(|zone| zone.pieces.resize(orders, 0));
    }

    fn rates(&self, _: &Vec<Zone>, current: &Vec<Zone>, _: Interval) -> Levels {
        Levels::new(self.page_kb, current)
    }

    fn brief_header(&self, levels: &Levels, sheet: &mut BriefSheet) {
        sheet.named_group("Memory", &format!("{:>width$} ", "Fragments", width = levels.orders()));
    }

    fn brief(&self, levels: &Levels, line: &mut Line) {
        line.sum(Sum::Level);
        for total in &levels.totals {
            let level = line.pass(*total as f64);
            line.bytes().push(digit(level as u64));
        }
        line.text(" ");
    }

    fn heading(&self, part: Part, levels: &Levels) -> Heading {
        let orders: String =
            (0..levels.orders()).map(|order| format!("{:>8}", pages(order, "Pg", "Pgs"))).collect();
        let (title, columns) = match part {
            Part::Summary => ("MEMORY FRAGMENTATION SUMMARY", orders),
            Part::Detail => ("MEMORY FRAGMENTATION", format!("Node    Zone {orders}")),
        };
        Heading::new(&format!("# {title} ({}K pages)", self.page_kb), vec![columns])
    }

    fn rows(&self, part: Part, levels: &Levels, rows: &mut Rows<'_>) {
        match part {
            Part::Summary => rows.row(|line| {
                line.text(" ");
                for total in &levels.totals {
                    line.int(*total as f64, 8);
                }
            }),
            Part::Detail => {
                for zone in &levels.zones {
                    rows.row(|line| {
                        line.int(zone.node as f64, 5).text("  ").right(&zone.name, 6).text(" ");
                        for pieces in &zone.pieces {
                            line.int(*pieces as f64, 8);
                        }
                    });
                }
            }
        }
    }

    fn figures(&self, part: Part, levels: &Levels, sheet: &mut Sheet<'_>) {
        match part {
            Part::Summary => sheet.one(&figures::FRAGMENTATION, levels),
            Part::Detail => {
                sheet.many(&figures::ZONES, levels.zones.iter().map(|zone| (&zone.label[..], zone)));
            }
        }
    }

    fn tables(part: Part) -> Vec<Table> {
        match part {
            Part::Summary => vec![figures::FRAGMENTATION.table()],
            Part::Detail => vec![figures::ZONES.table()],
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::clock::Time;

    fn read(text: &[u8]) -> Levels {
        let (mut frame, mut zones) = (Frame::default(), vec![Zone::default()]);
        frame.restart(Time::default());
        frame.add(&BUDDYINFO, |out| (BUDDYINFO.keep)(text, out));
        let buddy = Buddy { page_kb: 4 };
        buddy.read(&frame, &mut zones);
        Levels::new(4, &zones)
    }

    #[test]
    fn zones_are_summed() {
        let levels =
            read(b"Node 0, zone      DMA      0      1 \nNode 12, zone   Normal    825   2031      3 \n");
        assert_eq!((levels.orders(), &levels.totals[..]), (3, &[825, 2032, 3][..]));
        assert_eq!(levels.zones[0].pieces, [0, 1, 0]);
        assert_eq!((levels.zones[1].node, &levels.zones[1].label[..]), (12, &b"Normal-12"[..]));
        assert_eq!(read(b"").orders(), 11);
    }

    #[test]
    fn digits() {
        let shown = |numbers: &[u64]| String::from_utf8(numbers.iter().map(|n| digit(*n)).collect()).unwrap();
        assert_eq!(shown(&[0, 9, 10, 19, 99, 100, 999, 1000, 9999, 10_000]), "09aaijrsst");
        assert_eq!(shown(&[1000, 1_000_000, 1_000_000_000]), "svy");
        assert_eq!(shown(&[99_999_999_999, 100_000_000_000, u64::MAX]), "zzz");
    }

    #[test]
    fn all_orders_of_newer_kernels_are_shown() {
        let levels = read(b"Node 0, zone Normal 1 2 3 4 5 6 7 8 9 10 11 12 13 14\n");
        let (mut line, mut sheet) = (Line::default(), BriefSheet::default());
        let buddy = Buddy { page_kb: 64 };
        buddy.brief(&levels, &mut line);
        assert_eq!(line.bytes(), b"123456789aaaaa ");
        buddy.brief_header(&levels, &mut sheet);
        let heading = buddy.heading(Part::Detail, &levels);
        assert!(
            heading.title.ends_with("(64K pages)") && heading.lines[0].ends_with(" 8192Pgs"),
            "{heading:?}"
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let levels = read(&bytes);
            prop_assert!(levels.orders() <= MAX_ORDERS);
            Buddy { page_kb: 4 }.rows(Part::Detail, &levels, &mut Rows::new(b"", &mut Line::default()));
        }
    }
}
