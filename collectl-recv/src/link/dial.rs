//! Connects to a server, whose name is resolved each time.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;
use tokio::net::{TcpSocket, TcpStream, lookup_host};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::socket::{Socket, Tunnel};
use crate::base::io_error::fragment;
use crate::launch::command::through;

/// Longest wait for one address, and for the resolver.
const PATIENCE: Duration = Duration::from_secs(10);

/// Largest number of concurrent dials.
pub(crate) const MAX_DIALS: usize = 256;

/// Why a server could not be reached.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum DialError {
    /// Its name does not resolve.
    #[error("resolving {host}: {why}")]
    Resolve {
        /// The name.
        host: String,
        /// The message of the resolver.
        why: String,
    },
    /// The last of its addresses could not be connected to.
    #[error("connecting to {address}: {why}")]
    Connect {
        /// The address.
        address: SocketAddr,
        /// The message of the system.
        why: String,
    },
    /// The ssh could not be run.
    #[error("running {program}: {why}")]
    CannotRun {
        /// Its name.
        program: String,
        /// The message of the system.
        why: String,
    },
}

/// Connects to `host`, from the address `from` if there is one. Tries all its addresses in turn.
///
/// # Errors
/// A [`DialError`].
pub(crate) async fn dial(
    host: &str,
    port: u16,
    from: Option<IpAddr>,
    permits: &Semaphore,
) -> Result<TcpStream, DialError> {
    let _permit = permits.acquire().await;
    let unresolved = |why: String| DialError::Resolve { host: host.to_owned(), why };
    let found = match timeout(PATIENCE, lookup_host((host, port))).await {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => return Err(unresolved(error.to_string())),
        Err(_) => return Err(unresolved("timed out".to_owned())),
    };
    let mut last = unresolved("it has no usable address".to_owned());
    for address in found.filter(|address| from.is_none_or(|from| from.is_ipv4() == address.is_ipv4())) {
        let why = match timeout(PATIENCE, connect(address, from)).await {
            Ok(Ok(socket)) => return Ok(socket),
            Ok(Err(error)) => fragment(&error),
            Err(_) => "timed out".to_owned(),
        };
        last = DialError::Connect { address, why };
    }
    Err(last)
}

/// Starts an ssh to `login` that leads to `port` of its loopback.
///
/// # Errors
/// [`DialError::CannotRun`].
pub(crate) async fn tunnel(login: &str, port: u16, permits: Arc<Semaphore>) -> Result<Socket, DialError> {
    let permit = permits.acquire_owned().await.ok();
    let ssh = through(login, port);
    let failed = |error: io::Error| DialError::CannotRun { program: ssh[0].clone(), why: fragment(&error) };
    Tunnel::open(&ssh, permit).map(|tunnel| Socket::Tunnel(Box::new(tunnel))).map_err(failed)
}

async fn connect(address: SocketAddr, from: Option<IpAddr>) -> io::Result<TcpStream> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    if let Some(from) = from {
        socket.bind((from, 0).into())?;
    }
    let stream = socket.connect(address).await?;
    // On loopback a socket may get the very port that it dials as its own, and is then connected to itself.
    if stream.local_addr()? == stream.peer_addr()? {
        return Err(io::ErrorKind::ConnectionRefused.into());
    }
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn connects_or_tells_why_not() {
        let permits = Semaphore::new(1);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let from: IpAddr = "127.0.0.9".parse().unwrap();
        let socket = dial("127.0.0.1", port, Some(from), &permits).await.unwrap();
        assert_eq!(socket.local_addr().unwrap().ip(), from);
        drop((socket, listener));
        let error = dial("127.0.0.1", port, None, &permits).await.unwrap_err();
        assert_eq!(error.to_string(), format!("connecting to 127.0.0.1:{port}: connection refused"));
        let error = dial("::1", port, Some(from), &permits).await.unwrap_err();
        assert_eq!(error.to_string(), "resolving ::1: it has no usable address");
    }
}
