//! `x`, `X`: InfiniBand and Omni-Path, from `/sys/class/infiniband` (sysfs-class-infiniband in the kernel's ABI
//! documentation).

mod json;
mod options;
mod probe;
mod rows;
mod sample;
#[cfg(test)]
mod tests;

use super::counter::increase;
use super::devices::Listed;
use super::{Context, Descriptor, Included, Interval, Part, Subsystem, Switches};
use crate::capture::{Capture, Probe, Root};
use crate::frame::Frame;
use crate::kernel::Roots;
use crate::number::Scale;
use crate::render::brief::BriefSheet;
use crate::render::json::Object;
use crate::render::lexpr::Pairs;
use crate::render::line::Line;
use crate::render::plot::{Names, Values};
use crate::render::totals::Sum;
use crate::render::verbose::{Heading, Rows};
use crate::settings::{Per, Settings};
use crate::usage::UsageError;
pub(crate) use options::Options;
pub(crate) use probe::port_states;
use sample::Sample;

/// All active ports, a line for each counter: `ib0-1:rcvd 1234` is the first port of the first device.
///
/// The lines `rcvd`, `xmtd`, `rcvp` and `xmtp` are those of the Perl collectl; it passes over `name`, the device, and
/// `errs`, all errors.
pub(crate) static PORTS: Capture =
    Capture { root: Root::Sys, path: "class/infiniband", optional: true, tags: &[b"ib"], keep: |_, _| {} };

/// Most ports that are measured.
const MOST_PORTS: usize = 1024;
/// No name of a device is longer; the kernel's have 63 bytes.
const LONGEST_NAME: usize = 64;
/// Counters of data are in units of four bytes.
const WORDS_PER_KB: f64 = 256.0;

pub(crate) struct Infiniband {
    options: Options,
    per: Per,
}

/// What went one way, by the second.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
struct Flow {
    kb: f64,
    packets: f64,
}

impl Flow {
    /// Bytes of a packet.
    fn size(self) -> f64 {
        if self.packets > 0.0 { self.kb * 1024.0 / self.packets } else { 0.0 }
    }

    fn add(&mut self, other: Self) {
        self.kb += other.kb;
        self.packets += other.packets;
    }
}

/// What one device did, or all of them.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
struct Traffic {
    incoming: Flow,
    outgoing: Flow,
    /// Errors in the interval: too few to be shown by the second.
    errors: u64,
}

impl Traffic {
    fn add(&mut self, other: &Self) {
        self.incoming.add(other.incoming);
        self.outgoing.add(other.outgoing);
        self.errors = self.errors.saturating_add(other.errors);
    }
}

#[derive(Debug, Default)]
pub(crate) struct Rates {
    total: Traffic,
    /// Devices, with all of their ports.
    each: Listed<Traffic>,
    /// Columns of names.
    width: usize,
}

impl Subsystem for Infiniband {
    type Args = options::Args;
    type Options = Options;
    type Sample = Sample;
    type Rates = Rates;

    const DESCRIPTOR: Descriptor = Descriptor {
        name: "infiniband",
        about: "InfiniBand",
        summary: Some('x'),
        detail: Some('X'),
        included: Included::Daemon,
        details_in_all: true,
        brief: Some(110),
        plot: 90,
        plot_detail: 110,
        captures: &[&PORTS],
        plot_file: Some("ib"),
        absence: Some(absence),
        ..Descriptor::EMPTY
    };

    fn options(switches: &Switches, context: &Context<'_>) -> Result<Options, UsageError> {
        Options::resolve(&switches.get()?, context)
    }

    fn probes(_: &Options, roots: &Roots) -> Vec<Box<dyn Probe>> {
        vec![Box::new(probe::PortProbe::new(roots))]
    }

    fn new(settings: &Settings, options: &Options) -> Self {
        Self { options: *options, per: settings.per }
    }

    fn read(&self, frame: &Frame, sample: &mut Sample) {
        sample::read(frame, sample);
    }

    fn arrange(&self, previous: &Sample, current: &mut Sample) {
        current.arrange(previous);
    }

    fn rates(&self, previous: &Sample, current: &Sample, interval: Interval) -> Rates {
        let mut devices: Vec<(&[u8], Traffic)> = Vec::new();
        for (name, before, now) in current.since(previous) {
            let colon = name.iter().rposition(|&byte| byte == b':').unwrap_or(name.len());
            let flow = |way: usize| Flow {
                kb: increase(before.words[way], now.words[way]) as f64 / WORDS_PER_KB / interval.seconds,
                packets: increase(before.packets[way], now.packets[way]) as f64 / interval.seconds,
            };
            let errors = increase(before.errors, now.errors);
            let port = Traffic { incoming: flow(0), outgoing: flow(1), errors };
            match devices.iter_mut().find(|(device, _)| *device == &name[..colon]) {
                Some((_, device)) => device.add(&port),
                None => devices.push((&name[..colon], port)),
            }
        }
        let mut rates = Rates { width: rows::NAME_WIDTH, ..Rates::default() };
        for (name, device) in devices {
            rates.total.add(&device);
            rates.width = rates.width.max(name.len());
            rates.each.push(name, device);
        }
        rates
    }

    fn brief_header(&self, _: &Rates, sheet: &mut BriefSheet) {
        if self.options.sizes {
            let headings = "   KBIn  PktIn Size   KBOut PktOut Size Errs ";
            sheet.group("<----------------InfiniBand---------------->", headings);
        } else {
            sheet.group("<-----------InfiniBand----------->", "   KBIn  PktIn   KBOut PktOut Errs ");
        }
    }

    fn brief(&self, rates: &Rates, line: &mut Line) {
        for flow in [&rates.total.incoming, &rates.total.outgoing] {
            line.scaled(flow.kb, 7, 7, Scale::Kilobytes).text(" ");
            line.scaled(flow.packets, 6, 6, Scale::Count).text(" ");
            if self.options.sizes {
                line.sum(Sum::Size(1024.0)).scaled(flow.size(), 4, 4, Scale::Kilobytes).text(" ");
                line.sum(Sum::Rate);
            }
        }
        line.sum(Sum::Count).scaled(rates.total.errors as f64, 4, 4, Scale::Count).text(" ");
    }

    fn heading(&self, part: Part, rates: &Rates) -> Heading {
        rows::heading(part, rates.width, self.per)
    }

    fn rows(&self, part: Part, rates: &Rates, rows: &mut Rows<'_>) {
        match part {
            Part::Summary => rows.row(|line| rows::summary(&rates.total, line)),
            Part::Detail => {
                for (name, device) in rates.each.iter() {
                    rows.row(|line| rows::detail(name, rates.width, device, line));
                }
            }
        }
    }

    fn plot_names(&self, part: Part, rates: &Rates, names: &mut Names) {
        const NAMES: [&str; 6] = ["HCA", "InPkt", "OutPkt", "InKB", "OutKB", "Err"];
        match part {
            Part::Summary => names.push("IB", &NAMES[1..]),
            Part::Detail => {
                for (name, _) in rates.each.iter() {
                    names.push(&format!("IB:{}", String::from_utf8_lossy(name)), NAMES);
                }
            }
        }
    }

    fn plot(&self, part: Part, rates: &Rates, values: &mut Values) {
        let moved = |Traffic { incoming, outgoing, errors }: &Traffic, values: &mut Values| {
            values.number(incoming.packets).number(outgoing.packets);
            values.number(incoming.kb).number(outgoing.kb).number(*errors as f64);
        };
        match part {
            Part::Summary => moved(&rates.total, values),
            Part::Detail => {
                for (index, (_, device)) in rates.each.iter().enumerate() {
                    values.integer(index as u64);
                    moved(device, values);
                }
            }
        }
    }

    fn lexpr(&self, part: Part, rates: &Rates, pairs: &mut Pairs) {
        const FIELDS: [&str; 4] = ["kbin", "pktin", "kbout", "pktout"];
        let moved = |Traffic { incoming, outgoing, .. }: &Traffic| {
            [incoming.kb, incoming.packets, outgoing.kb, outgoing.packets]
        };
        match part {
            Part::Summary => pairs.push_all("iconnect.", &FIELDS, &moved(&rates.total)),
            Part::Detail => {
                for (name, device) in rates.each.iter() {
                    let group = format!("iconnect.{}.", String::from_utf8_lossy(name));
                    pairs.push_all(&group, &FIELDS, &moved(device));
                }
            }
        }
    }

    fn json(&self, part: Part, rates: &Rates, line: &mut Object) {
        json::push(part, rates, line);
    }
}

fn absence(roots: &Roots) -> Option<&'static str> {
    let any = std::fs::read_dir(probe::folder(&roots.sys)).is_ok_and(|mut devices| devices.next().is_some());
    (!any).then_some("no subsystems selected")
}
