//! The owners of connections that have sent no secret: guessed, and corrected when a guess turns out to be wrong.

use super::Admission;
use super::account::{Access, Account, Certainty, Owner};
use crate::base::ids::{ConnId, HostId};
use crate::fleet::action::{Action, Actions};
use crate::fleet::tally::Tally;
use crate::identity::attribute::{Basis, Candidate, attribute};
use crate::launch::stage::Stage;
use crate::link::machine::Input;

impl Admission {
    /// Gives a connection to the host that it most likely comes from: when it is accepted, and again when it has sent a
    /// name, which may show that the first guess was wrong.
    pub(super) fn find_owner(&mut self, id: ConnId, name: Option<&str>, out: &mut Actions) {
        let Some(conn) = self.conns.get(&id) else { return };
        if matches!(conn.access, Access::Guest | Access::Trusted) {
            return;
        }
        let (peer, present, has_sent) = (conn.peer, conn.owner.host(), conn.has_sent);
        let all = (0..self.accounts.len()).map(HostId);
        let mut open: Vec<HostId> = all.filter(|&host| self.may_own(host, present, name)).collect();
        open.sort_by_key(|host| self.accounts[host.0].start_order());
        let candidates: Vec<Candidate<'_>> = open.iter().map(|&host| self.candidate(host)).collect();
        let Some((index, basis)) = attribute(name, peer, &candidates) else { return };
        let found = open[index];
        let certainty = if basis == Basis::Name || has_sent && self.accounts.len() == 1 {
            Certainty::Sure
        } else if present.is_some() || self.accounts[found.0].conn.is_some() {
            // No better than the guess before.
            return;
        } else if basis == Basis::Address {
            Certainty::Likely
        } else {
            Certainty::Guess
        };
        self.give(id, present, found, certainty, out);
    }

    /// Whether a connection may come from `host`, if its owner is `present` now.
    fn may_own(&self, host: HostId, present: Option<HostId>, name: Option<&str>) -> bool {
        let account = &self.accounts[host.0];
        let is_guess = || {
            let conn = account.conn.and_then(|conn| self.conns.get(&conn));
            name.is_some() && conn.is_some_and(|conn| conn.owner.is_guess())
        };
        !account.gone
            && account.start_order().is_some()
            && (account.conn.is_none() || present == Some(host) || is_guess())
    }

    fn candidate(&self, host: HostId) -> Candidate<'_> {
        let Account { name, start, .. } = &self.accounts[host.0];
        Candidate { name, addresses: start.as_ref().map_or(&[], |start| &start.addresses) }
    }

    /// Makes `host` the owner of connection `id`. If it had another one by mistake, `present` gets that in exchange.
    pub(super) fn give(
        &mut self,
        id: ConnId,
        present: Option<HostId>,
        host: HostId,
        certainty: Certainty,
        out: &mut Actions,
    ) {
        let other = self.accounts[host.0].conn.filter(|&other| other != id);
        if let Some(present) = present.filter(|&present| present != host) {
            self.swap_tallies(present, host);
            match other.and_then(|other| self.conns.get_mut(&other).map(|conn| (other, conn))) {
                Some((other, conn)) => {
                    conn.owner = Owner::Host(present, Certainty::Guess);
                    self.accounts[present.0].conn = Some(other);
                }
                None => {
                    self.accounts[present.0].conn = None;
                    self.set_stage(present, Stage::Pending, out);
                    out.push(Action::Link(present, Input::Mistaken));
                }
            }
        } else if let Some(other) = other {
            self.disown(other);
        }
        if let Some(conn) = self.conns.get_mut(&id) {
            conn.owner = Owner::Host(host, certainty);
            self.accounts[host.0].conn = Some(id);
            self.accounts[host.0].guessed = certainty != Certainty::Sure;
            self.set_stage(host, Stage::Connected, out);
            out.push(Action::Link(host, Input::Connected));
        }
    }

    /// The connection of `id` can't come from it. It is given to the first started of the hosts that are still
    /// expected.
    pub(super) fn disprove(&mut self, id: HostId, out: &mut Actions) {
        let conn = self.accounts[id.0].conn.take();
        let expected = (0..self.accounts.len()).map(HostId).filter(|&host| self.may_own(host, None, None));
        let next = expected.min_by_key(|host| self.accounts[host.0].start_order());
        self.accounts[id.0].guessed = false;
        out.push(Action::Link(id, Input::Mistaken));
        let Some(next) = next else {
            let tally = std::mem::replace(&mut self.accounts[id.0].tally, Tally::new(self.wanted));
            if let Some(conn) = conn.and_then(|conn| self.conns.get_mut(&conn)) {
                conn.owner = Owner::Nobody(tally);
            }
            return;
        };
        self.swap_tallies(id, next);
        if let Some(conn) = conn.and_then(|conn| self.conns.get_mut(&conn)) {
            conn.owner = Owner::Host(next, Certainty::Guess);
        }
        self.accounts[next.0].conn = conn;
        self.accounts[next.0].guessed = true;
        self.set_stage(next, Stage::Connected, out);
        out.push(Action::Link(next, Input::Connected));
        if self.accounts[next.0].tally.is_done() {
            out.push(Action::Link(next, Input::Complete));
        }
    }

    fn swap_tallies(&mut self, one: HostId, other: HostId) {
        let (low, high) = (one.0.min(other.0), one.0.max(other.0));
        let (left, right) = self.accounts.split_at_mut(high);
        std::mem::swap(&mut left[low].tally, &mut right[0].tally);
    }

    /// The owner of a connection turned out to be wrong: it continues without one.
    pub(super) fn disown(&mut self, id: ConnId) {
        if let Some(conn) = self.conns.get_mut(&id) {
            if let Owner::Host(host, _) = conn.owner {
                self.accounts[host.0].conn = None;
            }
            conn.owner = Owner::Nobody(Tally::new(self.wanted));
        }
    }
}
