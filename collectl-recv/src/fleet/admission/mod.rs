//! Which host each connection belongs to, and whether it may send data. Pure: events in, actions out.
//!
//! [`unauthenticated`] limits the connections that have sent no secret, [`starts`] follows the processes that were
//! started, [`ownership`] guesses and corrects the owners of connections without a secret, [`naming`] tells hosts of
//! one name apart.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use collectl_wire::allow::Allowed;
use collectl_wire::display::counted;

use super::action::{Action, Actions};
use super::tally::Tally;
use crate::base::end::End;
use crate::base::ids::{ConnId, HostId};
use crate::consumer::status::Severity;
use crate::identity::names::Names;
use crate::identity::proof::Need;
use crate::launch::outcome::StartError;
use crate::launch::stage::{Release, Stage};
use crate::link::machine::Input;
use crate::link::reason::Reason;
use crate::stream::batch::Batch;

pub(crate) mod account;
mod naming;
mod ownership;
mod roster;
mod starts;
#[cfg(test)]
mod tests;
mod unauthenticated;

use account::{Access, Account, Certainty, Conn, Origin, Owner};
use unauthenticated::Unauthenticated;

/// What connections to the listener have to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Policy {
    /// Nothing: no collectl is started, and all clients are guests.
    Guests,
    /// A secret, unless they are guests.
    Secret,
    /// A secret, unless they are guests or may be Perl collectors that were started.
    SecretOrPlain,
}

/// Connections that belonged to no host.
#[derive(Debug, Default)]
struct Unclaimed {
    delivered: usize,
    /// How many have delivered all intervals that were asked for.
    complete: usize,
}

/// All hosts and connections.
#[derive(Debug)]
pub(crate) struct Admission {
    policy: Policy,
    /// The addresses that may connect without being hosts; none if no address may.
    guests: Option<Allowed>,
    /// How many intervals each host is to deliver.
    wanted: Option<u64>,
    accounts: Vec<Account>,
    conns: BTreeMap<ConnId, Conn>,
    next_conn: u64,
    next_start: u64,
    unauthenticated: Unauthenticated,
    unclaimed: Unclaimed,
    names: Names<Origin>,
}

impl Admission {
    /// No hosts and no connections yet.
    pub(crate) fn new(policy: Policy, guests: Option<Allowed>, wanted: Option<u64>) -> Self {
        Self {
            policy,
            guests,
            wanted,
            accounts: Vec::new(),
            conns: BTreeMap::new(),
            next_conn: 0,
            next_start: 0,
            unauthenticated: Unauthenticated::default(),
            unclaimed: Unclaimed::default(),
            names: Names::default(),
        }
    }

    /// Adds a host.
    pub(crate) fn add(&mut self, account: Account) {
        self.accounts.push(account);
    }

    /// A host, which may be gone.
    pub(crate) fn get(&self, id: HostId) -> &Account {
        &self.accounts[id.0]
    }

    /// A client connected to the listener. Returns its number and whether it needs a secret; none if it is to be
    /// closed. Without a need, its first line is not checked at all.
    pub(crate) fn accept(
        &mut self,
        peer: IpAddr,
        now: Instant,
        out: &mut Actions,
    ) -> Option<(ConnId, Option<Need>)> {
        let is_guest = self.guests.as_ref().is_some_and(|guests| guests.allows(peer));
        let access = match self.policy {
            Policy::Guests => Access::Guest,
            Policy::SecretOrPlain if self.expects(peer) => Access::Plain,
            Policy::Secret | Policy::SecretOrPlain if is_guest => Access::Guest,
            Policy::Secret | Policy::SecretOrPlain => Access::SecretNeeded,
        };
        if access != Access::Guest && !self.unauthenticated.enter(peer) {
            self.count_without_secret(peer, now, out);
            return None;
        }
        let owner = Owner::Nobody(Tally::new(self.wanted));
        let id = self.open(Conn { peer, name: peer.to_string(), access, has_sent: false, owner }, out);
        if self.policy == Policy::Guests {
            out.push(Action::Inform(Severity::Info, format!("{peer}: connected")));
            return Some((id, None));
        }
        Some((id, Some(if access == Access::SecretNeeded { Need::Required } else { Need::Optional })))
    }

    /// The connection to a server is up; returns its number.
    pub(crate) fn dialled(&mut self, host: HostId, peer: IpAddr, out: &mut Actions) -> ConnId {
        let (name, owner) = (self.accounts[host.0].name.clone(), Owner::Host(host, Certainty::Sure));
        let id = self.open(Conn { peer, name, access: Access::Trusted, has_sent: false, owner }, out);
        self.accounts[host.0].conn = Some(id);
        id
    }

    fn open(&mut self, conn: Conn, out: &mut Actions) -> ConnId {
        let id = ConnId(self.next_conn);
        self.next_conn += 1;
        if conn.access != Access::SecretNeeded {
            out.push(Action::Opened(id));
        }
        self.conns.insert(id, conn);
        id
    }

    /// A connection that needs no secret has sent neither one nor a line: it is given to a host by guess, or closed.
    pub(crate) fn silent(&mut self, id: ConnId, now: Instant, out: &mut Actions) {
        self.find_owner(id, None, out);
        if let Some(Conn { owner: Owner::Nobody(_), access: Access::Plain, peer, .. }) = self.conns.get(&id) {
            let peer = *peer;
            self.close(id, out);
            self.count_without_secret(peer, now, out);
        }
    }

    /// A connection has sent the secret of `host`.
    pub(crate) fn proven(&mut self, id: ConnId, host: HostId, out: &mut Actions) {
        if self.accounts[host.0].gone {
            self.close(id, out);
            return;
        }
        let Some(conn) = self.conns.get_mut(&id) else { return };
        if conn.is_unauthenticated() {
            self.unauthenticated.leave(conn.peer);
        }
        if std::mem::replace(&mut conn.access, Access::Trusted) == Access::SecretNeeded {
            out.push(Action::Opened(id));
        }
        let present = conn.owner.host();
        self.give(id, present, host, Certainty::Sure, out);
        self.set_stage(host, Stage::Released(Release::Ours), out);
    }

    /// Lines came. Returns the name of their host, and how many of them were asked for; none if the connection is no
    /// longer known. The actions in `out` come before the lines, those in `after` come after them.
    pub(crate) fn lines(
        &mut self,
        id: ConnId,
        batch: &Batch,
        out: &mut Actions,
        after: &mut Actions,
    ) -> Option<(Arc<str>, usize)> {
        let conn = self.conns.get_mut(&id)?;
        if !conn.has_sent && !batch.lines.is_empty() {
            if conn.is_unauthenticated() {
                self.unauthenticated.leave(conn.peer);
            }
            conn.has_sent = true;
            self.first_lines(id, batch.name.as_deref(), out);
        }
        let name = self.named(id, batch.name.as_deref(), out);
        let tally = match &mut self.conns.get_mut(&id)?.owner {
            Owner::Host(host, _) => {
                let account = &mut self.accounts[host.0];
                // If neither an answer nor anything else came, the last interval stays the same.
                if !batch.lines.is_empty() || batch.last.is_some() {
                    account.last = batch.last;
                }
                &mut account.tally
            }
            Owner::Nobody(tally) => tally,
        };
        let wanted = tally.take(&batch.lines);
        if wanted.enough
            && let Some(conn) = self.close(id, after)
        {
            self.complete(conn, after);
        }
        Some((name, wanted.lines))
    }

    /// A connection has sent its first lines.
    fn first_lines(&mut self, id: ConnId, name: Option<&str>, out: &mut Actions) {
        let Some(conn) = self.conns.get(&id) else { return };
        match conn.owner.host() {
            // Only the first lines show that a tunnel is connected.
            Some(host) if self.accounts[host.0].is_server => out.push(Action::Link(host, Input::Connected)),
            _ if self.policy == Policy::Guests => {}
            None if conn.access == Access::Guest => {
                out.push(Action::Inform(Severity::Info, format!("{}: connected", conn.peer)));
            }
            _ => self.first_lines_of_start(id, name, out),
        }
    }

    /// A connection ended.
    pub(crate) fn closed(&mut self, id: ConnId, end: End, now: Instant, out: &mut Actions) {
        let Some(mut conn) = self.remove(id) else { return };
        if conn.access == Access::SecretNeeded {
            return self.count_without_secret(conn.peer, now, out);
        }
        out.push(Action::Closed(id));
        let complete = match &mut conn.owner {
            Owner::Host(host, _) => self.accounts[host.0].tally.connection_ended(),
            Owner::Nobody(tally) => tally.connection_ended(),
        };
        match conn.owner {
            _ if complete => self.complete(conn, out),
            Owner::Host(host, certainty) => self.stream_ended(host, certainty, conn.has_sent, end, out),
            Owner::Nobody(_) => out.push(Action::Inform(Severity::Info, format!("{}: {end}", conn.name))),
        }
    }

    fn stream_ended(
        &mut self,
        id: HostId,
        certainty: Certainty,
        has_sent: bool,
        end: End,
        out: &mut Actions,
    ) {
        let account = &mut self.accounts[id.0];
        account.conn = None;
        if account.start.is_some() {
            // The process ends as well, and only then is the reason known.
            if certainty == Certainty::Sure {
                self.set_stage(id, Stage::StreamEnded, out);
            } else if !has_sent {
                // It was most likely never this host's connection.
                self.set_stage(id, Stage::Pending, out);
                out.push(Action::Link(id, Input::Mistaken));
            }
            return;
        }
        let reason = match account.exit.take() {
            Some(StartError::Ended) if end != End::Closed => Reason::Stream(end),
            Some(exit) => Reason::Start(account.start_error(exit)),
            None => Reason::Stream(end),
        };
        self.lose(id, reason, out);
    }

    /// All intervals that were asked for were received over a connection, which is closed.
    fn complete(&mut self, conn: Conn, out: &mut Actions) {
        match conn.owner {
            Owner::Host(host, certainty) => {
                self.accounts[host.0].conn = None;
                if certainty == Certainty::Sure {
                    self.set_stage(host, Stage::Stop, out);
                }
                out.push(Action::Link(host, Input::Complete));
            }
            Owner::Nobody(_) => {
                self.unclaimed.complete += 1;
                out.push(Action::Inform(Severity::Info, format!("{}: {}", conn.name, Reason::Complete)));
            }
        }
    }

    /// Closes a connection; returns it.
    fn close(&mut self, id: ConnId, out: &mut Actions) -> Option<Conn> {
        let conn = self.remove(id)?;
        out.push(Action::Close(id));
        Some(conn)
    }

    fn remove(&mut self, id: ConnId) -> Option<Conn> {
        let conn = self.conns.remove(&id)?;
        if conn.is_unauthenticated() {
            self.unauthenticated.leave(conn.peer);
        }
        self.names.leave(id);
        if let Owner::Nobody(tally) = &conn.owner {
            self.unclaimed.delivered += usize::from(tally.has_delivered());
        }
        Some(conn)
    }

    /// A connection without a secret was closed.
    fn count_without_secret(&mut self, peer: IpAddr, now: Instant, out: &mut Actions) {
        if let Some(times) = self.unauthenticated.close(now) {
            let hint = match self.policy {
                Policy::Secret => " (Perl collectors need --allow-plain)",
                Policy::Guests | Policy::SecretOrPlain => "",
            };
            let connections = counted(times, "connection");
            let text = format!("{connections} without a secret closed, the last from {peer}{hint}");
            out.push(Action::Inform(Severity::Warning, text));
        }
    }

    fn lose(&self, host: HostId, reason: Reason, out: &mut Actions) {
        let delivered = self.accounts[host.0].tally.has_delivered();
        out.push(Action::Lost { host, reason, delivered });
    }

    /// True when no guest can deliver anything that was asked for.
    pub(crate) fn guests_are_over(&self) -> bool {
        self.guests.is_none() || self.unclaimed.complete > 0 && self.conns.is_empty()
    }

    /// How many hosts delivered, guests included, and how many should have.
    pub(crate) fn delivered(&self) -> (usize, usize) {
        let present = || self.accounts.iter().filter(|account| !account.gone);
        let (delivered, expected) =
            (present().filter(|account| account.tally.has_delivered()).count(), present().count());
        if self.guests.is_none() {
            return (delivered, expected);
        }
        let is_sending = |conn: &&Conn| matches!(&conn.owner, Owner::Nobody(tally) if tally.has_delivered());
        let guests = self.unclaimed.delivered + self.conns.values().filter(is_sending).count();
        (delivered + guests, (expected + guests).max(1))
    }

    /// How many connections were closed because they sent no secret.
    pub(crate) fn closed_without_secret(&self) -> u64 {
        self.unauthenticated.closed()
    }
}
