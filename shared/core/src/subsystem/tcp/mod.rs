//! `t`, `T`: the TCP/IP stack, from `/proc/net/snmp` and `/proc/net/netstat` (proc_pid_net(5), RFC 1213, and the
//! kernel's Documentation/networking/snmp_counter.rst).

mod figures;
mod filter;
mod rates;
mod snmp6;
mod stack;
mod verbose;

use collectl_wire::display::sanitize;

use super::{Context, Descriptor, Included, Interval, Part, Subsystem, Switches};
use crate::capture::{Capture, Root, keep_tagged};
use crate::figure::{Table, Value};
use crate::frame::Frame;
use crate::number::Scale;
use crate::render::brief::BriefSheet;
use crate::render::line::Line;
use crate::render::sheet::Sheet;
use crate::render::totals::Sum;
use crate::render::verbose::{Heading, Rows};
use crate::scan::Words;
use crate::settings::{Per, Settings};
use crate::usage::UsageError;
use filter::TcpFilter;
use rates::{Gained, Rates};
use stack::{Section, Stack};

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

/// The counters of IPv6, for those that [`SNMP`] has of IPv4. The tag is one that the Perl collectl ignores.
pub(crate) static SNMP6: Capture = Capture {
    root: Root::Proc,
    path: "net/snmp6",
    optional: true,
    tags: &[b"ip6-snmp "],
    keep: |text, out| {
        let is_wanted =
            |line: &[u8]| Words(line).next().is_some_and(|name| snmp6::counterpart(name).is_some());
        keep_tagged(text, b"ip6-snmp", is_wanted, out);
    },
};

pub(crate) struct Tcp {
    filter: TcpFilter,
    per: Per,
}

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
        captures: &[&NETSTAT, &SNMP, &SNMP6],
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
            const { &[&SNMP, &SNMP6] }
        }
    }

    fn new(settings: &Settings, filter: &TcpFilter) -> Self {
        Self { filter: *filter, per: settings.per }
    }

    fn read(&self, frame: &Frame, stack: &mut Stack) {
        stack.read(frame);
    }

    fn rates(&self, previous: &Stack, current: &Stack, interval: Interval) -> Rates {
        Rates::between(previous, current, interval.seconds)
    }

    fn brief_header(&self, _: &Rates, sheet: &mut BriefSheet) {
        let headings: String = self.filter.sections().map(brief_heading).collect();
        sheet.named_group("TCP", &headings);
    }

    fn brief(&self, rates: &Rates, line: &mut Line) {
        line.sum(Sum::Count);
        for section in self.filter.sections() {
            line.scaled(rates.section(section).errors(), 4, 4, Scale::Count).text(" ");
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

    fn figures(&self, part: Part, rates: &Rates, sheet: &mut Sheet<'_>) {
        // The line of the plot format has all sections.
        let all = part == Part::Summary && matches!(sheet, Sheet::PlotNames(_) | Sheet::Plot(_));
        let shown = rates.sections().iter().filter(|gained| all || self.filter.shows(gained.section));
        match part {
            Part::Summary => sheet.within("tcp_ip", |sheet| {
                shown.for_each(|gained| sheet.one(&figures::SECTIONS[gained.section as usize], gained));
            }),
            Part::Detail => sheet.within("tcp_ip_counters", |sheet| {
                shown.for_each(|gained| push_all(gained, sheet));
            }),
        }
    }

    fn tables(part: Part) -> Vec<Table> {
        match part {
            Part::Summary => vec![figures::summary()],
            Part::Detail => vec![figures::details()],
        }
    }
}

/// Adds all counters of a section under the kernel's names. They differ between kernels, so none is declared.
fn push_all(gained: &Gained, sheet: &mut Sheet<'_>) {
    let all = gained.all().map(|(name, value)| (sanitize(name), value));
    match sheet {
        Sheet::PlotNames(names) => names.push("TCPD", all.map(|(name, _)| name)),
        Sheet::Plot(values) => {
            for (_, value) in all {
                values.integer(whole(&value));
            }
        }
        Sheet::Json(object) => {
            object.object(figures::SECTIONS[gained.section as usize].key, |object| {
                for (name, value) in all {
                    object.figure(&name, value);
                }
            });
        }
        Sheet::PlotLines(_) | Sheet::Lexpr(_) => {}
    }
}

/// A figure without its fraction.
fn whole(value: &Value<'_>) -> u64 {
    match value {
        Value::Integer(level) => *level,
        rate => rate.as_number() as u64,
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
        assert_eq!((captures("ituc"), captures("iT"), captures("I")), (2, 3, 3));
        assert_eq!(Tcp::captures(&TcpFilter::default()).len(), 2);
    }
}
