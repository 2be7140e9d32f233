//! What an interface did in an interval.

use crate::subsystem::counter::counters;

counters! {
    /// Counters since an interface was created.
    pub(crate) struct DeviceStatus {
        recv_bytes, recv_packets, recv_errs, recv_drop, recv_fifo, recv_frame, recv_compressed, recv_multicast,
        sent_bytes, sent_packets, sent_errs, sent_drop, sent_fifo, sent_colls, sent_carrier, sent_compressed,
    }
}

const BYTES_PER_KB: f64 = 1024.0;

/// One direction of traffic, per second except for the size. Counters that exist for the other direction only are 0.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Flow {
    pub(super) kb: f64,
    pub(super) packets: f64,
    /// Mean bytes per packet.
    pub(super) size: f64,
    pub(super) errs: f64,
    pub(super) dropped: f64,
    pub(super) fifo: f64,
    /// Of packets received.
    pub(super) frame: f64,
    /// Of packets sent.
    pub(super) collisions: f64,
    /// Of packets sent.
    pub(super) carrier: f64,
    /// Errors of all kinds.
    pub(super) errors: f64,
    pub(super) compressed: f64,
    /// Of packets received.
    pub(super) multicast: f64,
}

/// The figures of an interface.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Activity {
    pub(super) incoming: Flow,
    pub(super) outgoing: Flow,
}

impl Flow {
    const UNKNOWN: Self = {
        const NONE: f64 = f64::NAN;
        Self {
            kb: NONE,
            packets: NONE,
            size: NONE,
            errs: NONE,
            dropped: NONE,
            fifo: NONE,
            frame: NONE,
            collisions: NONE,
            carrier: NONE,
            errors: NONE,
            compressed: NONE,
            multicast: NONE,
        }
    };

    fn of(bytes: u64, packets: u64, compressed: u64, seconds: f64) -> Self {
        Self {
            kb: bytes as f64 / BYTES_PER_KB / seconds,
            packets: packets as f64 / seconds,
            size: if packets > 0 { bytes as f64 / packets as f64 } else { 0.0 },
            compressed: compressed as f64 / seconds,
            ..Self::default()
        }
    }
}

impl Activity {
    /// That of an interface of which a counter went back: it is another one, or nothing is known of the interval.
    pub(super) const UNKNOWN: Self = Self { incoming: Flow::UNKNOWN, outgoing: Flow::UNKNOWN };

    pub(super) fn of(spent: &DeviceStatus, seconds: f64) -> Self {
        let rate = |count: u64| count as f64 / seconds;
        let sum = |counts: &[u64]| counts.iter().map(|&count| count as f64).sum::<f64>() / seconds;
        let DeviceStatus { recv_errs, recv_drop, recv_fifo, recv_frame, .. } = *spent;
        let DeviceStatus { sent_errs, sent_drop, sent_fifo, sent_colls, sent_carrier, .. } = *spent;
        Self {
            incoming: Flow {
                errs: rate(recv_errs),
                dropped: rate(recv_drop),
                fifo: rate(recv_fifo),
                frame: rate(recv_frame),
                errors: sum(&[recv_errs, recv_drop, recv_fifo, recv_frame]),
                multicast: rate(spent.recv_multicast),
                ..Flow::of(spent.recv_bytes, spent.recv_packets, spent.recv_compressed, seconds)
            },
            outgoing: Flow {
                errs: rate(sent_errs),
                dropped: rate(sent_drop),
                fifo: rate(sent_fifo),
                collisions: rate(sent_colls),
                carrier: rate(sent_carrier),
                errors: sum(&[sent_errs, sent_drop, sent_fifo, sent_colls, sent_carrier]),
                ..Flow::of(spent.sent_bytes, spent.sent_packets, spent.sent_compressed, seconds)
            },
        }
    }

    pub(super) fn errors(&self) -> f64 {
        self.incoming.errors + self.outgoing.errors
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::Words;
    use crate::subsystem::counter::Counters as _;

    #[test]
    fn what_an_interface_did() {
        let spent = DeviceStatus::read(Words(b"2048 4 1 2 3 4 5 6 1024 0 7 8 9 10 11 12"));
        let interface = Activity::of(&spent, 2.0);
        let incoming = Flow {
            kb: 1.0,
            packets: 2.0,
            size: 512.0,
            errs: 0.5,
            dropped: 1.0,
            fifo: 1.5,
            frame: 2.0,
            errors: 5.0,
            compressed: 2.5,
            multicast: 3.0,
            ..Flow::default()
        };
        let outgoing = Flow {
            kb: 0.5,
            errs: 3.5,
            dropped: 4.0,
            fifo: 4.5,
            collisions: 5.0,
            carrier: 5.5,
            errors: 22.5,
            compressed: 6.0,
            ..Flow::default()
        };
        assert_eq!(interface, Activity { incoming, outgoing });
        assert_eq!(interface.errors(), 27.5);
    }
}
