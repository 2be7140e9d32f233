//! The initiator mode: a connection that collectl opens to its initiator (`-A ADDR[:PORT[:TIMEOUT]]`).

use std::cell::RefCell;
use std::io::{self, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use bytes::Bytes;
use collectl_core::text::Text;
use collectl_wire::endpoint::Endpoint;
use collectl_wire::hello::{self, Message, Speaker};
use collectl_wire::host::HostName;
use collectl_wire::prefix::prefix_lines;
use thiserror::Error;

use super::Gone;
use super::archive::History;
use super::client::Client;
use super::memory::{Limits, Memory};
use super::peer::Peer;
use crate::launched::{Launched, Session, leave_session};
use crate::warn;

/// How long the last bytes of a run wait for a reader that has stopped.
const LINGER: Duration = Duration::from_secs(15);

/// How long a text sent before or after the run waits for a reader that has stopped.
const WRITE_TIMEOUT: Duration = Duration::from_secs(5);

/// The connection to the initiator.
pub struct Initiator {
    host: HostName,
    protocol: Protocol,
}

/// What is sent over the connection.
enum Protocol {
    /// Plain text only.
    Plain { peer: Box<Peer>, reported: bool },
    /// Plain text until the hello of an initiator that launched this program, then numbered intervals.
    Launched(Box<Numbered>),
}

/// A connection over which intervals may have numbers.
struct Numbered {
    client: Client,
    memory: RefCell<Memory>,
    /// The column headers, prefixed.
    header: Bytes,
    session: Session,
}

/// Why the connection failed.
#[derive(Debug, Error)]
#[error("Could not create socket to {endpoint}.  Reason: {reason}")]
pub struct ConnectError {
    endpoint: Endpoint,
    reason: io::Error,
}

impl ConnectError {
    /// Whether the initiator accepted and closed the connection at once.
    #[must_use]
    pub fn has_left(&self) -> bool {
        // A port without a listener refuses.
        matches!(self.reason.kind(), io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe)
    }
}

/// Connects to the first address of `endpoint` that answers, each within `timeout`.
///
/// # Errors
/// [`ConnectError`] with the reason for the last address.
pub fn connect(endpoint: &Endpoint, timeout: Duration) -> Result<TcpStream, ConnectError> {
    let failed = |reason| ConnectError { endpoint: endpoint.clone(), reason };
    let port = endpoint.port_or(collectl_wire::DEFAULT_PORT);
    let mut reason = io::Error::from(io::ErrorKind::NotFound);
    for address in (endpoint.host.as_str(), port).to_socket_addrs().map_err(failed)? {
        match TcpStream::connect_timeout(&address, timeout) {
            Ok(stream) => {
                // What is sent before the run must not wait for a stuck reader.
                stream.set_write_timeout(Some(WRITE_TIMEOUT)).map_err(failed)?;
                return Ok(stream);
            }
            Err(error) => reason = error,
        }
    }
    Err(failed(reason))
}

/// Sends over `stream`, before anything else, the secret of a launched collectl.
pub fn prove(stream: &mut TcpStream, host: &HostName, launched: &Launched) {
    let proof = hello::Launched { speaker: Speaker::here("collectl"), secret: launched.secret };
    let line = format!("{}\n", Message::Launched(proof));
    // If the initiator has left, this is noticed later as usual.
    let _ = stream.write_all(&prefix_lines(host, line.as_bytes()));
}

impl Initiator {
    /// Takes over the connection; `launched` if the initiator launched this program. Needs a tokio runtime with I/O.
    ///
    /// # Errors
    /// [`Gone`] if the connection is closed already.
    pub fn new(stream: TcpStream, host: HostName, launched: Option<&Launched>) -> Result<Self, Gone> {
        stream.set_nonblocking(true)?;
        let stream = tokio::net::TcpStream::from_std(stream)?;
        let address = stream.peer_addr()?;
        let peer = Peer::new(stream)?;
        let protocol = match launched {
            None => Protocol::Plain { peer: Box::new(peer), reported: false },
            Some(launched) => Protocol::Launched(Box::new(Numbered {
                client: Client::new(peer, address, false),
                memory: RefCell::new(Memory::of_new_run(Limits::DEFAULT)),
                header: Bytes::new(),
                session: launched.session,
            })),
        };
        Ok(Self { host, protocol })
    }

    /// Sends the text of one interval, or a message.
    ///
    /// # Errors
    /// [`Gone`] when the initiator has left.
    pub fn send(&mut self, text: &Text) -> Result<(), Gone> {
        match &mut self.protocol {
            Protocol::Plain { peer, reported } => {
                peer.send(prefixed(text, &self.host).whole())?;
                if peer.dropped() > 0 && !std::mem::replace(reported, true) {
                    warn!("the initiator reads too slowly: its oldest intervals are dropped");
                }
                Ok(())
            }
            Protocol::Launched(numbered) => numbered.send(text, &self.host),
        }
    }

    /// Sets `header` as the column headers.
    pub fn set_header(&mut self, header: &[u8]) {
        if let Protocol::Launched(numbered) = &mut self.protocol {
            numbered.header = prefix_lines(&self.host, header);
        }
    }

    /// Writes what is queued, reads a hello, and returns when the initiator has left. May be dropped at any time and
    /// called again.
    pub async fn tend(&mut self) -> Gone {
        let Self { host, protocol } = self;
        match protocol {
            Protocol::Plain { peer, .. } => peer.tend().await,
            Protocol::Launched(numbered) => loop {
                if let Err(gone) = numbered.step(host).await {
                    return gone;
                }
            },
        }
    }

    /// Waits until everything has been sent, for some seconds at most.
    ///
    /// # Errors
    /// [`Gone`] when the initiator has left, or has stopped reading.
    pub async fn drain(&mut self) -> Result<(), Gone> {
        let Self { host, protocol } = self;
        let drained = async {
            match protocol {
                Protocol::Plain { peer, .. } => peer.drain().await,
                Protocol::Launched(numbered) => numbered.drain(host).await,
            }
        };
        match tokio::time::timeout(LINGER, drained).await {
            Ok(drained) => drained,
            Err(_) => Err(Gone::Failed(io::ErrorKind::TimedOut.into())),
        }
    }
}

impl Numbered {
    /// What is in memory; nothing is read back from files.
    fn past(&self) -> History<'_> {
        History { memory: self.memory.borrow(), archive: None }
    }

    fn send(&self, text: &Text, host: &HostName) -> Result<(), Gone> {
        let Some(time) = text.time() else {
            return self.client.tell(prefix_lines(host, &text.whole()));
        };
        let newest = self.memory.borrow_mut().add(host, text, time, Instant::now());
        self.client.serve(&newest, &self.past())?;
        self.client.report_drops();
        Ok(())
    }

    async fn step(&self, host: &HostName) -> Result<(), Gone> {
        self.client.step().await?;
        if let Some(hello) = self.client.take_hello() {
            if self.session == Session::IsLeft {
                leave_session();
            }
            self.client.welcome(&hello, host, &self.header, &self.past())?;
        }
        self.client.refill(&self.past())
    }

    async fn drain(&self, host: &HostName) -> Result<(), Gone> {
        while !self.client.has_all(&self.past()) {
            self.step(host).await?;
        }
        Ok(())
    }
}

impl Drop for Initiator {
    fn drop(&mut self) {
        match &self.protocol {
            Protocol::Plain { peer, .. } if peer.dropped() > 0 => {
                warn!("{} intervals were dropped for a slow initiator", peer.dropped());
            }
            Protocol::Plain { .. } => {}
            Protocol::Launched(numbered) => numbered.client.report_end(&Gone::Left),
        }
    }
}

/// The same text with its host before each line.
fn prefixed(text: &Text, host: &HostName) -> Text {
    Text::new(&prefix_lines(host, text.header()), &prefix_lines(host, &text.body()))
}
