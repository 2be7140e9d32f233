//! The server mode: clients connect to collectl at any time (`-A server[:PORT]`).

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use collectl_core::clock::Time;
use collectl_core::text::Text;
use collectl_wire::allow::Allowed;
use collectl_wire::display::counted;
use collectl_wire::host::HostName;
use collectl_wire::listen::{self, Accepted, Acceptor};
use collectl_wire::prefix::prefix_lines;
use collectl_wire::throttle::Throttle;
use thiserror::Error;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use super::Gone;
use super::archive::backfill::Backfill;
use super::archive::{Archive, History};
use super::budget::Budgets;
use super::client::Client;
use super::eviction::{client_to_evict, owner};
use super::memory::{Limits, Memory};
use super::peer::Peer;
use crate::warn;

/// What one read or write costs, in the budget of a client's address.
const STEP: Duration = Duration::from_micros(20);

/// The clients, and what a new one receives first.
pub struct Server {
    host: HostName,
    max_clients: usize,
    header: RefCell<Bytes>,
    memory: RefCell<Memory>,
    archive: OnceCell<Archive>,
    clients: RefCell<BTreeMap<u64, Rc<Client>>>,
    next_id: Cell<u64>,
    /// Clients that were evicted for others.
    evictions: Cell<Throttle>,
    /// Clients that found no free place.
    rejected: Cell<Throttle>,
    budgets: RefCell<Budgets>,
}

/// Why the server could not start.
#[derive(Debug, Error)]
#[error("Could not create local socket on {place}  Reason: {reason}")]
pub struct ListenError {
    place: String,
    reason: io::Error,
}

/// Opens the listening socket, on `bind` or on all addresses of the machine, IPv6 and IPv4.
///
/// # Errors
/// [`ListenError`] with the port and the reason.
pub fn listen(bind: Option<IpAddr>, port: u16) -> Result<TcpListener, ListenError> {
    let place = bind.map_or(format!("port {port}"), |address| SocketAddr::new(address, port).to_string());
    listen::listen(bind, port).map_err(|reason| ListenError { place, reason })
}

impl Server {
    /// Starts to accept clients that `allow` lists from `listener`, on the local task set of the caller, and to keep
    /// intervals for them.
    #[must_use]
    pub fn start(
        listener: TcpListener,
        host: HostName,
        allow: Allowed,
        max_clients: usize,
        history: Limits,
    ) -> Rc<Self> {
        let server = Rc::new(Self {
            host,
            max_clients,
            header: RefCell::default(),
            memory: RefCell::new(Memory::of_new_run(history)),
            archive: OnceCell::new(),
            clients: RefCell::default(),
            next_id: Cell::new(0),
            evictions: Cell::default(),
            rejected: Cell::default(),
            budgets: RefCell::default(),
        });
        tokio::task::spawn_local(server.clone().accept(Acceptor::new(listener, allow)));
        server
    }

    /// Sets `header`, prefixed lines, as what a new client receives first.
    pub fn set_header(&self, header: Bytes) {
        self.header.replace(header);
    }

    /// Reads intervals that the memory has dropped back from `archive`, unless nothing is kept at all.
    pub fn set_archive(&self, archive: Archive) {
        if self.memory.borrow().is_kept() {
            // There is one recording.
            let _ = self.archive.set(archive);
        }
    }

    /// The frame of `time` counts as a first one.
    pub fn forget(&self, time: Time) {
        self.archive.get().iter().for_each(|archive| archive.forget(time));
    }

    /// Sends the text of one interval, or a message, to every client.
    pub fn publish(&self, text: &Text) {
        let Some(time) = text.time() else {
            let message = prefix_lines(&self.host, &text.whole());
            return self.each(|client| client.tell(message.clone()));
        };
        let numbered = self.memory.borrow_mut().add(&self.host, text, time, Instant::now());
        if let Some(archive) = self.archive.get() {
            archive.add(&numbered, time);
        }
        let past = self.past();
        self.each(|client| client.serve(&numbered, &past));
    }

    fn past(&self) -> History<'_> {
        History { memory: self.memory.borrow(), archive: self.archive.get() }
    }

    /// Calls a function for every client, and removes those that have gone.
    fn each(&self, mut serve: impl FnMut(&Client) -> Result<(), Gone>) {
        self.clients.borrow_mut().retain(|_, client| match serve(client) {
            Ok(()) => {
                client.report_drops();
                true
            }
            Err(gone) => {
                client.report_end(&gone);
                false
            }
        });
    }

    async fn accept(self: Rc<Self>, mut acceptor: Acceptor) {
        loop {
            match acceptor.next().await {
                Accepted::Client(stream, address) => self.welcome(stream, address),
                Accepted::Refused { times, last } => {
                    let connections = counted(times, "connection");
                    warn!("{connections} closed that --allow does not list, the last from {last}");
                }
                Accepted::Failed { error, times } => {
                    let times = counted(times, "time");
                    warn!("accepting clients: {error} ({times}); retrying");
                }
            }
        }
    }

    fn welcome(self: &Rc<Self>, stream: TcpStream, address: SocketAddr) {
        let Ok(peer) = Peer::new(stream) else { return };
        let mut clients = self.clients.borrow_mut();
        if clients.len() >= self.max_clients {
            let text = format!("Error: {} clients are connected, and no more are allowed\n", clients.len());
            let text = prefix_lines(&self.host, text.as_bytes());
            let addresses = clients.iter().map(|(&id, client)| (id, client.address().ip()));
            let Some(other) = client_to_evict(addresses, address.ip()).and_then(|id| clients.remove(&id))
            else {
                // The connection is closed whether or not the message arrives.
                let _ = peer.send(text);
                report(&self.rejected, "clients rejected: all places are taken", address);
                return;
            };
            other.evict(text);
            report(&self.evictions, "clients evicted for clients from other addresses", other.address());
        }
        let header = self.header.borrow().clone();
        let client = Client::new(peer, address, !header.is_empty());
        if client.tell(header).is_err() {
            return;
        }
        let id = self.next_id.get();
        self.next_id.set(id + 1);
        let client = Rc::new(client);
        clients.insert(id, client.clone());
        let server = self.clone();
        tokio::task::spawn_local(async move {
            let gone = server.tend(&client).await;
            if server.clients.borrow_mut().remove(&id).is_some() {
                client.report_end(&gone);
            }
        });
    }

    /// Reads what a client sends, and sends what is queued for it; returns when it is gone. Work beyond the budget of
    /// its address has to wait, except for new intervals.
    async fn tend(&self, client: &Client) -> Gone {
        let who = owner(client.address().ip());
        let spend = |cost| self.budgets.borrow_mut().spend(who, cost, Instant::now());
        let (mut backfill, mut pause) = (None, spend(STEP));
        loop {
            if !pause.is_zero() {
                sleep(pause).await;
            }
            let stepped = tokio::select! {
                stepped = client.step() => stepped,
                () = wait(&mut backfill) => Ok(()),
            };
            let start = Instant::now();
            let proceed = || {
                stepped?;
                let past = self.past();
                if let Some(hello) = client.take_hello() {
                    client.welcome(&hello, &self.host, &self.header.borrow(), &past)?;
                }
                client.fill(&mut backfill, &past)
            };
            if let Err(gone) = proceed() {
                return gone;
            }
            pause = spend(STEP + start.elapsed());
        }
    }
}

/// Counts an event for a client at `address`, and reports such events from time to time.
fn report(throttle: &Cell<Throttle>, what: &str, address: SocketAddr) {
    let mut counts = throttle.get();
    counts.count();
    if let Some(times) = counts.report(Instant::now()) {
        warn!("{what}: {times}, the last from {}", address.ip().to_canonical());
    }
    throttle.set(counts);
}

/// Waits for intervals from files; forever if none are read.
async fn wait(backfill: &mut Option<Backfill>) {
    match backfill {
        Some(backfill) => backfill.wait().await,
        None => std::future::pending().await,
    }
}
