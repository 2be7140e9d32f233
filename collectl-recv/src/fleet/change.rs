//! The file of a mixed run has changed: hosts come, go, and move from one way to another. All others are left alone.

use std::collections::{HashMap, HashSet};

use collectl_wire::allow::Allowed;

use super::Fleet;
use super::members::Origin;
use crate::base::ids::{ConnId, HostId};
use crate::consumer::status::Severity;
use crate::launch::attempt::Stage;
use crate::link::state::{Input, State};
use crate::target::host::{Called, Way};
use crate::target::roster::Members;

impl Fleet {
    /// Does what the file says now; where it is wrong, says so, and goes on as before.
    pub(super) fn change(&mut self, result: Result<Members, String>) {
        let members = match result {
            Ok(members) => members,
            Err(error) => return self.consumers.error(&format!("{error}; all goes on as before")),
        };
        self.invite(members.guests);
        let wanted: HashSet<_> = members.hosts.iter().collect();
        let present: HashMap<_, _> = self.present().map(|(id, host)| (&host.called, id)).collect();
        let new: Vec<_> =
            members.hosts.iter().filter(|called| !present.contains_key(called)).cloned().collect();
        let gone: Vec<_> =
            present.into_iter().filter(|(called, _)| !wanted.contains(called)).map(|(_, id)| id).collect();
        if new.is_empty() && gone.is_empty() {
            return;
        }
        // The same host, by another way.
        let key = |called: &Called<Way>| (called.host_name().to_owned(), called.alias.clone());
        let mut left: HashMap<_, _> = gone.iter().map(|&id| (key(&self.hosts[id.0].called), id)).collect();
        let moves: Vec<_> = new.into_iter().map(|called| (left.remove(&key(&called)), called)).collect();
        let moved = moves.iter().filter(|(before, _)| before.is_some()).count();
        let text = format!(
            "the file has changed: {} hosts moved, {} new, {} gone",
            moved,
            moves.len() - moved,
            gone.len() - moved
        );
        self.consumers.inform(Severity::Warning, &text);
        let settled: HashSet<_> = moves.iter().filter_map(|(before, _)| *before).collect();
        for id in gone {
            self.retire(id, settled.contains(&id));
        }
        for (before, called) in moves {
            let origins = before
                .map_or_else(Vec::new, |id| [&[Origin::Host(id)], &self.hosts[id.0].before[..]].concat());
            let id = self.add(called, origins);
            self.step(id, Input::Begin);
        }
    }

    /// Ends a host's link in order, and forgets the host; `moved` if it goes on another way.
    fn retire(&mut self, id: HostId, moved: bool) {
        if let Some(conn) = self.hosts[id.0].conn.take() {
            if !moved && let Some(peer) = self.conns.get(&conn).map(|conn| conn.peer) {
                // It may come by itself now.
                self.names.hand_over(conn, Origin::Peer(peer));
            }
            self.hang_up(conn);
        }
        let host = &mut self.hosts[id.0];
        host.set_stage(Stage::Stop);
        host.guessed = false;
        host.gone = true;
        self.gone += 1;
        self.step(id, Input::Removed);
        match self.hosts[id.0].link.state() {
            State::Failed { .. } => self.counts.failed -= 1,
            _ => self.counts.ended -= 1,
        }
        self.consumers.count(self.counts);
    }

    /// Lets those connect by themselves that `guests` says, and closes the connections of others that did so.
    fn invite(&mut self, guests: Option<Allowed>) {
        self.guests = guests;
        let guests = &self.guests;
        let is_welcome = |peer| guests.as_ref().is_some_and(|guests| guests.allows(peer));
        let unwelcome: Vec<ConnId> = self
            .conns
            .iter()
            .filter(|(_, conn)| conn.guest && !is_welcome(conn.peer))
            .map(|(&id, _)| id)
            .collect();
        for id in unwelcome {
            let label = self.hang_up(id).map_or_else(String::new, |conn| conn.name);
            self.consumers.inform(
                Severity::Warning,
                &format!("{label}: closed: the file does not let it connect any more"),
            );
        }
    }
}
