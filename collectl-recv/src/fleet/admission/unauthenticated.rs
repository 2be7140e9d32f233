//! Limits the connections that have not shown which host they come from.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Instant;

use collectl_wire::throttle::Throttle;

/// Largest number of them.
const MAX: usize = 4096;
/// Largest number of them from one address: a whole cluster may be behind one.
const MAX_OF_ONE: usize = 256;

/// Counts unauthenticated connections, and those that were closed.
#[derive(Debug, Default)]
pub(crate) struct Unauthenticated {
    by_address: BTreeMap<IpAddr, usize>,
    total: usize,
    closed: Throttle,
}

impl Unauthenticated {
    /// Adds a connection from `peer`; returns false if there is no room for it.
    pub(crate) fn enter(&mut self, peer: IpAddr) -> bool {
        let of_one = self.by_address.get(&peer).copied().unwrap_or_default();
        if self.total >= MAX || of_one >= MAX_OF_ONE {
            return false;
        }
        self.by_address.insert(peer, of_one + 1);
        self.total += 1;
        true
    }

    /// Removes a connection from `peer`: it is authenticated, or over.
    pub(crate) fn leave(&mut self, peer: IpAddr) {
        if let Some(of_one) = self.by_address.get_mut(&peer) {
            *of_one -= 1;
            self.total -= 1;
            if *of_one == 0 {
                self.by_address.remove(&peer);
            }
        }
    }

    /// A connection was closed. Returns the number since the last report, if a report is due.
    pub(crate) fn close(&mut self, now: Instant) -> Option<u64> {
        self.closed.count();
        self.closed.report(now)
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
        let mut unauthenticated = Unauthenticated::default();
        let of = |number| IpAddr::from([10, 0, 0, number]);
        assert!((0..MAX_OF_ONE).all(|_| unauthenticated.enter(of(1))));
        assert!(!unauthenticated.enter(of(1)));
        assert!(unauthenticated.enter(of(2)));
        unauthenticated.leave(of(1));
        assert!(unauthenticated.enter(of(1)));
        let many = (3..40).flat_map(|one| [one; MAX_OF_ONE]);
        assert!(many.filter(|&one| unauthenticated.enter(of(one))).count() < MAX);
        assert_eq!(unauthenticated.total, MAX);
    }
}
