//! `n`, `N`: network interfaces, from `/proc/net/dev` (proc_pid_net(5)).

mod activity;
mod figures;
mod names;
mod options;
mod rows;

use std::cell::RefCell;

use super::counter::Counters as _;
use super::devices::{Devices, Listed};
use super::{Context, Descriptor, Included, Interval, Part, Subsystem, Switches};
use crate::capture::{Capture, KeepRule, Root};
use crate::figure::Table;
use crate::frame::Frame;
use crate::kernel::Roots;
use crate::kernel::devices::{Asked, Class, Devices as Machines, Kind};
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
use activity::{Activity, DeviceStatus};
use names::kind;
pub(crate) use options::Options;

/// All interfaces, without the two lines of headings.
pub(crate) static NET_DEV: Capture = Capture {
    root: Root::Proc,
    path: "net/dev",
    optional: false,
    tags: &[b"Net "],
    keep: |text, out| options::keep(text, &mut asked(Machines::default()), |_, default| default, out),
};

pub(crate) struct Net {
    options: Options,
    per: Per,
    asked: RefCell<Asked>,
}

fn asked(devices: Machines) -> Asked {
    Asked::new(devices, Class::Interface)
}

#[derive(Debug, Default)]
pub(crate) struct Sample {
    interfaces: Devices<Counted>,
    /// Length of the longest name, wanted or not, when the interfaces were first seen.
    longest: usize,
}

/// What the kernel counts of an interface.
#[derive(Debug, Default)]
struct Counted {
    status: DeviceStatus,
    kind: Kind,
}

#[derive(Debug, Default)]
pub(crate) struct Rates {
    total: Activity,
    each: Listed<Activity>,
    longest: usize,
}

impl Rates {
    /// kB per second into and out of an interface.
    pub(crate) fn kilobytes(&self, interface: &[u8]) -> Option<[f64; 2]> {
        let (_, found) = self.each.iter().find(|(name, _)| *name == interface)?;
        Some([found.incoming.kb, found.outgoing.kb])
    }
}

impl Subsystem for Net {
    type Args = options::Args;
    type Options = Options;
    type Sample = Sample;
    type Rates = Rates;

    const DESCRIPTOR: Descriptor = Descriptor {
        name: "network",
        about: "network",
        summary: Some('n'),
        detail: Some('N'),
        included: Included::Interactive,
        details_in_all: true,
        brief: Some(70),
        plot: 40,
        plot_detail: 50,
        captures: &[&NET_DEV],
        plot_file: Some("net"),
        ..Descriptor::EMPTY
    };

    fn options(switches: &Switches, context: &Context<'_>) -> Result<Options, UsageError> {
        Options::resolve(&switches.get()?, context)
    }

    fn keep_rule(options: &Options, roots: &Roots) -> Option<KeepRule> {
        Some(options.keep_rule(roots))
    }

    fn new(settings: &Settings, options: &Options) -> Self {
        let asked = RefCell::new(asked(Machines::default()));
        Self { options: options.clone(), per: settings.per, asked }
    }

    fn set_machine(&mut self, machine: &Machine) {
        *self.asked.get_mut() = asked(machine.devices.clone());
    }

    fn read(&self, frame: &Frame, sample: &mut Sample) {
        sample.interfaces.clear();
        sample.longest = 0;
        let mut asked = self.asked.borrow_mut();
        asked.begin();
        for line in frame.lines(&NET_DEV) {
            let Some((name, counters)) = split_interface(line) else { continue };
            sample.longest = sample.longest.max(name.len());
            if self.options.filter.accepts(name) {
                let status = DeviceStatus::read(Words(counters));
                sample.interfaces.push(name, Counted { status, kind: kind(&mut asked, name) });
            }
        }
    }

    fn arrange(&self, previous: &Sample, current: &mut Sample) {
        current.interfaces.arrange(&previous.interfaces);
        if previous.longest > 0 {
            current.longest = previous.longest;
        }
    }

    fn rates(&self, previous: &Sample, current: &Sample, interval: Interval) -> Rates {
        // Each packet once, where it meets the machine's edge; on a machine with no port (a container), every
        // interface that is not stacked. With a filter, what it names.
        let mut kinds = current.interfaces.since(&previous.interfaces).map(|(_, _, now)| now.kind);
        let counted = if kinds.any(|kind| kind == Kind::Own) { Kind::Own } else { Kind::Other };
        let mut total = DeviceStatus::default();
        let mut each = Listed::default();
        for (name, before, now) in current.interfaces.since(&previous.interfaces) {
            let spent = now.status.spent(&before.status);
            if let Some(spent) = spent.filter(|_| self.options.filter.is_set() || now.kind == counted) {
                total.add(&spent);
            }
            each.push(name, spent.map_or(Activity::UNKNOWN, |spent| Activity::of(&spent, interval.seconds)));
        }
        Rates { total: Activity::of(&total, interval.seconds), each, longest: current.longest }
    }

    fn has_line(&self, part: Part, rates: &Rates) -> bool {
        let in_detail = || rates.each.iter().any(|(_, interface)| interface.errors() > 0.0);
        !self.options.only_errors
            || match part {
                Part::Summary => rates.total.errors() > 0.0,
                Part::Detail => in_detail(),
            }
    }

    fn has_section(&self, part: Part, rates: &Rates) -> bool {
        part == Part::Detail || self.has_line(part, rates)
    }

    fn brief_header(&self, _: &Self::Rates, sheet: &mut BriefSheet) {
        let (title, headings) = match (self.options.sizes, self.options.errors) {
            (false, false) => ("<----------Network---------->", "  KBIn  PktIn  KBOut  PktOut "),
            (true, false) => {
                ("<---------------Network--------------->", "  KBIn  PktIn Size  KBOut  PktOut Size ")
            }
            (false, true) => ("<-------------Network------------->", "  KBIn  PktIn  KBOut  PktOut Error "),
            (true, true) => (
                "<------------------Network------------------>",
                "  KBIn  PktIn Size  KBOut  PktOut Size Error ",
            ),
        };
        sheet.group(title, headings);
    }

    fn brief(&self, rates: &Self::Rates, line: &mut Line) {
        for (flow, blanks) in [(&rates.total.incoming, " "), (&rates.total.outgoing, "  ")] {
            line.scaled(flow.kb, 6, 6, Scale::Kilobytes).text(blanks);
            line.scaled(flow.packets, 6, 6, Scale::Count).text(" ");
            if self.options.sizes {
                line.sum(Sum::Size(1024.0)).scaled(flow.size, 4, 4, Scale::Kilobytes).text(" ");
                line.sum(Sum::Rate);
            }
        }
        if self.options.errors {
            line.scaled(rates.total.errors(), 5, 5, Scale::Count).text(" ");
        }
    }

    fn heading(&self, part: Part, rates: &Self::Rates) -> Heading {
        rows::heading(part, self.options.errors, self.name_width(rates), self.per)
    }

    fn rows(&self, part: Part, rates: &Self::Rates, rows: &mut Rows<'_>) {
        let errors = self.options.errors;
        if part == Part::Summary {
            return rows.row(|line| rows::summary(&rates.total, errors, line));
        }
        let width = self.name_width(rates);
        for (index, (name, interface)) in rates.each.iter().enumerate() {
            if !self.options.only_errors || interface.errors() > 0.0 {
                rows.row(|line| rows::detail(index, name, width, interface, errors, line));
            }
        }
    }

    fn figures(&self, part: Part, rates: &Self::Rates, sheet: &mut Sheet<'_>) {
        match part {
            Part::Summary => sheet.one(&figures::NETWORK, &rates.total),
            Part::Detail => {
                // The Perl collectl omits the loopback interface in lexpr.
                let hides_loopback = matches!(sheet, Sheet::Lexpr(_));
                let shown = rates.each.iter().filter(|(name, _)| !hides_loopback || *name != b"lo");
                sheet.many(&figures::INTERFACES, shown);
            }
        }
    }

    fn tables(part: Part) -> Vec<Table> {
        match part {
            Part::Summary => vec![figures::NETWORK.table()],
            Part::Detail => vec![figures::INTERFACES.table()],
        }
    }
}

impl Net {
    /// Width of the column of names: one more than the longest of the first sample.
    fn name_width(&self, rates: &Rates) -> usize {
        rates.longest.max(self.options.width) + 1
    }
}

/// Splits `Net   eth0: 1 2 3` into name and counters. An alias contains a colon (`eth0:1:`), and the first counter may
/// follow the colon without a blank.
fn split_interface(line: &[u8]) -> Option<(&[u8], &[u8])> {
    split_name(line.strip_prefix(b"Net ")?)
}

fn split_name(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let line = line.trim_ascii_start();
    let word = line.iter().position(|&byte| byte == b' ').unwrap_or(line.len());
    let colon = line[..word].iter().rposition(|&byte| byte == b':')?;
    Some((&line[..colon], &line[colon + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_colons_are_found() {
        assert_eq!(split_interface(b"Net   eth0: 1 2"), Some((&b"eth0"[..], &b" 1 2"[..])));
        assert_eq!(split_interface(b"Net eth0:1: 1 2"), Some((&b"eth0:1"[..], &b" 1 2"[..])));
        assert_eq!(split_interface(b"Net eth0:123 2"), Some((&b"eth0"[..], &b"123 2"[..])));
        assert_eq!(split_interface(b"Net junk"), None);
    }

    fn sample(net: &Net, names: &[&str], count: u64) -> Sample {
        let mut frame = Frame::default();
        for name in names {
            frame.add_line(&NET_DEV, format!("Net {name}: {}\n", count * 1024).as_bytes());
        }
        let mut sample = Sample::default();
        net.read(&frame, &mut sample);
        sample
    }

    fn total(options: Options, names: &[&str]) -> f64 {
        let net = Net { options, per: Per::Second, asked: RefCell::new(asked(Machines::default())) };
        let interval = Interval { seconds: 1.0, real: 1.0 };
        net.rates(&sample(&net, names, 1), &sample(&net, names, 2), interval).total.incoming.kb
    }

    #[test]
    fn totals_count_each_packet_once() {
        assert_eq!(total(Options::default(), &["lo", "eth0", "eth0.7", "wlan0", "bond0", "ppp0"]), 2.0);
        assert_eq!(total(Options::default(), &["lo", "vpeer", "bond0", "ppp0"]), 2.0);
        let filtered = |text| Options {
            filter: crate::filter::NameFilter::parse("netfilt", text).unwrap(),
            ..Options::default()
        };
        assert_eq!(total(filtered("lo"), &["lo", "eth0"]), 1.0);
        assert_eq!(total(filtered("^eth"), &["lo", "eth0", "bond0"]), 2.0);
    }

    #[test]
    fn an_interface_faster_than_its_speed_is_believed() {
        let net = Net {
            options: Options::default(),
            per: Per::Second,
            asked: RefCell::new(asked(Machines::default())),
        };
        let interval = Interval { seconds: 1.0, real: 1.0 };
        let rates = net.rates(&sample(&net, &["eth0"], 0), &sample(&net, &["eth0"], 1 << 40), interval);
        assert_eq!(rates.total.incoming.kb, (1u64 << 40) as f64);
    }

    #[test]
    fn the_column_of_names_keeps_the_width_it_began_with() {
        let net = Net {
            options: Options { width: 5, ..Options::default() },
            per: Per::Second,
            asked: RefCell::new(asked(Machines::default())),
        };
        let first = sample(&net, &["lo", "enp0s31f6"], 0);
        let mut second = sample(&net, &["lo", "enp0s31f6", "averylongname"], 0);
        net.arrange(&first, &mut second);
        assert_eq!(second.longest, 9);
        assert_eq!(net.name_width(&Rates { longest: 9, ..Rates::default() }), 10);
        assert_eq!(net.name_width(&Rates { longest: 2, ..Rates::default() }), 6);
    }
}
