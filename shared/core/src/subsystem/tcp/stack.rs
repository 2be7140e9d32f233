//! The counters of the TCP/IP stack, found by the kernel's names.

use crate::frame::Frame;
use crate::scan::{UNKNOWN, Words, counter};
use crate::subsystem::counter::increase;

use super::snmp6::counterpart;
use super::{NETSTAT, SNMP, SNMP6};

/// The kernel's sections, in display order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Ip,
    Tcp,
    Udp,
    Icmp,
    IpExt,
    TcpExt,
}

/// All sections, each with its tag in a frame.
pub(super) const SECTIONS: [(Section, &[u8]); 6] = [
    (Section::Ip, b"tcp-Ip:"),
    (Section::Tcp, b"tcp-Tcp:"),
    (Section::Udp, b"tcp-Udp:"),
    (Section::Icmp, b"tcp-Icmp:"),
    (Section::IpExt, b"tcp-IpExt:"),
    (Section::TcpExt, b"tcp-TcpExt:"),
];

/// The counters of one instant.
#[derive(Debug, Default)]
pub(crate) struct Stack {
    sections: [Counters; 6],
    /// Those of IPv6, under the names of IPv4.
    of_ipv6: [Counters; 6],
}

/// The counters of a section at one instant, or what they gained in an interval.
#[derive(Debug, Default)]
pub(super) struct Counters {
    names: Vec<u8>,
    values: Vec<u64>,
}

impl Stack {
    /// Reads the sections of `frame`: a line of names, then a line of numbers.
    pub(super) fn read(&mut self, frame: &Frame) {
        for counters in self.sections.iter_mut().chain(&mut self.of_ipv6) {
            counters.names.clear();
            counters.values.clear();
        }
        for line in frame.lines(&SNMP).chain(frame.lines(&NETSTAT)) {
            let owner = SECTIONS.iter().find_map(|(section, tag)| Some((section, line.strip_prefix(*tag)?)));
            let Some((section, rest)) = owner else { continue };
            let counters = &mut self.sections[*section as usize];
            if counters.names.is_empty() {
                counters.names.extend_from_slice(rest);
            } else {
                counters.values.clear();
                counters.values.extend(Words(rest).map(counter));
            }
        }
        for line in frame.lines(&SNMP6) {
            let mut words = Words(line).skip(1);
            if let Some((section, name)) = words.next().and_then(counterpart) {
                let counters = &mut self.of_ipv6[section as usize];
                counters.names.push(b' ');
                counters.names.extend_from_slice(name);
                counters.values.push(counter(words.next().unwrap_or_default()));
            }
        }
    }

    /// What the counters of each section gained since `earlier`. Levels stay what they are.
    pub(super) fn since(&self, earlier: &Self) -> impl Iterator<Item = (Section, Counters)> {
        SECTIONS.iter().map(|(section, _)| {
            let place = *section as usize;
            let mut gained = self.sections[place].since(&earlier.sections[place]);
            gained.add(&self.of_ipv6[place].since(&earlier.of_ipv6[place]));
            (*section, gained)
        })
    }
}

impl Counters {
    /// All of them, in the kernel's order.
    pub(super) fn all(&self) -> impl Iterator<Item = (&[u8], u64)> {
        Words(&self.names).zip(self.values.iter().copied())
    }

    /// The counter `name`; none if this kernel does not have it.
    pub(super) fn get(&self, name: &[u8]) -> Option<u64> {
        self.all().find_map(|(known, value)| (known == name).then_some(value))
    }

    fn since(&self, earlier: &Self) -> Self {
        let gain = |(index, (name, now)): (usize, (&[u8], u64))| {
            let before = if self.names == earlier.names {
                earlier.values.get(index).copied()
            } else {
                earlier.get(name)
            };
            match is_level(name) {
                true if now == UNKNOWN => 0,
                true => now,
                false => increase(before.unwrap_or(now), now),
            }
        };
        Self { names: self.names.clone(), values: self.all().enumerate().map(gain).collect() }
    }

    /// Adds the counters of the same names.
    fn add(&mut self, other: &Self) {
        for (name, gained) in other.all() {
            let place = Words(&self.names).position(|known| known == name);
            if let Some(value) = place.and_then(|place| self.values.get_mut(place)) {
                *value = value.saturating_add(gained);
            }
        }
    }
}

/// Whether it is a level that the kernel lists among the counters: the number of established connections.
pub(super) fn is_level(name: &[u8]) -> bool {
    name == b"CurrEstab"
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::clock::Time;

    fn stack(snmp: &[u8], netstat: &[u8]) -> Stack {
        let (mut frame, mut stack) = (Frame::default(), Stack::default());
        frame.restart(Time::default());
        frame.add(&NETSTAT, |out| (NETSTAT.keep)(netstat, out));
        frame.add(&SNMP, |out| (SNMP.keep)(snmp, out));
        stack.read(&frame);
        stack
    }

    #[test]
    fn counters_are_found_by_name() {
        let before = stack(b"Tcp: MaxConn CurrEstab InSegs\nTcp: -1 7 100\n", b"");
        let now = stack(
            b"Icmp: A\nIcmp: 1\nIcmpMsg: InType3\nIcmpMsg: 9\nTcp: MaxConn InSegs CurrEstab New\nTcp: -1 130 5 9\n",
            b"TcpExt: TW Lost\nTcpExt: 3\nMPTcpExt: A\nMPTcpExt: 1\n",
        );
        let gained: Vec<_> = now.since(&before).map(|(_, counters)| counters).collect();
        let tcp = &gained[Section::Tcp as usize];
        assert_eq!(
            [&b"InSegs"[..], b"CurrEstab", b"New"].map(|name| tcp.get(name)),
            [Some(30), Some(5), Some(0)]
        );
        assert_eq!(gained[Section::Udp as usize].get(b"InSegs"), None);
        let extended = &now.sections[Section::TcpExt as usize];
        assert_eq!((extended.get(b"TW"), extended.all().count()), (Some(3), 1));
        let back: Vec<_> = before.since(&now).map(|(_, counters)| counters).collect();
        assert_eq!(back[Section::Tcp as usize].get(b"InSegs"), Some(0));
    }

    #[test]
    fn what_ipv6_did_is_added() {
        let snmp = b"Ip: InReceives\nIp: 10\nIcmp: InEchoReps\nIcmp: 20\nTcp: InSegs\nTcp: 30\n";
        let with = |snmp6: &str| {
            let (mut frame, mut stack) = (Frame::default(), Stack::default());
            frame.add(&SNMP, |out| (SNMP.keep)(snmp, out));
            frame.add(&SNMP6, |out| (SNMP6.keep)(snmp6.as_bytes(), out));
            stack.read(&frame);
            (stack, frame.text().to_vec())
        };
        let (before, text) =
            with("Ip6InReceives \t5\nIp6InOctets \t9\nIcmp6InEchoReplies\t7\nUdpLite6InErrors 1\n");
        assert!(text.ends_with(b"\nip6-snmp Ip6InReceives \t5\nip6-snmp Icmp6InEchoReplies\t7\n"));
        let (now, _) = with("Ip6InReceives 8\nIcmp6InEchoReplies 9\nUdp6InErrors 3\n");
        let gained = |earlier: &Stack| -> Vec<_> {
            let all = now.since(earlier);
            all.flat_map(|(_, counters)| counters.values).collect()
        };
        assert_eq!(gained(&before), [3, 0, 2]);
        assert_eq!(gained(&stack(snmp, b"")), [0, 0, 0]);
    }

    proptest! {
        #[test]
        fn any_text_is_read(
            text in "((Ip|Tcp|TcpExt|Udp):[ 0-9a-z-]{0,30}\n){0,8}",
            more in "(Tcp:[ 0-9a-z]{0,30}\n){0,4}",
        ) {
            let (a, b) = (stack(text.as_bytes(), text.as_bytes()), stack(more.as_bytes(), b""));
            assert_eq!((a.since(&b).count(), b.since(&a).count()), (6, 6));
        }
    }
}
