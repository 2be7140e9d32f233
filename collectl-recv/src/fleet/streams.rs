//! Connections and their lines.

use std::net::{IpAddr, SocketAddr};

use tokio::net::TcpStream;

use super::members::{Certainty, Conn, Owner};
use super::starts::owner_of;
use super::tally::Tally;
use super::{Fleet, Launcher};
use crate::base::ids::{ConnId, HostId};
use crate::consumer::status::Severity;
use crate::identity::proof::Guard;
use crate::launch::attempt::{Release, Stage};
use crate::launch::outcome::StartError;
use crate::link::end::End;
use crate::link::socket::Socket;
use crate::link::state::Input;
use crate::link::stream::{Greeting, read};
use crate::link::why::Why;
use crate::stream::batch::Batch;
use crate::target::host::Way;

impl Fleet {
    /// Reads a connection from now on.
    pub(super) fn open(
        &mut self,
        socket: Socket,
        peer: IpAddr,
        name: String,
        owner: Owner,
        greeting: Greeting,
    ) -> ConnId {
        let id = ConnId(self.next_conn);
        self.next_conn += 1;
        let waits = matches!(greeting, Greeting::Guarded(Guard { plain: false, .. }));
        let task = self.tasks.spawn(read(socket, id, greeting, self.sender.clone()));
        let conn =
            Conn { task, peer, name, heard: false, owner, guest: false, proven: false, gated: false, waits };
        self.conns.insert(id, conn);
        if !waits {
            self.consumers.opened(id);
        }
        id
    }

    /// Someone connected to the listener.
    pub(super) fn accepted(&mut self, socket: TcpStream, peer: SocketAddr) {
        let peer = peer.ip().to_canonical();
        let is_guest = self.guests.as_ref().is_some_and(|guests| guests.allows(peer));
        let Some(launcher) = &self.launcher else {
            self.take_in(socket, peer, Greeting::Silent, is_guest);
            return self.consumers.inform(Severity::Info, &format!("{peer}: connected"));
        };
        let is_plain = launcher.plain && self.is_waited_for(peer);
        let guard = Guard { secrets: launcher.starter.secrets.clone(), plain: is_plain || is_guest };
        let is_guest = is_guest && !is_plain;
        if !is_guest && !self.gate.enter(peer) {
            return self.turned_away(peer);
        }
        self.take_in(socket, peer, Greeting::Guarded(guard), is_guest);
    }

    /// Reads a connection that someone opened.
    fn take_in(&mut self, socket: TcpStream, peer: IpAddr, greeting: Greeting, is_guest: bool) {
        let owner = Owner::Itself(Tally::new(self.intervals));
        let id = self.open(Socket::Tcp(socket), peer, peer.to_string(), owner, greeting);
        if let Some(conn) = self.conns.get_mut(&id) {
            conn.guest = is_guest;
            conn.gated = self.launcher.is_some() && !is_guest;
        }
    }

    /// A connection that needs no secret has brought none, and no line either: it is given to a host by guess, or closed.
    pub(super) fn silent(&mut self, id: ConnId) {
        self.find_owner(id, None);
        let Some(Conn { owner: Owner::Itself(_), guest: false, peer, .. }) = self.conns.get(&id) else {
            return;
        };
        let peer = *peer;
        self.hang_up(id);
        self.turned_away(peer);
    }

    /// A connection leaves the gate.
    fn pass(&mut self, id: ConnId) {
        if let Some(conn) = self.conns.get_mut(&id)
            && std::mem::take(&mut conn.gated)
        {
            self.gate.leave(conn.peer);
        }
    }

    /// Closes a connection, which is not to say any more; returns it.
    pub(super) fn hang_up(&mut self, id: ConnId) -> Option<Conn> {
        self.pass(id);
        let conn = self.conns.remove(&id)?;
        conn.task.abort();
        self.consumers.closed(id);
        self.names.leave(id);
        if let Owner::Itself(tally) = &conn.owner {
            self.strangers.delivered += usize::from(tally.has_delivered());
        }
        Some(conn)
    }

    /// A connection has brought the secret of `host`.
    pub(super) fn proven(&mut self, id: ConnId, host: HostId) {
        if self.hosts[host.0].gone {
            self.hang_up(id);
            return;
        }
        self.pass(id);
        let Some(conn) = self.conns.get_mut(&id) else { return };
        (conn.guest, conn.proven) = (false, true);
        if std::mem::take(&mut conn.waits) {
            self.consumers.opened(id);
        }
        let present = owner_of(&conn.owner);
        self.give(id, present, host, Certainty::Sure);
        self.hosts[host.0].set_stage(Stage::Released(Release::Ours));
    }

    /// A connection was closed that did not show whose it is.
    fn turned_away(&mut self, peer: IpAddr) {
        if let Some(times) = self.gate.close(std::time::Instant::now()) {
            let hint = match self.launcher {
                Some(Launcher { plain: false, .. }) => " (for Perl collectors there is --allow-plain)",
                _ => "",
            };
            let text =
                format!("connections closed that brought no secret: {times}, the last from {peer}{hint}");
            self.consumers.inform(Severity::Warning, &text);
        }
    }

    /// Lines came: shows those that are wanted.
    pub(super) fn lines(&mut self, id: ConnId, mut batch: Batch) {
        let Some(conn) = self.conns.get_mut(&id) else { return };
        let first = !conn.heard && !batch.lines.is_empty();
        conn.heard |= first;
        if first {
            self.pass(id);
        }
        let Some(conn) = self.conns.get_mut(&id) else { return };
        if first {
            let (guest, owner, peer) = (conn.guest, owner_of(&conn.owner), conn.peer);
            match owner {
                Some(host) if matches!(self.hosts[host.0].called.host, Way::Connect(_)) => {
                    self.step(host, Input::Connected);
                }
                None if guest && self.launcher.is_some() => {
                    self.consumers.inform(Severity::Info, &format!("{peer}: connected"));
                }
                _ if self.launcher.is_some() => self.first_heard(id, batch.name.as_deref()),
                _ => {}
            }
        }
        let name = self.named(id, batch.name.as_deref());
        let Some(conn) = self.conns.get_mut(&id) else { return };
        let tally = match &mut conn.owner {
            Owner::Host(host, _) => {
                let host = &mut self.hosts[host.0];
                // Where an answer did not come and nothing else did, the last interval is the same as before.
                if !batch.lines.is_empty() || batch.last.is_some() {
                    host.last = batch.last;
                }
                &mut host.tally
            }
            Owner::Itself(tally) => tally,
        };
        let wanted = tally.take(&batch.lines);
        if let Some(gap) = batch.gap {
            self.consumers.gap(&name, gap);
        }
        batch.lines.truncate(wanted.lines);
        self.consumers.lines(id, &name, batch.lines);
        self.consumers.count_cut(batch.cut);
        if wanted.enough {
            self.enough(id);
        }
    }

    /// A connection ended.
    pub(super) fn closed(&mut self, id: ConnId, end: End, unfinished: bool) {
        self.pass(id);
        let Some(conn) = self.conns.get_mut(&id) else { return };
        let (waited, peer) = (std::mem::take(&mut conn.waits), conn.peer);
        if waited {
            self.conns.remove(&id);
            return self.turned_away(peer);
        }
        if unfinished {
            self.consumers.count_unfinished();
        }
        self.consumers.closed(id);
        self.names.leave(id);
        let enough = match &mut conn.owner {
            Owner::Host(host, _) => self.hosts[host.0].tally.connection_ended(),
            Owner::Itself(tally) => tally.connection_ended(),
        };
        if enough {
            return self.enough(id);
        }
        let Some(conn) = self.conns.remove(&id) else { return };
        match conn.owner {
            Owner::Host(host, certainty) => self.stream_ended(host, certainty, conn.heard, end),
            Owner::Itself(tally) => {
                self.strangers.delivered += usize::from(tally.has_delivered());
                self.consumers.inform(Severity::Info, &format!("{}: {end}", conn.name));
            }
        }
    }

    fn stream_ended(&mut self, id: HostId, certainty: Certainty, heard: bool, end: End) {
        let host = &mut self.hosts[id.0];
        host.conn = None;
        if host.start.is_some() {
            // The process will end as well; only then is it known why.
            if certainty == Certainty::Sure {
                host.set_stage(Stage::StreamEnded);
            } else if !heard {
                // It was never the host's, as it seems now.
                host.set_stage(Stage::Pending);
                self.step(id, Input::Mistaken);
            }
            return;
        }
        let why = match host.exit.take() {
            Some(StartError::Ended) if end != End::Closed => Why::Stream(end),
            Some(exit) => Why::Start(host.start_error(exit)),
            None => Why::Stream(end),
        };
        self.lose(id, why);
    }

    /// All that was wanted has come over this connection: closes it.
    fn enough(&mut self, id: ConnId) {
        let Some(conn) = self.hang_up(id) else { return };
        match conn.owner {
            Owner::Host(host, certainty) => {
                self.hosts[host.0].conn = None;
                if certainty == Certainty::Sure {
                    self.hosts[host.0].set_stage(Stage::Stop);
                }
                self.step(host, Input::Enough);
            }
            Owner::Itself(_) => {
                self.strangers.done += 1;
                self.consumers.inform(Severity::Info, &format!("{}: {}", conn.name, Why::Enough));
            }
        }
    }
}
