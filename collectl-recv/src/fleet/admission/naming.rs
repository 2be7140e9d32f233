//! The names of hosts. Hosts that report the same name are told apart in all views, and that is reported.

use std::sync::Arc;

use super::Admission;
use super::account::{Certainty, Origin, Owner};
use crate::base::ids::ConnId;
use crate::consumer::status::Severity;
use crate::fleet::action::{Action, Actions};
use crate::identity::names::{Clash, Shared};

/// Largest number of hosts of one name that are listed at the end.
const MAX_LISTED: usize = 8;

impl Admission {
    /// The name to show for a connection whose stream reports `name`, if any.
    pub(super) fn named(&mut self, id: ConnId, name: Option<&str>, out: &mut Actions) -> Arc<str> {
        let Some(conn) = self.conns.get(&id) else { return name.unwrap_or("?").into() };
        let peer = Origin::Peer(conn.peer);
        let (alias, origin, before) = match &conn.owner {
            Owner::Host(host, certainty) => {
                let account = &self.accounts[host.0];
                let origin = if *certainty == Certainty::Sure { Origin::Host(*host) } else { peer };
                // It may have been a guest before.
                (account.alias.as_deref(), origin, [&account.before[..], &[peer]].concat())
            }
            Owner::Nobody(_) => (None, peer, Vec::new()),
        };
        let name = alias.or(name).unwrap_or(&conn.name);
        let (shown, clash) = self.names.of(id, name, &origin, &before);
        if let Some(clash) = clash {
            out.push(Action::Inform(Severity::Warning, self.clash(&clash)));
        }
        shown
    }

    /// The message about a name when a second host reports it.
    fn clash(&self, Clash { name, origins: [first, other], shown }: &Clash<Origin>) -> String {
        if first == other {
            let origin = self.origin(first);
            return format!(
                "two connections from {origin} are called {name}: the second is shown as {shown}"
            );
        }
        let (first, other) = (self.origin(first), self.origin(other));
        format!("two hosts are called {name}: {first} and {other}, which is shown as {shown}")
    }

    /// The lines about such names at the end.
    pub(crate) fn shared_names(&self) -> Vec<String> {
        let (all, more) = self.names.shared();
        let line = |Shared { name, hosts }: &Shared<'_, Origin>| {
            let listed = hosts.iter().take(MAX_LISTED);
            let mut listed: Vec<_> =
                listed.map(|(shown, origin)| format!("{shown} is {}", self.origin(origin))).collect();
            if hosts.len() > MAX_LISTED {
                listed.push(format!("{} more", hosts.len() - MAX_LISTED));
            }
            format!("{} hosts were called {name}: {}", hosts.len(), listed.join(", "))
        };
        let mut lines: Vec<_> = all.iter().map(line).collect();
        if more > 0 {
            lines.push(format!("{more} more names were those of several hosts"));
        }
        lines
    }

    fn origin(&self, origin: &Origin) -> String {
        match origin {
            Origin::Host(host) => self.accounts[host.0].label.to_string(),
            Origin::Peer(peer) => peer.to_string(),
        }
    }
}
