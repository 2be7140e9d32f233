//! Dials a server, its name resolved anew each time.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;
use tokio::net::{TcpSocket, TcpStream, lookup_host};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::socket::{Socket, Tunnel};
use crate::launch::command::through;

/// Longest wait for one address, and for the resolver.
const PATIENCE: Duration = Duration::from_secs(10);

/// Dials under way at once.
pub(crate) const MAX_DIALS: usize = 256;

/// Why a server could not be reached.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum DialError {
    /// Its name means nothing here.
    #[error("resolving {host}: {why}")]
    Resolve {
        /// The name.
        host: String,
        /// What the resolver says.
        why: String,
    },
    /// The last of its addresses did not answer as hoped.
    #[error("connecting to {address}: {why}")]
    Connect {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        why: String,
    },
    /// The ssh that was to lead there.
    #[error("running {program}: {why}")]
    CannotRun {
        /// Its name.
        program: String,
        /// What the system says.
        why: String,
    },
}

/// Connects to `host`, from the address `from` if there is one; tries all its addresses in turn.
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
            Ok(Err(error)) => plain(&error),
            Err(_) => "timed out".to_owned(),
        };
        last = DialError::Connect { address, why };
    }
    Err(last)
}

/// Begins an ssh to `login` that leads to `port` of its loopback.
pub(crate) async fn dig(login: &str, port: u16, permits: Arc<Semaphore>) -> Result<Socket, DialError> {
    let permit = permits.acquire_owned().await.ok();
    let ssh = through(login, port);
    let failed = |error: io::Error| DialError::CannotRun { program: ssh[0].clone(), why: plain(&error) };
    Tunnel::open(&ssh, permit).map(|tunnel| Socket::Tunnel(Box::new(tunnel))).map_err(failed)
}

async fn connect(address: SocketAddr, from: Option<IpAddr>) -> io::Result<TcpStream> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    if let Some(from) = from {
        socket.bind((from, 0).into())?;
    }
    let stream = socket.connect(address).await?;
    // On loopback a socket may be given the very port that it dials, and then finds itself there.
    if stream.local_addr()? == stream.peer_addr()? {
        return Err(io::ErrorKind::ConnectionRefused.into());
    }
    Ok(stream)
}

/// An error of the system, as `connection refused`.
pub(crate) fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn connects_or_says_why_not() {
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

    #[test]
    fn system_errors_are_fragments() {
        assert_eq!(plain(&io::Error::from_raw_os_error(111)), "connection refused");
    }
}
