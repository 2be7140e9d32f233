//! The gate of a run that launches: connections that have not shown whose they are. They are few, and do not stay.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Instant;

use collectl_wire::sparing::Sparing;

/// Most of them at a time.
const MOST: usize = 4096;
/// Most of them at a time that have one address: a whole cluster may stand behind one.
const MOST_OF_ONE: usize = 256;

/// Who stands at the gate, and who was sent away.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    waiting: BTreeMap<IpAddr, usize>,
    total: usize,
    closed: Sparing,
}

impl Gate {
    /// One more comes; returns whether there is room.
    pub(crate) fn enter(&mut self, peer: IpAddr) -> bool {
        let of_one = self.waiting.get(&peer).copied().unwrap_or_default();
        if self.total >= MOST || of_one >= MOST_OF_ONE {
            return false;
        }
        self.waiting.insert(peer, of_one + 1);
        self.total += 1;
        true
    }

    /// One leaves, whichever way.
    pub(crate) fn leave(&mut self, peer: IpAddr) {
        if let Some(waiting) = self.waiting.get_mut(&peer) {
            *waiting -= 1;
            self.total -= 1;
            if *waiting == 0 {
                self.waiting.remove(&peer);
            }
        }
    }

    /// One was closed; returns the number since that was last said, if it is to be said now.
    pub(crate) fn close(&mut self, now: Instant) -> Option<u64> {
        self.closed.count();
        self.closed.say(now)
    }

    /// How many were closed.
    pub(crate) fn closed(&self) -> u64 {
        self.closed.total()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_does_not_take_all_the_room() {
        let mut gate = Gate::default();
        let of = |number| IpAddr::from([10, 0, 0, number]);
        assert!((0..MOST_OF_ONE).all(|_| gate.enter(of(1))));
        assert!(!gate.enter(of(1)));
        assert!(gate.enter(of(2)));
        gate.leave(of(1));
        assert!(gate.enter(of(1)));
        assert!((3..40).flat_map(|one| [one; MOST_OF_ONE]).filter(|&one| gate.enter(of(one))).count() < MOST);
        assert_eq!(gate.total, MOST);
    }
}
