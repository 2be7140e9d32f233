//! What a changed roster means for connections.

use collectl_wire::allow::Allowed;

use super::Admission;
use super::account::{Access, Origin};
use crate::base::ids::{ConnId, HostId};
use crate::consumer::status::Severity;
use crate::fleet::action::{Action, Actions};
use crate::launch::stage::Stage;

impl Admission {
    /// The addresses that may connect as guests have changed: closes the connections of others.
    pub(crate) fn set_guests(&mut self, guests: Option<Allowed>, out: &mut Actions) {
        let is_guest = |peer| guests.as_ref().is_some_and(|guests| guests.allows(peer));
        let others =
            self.conns.iter().filter(|(_, conn)| conn.access == Access::Guest && !is_guest(conn.peer));
        let others: Vec<ConnId> = others.map(|(&id, _)| id).collect();
        for id in others {
            let Some(conn) = self.close(id, out) else { continue };
            let text = format!("{}: closed: the file no longer lets it connect", conn.name);
            out.push(Action::Inform(Severity::Warning, text));
        }
        self.guests = guests;
    }

    /// The roster does not list a host any more, or lists it with another method (`moved`).
    pub(crate) fn retire(&mut self, id: HostId, moved: bool, out: &mut Actions) {
        if let Some(conn) = self.accounts[id.0].conn.take() {
            if !moved && let Some(peer) = self.conns.get(&conn).map(|conn| conn.peer) {
                // It may be a guest from now on.
                self.names.hand_over(conn, Origin::Peer(peer));
            }
            self.close(conn, out);
        }
        self.set_stage(id, Stage::Stop, out);
        let account = &mut self.accounts[id.0];
        account.start = None;
        account.guessed = false;
        account.gone = true;
    }
}
