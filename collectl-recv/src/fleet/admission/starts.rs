//! The processes that were started, and the connections that are expected from them.

use std::net::IpAddr;

use super::Admission;
use super::account::{Access, Account, Certainty, Owner, Start};
use crate::base::ids::{ConnId, HostId};
use crate::fleet::action::{Action, Actions};
use crate::launch::outcome::StartError;
use crate::launch::stage::{Release, Stage};
use crate::link::machine::Retry;
use crate::link::reason::Reason;

impl Admission {
    /// The start of a host is being prepared.
    pub(crate) fn preparing(&mut self, id: HostId) {
        let account = &mut self.accounts[id.0];
        account.start = Some(Start { stage: Stage::Pending, order: None, addresses: Vec::new() });
        account.exit = None;
    }

    /// A host's collectl is about to be started: its connection is expected from now on.
    pub(crate) fn starting(&mut self, id: HostId, addresses: Vec<IpAddr>) {
        if let Some(start) = &mut self.accounts[id.0].start {
            start.order = Some(self.next_start);
            start.addresses = addresses;
            self.next_start += 1;
        }
    }

    /// A host's process has ended, or could not be started.
    pub(crate) fn start_over(&mut self, id: HostId, outcome: StartError, out: &mut Actions) {
        let account = &mut self.accounts[id.0];
        account.start = None;
        if account.guessed && outcome.never_connected() {
            self.disprove(id, out);
        }
        let account = &mut self.accounts[id.0];
        let left = outcome == StartError::Left;
        // From now on the end of the connection is the end of the collectl.
        let outcome = if left { StartError::Ended } else { outcome };
        if let Some(conn) = account.conn {
            let guess = self.conns.get(&conn).is_some_and(|conn| conn.owner.is_guess());
            if left || !guess || account.retry == Retry::Never {
                // Data that is still on its way comes first.
                account.exit = Some(outcome);
                return;
            }
            self.disown(conn);
        }
        let reason = Reason::Start(self.accounts[id.0].start_error(outcome));
        self.lose(id, reason, out);
    }

    /// Whether a host that is being started has this address. All loopback addresses are those of this machine.
    pub(super) fn expects(&self, peer: IpAddr) -> bool {
        let starts = self
            .accounts
            .iter()
            .filter(|account| !account.gone && account.conn.is_none_or(|conn| self.is_silent_guess(conn)))
            .filter_map(|account| account.start.as_ref());
        let is_own = |address: &IpAddr| *address == peer || address.is_loopback() && peer.is_loopback();
        starts.filter(|start| start.order.is_some()).any(|start| start.addresses.iter().any(is_own))
    }

    /// Whether the owner of a connection is a guess, and it has sent no lines yet.
    fn is_silent_guess(&self, id: ConnId) -> bool {
        self.conns.get(&id).is_some_and(|conn| conn.owner.is_guess() && !conn.has_sent)
    }

    /// A connection has sent its first lines. If it is from a Perl collectl and its owner is clear, the session of that
    /// host is no longer needed.
    pub(super) fn first_lines_of_start(&mut self, id: ConnId, name: Option<&str>, out: &mut Actions) {
        if self.conns.get(&id).is_none_or(|conn| conn.access == Access::Trusted) {
            return;
        }
        self.find_owner(id, name, out);
        match self.conns.get(&id).map(|conn| &conn.owner) {
            Some(&Owner::Host(host, Certainty::Sure | Certainty::Likely)) => self.release(host, out),
            Some(Owner::Host(_, Certainty::Guess)) if !self.accounts.iter().any(Account::is_expected) => {
                // All hosts are connected: which is which makes no difference to the sessions.
                let is_sending = |conn| self.conns.get(&conn).is_some_and(|conn| conn.has_sent);
                let has_sent = (0..self.accounts.len())
                    .filter(|&index| self.accounts[index].conn.is_some_and(is_sending))
                    .collect::<Vec<_>>();
                has_sent.into_iter().for_each(|index| self.release(HostId(index), out));
            }
            Some(Owner::Host(_, Certainty::Guess) | Owner::Nobody(_)) | None => {}
        }
    }

    /// The session of a Perl collectl is no longer needed.
    fn release(&mut self, host: HostId, out: &mut Actions) {
        let start = self.accounts[host.0].start.as_ref();
        if start.is_some_and(|start| start.stage == Stage::Connected) {
            self.set_stage(host, Stage::Released(Release::Perl), out);
        }
    }

    /// Tells the task of a host's process, if there is one.
    pub(super) fn set_stage(&mut self, host: HostId, stage: Stage, out: &mut Actions) {
        if let Some(start) = &mut self.accounts[host.0].start {
            start.stage = stage;
            out.push(Action::Stage(host, stage));
        }
    }
}
