//! Hosts that call themselves the same: told apart in all views, and said.

use std::sync::Arc;

use super::Fleet;
use super::members::{Certainty, Origin, Owner};
use crate::base::ids::ConnId;
use crate::consumer::status::Severity;
use crate::identity::names::{Clash, Shared};

/// Most hosts of one name that are listed at the end.
const MAX_LISTED: usize = 8;

impl Fleet {
    /// What a connection is shown as whose stream says `name`, if any.
    pub(super) fn named(&mut self, id: ConnId, name: Option<&str>) -> Arc<str> {
        let Some(conn) = self.conns.get(&id) else { return name.unwrap_or("?").into() };
        let peer = Origin::Peer(conn.peer);
        let (alias, origin, before) = match &conn.owner {
            Owner::Host(host, certainty) => {
                let is_sure = *certainty == Certainty::Sure;
                let (id, host) = (*host, &self.hosts[host.0]);
                let origin = if is_sure { Origin::Host(id) } else { peer };
                // It may have come by itself before.
                (host.called.alias.as_deref(), origin, [&host.before[..], &[peer]].concat())
            }
            Owner::Itself(_) => (None, peer, Vec::new()),
        };
        let name = alias.or(name).unwrap_or(&conn.name);
        let (shown, clash) = self.names.of(id, name, &origin, &before);
        if let Some(clash) = clash {
            let text = self.told(&clash);
            self.consumers.inform(Severity::Warning, &text);
        }
        shown
    }

    /// What is said of a name when the second host says it.
    fn told(&self, Clash { name, origins: [first, other], shown }: &Clash<Origin>) -> String {
        if first == other {
            return format!(
                "two connections from {} are called {name}: the second is shown as {shown}",
                self.place(first)
            );
        }
        let (first, other) = (self.place(first), self.place(other));
        format!("two hosts are called {name}: {first} and {other}, which is shown as {shown}")
    }

    /// What is said of such names at the end.
    pub(super) fn shared_names(&self) -> Vec<String> {
        let (all, more) = self.names.shared();
        let line = |Shared { name, hosts }: &Shared<'_, Origin>| {
            let listed = hosts.iter().take(MAX_LISTED);
            let mut listed: Vec<_> =
                listed.map(|(shown, origin)| format!("{shown} is {}", self.place(origin))).collect();
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

    fn place(&self, origin: &Origin) -> String {
        match origin {
            Origin::Host(host) => self.hosts[host.0].label.clone(),
            Origin::Peer(peer) => peer.to_string(),
        }
    }
}
