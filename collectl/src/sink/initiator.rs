//! The short-lived mode: a connection that collectl opens to its initiator (`-A ADDR[:PORT[:TIMEOUT]]`).

use std::io;
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use bytes::Bytes;
use shared::endpoint::Endpoint;
use thiserror::Error;

use super::Gone;
use super::peer::Peer;
use crate::warn;

/// How long the last bytes of a run may wait for a reader that has stopped.
const LINGER: Duration = Duration::from_secs(15);

/// The connection to the initiator.
#[derive(Debug)]
pub struct Initiator {
    peer: Peer,
    reported: bool,
}

/// Why no connection came about.
#[derive(Debug, Error)]
#[error("Could not create socket to {endpoint}.  Reason: {reason}")]
pub struct ConnectError {
    endpoint: Endpoint,
    reason: io::Error,
}

/// Connects to the first address of `endpoint` that answers, each within `timeout`.
///
/// # Errors
/// [`ConnectError`] with the reason of the last address tried.
pub fn connect(endpoint: &Endpoint, timeout: Duration) -> Result<TcpStream, ConnectError> {
    let failed = |reason| ConnectError { endpoint: endpoint.clone(), reason };
    let port = endpoint.port_or(shared::DEFAULT_PORT);
    let mut reason = io::Error::from(io::ErrorKind::NotFound);
    for address in (endpoint.host.as_str(), port).to_socket_addrs().map_err(failed)? {
        match TcpStream::connect_timeout(&address, timeout) {
            Ok(stream) => return Ok(stream),
            Err(error) => reason = error,
        }
    }
    Err(failed(reason))
}

impl Initiator {
    /// Takes over the connection. Needs a tokio runtime with I/O.
    ///
    /// # Errors
    /// What the calls on the socket return.
    pub fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        let stream = tokio::net::TcpStream::from_std(stream)?;
        Ok(Self { peer: Peer::new(stream)?, reported: false })
    }

    /// Sends one chunk of whole lines.
    ///
    /// # Errors
    /// [`Gone`] when the initiator has left.
    pub fn send(&mut self, chunk: Bytes) -> Result<(), Gone> {
        self.peer.send(chunk)?;
        if self.peer.dropped() > 0 && !std::mem::replace(&mut self.reported, true) {
            warn!("the initiator reads too slowly: its oldest intervals are dropped");
        }
        Ok(())
    }

    /// Writes what waits and returns when the initiator has left.
    pub async fn tend(&mut self) -> Gone {
        self.peer.tend().await
    }

    /// Waits until all that was sent has left, for some seconds at most.
    ///
    /// # Errors
    /// [`Gone`] when the initiator has left, or has stopped reading.
    pub async fn drain(&mut self) -> Result<(), Gone> {
        match tokio::time::timeout(LINGER, self.peer.drain()).await {
            Ok(drained) => drained,
            Err(_) => Err(Gone::Failed(io::ErrorKind::TimedOut.into())),
        }
    }
}

impl Drop for Initiator {
    fn drop(&mut self) {
        if self.peer.dropped() > 0 {
            warn!("{} intervals were dropped for a slow initiator", self.peer.dropped());
        }
    }
}
