//! The counters of the TCP/IP stack, found by the kernel's names.

use crate::frame::Frame;
use crate::scan::{UNKNOWN, Words, counter};
use crate::subsystem::counter::increase;

use super::{NETSTAT, SNMP};

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

/// The counters of one instant, or their increases in an interval.
#[derive(Debug, Default)]
pub(crate) struct Stack {
    sections: [Counters; 6],
}

#[derive(Debug, Default)]
struct Counters {
    names: Vec<u8>,
    values: Vec<u64>,
}

impl Stack {
    /// Reads the sections of `frame`: a line of names, then a line of numbers.
    pub(super) fn read(&mut self, frame: &Frame) {
        for counters in &mut self.sections {
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
    }

    /// The increase of each counter since `earlier`. The number of established connections is a level and kept as it
    /// is.
    pub(super) fn since(&self, earlier: &Self) -> Self {
        Self { sections: std::array::from_fn(|index| self.sections[index].since(&earlier.sections[index])) }
    }

    /// The counter `name`; zero if this kernel does not have it.
    pub(super) fn get(&self, section: Section, name: &str) -> u64 {
        self.sections[section as usize].get(name.as_bytes()).unwrap_or(0)
    }

    /// All counters of a section, in the kernel's order.
    pub(super) fn all(&self, section: Section) -> impl Iterator<Item = (&[u8], u64)> {
        self.sections[section as usize].all()
    }
}

impl Counters {
    fn all(&self) -> impl Iterator<Item = (&[u8], u64)> {
        Words(&self.names).zip(self.values.iter().copied())
    }

    fn get(&self, name: &[u8]) -> Option<u64> {
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
}

/// True for a value that the kernel lists among the counters but is not one.
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
        let gained = now.since(&before);
        assert_eq!(gained.get(Section::Tcp, "InSegs"), 30);
        assert_eq!(gained.get(Section::Tcp, "CurrEstab"), 5);
        assert_eq!(gained.get(Section::Tcp, "New"), 0);
        assert_eq!(gained.get(Section::Udp, "InSegs"), 0);
        assert_eq!(now.get(Section::TcpExt, "TW"), 3);
        assert_eq!(now.all(Section::TcpExt).count(), 1);
        assert_eq!(before.since(&now).get(Section::Tcp, "InSegs"), 0);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "((Ip|Tcp|TcpExt|Udp):[ 0-9a-z-]{0,30}\n){0,8}", more in "(Tcp:[ 0-9a-z]{0,30}\n){0,4}") {
            let (a, b) = (stack(text.as_bytes(), text.as_bytes()), stack(more.as_bytes(), b""));
            a.since(&b);
            b.since(&a);
        }
    }
}
