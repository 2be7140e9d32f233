//! What the counters of the TCP/IP stack gained between two samples.

use super::stack::{Counters, Section, Stack, is_level};
use crate::figure::Value;

/// What happened in each section.
#[derive(Debug)]
pub(crate) struct Rates {
    sections: Vec<Gained>,
}

/// What the counters of a section gained.
#[derive(Debug)]
pub(super) struct Gained {
    pub(super) section: Section,
    counters: Counters,
    seconds: f64,
}

impl Rates {
    /// What happened from `previous` to `current`.
    pub(super) fn between(previous: &Stack, current: &Stack, seconds: f64) -> Self {
        let gained = |(section, counters)| Gained { section, counters, seconds };
        Self { sections: current.since(previous).map(gained).collect() }
    }

    /// A section.
    pub(super) fn section(&self, section: Section) -> &Gained {
        &self.sections[section as usize]
    }

    /// All sections, in their order.
    pub(super) fn sections(&self) -> &[Gained] {
        &self.sections
    }
}

impl Gained {
    /// The increase of a counter; zero if this kernel does not have it. A level is returned unchanged.
    pub(super) fn get(&self, name: &str) -> f64 {
        self.counters.get(name.as_bytes()).unwrap_or(0) as f64
    }

    /// The same per second.
    pub(super) fn per_second(&self, gained: f64) -> f64 {
        gained / self.seconds
    }

    /// A counter per second, or a level.
    pub(super) fn figure(&self, name: &str) -> Value<'static> {
        self.value(name.as_bytes(), self.counters.get(name.as_bytes()).unwrap_or(0))
    }

    /// The names of all counters in the kernel's order, each with its figure.
    pub(super) fn all(&self) -> impl Iterator<Item = (&[u8], Value<'static>)> {
        self.counters.all().map(|(name, gained)| (name, self.value(name, gained)))
    }

    /// Errors and retransmissions in the interval, if the section has any.
    pub(super) fn errors(&self) -> f64 {
        let names: &[&str] = match self.section {
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
            Section::TcpExt => &["TCPLoss", "TCPFastRetrans"],
        };
        let counts = names.iter().filter_map(|name| self.counters.get(name.as_bytes()));
        counts.fold(0, u64::saturating_add) as f64
    }

    fn value(&self, name: &[u8], gained: u64) -> Value<'static> {
        if is_level(name) { gained.into() } else { self.per_second(gained as f64).into() }
    }
}
