//! `t`, `T`: the TCP/IP stack, from `/proc/net/snmp` and `/proc/net/netstat` (proc_pid_net(5), RFC 1213, and the
//! kernel's Documentation/networking/snmp_counter.rst).

mod filter;
mod json;
mod stack;
mod verbose;

use collectl_wire::display::sanitize;

use super::{Context, Descriptor, Included, Interval, Part, Subsystem, Switches};
use crate::capture::{Capture, Root};
use crate::frame::Frame;
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
use filter::TcpFilter;
use stack::{Section, Stack, is_level};

/// The extended counters of IP and TCP.
pub(crate) static NETSTAT: Capture = Capture {
    root: Root::Proc,
    path: "net/netstat",
    optional: false,
    tags: &[b"tcp-TcpExt:", b"tcp-IpExt:"],
    keep: |text, out| keep_sections(text, &[b"TcpExt:", b"IpExt:"], out),
};

/// The counters of IP, ICMP, TCP and UDP.
pub(crate) static SNMP: Capture = Capture {
    root: Root::Proc,
    path: "net/snmp",
    optional: false,
    tags: &[b"tcp-Ip:", b"tcp-Icmp:", b"tcp-Tcp:", b"tcp-Udp:"],
    keep: |text, out| keep_sections(text, &[b"Ip:", b"Icmp:", b"Tcp:", b"Udp:"], out),
};

pub(crate) struct Tcp {
    filter: TcpFilter,
    per: Per,
}

#[derive(Debug)]
pub(crate) struct Rates {
    seconds: f64,
    /// The increase of each counter.
    gained: Stack,
}

impl Rates {
    fn sum(&self, section: Section, names: &[&str]) -> f64 {
        names.iter().fold(0u64, |sum, name| sum.saturating_add(self.gained.get(section, name))) as f64
    }

    /// Errors and retransmissions of a section in the interval, if it has any.
    fn errors(&self, section: Section) -> f64 {
        let names: &[&str] = match section {
            Section::Ip => &[
                "InHdrErrors",
                "InAddrErrors",
                "InUnknownProtos",
                "InDiscards",
                "OutDiscards",
                "ReasmFails",
                "FragFails",
            ],
            Section::Tcp => &["AttemptFails", "InErrs"],
            Section::Udp => &["NoPorts", "InErrors"],
            Section::Icmp => &["InErrors", "InDestUnreachs", "OutErrors"],
            Section::IpExt => &[],
            Section::TcpExt => &[LOSS, FAST],
        };
        self.sum(section, names)
    }
}

const LOSS: &str = "TCPLoss";
const FAST: &str = "TCPFastRetrans";

impl Subsystem for Tcp {
    type Args = filter::Args;
    type Options = TcpFilter;
    type Sample = Stack;
    type Rates = Rates;

    const DESCRIPTOR: Descriptor = Descriptor {
        name: "tcp",
        about: "TCP/IP",
        summary: Some('t'),
        detail: Some('T'),
        included: Included::Daemon,
        brief: Some(80),
        plot: 100,
        plot_detail: 100,
        captures: &[&NETSTAT, &SNMP],
        plot_file: Some("tcp"),
        ..Descriptor::EMPTY
    };

    fn options(switches: &Switches, context: &Context<'_>) -> Result<TcpFilter, UsageError> {
        TcpFilter::resolve(&switches.get()?, context)
    }

    fn needs_verbose(filter: &TcpFilter) -> bool {
        filter.needs_verbose()
    }

    fn captures(filter: &TcpFilter) -> &'static [&'static Capture] {
        if filter.shows(Section::IpExt) || filter.shows(Section::TcpExt) {
            Self::DESCRIPTOR.captures
        } else {
            const { &[&SNMP] }
        }
    }

    fn new(settings: &Settings, filter: &TcpFilter) -> Self {
        Self { filter: *filter, per: settings.per }
    }

    fn read(&self, frame: &Frame, stack: &mut Stack) {
        stack.read(frame);
    }

    fn rates(&self, previous: &Stack, current: &Stack, interval: Interval) -> Rates {
        Rates { seconds: interval.seconds, gained: current.since(previous) }
    }

    fn brief_header(&self, _: &Rates, sheet: &mut BriefSheet) {
        let headings: String = self.filter.sections().map(brief_heading).collect();
        sheet.named_group("TCP", &headings);
    }

    fn brief(&self, rates: &Rates, line: &mut Line) {
        line.sum(Sum::Count);
        for section in self.filter.sections() {
            line.scaled(rates.errors(section), 4, 4, Scale::Count).text(" ");
        }
    }

    fn heading(&self, _: Part, _: &Rates) -> Heading {
        verbose::heading(self.filter, self.per)
    }

    fn rows(&self, part: Part, rates: &Rates, rows: &mut Rows<'_>) {
        // The detail is too long for a line of text.
        if part == Part::Summary {
            rows.row(|line| verbose::row(self.filter, rates, line));
        }
    }

    fn plot_names(&self, part: Part, rates: &Rates, names: &mut Names) {
        match part {
            Part::Summary => names.push("TCP", ["IpErr", "TcpErr", "UdpErr", "IcmpErr", "Loss", "FTrans"]),
            Part::Detail => {
                for section in self.filter.sections() {
                    let all = rates.gained.all(section);
                    names.push("TCPD", all.map(|(name, _)| sanitize(name)));
                }
            }
        }
    }

    fn plot(&self, part: Part, rates: &Rates, values: &mut Values) {
        match part {
            Part::Summary => {
                for section in [Section::Ip, Section::Tcp, Section::Udp, Section::Icmp] {
                    values.number(rates.errors(section) / rates.seconds);
                }
                for name in [LOSS, FAST] {
                    values.number(rates.sum(Section::TcpExt, &[name]) / rates.seconds);
                }
            }
            Part::Detail => {
                for (name, gained) in self.filter.sections().flat_map(|section| rates.gained.all(section)) {
                    let whole = is_level(name);
                    values.integer(if whole { gained } else { (gained as f64 / rates.seconds) as u64 });
                }
            }
        }
    }

    fn lexpr(&self, part: Part, rates: &Rates, pairs: &mut Pairs) {
        if part == Part::Summary {
            let sections = [Section::Ip, Section::Tcp, Section::Udp, Section::Icmp];
            let errors = sections.map(|section| rates.errors(section) / rates.seconds);
            pairs.push_all("tcpinfo.", &["iperrs", "tcperrs", "udperrs", "icmperrs"], &errors);
        }
    }

    fn json(&self, part: Part, rates: &Rates, line: &mut Object) {
        json::push(part, self.filter, rates, line);
    }
}

fn brief_heading(section: Section) -> &'static str {
    match section {
        Section::Ip => "  IP ",
        Section::Tcp => " Tcp ",
        Section::Udp => " Udp ",
        Section::Icmp => "Icmp ",
        Section::IpExt => "IpX  ",
        Section::TcpExt => "TcpX ",
    }
}

fn keep_sections(text: &[u8], wanted: &[&[u8]], out: &mut Vec<u8>) {
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        if wanted.iter().any(|name| line.starts_with(name)) {
            out.extend_from_slice(b"tcp-");
            out.extend_from_slice(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Time;

    fn stack(snmp: &str) -> Stack {
        let (mut frame, mut stack) = (Frame::default(), Stack::default());
        frame.restart(Time::default());
        frame.add(&SNMP, |out| (SNMP.keep)(snmp.as_bytes(), out));
        stack.read(&frame);
        stack
    }

    #[test]
    fn snmp_in_a_raw_file() {
        let mut out = Vec::new();
        (SNMP.keep)(b"Ip: A\nIp: 1\nIcmpMsg: B\nUdp: C\nUdpLite: D\n", &mut out);
        assert_eq!(out, b"tcp-Ip: A\ntcp-Ip: 1\ntcp-Udp: C\n");
    }

    #[test]
    fn connections_are_a_level_and_errors_are_counts() {
        let tcp = Tcp { filter: TcpFilter::parse("t").unwrap(), per: Per::Second };
        let names = "Tcp: AttemptFails CurrEstab InSegs InErrs\n";
        let before = stack(&format!("{names}Tcp: 0 9 0 0\n"));
        let now = stack(&format!("{names}Tcp: 3 7 20 1\n"));
        let rates = tcp.rates(&before, &now, Interval { seconds: 2.0, real: 2.0 });
        let mut line = Line::default();
        tcp.rows(Part::Summary, &rates, &mut Rows::new(b"", &mut line));
        let shown = String::from_utf8(std::mem::take(line.bytes())).unwrap();
        assert_eq!(
            shown.split_whitespace().collect::<Vec<_>>(),
            ["0", "0", "3", "0", "7", "10", "0", "0", "1", "0"]
        );
        tcp.brief(&rates, &mut line);
        assert_eq!(line.bytes(), b"   4 ");
    }

    #[test]
    fn netstat_is_read_if_it_is_shown() {
        let captures = |filter| Tcp::captures(&TcpFilter::parse(filter).unwrap()).len();
        assert_eq!((captures("ituc"), captures("iT"), captures("I")), (1, 2, 2));
        assert_eq!(Tcp::captures(&TcpFilter::default()).len(), 1);
    }
}
