//! The fleet: owns every task, hears all that happens, and alone decides what the user sees.
//!
//! [`assemble`] begins it, [`change`] does what a file says that has changed, [`links`] moves hosts from state to state, [`starts`] looks after launched processes and whose a connection is,
//! [`streams`] after connections and their lines, [`identity`] tells hosts of one name apart, [`finish`] ends it all.

use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use collectl_wire::allow::Allowed;
use thiserror::Error;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::base::exit::Ended;
use crate::base::ids::{ConnId, HostId};
use crate::base::signals::Signals;
use crate::consumer::Served;
use crate::consumer::feed::Consumers;
use crate::consumer::registry::StartError;
use crate::consumer::status::{Counts, Severity};
use crate::fleet::event::{EVENTS, Event};
use crate::fleet::plan::Plan;
use crate::identity::names::Names;
use crate::launch::children::Children;
use crate::launch::prepare::Starter;
use crate::launch::push::PushError;
use crate::link::accept::ListenError;
use crate::link::state::{Input, Retry};
use crate::run::descriptors::shortage;

mod assemble;
mod change;
pub(crate) mod event;
mod finish;
mod gate;
mod identity;
mod links;
mod members;
pub(crate) mod plan;
mod starts;
mod streams;
mod summary;
mod tally;

use gate::Gate;
use members::{Conn, Host, Origin};

/// Why a run could not begin.
#[derive(Debug, Error)]
pub(crate) enum RunError {
    #[error(transparent)]
    Listen(#[from] ListenError),
    #[error(transparent)]
    Push(#[from] PushError),
    #[error("taking over signals: {0}")]
    Signals(io::Error),
    #[error(transparent)]
    Consumer(#[from] StartError),
}

/// What starts collectls.
struct Launcher {
    starter: Arc<Starter>,
    /// Whether connections without a secret are heard, from addresses of the hosts.
    plain: bool,
    retry: Retry,
}

/// What connects to servers.
struct Dialler {
    tunnel: bool,
    from: Option<IpAddr>,
    permits: Arc<Semaphore>,
    retry: Retry,
}

/// Connections that belong to no host of the command line.
#[derive(Debug, Default)]
struct Strangers {
    delivered: usize,
    /// How many have brought all that was wanted.
    done: usize,
}

struct Fleet {
    launcher: Option<Launcher>,
    dialler: Option<Dialler>,
    /// Who may connect without being of the hosts; none if nobody may.
    guests: Option<Allowed>,
    intervals: Option<u64>,
    /// All that there ever were: their places don't change.
    hosts: Vec<Host>,
    /// How many of them are gone.
    gone: usize,
    /// How their links stand.
    counts: Counts,
    conns: BTreeMap<ConnId, Conn>,
    next_conn: u64,
    next_start: u64,
    strangers: Strangers,
    names: Names<Origin>,
    gate: Gate,
    /// Connections that were closed since their addresses may not connect.
    refused: Arc<AtomicU64>,
    consumers: Consumers,
    children: Children,
    sender: mpsc::Sender<Event>,
    /// Tasks that may end at any point: dials, waits, readers, the listener.
    tasks: JoinSet<()>,
    /// Tasks that look after a process, and must be let end it.
    starts: JoinSet<()>,
    output: Option<Ended>,
}

/// Runs the plan to its end; returns the exit status. `limit` is how many files may be open.
pub(crate) async fn run(plan: Plan, limit: Option<u64>) -> Result<u8, RunError> {
    let mut signals = Signals::take().map_err(RunError::Signals)?;
    let until = plan.duration.map(|duration| Instant::now() + duration);
    let shortage = shortage(&plan, limit);
    let (mut fleet, mut events) = Fleet::assemble(plan)?;
    if let Some(text) = shortage {
        fleet.consumers.error(&text);
    }
    fleet.begin();
    let mut batch = Vec::with_capacity(EVENTS);
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
            1.. = events.recv_many(&mut batch, EVENTS) => {
                for event in batch.drain(..) {
                    fleet.on(event);
                    if fleet.is_finished() {
                        break;
                    }
                }
            }
        }
        fleet.reap();
    };
    drop(events);
    Ok(fleet.finish(ended, &mut signals).await)
}

impl Fleet {
    /// The hosts that are not gone.
    fn present(&self) -> impl Iterator<Item = (HostId, &Host)> {
        self.hosts
            .iter()
            .enumerate()
            .filter(|(_, host)| !host.gone)
            .map(|(index, host)| (HostId(index), host))
    }

    fn on(&mut self, event: Event) {
        match event {
            Event::Accepted { socket, peer } => self.accepted(socket, peer),
            Event::AcceptFailed { error, times } => {
                let times = if times > 1 { format!(" ({times} times)") } else { String::new() };
                self.consumers.error(&format!("accepting connections: {error}{times}; trying on"));
            }
            Event::Refused { peer, times } => {
                let text = format!("connections closed that --allow excludes: {times}, the last from {peer}");
                self.consumers.inform(Severity::Warning, &text);
            }
            Event::Dialled { host, result } => self.dialled(host, result),
            Event::Due { host } => self.step(host, Input::Due),
            Event::Starting { host, addresses } => self.starting(host, addresses),
            Event::StartOver { host, outcome } => self.start_over(host, outcome),
            Event::Roster(result) => self.change(result),
            Event::Silent { conn } => self.silent(conn),
            Event::Proven { conn, host } => self.proven(conn, host),
            Event::Lines { conn, batch } => self.lines(conn, batch),
            Event::Closed { conn, end, unfinished } => self.closed(conn, end, unfinished),
        }
    }

    /// Keeps in mind how writing to standard output went.
    fn written(&mut self, result: io::Result<()>) {
        let Err(error) = result else { return };
        if error.kind() == io::ErrorKind::BrokenPipe {
            self.output = Some(Ended::ReaderLeft);
        } else {
            self.consumers.error(&format!("writing to standard output: {error}"));
            self.output = Some(Ended::OutputFailed);
        }
    }

    /// Forgets tasks that have ended.
    fn reap(&mut self) {
        while self.tasks.try_join_next().is_some() {}
        while self.starts.try_join_next().is_some() {}
    }
}
