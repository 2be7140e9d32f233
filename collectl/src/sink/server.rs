//! The long-lived mode: clients connect to collectl at any time (`-A server[:PORT]`).

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::rc::Rc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use collectl_wire::allow::Allowed;
use collectl_wire::host::HostName;
use collectl_wire::prefix::prefix_lines;
use collectl_wire::sparing::Sparing;
use socket2::{Domain, Socket, Type};
use thiserror::Error;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, sleep_until};

use super::archive::filling::Filling;
use super::archive::{Archive, Past};
use super::client::Client;
use super::memory::{Limits, Memory};
use super::peer::Peer;
use super::places::makes_way;
use collectl_core::text::Text;

use super::Gone;
use crate::warn;
use collectl_core::clock::Time;

/// Connections that the kernel holds until they are accepted.
const BACKLOG: i32 = 1024;
/// Pause after an accept that failed, for want of descriptors or memory.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The clients, and what a new one gets first.
pub struct Server {
    host: HostName,
    allow: Allowed,
    max_clients: usize,
    header: RefCell<Bytes>,
    memory: RefCell<Memory>,
    archive: OnceCell<Archive>,
    clients: RefCell<BTreeMap<u64, Rc<Client>>>,
    next_id: Cell<u64>,
    /// Clients that made way for others.
    evictions: Cell<Sparing>,
}

/// Why the server could not be set up.
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
    let open = |address: SocketAddr| {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
        if bind.is_none() && address.is_ipv6() {
            socket.set_only_v6(false)?;
        }
        socket.set_reuse_address(true)?;
        socket.bind(&address.into())?;
        socket.listen(BACKLOG)?;
        socket.set_nonblocking(true)?;
        TcpListener::from_std(socket.into())
    };
    let result = match bind {
        Some(address) => open(SocketAddr::new(address, port)),
        None => match open(SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), port)) {
            Err(error) if error.kind() != io::ErrorKind::AddrInUse => {
                open(SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), port))
            }
            result => result,
        },
    };
    let place = bind.map_or(format!("port {port}"), |address| SocketAddr::new(address, port).to_string());
    result.map_err(|reason| ListenError { place, reason })
}

impl Server {
    /// Begins to accept clients that `allow` lists from `listener`, on the local task set of the caller, and to keep
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
            allow,
            max_clients,
            header: RefCell::default(),
            memory: RefCell::new(Memory::of_new_run(history)),
            archive: OnceCell::new(),
            clients: RefCell::default(),
            next_id: Cell::new(0),
            evictions: Cell::default(),
        });
        tokio::task::spawn_local(server.clone().accept(listener));
        server
    }

    /// Makes `header`, prefixed lines, what a new client gets first.
    pub fn set_header(&self, header: Bytes) {
        self.header.replace(header);
    }

    /// Has what the memory forgets read back out of `archive`, unless nothing is to be kept at all.
    pub fn set_archive(&self, archive: Archive) {
        if self.memory.borrow().is_kept() {
            // There is one recording.
            let _ = self.archive.set(archive);
        }
    }

    /// The frame of `time` is taken for a first one.
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

    fn past(&self) -> Past<'_> {
        Past { memory: self.memory.borrow(), archive: self.archive.get() }
    }

    /// Does something for every client, and forgets those that are gone.
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

    async fn accept(self: Rc<Self>, listener: TcpListener) {
        let (mut failures, mut refusals) = (Sparing::default(), Sparing::default());
        let mut last_refused = None;
        loop {
            let due = refusals.due(Instant::now());
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted.map(Some),
                () = sleep_until(due.unwrap_or_else(Instant::now).into()), if due.is_some() => Ok(None),
            };
            match accepted {
                Ok(Some((stream, address))) if self.allow.allows(address.ip()) => {
                    self.welcome(stream, address);
                }
                Ok(Some((stream, address))) => {
                    // Without the farewell that would keep its port busy; where that fails, as any other.
                    let _ = socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO));
                    refusals.count();
                    last_refused = Some(address.ip().to_canonical());
                }
                Ok(None) => {}
                Err(error) => {
                    failures.count();
                    if let Some(times) = failures.say(Instant::now()) {
                        warn!("accepting clients: {error} ({times} times); trying on");
                    }
                    sleep(ACCEPT_PAUSE).await;
                }
            }
            if let Some((times, last)) = refusals.say(Instant::now()).zip(last_refused) {
                warn!("connections closed that --allow excludes: {times}, the last from {last}");
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
            let Some(other) = makes_way(addresses, address.ip()).and_then(|id| clients.remove(&id)) else {
                // It is closed, whether it hears that or not.
                let _ = peer.send(text);
                return;
            };
            other.make_way(text);
            let mut evictions = self.evictions.get();
            evictions.count();
            if let Some(times) = evictions.say(Instant::now()) {
                let last = other.address().ip().to_canonical();
                warn!("clients closed to make way for those of other addresses: {times}, the last of {last}");
            }
            self.evictions.set(evictions);
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

    /// Hears what a client says, and sends what waits for it; returns when it is gone.
    async fn tend(&self, client: &Client) -> Gone {
        let mut filling = None;
        loop {
            let stepped = tokio::select! {
                stepped = client.step() => stepped,
                () = wait(&mut filling) => Ok(()),
            };
            let go_on = || {
                stepped?;
                let past = self.past();
                if let Some(hello) = client.take_hello() {
                    client.welcome(&hello, &self.host, &self.header.borrow(), &past)?;
                }
                client.fill(&mut filling, &past)
            };
            if let Err(gone) = go_on() {
                return gone;
            }
        }
    }
}

/// Waits for what comes out of files; for ever if nothing does.
async fn wait(filling: &mut Option<Filling>) {
    match filling {
        Some(filling) => filling.wait().await,
        None => std::future::pending().await,
    }
}
