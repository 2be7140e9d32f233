//! What an interface did in an interval.

use super::Counters;

const BYTES_PER_KB: f64 = 1024.0;

/// What went one way, by the second, but for the size.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Flow {
    pub(super) kb: f64,
    pub(super) packets: f64,
    /// Bytes of a packet.
    pub(super) size: f64,
    /// Errors of all kinds.
    pub(super) errors: f64,
    /// Errors by kind: in errs, drop, fifo, frame; out errs, drop, fifo, colls, carrier.
    pub(super) kinds: [f64; 5],
    pub(super) compressed: f64,
    /// Packets in only.
    pub(super) multicast: f64,
}

/// What an interface did.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Activity {
    pub(super) incoming: Flow,
    pub(super) outgoing: Flow,
}

impl Activity {
    pub(super) fn of(spent: &Counters, seconds: f64) -> Self {
        let [bytes_in, packets_in, errs, drop, fifo, frame, compressed_in, multicast, out @ ..] = *spent;
        let [bytes_out, packets_out, kinds_out @ .., compressed_out] = out;
        let flow = |bytes: u64, packets: u64, kinds: [u64; 5], compressed: u64, multicast: u64| Flow {
            kb: bytes as f64 / BYTES_PER_KB / seconds,
            packets: packets as f64 / seconds,
            size: if packets > 0 { bytes as f64 / packets as f64 } else { 0.0 },
            errors: kinds.iter().map(|&count| count as f64).sum::<f64>() / seconds,
            kinds: kinds.map(|count| count as f64 / seconds),
            compressed: compressed as f64 / seconds,
            multicast: multicast as f64 / seconds,
        };
        Self {
            incoming: flow(bytes_in, packets_in, [errs, drop, fifo, frame, 0], compressed_in, multicast),
            outgoing: flow(bytes_out, packets_out, kinds_out, compressed_out, 0),
        }
    }

    pub(super) fn errors(&self) -> f64 {
        self.incoming.errors + self.outgoing.errors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_interface_did() {
        let interface = Activity::of(&[2048, 4, 1, 2, 3, 4, 5, 6, 1024, 0, 7, 8, 9, 10, 11, 12], 2.0);
        let incoming = Flow {
            kb: 1.0,
            packets: 2.0,
            size: 512.0,
            errors: 5.0,
            kinds: [0.5, 1.0, 1.5, 2.0, 0.0],
            compressed: 2.5,
            multicast: 3.0,
        };
        assert_eq!(interface.incoming, incoming);
        assert_eq!(interface.outgoing.kinds, [3.5, 4.0, 4.5, 5.0, 5.5]);
        assert_eq!((interface.outgoing.size, interface.outgoing.compressed), (0.0, 6.0));
        assert_eq!(interface.errors(), 27.5);
    }
}
