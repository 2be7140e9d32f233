//! `n`: network interfaces, from `/proc/net/dev` (proc_pid_net(5)).

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

/// All interfaces; the two lines of headings are left out.
pub(crate) const NET_DEV: Capture = Capture {
    rank: 130,
    root: Root::Proc,
    path: "net/dev",
    optional: false,
    tags: &[b"Net "],
    keep: |text, out| keep_tagged(text, b"Net", |line| line.contains(&b':'), out),
};

const BYTES_PER_KB: f64 = 1024.0;

pub(crate) struct Net;

/// Bytes and packets since the interface came up.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    bytes_in: u64,
    packets_in: u64,
    bytes_out: u64,
    packets_out: u64,
}

/// Sums over the interfaces that count, by the second.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Totals {
    kb_in: f64,
    packets_in: f64,
    kb_out: f64,
    packets_out: f64,
}

impl Subsystem for Net {
    type Sample = Devices<Counters>;
    type Rates = Totals;

    const PLACE: Place = Place {
        name: "network",
        summary: Some('n'),
        detail: None,
        brief: Some(70),
        plot: 40,
        plot_detail: 50,
    };
    const CAPTURES: &'static [&'static Capture] = &[&NET_DEV];

    fn new(_: &Settings) -> Self {
        Self
    }

    fn read(&self, frame: &Frame, interfaces: &mut Self::Sample) {
        interfaces.clear();
        for line in frame.lines(&NET_DEV) {
            let Some((name, counters)) = split_interface(line) else { continue };
            let mut words = Words(counters);
            let [bytes_in, packets_in] = words.numbers();
            // errs drop fifo frame compressed multicast
            let [_, _, _, _, _, _, bytes_out, packets_out] = words.numbers();
            interfaces.push(name, Counters { bytes_in, packets_in, bytes_out, packets_out });
        }
    }

    fn rates(&self, previous: &Self::Sample, current: &Self::Sample, interval: Interval) -> Totals {
        // Each packet once, where it meets the machine's edge; on a machine with no port by name (a container), every
        // interface that is not stacked.
        let all = || current.since(previous).map(|(name, before, now)| (kind(name), before, now));
        let counted = if all().any(|(kind, ..)| kind == Kind::Port) { Kind::Port } else { Kind::Other };
        let mut totals = Totals::default();
        for (_, before, now) in all().filter(|(kind, ..)| *kind == counted) {
            totals.kb_in += rate(before.bytes_in, now.bytes_in, interval.seconds) / BYTES_PER_KB;
            totals.packets_in += rate(before.packets_in, now.packets_in, interval.seconds);
            totals.kb_out += rate(before.bytes_out, now.bytes_out, interval.seconds) / BYTES_PER_KB;
            totals.packets_out += rate(before.packets_out, now.packets_out, interval.seconds);
        }
        totals
    }

    fn brief_header(&self, _: &Self::Rates, sheet: &mut BriefSheet) {
        sheet.group("<----------Network---------->", "  KBIn  PktIn  KBOut  PktOut ");
    }

    fn brief(&self, rates: &Self::Rates, line: &mut Line) {
        line.scaled(rates.kb_in, 6, 6, Scale::Kilobytes).text(" ");
        line.scaled(rates.packets_in, 6, 6, Scale::Count).text(" ");
        line.scaled(rates.kb_out, 6, 6, Scale::Kilobytes).text(" ");
        line.scaled(rates.packets_out, 7, 6, Scale::Count).text(" ");
    }

    fn heading(&self, _: Part, _: &Self::Rates) -> Heading {
        Heading::of("# NETWORK SUMMARY (/sec)", &[""])
    }

    fn rows(&self, _: Part, _: &Self::Rates, _: &mut Rows<'_>) {}

    fn plot_names(&self, _: Part, _: &Self::Rates, _: &mut Names) {}

    fn plot(&self, _: Part, _: &Self::Rates, _: &mut Values) {}
}

/// Splits `Net   eth0: 1 2 3` into name and counters. An alias holds a colon of its own (`eth0:1:`), and the first
/// counter may follow the colon without a blank.
fn split_interface(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let line = line.strip_prefix(b"Net ")?.trim_ascii_start();
    let word = line.iter().position(|&byte| byte == b' ').unwrap_or(line.len());
    let colon = line[..word].iter().rposition(|&byte| byte == b':')?;
    Some((&line[..colon], &line[colon + 1..]))
}

/// What an interface is, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A port of the machine, as drivers and systemd.net-naming-scheme(7) name them.
    Port,
    /// Loopback, or what stands on other interfaces or between the machine's own guests: bonds, bridges, tunnels, virtual
    /// pairs, and VLANs and aliases (a `.`, `:` or `@` in the name). Its packets are those of another interface.
    Stacked,
    /// A name that tells nothing.
    Other,
}

fn kind(name: &[u8]) -> Kind {
    const STACKED: &[&[u8]] = &[
        b"bond",
        b"br",
        b"cali",
        b"cilium",
        b"cni",
        b"docker",
        b"dummy",
        b"erspan",
        b"flannel",
        b"gre",
        b"ifb",
        b"ip6",
        b"kube",
        b"lxc",
        b"macv",
        b"ovs",
        b"sit",
        b"tailscale",
        b"tap",
        b"team",
        b"tun",
        b"veth",
        b"virbr",
        b"vlan",
        b"vnet",
        b"vxlan",
        b"wg",
        b"zt",
    ];
    const PORTS: &[&[u8]] = &[b"eth", b"en", b"em", b"ib", b"hed", b"hsn", b"wl", b"ww"];
    let begins_with = |prefixes: &[&[u8]]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    if name == b"lo" || name.iter().any(|byte| matches!(byte, b'.' | b':' | b'@')) || begins_with(STACKED) {
        Kind::Stacked
    } else if begins_with(PORTS) || is_slot(name) {
        Kind::Port
    } else {
        Kind::Other
    }
}

/// True for `p`, digits, `p`: a port in a PCI slot.
fn is_slot(name: &[u8]) -> bool {
    let digits = name.iter().skip(1).take_while(|byte| byte.is_ascii_digit()).count();
    name.first() == Some(&b'p') && digits > 0 && name.get(1 + digits) == Some(&b'p')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_whatever_they_hold() {
        assert_eq!(split_interface(b"Net   eth0: 1 2"), Some((&b"eth0"[..], &b" 1 2"[..])));
        assert_eq!(split_interface(b"Net eth0:1: 1 2"), Some((&b"eth0:1"[..], &b" 1 2"[..])));
        assert_eq!(split_interface(b"Net eth0:123 2"), Some((&b"eth0"[..], &b"123 2"[..])));
        assert_eq!(split_interface(b"Net junk"), None);
    }

    #[test]
    fn interfaces_are_known_by_rule() {
        for name in
            ["eth0", "enp3s0", "ens5", "em1", "ib0", "wlan0", "wlp2s0", "p4p1", "p10p2", "hsn0", "wwan0"]
        {
            assert_eq!(kind(name.as_bytes()), Kind::Port, "{name}");
        }
        for name in [
            "lo", "bond0", "br0", "br-1f2e", "docker0", "veth12ab", "tun0", "eth0.100", "virbr0", "ifb0",
            "wg0",
        ] {
            assert_eq!(kind(name.as_bytes()), Kind::Stacked, "{name}");
        }
        for name in ["vpeer", "lan0", "ppp0", "p1x", ""] {
            assert_eq!(kind(name.as_bytes()), Kind::Other, "{name}");
        }
    }
}
