//! Moves hosts from state to state, does what that asks for, and says so.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::Fleet;
use super::members::{Certainty, Owner, Start};
use crate::base::ids::HostId;
use crate::consumer::status::Counts;
use crate::consumer::status::Severity;
use crate::fleet::event::Event;
use crate::launch::attempt::{Stage, attempt};
use crate::launch::outcome::StartError;
use crate::link::dial::{DialError, dial, dig};
use crate::link::socket::Socket;
use crate::link::state::{Action, Input, State};
use crate::link::stream::Greeting;
use crate::link::why::Why;
use crate::target::host::Way;

impl Fleet {
    /// Gives `input` to a host's link, and does what comes of it.
    pub(super) fn step(&mut self, id: HostId, input: Input) {
        let host = &mut self.hosts[id.0];
        let before = host.link.state().clone();
        let action = host.link.on(input, Instant::now(), fastrand::f64());
        if *host.link.state() != before {
            *place(&mut self.counts, &before) -= 1;
            *place(&mut self.counts, host.link.state()) += 1;
            self.tell(id, &before, action);
        }
        match action {
            Action::Nothing | Action::Stop => {}
            Action::Connect => self.connect(id),
            Action::Wait(delay) => {
                let events = self.sender.clone();
                self.tasks.spawn(async move {
                    sleep(delay).await;
                    // The fleet may have left.
                    let _ = events.send(Event::Due { host: id }).await;
                });
            }
        }
        self.consumers.count(self.counts);
    }

    fn connect(&mut self, id: HostId) {
        let events = self.sender.clone();
        match (&self.hosts[id.0].called.host, &self.launcher, &self.dialler) {
            (Way::Launch(target), Some(launcher), _) => {
                let (stage, seen) = watch::channel(Stage::Pending);
                let (starter, target) = (Arc::clone(&launcher.starter), target.clone());
                self.starts.spawn(attempt(starter, target, id, seen, events));
                self.hosts[id.0].start = Some(Start { stage, order: None, addresses: Vec::new() });
                self.hosts[id.0].exit = None;
            }
            (Way::Connect(server), _, Some(dialler)) => {
                let server = server.clone();
                let (tunnel, from, permits) = (dialler.tunnel, dialler.from, Arc::clone(&dialler.permits));
                self.tasks.spawn(async move {
                    let result = if tunnel {
                        dig(&server.login(), server.port, permits).await
                    } else {
                        dial(&server.host.host, server.port, from, &permits).await.map(Socket::Tcp)
                    };
                    let _ = events.send(Event::Dialled { host: id, result }).await;
                });
            }
            (Way::Launch(_), None, _) | (Way::Connect(_), _, None) => {}
        }
    }

    /// The connection to a server stands, or does not.
    pub(super) fn dialled(&mut self, id: HostId, result: Result<Socket, DialError>) {
        match result {
            Ok(_) if self.hosts[id.0].gone => {}
            Ok(socket) => {
                let Ok(peer) = socket.peer() else {
                    let end = crate::link::end::End::Closed;
                    return self.lose(id, Why::Stream(end));
                };
                let is_up = matches!(socket, Socket::Tcp(_));
                let name = self.hosts[id.0].name.clone();
                let owner = Owner::Host(id, Certainty::Sure);
                let greeting = Greeting::Hello(self.hosts[id.0].last);
                let conn = self.open(socket, peer, name, owner, greeting);
                self.hosts[id.0].conn = Some(conn);
                // An ssh that runs says nothing; what comes through it does.
                if is_up {
                    self.step(id, Input::Connected);
                }
            }
            Err(error) => self.lose(id, Why::Dial(error)),
        }
    }

    /// Says what changed: each outage once, not each try.
    fn tell(&mut self, id: HostId, before: &State, action: Action) {
        let host = &mut self.hosts[id.0];
        let label = &host.label;
        match host.link.state().clone() {
            State::Idle | State::Connecting { .. } => {}
            State::Up { .. } => {
                host.why = None;
                host.outage_told = false;
                self.consumers.inform(Severity::Info, &format!("{label}: up"));
            }
            State::Waiting { .. } => {
                let told = std::mem::replace(&mut host.outage_told, true);
                if let (Some(why), Action::Wait(delay), false) = (&host.why, action, told) {
                    let was_up = matches!(before, State::Up { .. });
                    let what = if was_up { "lost" } else { "not up" };
                    let text = format!("{label}: {what}: {why}; next try in {}", seconds(delay));
                    self.consumers.inform(Severity::Warning, &text);
                }
            }
            State::Ended { why } => {
                let good = matches!(why, Why::Enough | Why::Removed | Why::Start(StartError::Ended));
                let news = if good { Severity::Info } else { Severity::Warning };
                self.consumers.inform(news, &format!("{label}: {why}"));
            }
            State::Failed { why } => self.consumers.error(&format!("{label}: failed: {why}")),
        }
    }

    /// Loses a host's link, and remembers why.
    pub(super) fn lose(&mut self, id: HostId, why: Why) {
        let host = &mut self.hosts[id.0];
        if host.tally.has_delivered() {
            host.link.prove();
        }
        host.why = Some(why.clone());
        self.step(id, Input::Lost(why));
    }
}

/// Where a link in `state` is counted.
fn place<'a>(counts: &'a mut Counts, state: &State) -> &'a mut usize {
    match state {
        State::Idle | State::Connecting { .. } | State::Waiting { .. } => &mut counts.waiting,
        State::Up { .. } => &mut counts.up,
        State::Failed { .. } => &mut counts.failed,
        State::Ended { .. } => &mut counts.ended,
    }
}

fn seconds(delay: Duration) -> String {
    format!("{:.1} s", delay.as_secs_f64())
}
