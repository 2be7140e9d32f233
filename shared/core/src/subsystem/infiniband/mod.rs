//! `x`, `X`: InfiniBand and Omni-Path, from `/sys/class/infiniband` (sysfs-class-infiniband in the kernel's ABI
//! documentation).

mod figures;
mod options;
mod probe;
mod rows;
mod sample;
#[cfg(test)]
mod tests;
mod traffic;

use super::counter::Counters as _;
use super::devices::Listed;
use super::{Context, Descriptor, Included, Interval, Part, Subsystem, Switches};
use crate::capture::{Capture, Probe, Root};
use crate::figure::Table;
use crate::frame::Frame;
use crate::kernel::Roots;
use crate::number::Scale;
use crate::render::brief::BriefSheet;
use crate::render::line::Line;
use crate::render::sheet::Sheet;
use crate::render::totals::Sum;
use crate::render::verbose::{Heading, Rows};
use crate::settings::{Per, Settings};
use crate::usage::UsageError;
pub(crate) use options::Options;
pub(crate) use probe::port_states;
use sample::Sample;
use traffic::Traffic;

/// All active ports, one line per counter: `ib0-1:rcvd 1234` is the first port of the first device.
///
/// The lines `rcvd`, `xmtd`, `rcvp` and `xmtp` are those of the Perl collectl. It ignores `name`, the device, and
/// `errs`, all errors.
pub(crate) static PORTS: Capture =
    Capture { root: Root::Sys, path: "class/infiniband", optional: true, tags: &[b"ib"], keep: |_, _| {} };

/// Most ports that are measured.
const MOST_PORTS: usize = 1024;
/// Most bytes of a device's name; the kernel's limit is 63.
const LONGEST_NAME: usize = 64;

pub(crate) struct Infiniband {
    options: Options,
    per: Per,
}

#[derive(Debug, Default)]
pub(crate) struct Rates {
    total: Traffic,
    /// Devices, each with all its ports.
    each: Listed<Traffic>,
    /// Width of the column of names.
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
            let port = Traffic::of(&now.spent(before).unwrap_or_default(), interval.seconds);
            match devices.iter_mut().find(|(device, _)| *device == &name[..colon]) {
                Some((_, device)) => device.add(&port),
                None => devices.push((&name[..colon], port)),
            }
        }
        let mut rates = Rates { width: rows::NAME_WIDTH, ..Rates::default() };
        for ((name, device), index) in devices.into_iter().zip(0..) {
            rates.total.add(&device);
            rates.width = rates.width.max(name.len());
            rates.each.push(name, Traffic { index, ..device });
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

    fn figures(&self, part: Part, rates: &Rates, sheet: &mut Sheet<'_>) {
        match part {
            Part::Summary => sheet.one(&figures::INFINIBAND, &rates.total),
            Part::Detail => sheet.many(&figures::DEVICES, rates.each.iter()),
        }
    }

    fn tables(part: Part) -> Vec<Table> {
        match part {
            Part::Summary => vec![figures::INFINIBAND.table()],
            Part::Detail => vec![figures::DEVICES.table()],
        }
    }
}

fn absence(roots: &Roots) -> Option<&'static str> {
    let any = std::fs::read_dir(probe::folder(&roots.sys)).is_ok_and(|mut devices| devices.next().is_some());
    (!any).then_some("no subsystems selected")
}
