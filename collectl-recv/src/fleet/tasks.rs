//! The tasks of the fleet: dials, retries, starts, the processes that were started, and one reader for each connection.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use collectl_wire::hello::Position;
use collectl_wire::listen::Acceptor;
use futures::future::BoxFuture;
use futures::stream::{BoxStream, FuturesUnordered, SelectAll, StreamExt, unfold};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::sleep;

use super::event::Event;
use crate::base::ids::{ConnId, HostId};
use crate::identity::proof::{Need, SecretCheck};
use crate::launch::attempt::attempt;
use crate::launch::prepare::{Prepared, Starter, prepare};
use crate::launch::stage::Stage;
use crate::link::dial::{dial, tunnel};
use crate::link::machine::Retry;
use crate::link::socket::Socket;
use crate::link::stream::{Greeting, StreamEvent, StreamEvents, read};
use crate::stream::long_lines::LongLines;
use crate::target::host::{Method, Server, Target};
use crate::target::roster::{FileStamp, Roster, watch as watch_roster};

/// Largest number of events of connections that wait. A reader with one more waits, and reads no more from its peer.
/// The fleet never waits for a connection, so this is short. A batch of lines is seldom larger than
/// [`crate::link::stream::READ`] bytes.
const EVENTS: usize = 64;

/// Starts collectls.
pub(super) struct Launcher {
    pub(super) starter: Arc<Starter>,
    pub(super) retry: Retry,
}

/// Connects to servers.
pub(super) struct Dialler {
    /// Whether each is reached through an ssh.
    pub(super) tunnel: bool,
    pub(super) from: Option<IpAddr>,
    pub(super) permits: Arc<Semaphore>,
    pub(super) retry: Retry,
}

/// All tasks.
pub(super) struct Tasks {
    pub(super) launcher: Option<Launcher>,
    pub(super) dialler: Option<Dialler>,
    /// Connections that were refused because of `--allow`.
    refused: Arc<AtomicU64>,
    /// The listener, and the roster.
    sources: SelectAll<BoxStream<'static, Event>>,
    /// Dials, retries and preparations of starts: they may be dropped at any time.
    links: FuturesUnordered<BoxFuture<'static, Event>>,
    /// Processes that were started: these are to be waited for until they have ended.
    processes: FuturesUnordered<BoxFuture<'static, Event>>,
    /// What the task of each host's process is told.
    stages: HashMap<HostId, watch::Sender<Stage>>,
    /// A task for each connection, which closes it when it ends.
    readers: JoinSet<()>,
    handles: HashMap<ConnId, AbortHandle>,
    events: mpsc::Receiver<(ConnId, StreamEvent)>,
    sender: StreamEvents,
    /// The memory for lines of connections that have not ended.
    long_lines: LongLines,
}

impl Tasks {
    /// No tasks yet.
    pub(super) fn new() -> Self {
        let (sender, events) = mpsc::channel(EVENTS);
        Self {
            launcher: None,
            dialler: None,
            refused: Arc::default(),
            sources: SelectAll::new(),
            links: FuturesUnordered::new(),
            processes: FuturesUnordered::new(),
            stages: HashMap::new(),
            readers: JoinSet::new(),
            handles: HashMap::new(),
            events,
            sender,
            long_lines: LongLines::default(),
        }
    }

    /// Waits for events, and adds them to `batch`. May be dropped at any time.
    pub(super) async fn next(&mut self, batch: &mut Vec<Event>) {
        while self.readers.try_join_next().is_some() {}
        let mut received = Vec::new();
        // Not in a fixed order: none of them can hold up the others.
        tokio::select! {
            Some(event) = self.sources.next() => batch.push(event),
            Some(event) = self.links.next() => batch.push(event),
            Some(event) = self.processes.next() => batch.push(event),
            _ = self.events.recv_many(&mut received, EVENTS) => {}
        }
        batch.extend(received.into_iter().map(|(conn, event)| Event::Stream(conn, event)));
    }

    /// What happens after the link of a host ended that is connected to by `method`.
    pub(super) fn retry(&self, method: &Method) -> Retry {
        let retry = match method {
            Method::Launch(_) => self.launcher.as_ref().map(|launcher| launcher.retry),
            Method::Connect(_) => self.dialler.as_ref().map(|dialler| dialler.retry),
        };
        retry.unwrap_or(Retry::Never)
    }

    /// Accepts clients.
    pub(super) fn accept(&mut self, acceptor: Acceptor) {
        let refused = Arc::clone(&self.refused);
        let clients = unfold(acceptor, move |mut acceptor| {
            let refused = Arc::clone(&refused);
            async move {
                let accepted = acceptor.next().await;
                refused.store(acceptor.refused(), Ordering::Relaxed);
                Some((Event::Accepted(accepted), acceptor))
            }
        });
        self.sources.push(clients.boxed());
    }

    /// Reports changes of the roster.
    pub(super) fn watch(&mut self, roster: Roster, known: FileStamp) {
        self.sources.push(watch_roster(roster, known).map(Event::Roster).boxed());
    }

    /// Reports in time that the wait for a retry is over.
    pub(super) fn wait(&self, host: HostId, delay: Duration) {
        self.links.push(Box::pin(async move {
            sleep(delay).await;
            Event::Due { host }
        }));
    }

    /// Connects to a server.
    pub(super) fn dial(&self, host: HostId, server: Server) {
        let Some(dialler) = &self.dialler else { return };
        let (by_ssh, from, permits) = (dialler.tunnel, dialler.from, Arc::clone(&dialler.permits));
        self.links.push(Box::pin(async move {
            let result = if by_ssh {
                tunnel(&server.login(), server.port, permits).await
            } else {
                dial(&server.host.host, server.port, from, &permits).await.map(Socket::Tcp)
            };
            Event::Dialled { host, result }
        }));
    }

    /// Prepares the start of a collectl.
    pub(super) fn prepare(&mut self, host: HostId, target: Target) {
        let Some(launcher) = &self.launcher else { return };
        let (sender, stage) = watch::channel(Stage::Pending);
        self.stages.insert(host, sender);
        let starter = Arc::clone(&launcher.starter);
        self.links.push(Box::pin(async move {
            let result = prepare(starter, target, stage).await;
            Event::Prepared { host, result }
        }));
    }

    /// Starts a collectl, and follows its process.
    pub(super) fn start(&self, host: HostId, prepared: Prepared) {
        let (Some(launcher), Some(stage)) = (&self.launcher, self.stages.get(&host)) else { return };
        let attempt = attempt(Arc::clone(&launcher.starter), prepared, host, stage.subscribe());
        self.processes.push(Box::pin(async move { Event::StartOver { host, outcome: attempt.await } }));
    }

    /// Tells the task of a host's process.
    pub(super) fn set_stage(&self, host: HostId, stage: Stage) {
        if let Some(sender) = self.stages.get(&host) {
            sender.send_replace(stage);
        }
    }

    /// The process of a host has ended.
    pub(super) fn start_over(&mut self, host: HostId) {
        self.stages.remove(&host);
    }

    /// Reads a client that connected to us, after checking its secret if there is a `need`.
    pub(super) fn read_client(&mut self, conn: ConnId, socket: Socket, need: Option<Need>) {
        let greeting = match (need, &self.launcher) {
            (Some(need), Some(launcher)) => {
                Greeting::SecretCheck(SecretCheck { secrets: launcher.starter.secrets.clone(), need })
            }
            _ => Greeting::Silent,
        };
        self.read(conn, socket, greeting);
    }

    /// Reads a server; `last` is the last interval that came from it.
    pub(super) fn read_server(&mut self, conn: ConnId, socket: Socket, last: Option<Position>) {
        self.read(conn, socket, Greeting::Hello(last));
    }

    fn read(&mut self, conn: ConnId, socket: Socket, greeting: Greeting) {
        let handle =
            self.readers.spawn(read(socket, conn, greeting, self.sender.clone(), self.long_lines.clone()));
        self.handles.insert(conn, handle);
    }

    /// Closes a connection.
    pub(super) fn close(&mut self, conn: ConnId) {
        if let Some(handle) = self.handles.remove(&conn) {
            handle.abort();
        }
    }

    /// How many connections were refused because of `--allow`.
    pub(super) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    /// Ends all collectls that were started, and closes all connections. Processes are still to be waited for.
    pub(super) async fn stop(&mut self) {
        for stage in self.stages.values() {
            stage.send_replace(Stage::Stop);
        }
        self.sources.clear();
        self.links.clear();
        self.readers.shutdown().await;
    }

    /// Waits until all processes have ended.
    pub(super) async fn ended(&mut self) {
        while self.processes.next().await.is_some() {}
    }

    /// Kills all processes that were started.
    pub(super) fn kill(&self) {
        if let Some(launcher) = &self.launcher {
            launcher.starter.children.kill_all();
        }
    }
}
