//! Launched processes, and whose a connection is.

use std::net::IpAddr;

use super::Fleet;
use super::members::{Certainty, Host, Owner};
use super::tally::Tally;
use crate::base::ids::{ConnId, HostId};
use crate::identity::attribute::{Basis, Candidate, attribute};
use crate::launch::attempt::{Release, Stage};
use crate::launch::outcome::StartError;
use crate::link::state::Input;
use crate::link::why::Why;

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
        if host.guessed && outcome.never_connected() {
            self.disprove(id);
        }
        let host = &mut self.hosts[id.0];
        let left = outcome == StartError::Left;
        // From now on the end of the connection is that of the collectl.
        let outcome = if left { StartError::Ended } else { outcome };
        if let Some(conn) = host.conn {
            let guess = self.conns.get(&conn).is_some_and(|conn| conn.owner.is_guess());
            if left || !(guess && host.link.is_retried()) {
                // What is still on its way is heard first.
                host.exit = Some(outcome);
                return;
            }
            self.disown(conn);
        }
        let why = Why::Start(self.hosts[id.0].start_error(outcome));
        self.lose(id, why);
    }

    /// Whether a host that is being started has this address. All loopback addresses are this machine's.
    pub(super) fn is_waited_for(&self, peer: IpAddr) -> bool {
        let starts = self
            .hosts
            .iter()
            .filter(|host| !host.gone && host.conn.is_none_or(|conn| self.is_unheard_guess(conn)))
            .filter_map(|host| host.start.as_ref());
        let is_own = |address: &IpAddr| *address == peer || address.is_loopback() && peer.is_loopback();
        starts.filter(|start| start.order.is_some()).any(|start| start.addresses.iter().any(is_own))
    }

    /// Whether a connection was given to its host by guess, and has said nothing yet.
    fn is_unheard_guess(&self, id: ConnId) -> bool {
        self.conns.get(&id).is_some_and(|conn| conn.owner.is_guess() && !conn.heard)
    }

    /// A connection has said its first lines: if it is a Perl collectl's and it is clear whose, that one's session is over.
    pub(super) fn first_heard(&mut self, id: ConnId, name: Option<&str>) {
        let owner = |fleet: &Self| {
            fleet.conns.get(&id).and_then(|conn| match conn.owner {
                Owner::Host(host, certainty) => Some((host, certainty)),
                Owner::Itself(_) => None,
            })
        };
        if self.conns.get(&id).is_none_or(|conn| conn.proven) {
            return;
        }
        self.find_owner(id, name);
        match owner(self) {
            Some((host, Certainty::Sure | Certainty::Likely)) => self.release(host),
            Some((_, Certainty::Guess)) if !self.hosts.iter().any(Host::is_waited_for) => {
                // Nobody is missing: whose is whose makes no difference to the sessions.
                let heard = |host: &Host| {
                    host.conn.and_then(|conn| self.conns.get(&conn)).is_some_and(|conn| conn.heard)
                };
                let heard: Vec<_> =
                    (0..self.hosts.len()).map(HostId).filter(|host| heard(&self.hosts[host.0])).collect();
                heard.into_iter().for_each(|host| self.release(host));
            }
            Some((_, Certainty::Guess)) | None => {}
        }
    }

    /// The session of a Perl collectl is to be left.
    fn release(&self, host: HostId) {
        let start = self.hosts[host.0].start.as_ref();
        if start.is_some_and(|start| *start.stage.borrow() == Stage::Connected) {
            self.hosts[host.0].set_stage(Stage::Released(Release::Perl));
        }
    }

    /// Gives a connection to the host that it seems to come from: when it is accepted, and again when it has said a name,
    /// which may show that the first guess was wrong.
    pub(super) fn find_owner(&mut self, id: ConnId, name: Option<&str>) {
        let Some(conn) = self.conns.get(&id).filter(|conn| !conn.guest && !conn.proven) else { return };
        let (peer, present, heard) = (conn.peer, owner_of(&conn.owner), conn.heard);
        let mut open: Vec<HostId> =
            (0..self.hosts.len()).map(HostId).filter(|&host| self.may_own(host, present, name)).collect();
        open.sort_by_key(|host| self.hosts[host.0].start.as_ref().and_then(|start| start.order));
        let candidates: Vec<Candidate<'_>> = open.iter().map(|&host| self.candidate(host)).collect();
        let Some((index, basis)) = attribute(name, peer, &candidates) else { return };
        let found = open[index];
        let certainty = if basis == Basis::Name || heard && self.hosts.len() == 1 {
            Certainty::Sure
        } else if present.is_some() || self.hosts[found.0].conn.is_some() {
            // No better than what was guessed before.
            return;
        } else if basis == Basis::Address {
            Certainty::Likely
        } else {
            Certainty::Guess
        };
        self.give(id, present, found, certainty);
    }

    /// Whether `host` may be where a connection comes from that is `present`'s so far.
    fn may_own(&self, host: HostId, present: Option<HostId>, name: Option<&str>) -> bool {
        let Host { start: Some(start), conn, gone: false, .. } = &self.hosts[host.0] else { return false };
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
    pub(super) fn give(&mut self, id: ConnId, present: Option<HostId>, host: HostId, certainty: Certainty) {
        let other = self.hosts[host.0].conn.filter(|&other| other != id);
        if let (Some(present), true) = (present, present != Some(host)) {
            self.swap_tallies(present, host);
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
            self.hosts[host.0].guessed = certainty != Certainty::Sure;
            self.hosts[host.0].set_stage(Stage::Connected);
            self.step(host, Input::Connected);
        }
    }

    /// What came as if from `id` can't be its: it goes to the host that was started first of those still waited for.
    fn disprove(&mut self, id: HostId) {
        let conn = self.hosts[id.0].conn.take();
        let waited_for = (0..self.hosts.len()).map(HostId).filter(|&host| self.may_own(host, None, None));
        let next =
            waited_for.min_by_key(|host| self.hosts[host.0].start.as_ref().and_then(|start| start.order));
        self.hosts[id.0].guessed = false;
        self.step(id, Input::Mistaken);
        let Some(next) = next else {
            let tally = std::mem::replace(&mut self.hosts[id.0].tally, Tally::new(self.intervals));
            if let Some(conn) = conn.and_then(|conn| self.conns.get_mut(&conn)) {
                conn.owner = Owner::Itself(tally);
            }
            return;
        };
        self.swap_tallies(id, next);
        if let Some(conn) = conn.and_then(|conn| self.conns.get_mut(&conn)) {
            conn.owner = Owner::Host(next, Certainty::Guess);
        }
        self.hosts[next.0].conn = conn;
        self.hosts[next.0].guessed = true;
        self.hosts[next.0].set_stage(Stage::Connected);
        self.step(next, Input::Connected);
        if self.hosts[next.0].tally.is_done() {
            self.step(next, Input::Enough);
        }
    }

    fn swap_tallies(&mut self, one: HostId, other: HostId) {
        let (low, high) = (one.0.min(other.0), one.0.max(other.0));
        let (left, right) = self.hosts.split_at_mut(high);
        std::mem::swap(&mut left[low].tally, &mut right[0].tally);
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

/// Whose it is, if a host's.
pub(super) fn owner_of(owner: &Owner) -> Option<HostId> {
    match owner {
        Owner::Host(host, _) => Some(*host),
        Owner::Itself(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};

    use collectl_wire::hello::{Position, RunId};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;
    use crate::fleet::event::Event;
    use crate::link::end::End;
    use crate::link::state::State;
    use crate::run::cli::Cli;
    use crate::stream::batch::Batch;
    use crate::stream::classify::{Format, LineKind};
    use crate::stream::lines::Lines;
    use clap::Parser;

    /// A fleet whose hosts are being started by a command that only waits, and share one address.
    fn fleet(hosts: &str) -> Fleet {
        let line = format!("r launch --allow-plain --port 0 --bind 127.0.0.1 -q --rsh {} {hosts}", "cat");
        let plan = crate::run::resolve::resolve(Cli::try_parse_from(line.split(' ')).unwrap()).unwrap();
        let (mut fleet, _) = Fleet::assemble(plan.gather()).unwrap();
        fleet.begin();
        for host in 0..fleet.hosts.len() {
            fleet.on(Event::Starting { host: HostId(host), addresses: vec![Ipv4Addr::LOCALHOST.into()] });
        }
        fleet
    }

    async fn connect(fleet: &mut Fleet) -> TcpStream {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (socket, peer): (_, SocketAddr) = listener.accept().await.unwrap();
        let conn = ConnId(fleet.next_conn);
        fleet.on(Event::Accepted { socket, peer });
        fleet.on(Event::Silent { conn });
        client
    }

    fn one_line() -> Lines {
        let mut lines = Lines::default();
        lines.push(b"1", LineKind::Data, Format::Rows);
        lines
    }

    fn says(fleet: &mut Fleet, conn: u64, name: &str) {
        let batch = Batch { name: Some(name.into()), lines: one_line(), ..Batch::default() };
        fleet.on(Event::Lines { conn: ConnId(conn), batch });
    }

    fn conns(fleet: &Fleet) -> Vec<Option<u64>> {
        fleet.hosts.iter().map(|host| host.conn.map(|conn| conn.0)).collect()
    }

    #[tokio::test]
    async fn a_name_corrects_a_guess() {
        let mut fleet = fleet("a b c");
        let _clients = (connect(&mut fleet).await, connect(&mut fleet).await);
        assert_eq!(conns(&fleet), [Some(0), Some(1), None]);
        says(&mut fleet, 0, "b");
        assert_eq!(conns(&fleet), [Some(1), Some(0), None]);
        says(&mut fleet, 1, "c");
        assert_eq!(conns(&fleet), [None, Some(0), Some(1)]);
        assert!(matches!(fleet.hosts[0].link.state(), State::Connecting { .. }));
        assert!(matches!(fleet.hosts[2].link.state(), State::Up { .. }));
    }

    #[tokio::test]
    async fn a_name_that_no_host_has_changes_nothing() {
        let mut fleet = fleet("a b");
        let _clients = (connect(&mut fleet).await, connect(&mut fleet).await, connect(&mut fleet).await);
        says(&mut fleet, 1, "x");
        says(&mut fleet, 2, "x");
        assert_eq!(conns(&fleet), [Some(0), Some(1)]);
    }

    #[tokio::test]
    async fn a_start_that_failed_gives_back_what_it_was_given() {
        let mut fleet = fleet("a b");
        let _client = connect(&mut fleet).await;
        assert_eq!(conns(&fleet), [Some(0), None]);
        fleet.on(Event::StartOver { host: HostId(0), outcome: StartError::TimedOut });
        assert_eq!(conns(&fleet), [None, Some(0)]);
        assert!(matches!(fleet.hosts[0].link.state(), State::Failed { .. }));
        assert!(matches!(fleet.hosts[1].link.state(), State::Up { .. }));
    }

    #[tokio::test]
    async fn a_host_is_over_when_its_process_and_its_stream_are() {
        for process_first in [true, false] {
            let mut fleet = fleet("a");
            let _client = connect(&mut fleet).await;
            says(&mut fleet, 0, "a");
            let process = Event::StartOver { host: HostId(0), outcome: StartError::Ended };
            let stream = Event::Closed { conn: ConnId(0), end: End::Closed, unfinished: false };
            let (first, second) = if process_first { (process, stream) } else { (stream, process) };
            fleet.on(first);
            assert!(!fleet.is_finished());
            fleet.on(second);
            assert!(fleet.is_finished());
            let ended = State::Ended { why: Why::Start(StartError::Ended) };
            assert_eq!(fleet.hosts[0].link.state(), &ended);
        }
    }

    #[tokio::test]
    async fn a_proven_connection_is_nobody_elses_whatever_its_name() {
        let mut fleet = fleet("n1.a n1.b");
        let _client = connect(&mut fleet).await;
        fleet.on(Event::Proven { conn: ConnId(0), host: HostId(0) });
        fleet.on(Event::StartOver { host: HostId(0), outcome: StartError::Left });
        says(&mut fleet, 0, "n1");
        assert_eq!(conns(&fleet), [Some(0), None]);
        assert!(matches!(fleet.hosts[1].link.state(), State::Connecting { .. }));
    }

    #[tokio::test]
    async fn a_stray_that_says_nothing_costs_a_start_nothing() {
        for hosts in ["a", "a b"] {
            let mut fleet = fleet(hosts);
            let _client = connect(&mut fleet).await;
            assert_eq!(conns(&fleet)[0], Some(0));
            fleet.on(Event::Closed { conn: ConnId(0), end: End::Closed, unfinished: false });
            assert_eq!(conns(&fleet)[0], None);
            let start = fleet.hosts[0].start.as_ref().expect("its process goes on");
            assert_eq!(*start.stage.borrow(), Stage::Pending);
            assert!(matches!(fleet.hosts[0].link.state(), State::Connecting { .. }));
        }
    }

    #[tokio::test]
    async fn an_answer_that_did_not_come_is_no_new_beginning() {
        let mut fleet = fleet("a");
        let _client = connect(&mut fleet).await;
        fleet.on(Event::Proven { conn: ConnId(0), host: HostId(0) });
        let last = Some(Position { run: RunId(1), seq: 2, time: 3 });
        let numbered = Batch { lines: one_line(), last, ..Batch::default() };
        fleet.on(Event::Lines { conn: ConnId(0), batch: numbered });
        fleet.on(Event::Lines { conn: ConnId(0), batch: Batch::default() });
        assert_eq!(fleet.hosts[0].last, last);
    }
}
