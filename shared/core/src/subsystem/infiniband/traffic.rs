//! What a device of InfiniBand did in an interval.

use super::sample::PortCounters;

/// Counters of data are in units of four bytes.
const WORDS_PER_KB: f64 = 256.0;

/// One direction, per second.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(super) struct Flow {
    pub(super) kb: f64,
    pub(super) packets: f64,
}

/// The figures of one device, or of all.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(super) struct Traffic {
    /// Its position among the devices, from 0; 0 for all of them.
    pub(super) index: u64,
    pub(super) incoming: Flow,
    pub(super) outgoing: Flow,
    /// Errors in the interval. They are too few to show per second.
    pub(super) errors: u64,
}

impl Flow {
    fn of(words: u64, packets: u64, seconds: f64) -> Self {
        Self { kb: words as f64 / WORDS_PER_KB / seconds, packets: packets as f64 / seconds }
    }

    /// Mean bytes per packet.
    pub(super) fn size(self) -> f64 {
        if self.packets > 0.0 { self.kb * 1024.0 / self.packets } else { 0.0 }
    }

    fn add(&mut self, other: Self) {
        self.kb += other.kb;
        self.packets += other.packets;
    }
}

impl Traffic {
    pub(super) fn of(spent: &PortCounters, seconds: f64) -> Self {
        Self {
            index: 0,
            incoming: Flow::of(spent.port_rcv_data, spent.port_rcv_packets, seconds),
            outgoing: Flow::of(spent.port_xmit_data, spent.port_xmit_packets, seconds),
            errors: spent.errors,
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.incoming.add(other.incoming);
        self.outgoing.add(other.outgoing);
        self.errors = self.errors.saturating_add(other.errors);
    }
}
