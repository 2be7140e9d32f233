//! The fleet: all hosts and connections of a run.
//!
//! Three pure machines decide: [`links`] when a host is connected to, [`admission`] which host a connection belongs
//! to, and [`change`] what a changed roster means. They return [`action`]s, which the dispatcher here does with its
//! [`tasks`] and the consumers. [`assemble`] sets everything up, [`finish`] ends it.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use collectl_wire::display::counted;
use collectl_wire::listen::Accepted;
use thiserror::Error;
use tokio::time::{Instant, sleep_until};

use crate::base::end::End;
use crate::base::exit::Ended;
use crate::base::ids::{ConnId, HostId};
use crate::base::signals::Signals;
use crate::consumer::Served;
use crate::consumer::entry::StartError as ConsumerError;
use crate::consumer::feed::Consumers;
use crate::consumer::status::Severity;
use crate::launch::outcome::StartError;
use crate::launch::push::PushError;
use crate::link::dial::DialError;
use crate::link::listen::ListenError;
use crate::link::machine::Input;
use crate::link::reason::Reason;
use crate::link::socket::Socket;
use crate::link::stream::StreamEvent;
use crate::stream::batch::Batch;
use crate::target::host::{Aliased, Method};
use crate::target::roster::{Members, RosterError};

mod action;
mod admission;
mod assemble;
mod change;
pub(crate) mod descriptors;
mod event;
mod finish;
mod links;
pub(crate) mod plan;
mod summary;
mod tally;
mod tasks;

use action::{Action, Actions};
use admission::Admission;
use admission::account::{Account, Origin};
use change::Changes;
use event::Event;
use links::Links;
use plan::Plan;
use tasks::Tasks;

/// Why a run could not start.
#[derive(Debug, Error)]
pub(crate) enum RunError {
    #[error(transparent)]
    Listen(#[from] ListenError),
    #[error(transparent)]
    Push(#[from] PushError),
    #[error("handling signals: {0}")]
    Signals(io::Error),
    #[error(transparent)]
    Consumer(#[from] ConsumerError),
}

/// The dispatcher: gives events to the machines, and does the actions that they return.
struct Fleet {
    links: Links,
    admission: Admission,
    tasks: Tasks,
    consumers: Consumers,
    /// How many intervals each host is to deliver.
    intervals: Option<u64>,
    /// How writing to standard output ended.
    output: Option<Ended>,
}

/// Runs the plan to its end; returns the exit status. `limit` is how many files may be open.
///
/// # Errors
/// A [`RunError`].
pub(crate) async fn run(plan: Plan, limit: Option<u64>) -> Result<u8, RunError> {
    let mut signals = Signals::take().map_err(RunError::Signals)?;
    let until = plan.duration.map(|duration| Instant::now() + duration);
    let shortage = descriptors::shortage(&plan, limit);
    let mut fleet = Fleet::assemble(plan)?;
    if let Some(text) = shortage {
        fleet.consumers.error(&text);
    }
    fleet.start();
    let mut batch = Vec::new();
    let ended = loop {
        if let Some(ended) = fleet.output.or_else(|| fleet.is_finished().then_some(Ended::Done)) {
            break ended;
        }
        tokio::select! {
            biased;
            () = signals.next() => break Ended::Signal,
            () = sleep_until(until.unwrap_or_else(Instant::now)), if until.is_some() => break Ended::Done,
            result = fleet.consumers.serve() => match result {
                Ok(Served::Quit) => break Ended::Signal,
                result => fleet.written(result.map(drop)),
            },
            () = fleet.tasks.next(&mut batch) => {
                for event in batch.drain(..) {
                    fleet.on(event);
                    if fleet.is_finished() {
                        break;
                    }
                }
            }
        }
    };
    Ok(fleet.finish(ended, &mut signals).await)
}

impl Fleet {
    /// Starts all links.
    fn start(&mut self) {
        let all = self.links.present().map(|(id, _)| Action::Link(id, Input::Start)).collect();
        self.perform(all);
    }

    /// Adds a host that had the origins `before`.
    fn add(&mut self, host: Aliased<Method>, before: Vec<Origin>) -> HostId {
        let retry = self.tasks.retry(&host.host);
        let label = match &host.alias {
            Some(alias) => format!("{alias} ({})", host.host.label()),
            None => host.host.label(),
        };
        let label: Arc<str> = label.into();
        self.admission.add(Account::new(Arc::clone(&label), &host, before, retry, self.intervals));
        self.links.add(label, host, retry)
    }

    /// True when no data that was asked for can come any more.
    fn is_finished(&self) -> bool {
        self.links.are_over() && self.admission.guests_are_over()
    }

    fn on(&mut self, event: Event) {
        let mut out = Actions::new();
        match event {
            Event::Accepted(accepted) => self.accepted(accepted, &mut out),
            Event::Dialled { host, result } => self.dialled(host, result, &mut out),
            Event::Due { host } => out.push(Action::Link(host, Input::Due)),
            Event::Prepared { host, result: Ok(prepared) } => {
                self.admission.starting(host, prepared.addresses.clone());
                self.tasks.start(host, prepared);
            }
            Event::Prepared { host, result: Err(outcome) } | Event::StartOver { host, outcome } => {
                self.start_over(host, outcome, &mut out);
            }
            Event::Roster(result) => return self.change(result),
            Event::Stream(conn, StreamEvent::Lines(batch)) => return self.lines(conn, batch),
            Event::Stream(conn, event) => self.stream(conn, event, &mut out),
        }
        self.perform(out);
    }

    fn accepted(&mut self, accepted: Accepted, out: &mut Actions) {
        match accepted {
            Accepted::Client(socket, peer) => {
                let peer = peer.ip().to_canonical();
                let admitted = self.admission.accept(peer, std::time::Instant::now(), out);
                if let Some((conn, need)) = admitted {
                    self.tasks.read_client(conn, Socket::Tcp(socket), need);
                }
            }
            Accepted::Refused { times, last } => {
                let connections = counted(times, "connection");
                let text = format!("{connections} closed that --allow does not list, the last from {last}");
                out.push(Action::Inform(Severity::Warning, text));
            }
            Accepted::Failed { error, times } => {
                let times = if times > 1 { format!(" ({times} times)") } else { String::new() };
                out.push(Action::Error(format!("accepting connections: {error}{times}; retrying")));
            }
        }
    }

    fn dialled(&mut self, host: HostId, result: Result<Socket, DialError>, out: &mut Actions) {
        let lost =
            |reason| Action::Lost { host, reason, delivered: self.admission.get(host).tally.has_delivered() };
        let socket = match result {
            Ok(_) if self.admission.get(host).gone => return,
            Ok(socket) => socket,
            Err(error) => return out.push(lost(Reason::Dial(error))),
        };
        let Ok(peer) = socket.peer() else { return out.push(lost(Reason::Stream(End::Closed))) };
        // An ssh is connected only when data comes through it.
        let is_up = matches!(socket, Socket::Tcp(_));
        let last = self.admission.get(host).last;
        let conn = self.admission.dialled(host, peer, out);
        self.tasks.read_server(conn, socket, last);
        if is_up {
            out.push(Action::Link(host, Input::Connected));
        }
    }

    fn start_over(&mut self, host: HostId, outcome: StartError, out: &mut Actions) {
        self.tasks.start_over(host);
        self.admission.start_over(host, outcome, out);
    }

    fn stream(&mut self, conn: ConnId, event: StreamEvent, out: &mut Actions) {
        let now = std::time::Instant::now();
        match event {
            StreamEvent::Silent => self.admission.silent(conn, now, out),
            StreamEvent::Proven(host) => self.admission.proven(conn, host, out),
            StreamEvent::Lines(_) => {}
            StreamEvent::Closed { end, unfinished } => {
                self.tasks.close(conn);
                if unfinished {
                    self.consumers.count_unfinished();
                }
                self.admission.closed(conn, end, now, out);
            }
        }
    }

    /// Lines came: hands those on that were asked for.
    fn lines(&mut self, conn: ConnId, mut batch: Batch) {
        let (mut out, mut after) = (Actions::new(), Actions::new());
        let wanted = self.admission.lines(conn, &batch, &mut out, &mut after);
        self.perform(out);
        let Some((name, lines)) = wanted else { return };
        if let Some(gap) = batch.gap {
            self.consumers.gap(&name, gap);
        }
        batch.lines.truncate(lines);
        self.consumers.lines(conn, &name, batch.lines);
        self.consumers.count_cut(batch.cut);
        self.perform(after);
    }

    /// The roster has changed.
    fn change(&mut self, result: Result<Members, RosterError>) {
        let members = match result {
            Ok(members) => members,
            Err(error) => return self.consumers.error(&format!("{error}; nothing changes")),
        };
        let mut out = Actions::new();
        self.admission.set_guests(members.guests, &mut out);
        let present = self.links.present().map(|(id, host)| (&host.host, id)).collect();
        let changes = Changes::between(&present, &members.hosts);
        if !changes.is_empty() {
            out.push(Action::Inform(Severity::Warning, changes.to_string()));
        }
        self.perform(out);
        for &(id, moved) in &changes.gone {
            let mut out = Actions::new();
            self.admission.retire(id, moved, &mut out);
            out.extend(self.links.retire(id, Instant::now()));
            self.perform(out);
        }
        for (host, before) in changes.new {
            let before = before.map_or_else(Vec::new, |id| {
                [&[Origin::Host(id)], &self.admission.get(id).before[..]].concat()
            });
            let id = self.add(host, before);
            self.perform(vec![Action::Link(id, Input::Start)]);
        }
    }

    /// Does all actions, and those that come of them.
    fn perform(&mut self, actions: Actions) {
        let mut actions = VecDeque::from(actions);
        while let Some(action) = actions.pop_front() {
            let more = match action {
                Action::Link(host, input) => self.links.on(host, input, Instant::now(), fastrand::f64()),
                Action::Lost { host, reason, delivered } => {
                    self.links.lost(host, reason, delivered, Instant::now(), fastrand::f64())
                }
                action => {
                    self.act(action);
                    continue;
                }
            };
            // What comes of an action is done before the next one.
            for action in more.into_iter().rev() {
                actions.push_front(action);
            }
        }
        self.consumers.count(self.links.counts());
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Connect(host) => self.connect(host),
            Action::Wait(host, delay) => self.tasks.wait(host, delay),
            Action::Stage(host, stage) => self.tasks.set_stage(host, stage),
            Action::Opened(conn) => self.consumers.opened(conn),
            Action::Close(conn) => {
                self.tasks.close(conn);
                self.consumers.closed(conn);
            }
            Action::Closed(conn) => self.consumers.closed(conn),
            Action::Inform(severity, text) => self.consumers.inform(severity, &text),
            Action::Error(text) => self.consumers.error(&text),
            Action::Link(..) | Action::Lost { .. } => {}
        }
    }

    fn connect(&mut self, id: HostId) {
        match self.links.get(id).host.host.clone() {
            Method::Launch(target) => {
                self.admission.preparing(id);
                self.tasks.prepare(id, target);
            }
            Method::Connect(server) => self.tasks.dial(id, server),
        }
    }

    /// Remembers how writing to standard output ended.
    fn written(&mut self, result: io::Result<()>) {
        let Err(error) = result else { return };
        if error.kind() == io::ErrorKind::BrokenPipe {
            self.output = Some(Ended::ReaderLeft);
        } else {
            self.consumers.error(&format!("writing to standard output: {error}"));
            self.output = Some(Ended::OutputFailed);
        }
    }
}
