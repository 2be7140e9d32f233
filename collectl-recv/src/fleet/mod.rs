//! The fleet: owns every task, hears all that happens, and alone decides what the user sees.
//!
//! [`links`] moves hosts from state to state, [`starts`] looks after launched processes and whose a connection is,
//! [`streams`] after connections and their lines, [`identity`] tells hosts of one name apart, [`finish`] ends it all.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use shared::endpoint::Endpoint;
use thiserror::Error;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::descriptors::shortage;
use crate::event::{ConnId, EVENTS, Event, HostId};
use crate::exit::Ended;
use crate::launch::children::Children;
use crate::launch::prepare::Starter;
use crate::launch::push::{PushError, program};
use crate::launch::secrets::Secrets;
use crate::link::accept::{self, ListenError};
use crate::link::dial::MAX_DIALS;
use crate::link::state::Input;
use crate::names::Names;
use crate::plan::{
    Bind, Called, Connect, Launch, Listen, Mode, Plan, Port, Record, Server, Target, short_name,
};
use crate::progress::Counts;
use crate::record::Recorder;
use crate::screen::{News, Screen, Served};
use crate::signals::Signals;

mod finish;
mod gate;
mod identity;
mod links;
mod members;
mod starts;
mod streams;
mod summary;
mod tally;

use gate::Gate;
use identity::Origin;
use members::{Conn, Host};

/// Why a run could not begin.
#[derive(Debug, Error)]
pub(crate) enum RunError {
    #[error(transparent)]
    Listen(#[from] ListenError),
    #[error(transparent)]
    Push(#[from] PushError),
    #[error("taking over signals: {0}")]
    Signals(io::Error),
    #[error("drawing on the terminal: {0}")]
    Terminal(io::Error),
    #[error("recording to {}: {error}", folder.display())]
    Record { folder: std::path::PathBuf, error: io::Error },
}

/// What a host's link is made with.
enum Way {
    /// `plain` where connections without a secret are heard, from addresses of the hosts.
    Launch {
        starter: Arc<Starter>,
        targets: Vec<Target>,
        plain: bool,
    },
    Connect {
        servers: Vec<Server>,
        tunnel: bool,
        from: Option<IpAddr>,
        permits: Arc<Semaphore>,
    },
    Listen,
}

/// Connections that belong to no host of the command line.
#[derive(Debug, Default)]
struct Strangers {
    delivered: usize,
    /// How many have brought all that was wanted.
    done: usize,
}

struct Fleet {
    way: Way,
    intervals: Option<u64>,
    hosts: Vec<Host>,
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
    screen: Screen,
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
        fleet.screen.error(&text);
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
            result = fleet.screen.serve() => match result {
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
    /// Opens what is to be listened on, and sets up the hosts.
    fn assemble(plan: Plan) -> Result<(Self, mpsc::Receiver<Event>), RunError> {
        let (sender, events) = mpsc::channel(EVENTS);
        let recorder = plan.record.map(|Record { folder, roll }| {
            Recorder::start(folder.clone(), roll).map_err(|error| RunError::Record { folder, error })
        });
        let mut screen = Screen::new(&plan.look, plan.talk).map_err(RunError::Terminal)?;
        if let Some(recorder) = recorder.transpose()? {
            screen.record(recorder);
        }
        let mut fleet = Self {
            way: Way::Listen,
            intervals: plan.intervals,
            hosts: Vec::new(),
            counts: Counts::default(),
            conns: BTreeMap::new(),
            next_conn: 0,
            next_start: 0,
            strangers: Strangers::default(),
            names: Names::default(),
            gate: Gate::default(),
            refused: Arc::default(),
            screen,
            children: Children::default(),
            sender,
            tasks: JoinSet::new(),
            starts: JoinSet::new(),
            output: None,
        };
        match plan.mode {
            Mode::Launch(launch) => fleet.assemble_launch(launch)?,
            Mode::Connect(connect) => fleet.assemble_connect(connect),
            Mode::Listen(listen) => {
                let port = fleet.listen(&listen)?;
                fleet.screen.inform(News::Bad, &format!("listening on port {port}"));
            }
        }
        Ok((fleet, events))
    }

    fn assemble_launch(&mut self, launch: Launch) -> Result<(), RunError> {
        let port = self.listen(&launch.listen)?;
        if let Port::Preferred(preferred) = launch.listen.port
            && preferred != port
        {
            self.screen.inform(News::Bad, &format!("port {preferred} is taken: listening on port {port}"));
        }
        let own = match launch.listen.bind {
            Bind::Address(ip) if !ip.is_unspecified() => ip,
            Bind::Address(_) | Bind::All => Ipv4Addr::LOCALHOST.into(),
        };
        for Called { host: target, alias } in &launch.targets {
            let name = match target {
                Target::Local => target.typed(),
                Target::Remote { name, .. } => name,
            };
            let label = target.typed().to_owned();
            self.hosts
                .push(Host::new(label, name.to_owned(), launch.retry, self.intervals).called(alias.as_ref()));
        }
        let starter = Starter {
            shell: launch.shell,
            collectl: launch.collectl,
            switches: launch.switches,
            told: launch.told,
            local: Endpoint { host: own.to_string(), port: Some(port) }.to_string(),
            port,
            timeout: launch.start_timeout,
            permits: Semaphore::new(launch.fanout),
            keeps_sessions: launch.keep_ssh,
            tunnels: launch.tunnel,
            pushed: launch.push.as_deref().map(program).transpose()?,
            secrets: Secrets::default(),
            children: self.children.clone(),
        };
        self.way = Way::Launch {
            starter: Arc::new(starter),
            targets: launch.targets.into_iter().map(|target| target.host).collect(),
            plain: launch.allow_plain,
        };
        Ok(())
    }

    fn assemble_connect(&mut self, connect: Connect) {
        for Called { host: server, alias } in &connect.servers {
            let label = Endpoint { port: Some(server.port), ..server.host.clone() }.to_string();
            let name = short_name(&server.host.host);
            self.hosts.push(Host::new(label, name, connect.retry, self.intervals).called(alias.as_ref()));
        }
        let servers = connect.servers.into_iter().map(|server| server.host).collect();
        let permits = Arc::new(Semaphore::new(MAX_DIALS));
        self.way = Way::Connect { servers, tunnel: connect.tunnel, from: connect.from, permits };
    }

    /// Opens the listener and accepts; returns the port.
    fn listen(&mut self, plan: &Listen) -> Result<u16, RunError> {
        let listener = accept::open(plan)?;
        let port = listener.local_addr().map_or(0, |address| address.port());
        self.tasks.spawn(accept::accept(
            listener,
            plan.allow.clone(),
            Arc::clone(&self.refused),
            self.sender.clone(),
        ));
        Ok(port)
    }

    fn begin(&mut self) {
        self.counts.waiting = self.hosts.len();
        for host in 0..self.hosts.len() {
            self.step(HostId(host), Input::Begin);
        }
    }

    fn on(&mut self, event: Event) {
        match event {
            Event::Accepted { socket, peer } => self.accepted(socket, peer),
            Event::AcceptFailed { error, times } => {
                let times = if times > 1 { format!(" ({times} times)") } else { String::new() };
                self.screen.error(&format!("accepting connections: {error}{times}; trying on"));
            }
            Event::Refused { peer, times } => {
                let text = format!("connections closed that --allow excludes: {times}, the last from {peer}");
                self.screen.inform(News::Bad, &text);
            }
            Event::Dialled { host, result } => self.dialled(host, result),
            Event::Due { host } => self.step(host, Input::Due),
            Event::Starting { host, addresses } => self.starting(host, addresses),
            Event::StartOver { host, outcome } => self.start_over(host, outcome),
            Event::Silent { conn } => self.find_owner(conn, None),
            Event::Proven { conn, host } => self.proven(conn, host),
            Event::Lines { conn, batch } => self.lines(conn, &batch),
            Event::Closed { conn, end, unfinished } => self.closed(conn, end, unfinished),
        }
    }

    /// Keeps in mind how writing to standard output went.
    fn written(&mut self, result: io::Result<()>) {
        let Err(error) = result else { return };
        if error.kind() == io::ErrorKind::BrokenPipe {
            self.output = Some(Ended::ReaderLeft);
        } else {
            self.screen.error(&format!("writing to standard output: {error}"));
            self.output = Some(Ended::OutputFailed);
        }
    }

    /// Forgets tasks that have ended.
    fn reap(&mut self) {
        while self.tasks.try_join_next().is_some() {}
        while self.starts.try_join_next().is_some() {}
    }
}
