//! Launched processes, and whose a connection is.

use std::net::IpAddr;

use super::Fleet;
use super::members::{Certainty, Host, Owner};
use super::tally::Tally;
use crate::attribute::{Basis, Candidate, attribute};
use crate::event::{ConnId, HostId};
use crate::launch::attempt::Stage;
use crate::launch::outcome::StartError;
use crate::link::state::Input;
use crate::why::Why;

impl Fleet {
    /// A host's collectl is about to be started: its connection may come from now on.
    pub(super) fn starting(&mut self, id: HostId, addresses: Vec<IpAddr>) {
        if let Some(start) = &mut self.hosts[id.0].start {
            start.order = Some(self.next_start);
            start.addresses = addresses;
            self.next_start += 1;
        }
    }

    /// A host's process has ended, or could not be started.
    pub(super) fn start_over(&mut self, id: HostId, outcome: StartError) {
        let host = &mut self.hosts[id.0];
        host.start = None;
        if let Some(conn) = host.conn {
            let guess = self.conns.get(&conn).is_some_and(|conn| conn.owner.is_guess());
            if !(guess && host.link.is_retried()) {
                // What is still on its way is heard first.
                host.exit = Some(outcome);
                return;
            }
            self.disown(conn);
        }
        let why = Why::Start(self.hosts[id.0].start_error(outcome));
        self.lose(id, why);
    }

    /// Gives a connection to the host that it seems to come from: when it is accepted, and again when it has said a name,
    /// which may show that the first guess was wrong.
    pub(super) fn find_owner(&mut self, id: ConnId, name: Option<&str>) {
        let Some(conn) = self.conns.get(&id) else { return };
        let (peer, present) = (conn.peer, owner_of(&conn.owner));
        let mut open: Vec<HostId> =
            (0..self.hosts.len()).map(HostId).filter(|&host| self.may_own(host, present, name)).collect();
        open.sort_by_key(|host| self.hosts[host.0].start.as_ref().and_then(|start| start.order));
        let candidates: Vec<Candidate<'_>> = open.iter().map(|&host| self.candidate(host)).collect();
        let Some((index, basis)) = attribute(name, peer, &candidates) else { return };
        let found = open[index];
        let certainty = if basis == Basis::Name || self.hosts.len() == 1 {
            Certainty::Sure
        } else if present.is_some() || self.hosts[found.0].conn.is_some() {
            // No better than what was guessed before.
            return;
        } else {
            Certainty::Guess
        };
        self.give(id, present, found, certainty);
    }

    /// Whether `host` may be where a connection comes from that is `present`'s so far.
    fn may_own(&self, host: HostId, present: Option<HostId>, name: Option<&str>) -> bool {
        let Host { start: Some(start), conn, .. } = &self.hosts[host.0] else { return false };
        let guessed = || {
            let conn = conn.and_then(|conn| self.conns.get(&conn));
            name.is_some() && conn.is_some_and(|conn| conn.owner.is_guess())
        };
        start.order.is_some() && (conn.is_none() || present == Some(host) || guessed())
    }

    fn candidate(&self, host: HostId) -> Candidate<'_> {
        let Host { name, start, .. } = &self.hosts[host.0];
        Candidate { name, addresses: start.as_ref().map_or(&[], |start| &start.addresses) }
    }

    /// Makes `host` the owner of connection `id`; a connection that it was wrongly given goes to `present` in exchange.
    fn give(&mut self, id: ConnId, present: Option<HostId>, host: HostId, certainty: Certainty) {
        let other = self.hosts[host.0].conn.filter(|&other| other != id);
        if let (Some(present), true) = (present, present != Some(host)) {
            let (low, high) = (present.0.min(host.0), present.0.max(host.0));
            let (left, right) = self.hosts.split_at_mut(high);
            std::mem::swap(&mut left[low].tally, &mut right[0].tally);
            match other.and_then(|other| self.conns.get_mut(&other).map(|conn| (other, conn))) {
                Some((other, conn)) => {
                    conn.owner = Owner::Host(present, Certainty::Guess);
                    self.hosts[present.0].conn = Some(other);
                }
                None => {
                    self.hosts[present.0].conn = None;
                    self.hosts[present.0].set_stage(Stage::Pending);
                    self.step(present, Input::Mistaken);
                }
            }
        } else if let Some(other) = other {
            self.disown(other);
        }
        if let Some(conn) = self.conns.get_mut(&id) {
            conn.owner = Owner::Host(host, certainty);
            self.hosts[host.0].conn = Some(id);
            self.hosts[host.0].set_stage(Stage::Connected);
            self.step(host, Input::Connected);
        }
    }

    /// A connection that turns out not to be its host's goes on as nobody's.
    fn disown(&mut self, id: ConnId) {
        if let Some(conn) = self.conns.get_mut(&id) {
            if let Owner::Host(host, _) = conn.owner {
                self.hosts[host.0].conn = None;
            }
            conn.owner = Owner::Itself(Tally::new(self.intervals));
        }
    }
}

fn owner_of(owner: &Owner) -> Option<HostId> {
    match owner {
        Owner::Host(host, _) => Some(*host),
        Owner::Itself(_) => None,
    }
}
