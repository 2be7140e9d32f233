//! Connections and their lines.

use std::net::{IpAddr, SocketAddr};

use tokio::net::TcpStream;

use super::members::{Certainty, Conn, Owner};
use super::tally::Tally;
use super::{Fleet, Way};
use crate::event::{ConnId, HostId};
use crate::launch::attempt::Stage;
use crate::launch::outcome::StartError;
use crate::link::state::Input;
use crate::link::stream::{Batch, End, Greeting, read};
use crate::screen::News;
use crate::why::Why;

impl Fleet {
    /// Reads a connection from now on.
    pub(super) fn open(
        &mut self,
        socket: TcpStream,
        peer: IpAddr,
        name: String,
        owner: Owner,
        greeting: Greeting,
    ) -> ConnId {
        let id = ConnId(self.next_conn);
        self.next_conn += 1;
        let task = self.tasks.spawn(read(socket, id, greeting, self.sender.clone()));
        self.screen.opened(id);
        self.conns.insert(id, Conn { task, peer, name, heard: false, owner });
        id
    }

    /// A collector connected to the listener.
    pub(super) fn accepted(&mut self, socket: TcpStream, peer: SocketAddr) {
        let peer = peer.ip().to_canonical();
        let owner = Owner::Itself(Tally::new(self.intervals));
        let conn = self.open(socket, peer, peer.to_string(), owner, Greeting::Silent);
        match self.way {
            Way::Launch { .. } => self.find_owner(conn, None),
            Way::Connect { .. } | Way::Listen => {
                self.screen.inform(News::Good, &format!("{peer}: connected"));
            }
        }
    }

    /// Lines came: shows those that are wanted.
    pub(super) fn lines(&mut self, id: ConnId, batch: &Batch) {
        let Some(conn) = self.conns.get_mut(&id) else { return };
        let first = !std::mem::replace(&mut conn.heard, true);
        if first && let (Way::Launch { .. }, Some(name)) = (&self.way, &batch.name) {
            self.find_owner(id, Some(name));
        }
        let Some(conn) = self.conns.get_mut(&id) else { return };
        let (tally, alias) = match &mut conn.owner {
            Owner::Host(host, _) => {
                let host = &mut self.hosts[host.0];
                host.last = batch.last;
                (&mut host.tally, host.alias.as_deref())
            }
            Owner::Itself(tally) => (tally, None),
        };
        let taken = tally.take(&batch.text);
        let name = alias.or(batch.name.as_deref()).unwrap_or(&conn.name);
        let mut result = Ok(());
        if let Some(gap) = batch.gap {
            result = self.screen.gap(name, gap);
        }
        let result = result.and_then(|()| self.screen.lines(id, name, &batch.text[..taken.shown]));
        self.screen.losses.cut += batch.cut;
        if taken.enough {
            self.enough(id);
        }
        self.written(result);
    }

    /// A connection ended.
    pub(super) fn closed(&mut self, id: ConnId, end: End, unfinished: bool) {
        let Some(conn) = self.conns.get_mut(&id) else { return };
        self.screen.losses.unfinished += u64::from(unfinished);
        self.screen.closed(id);
        let enough = match &mut conn.owner {
            Owner::Host(host, _) => self.hosts[host.0].tally.connection_ended(),
            Owner::Itself(tally) => tally.connection_ended(),
        };
        if enough {
            return self.enough(id);
        }
        let Some(conn) = self.conns.remove(&id) else { return };
        match conn.owner {
            Owner::Host(host, certainty) => self.stream_ended(host, certainty, end),
            Owner::Itself(tally) => {
                self.strangers.delivered += usize::from(tally.has_delivered());
                self.screen.inform(News::Good, &format!("{}: {end}", conn.name));
            }
        }
    }

    fn stream_ended(&mut self, id: HostId, certainty: Certainty, end: End) {
        let host = &mut self.hosts[id.0];
        host.conn = None;
        if host.start.is_some() {
            // The process will end as well; only then is it known why.
            if certainty == Certainty::Sure {
                host.set_stage(Stage::StreamEnded);
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
        let Some(conn) = self.conns.remove(&id) else { return };
        conn.task.abort();
        self.screen.closed(id);
        match conn.owner {
            Owner::Host(host, certainty) => {
                self.hosts[host.0].conn = None;
                if certainty == Certainty::Sure {
                    self.hosts[host.0].set_stage(Stage::Stop);
                }
                self.step(host, Input::Enough);
            }
            Owner::Itself(tally) => {
                self.strangers.delivered += usize::from(tally.has_delivered());
                self.strangers.done += 1;
                self.screen.inform(News::Good, &format!("{}: {}", conn.name, Why::Enough));
            }
        }
    }
}
