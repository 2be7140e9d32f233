//! The listening socket, and the loop that accepts connections.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::{Duration, Instant};

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, sleep_until};

use crate::allow::Allowed;
use crate::throttle::Throttle;

/// Connections that the kernel queues until they are accepted: a whole cluster may connect at once. Linux allows no
/// more by default (`net.core.somaxconn`).
const BACKLOG: i32 = 4096;
/// Pause after a failed accept, for lack of descriptors or memory.
const PAUSE: Duration = Duration::from_millis(100);

/// Listens on `address`, or on all addresses of the machine: IPv6 and IPv4, or only IPv4 if there is no IPv6.
///
/// # Errors
/// The error of the system.
pub fn listen(address: Option<IpAddr>, port: u16) -> io::Result<TcpListener> {
    match address {
        Some(address) => on(SocketAddr::new(address, port)),
        None => match on(SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), port)) {
            Err(error) if error.kind() != io::ErrorKind::AddrInUse => {
                on(SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), port))
            }
            result => result,
        },
    }
}

fn on(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() {
        socket.set_only_v6(!address.ip().is_unspecified())?;
    }
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

/// Accepts connections from allowed addresses, and closes all others.
#[derive(Debug)]
pub struct Acceptor {
    listener: TcpListener,
    allow: Allowed,
    failures: Throttle,
    refusals: Throttle,
    last_refused: Option<IpAddr>,
}

/// The result of accepting.
#[derive(Debug)]
pub enum Accepted {
    /// A client.
    Client(TcpStream, SocketAddr),
    /// Connections were closed because their addresses are not allowed.
    Refused {
        /// How many since the last report.
        times: u64,
        /// The address of the last one.
        last: IpAddr,
    },
    /// Accepting failed.
    Failed {
        /// The last error.
        error: io::Error,
        /// How often since the last report.
        times: u64,
    },
}

impl Acceptor {
    /// Accepts from `listener` the addresses that `allow` lists.
    #[must_use]
    pub fn new(listener: TcpListener, allow: Allowed) -> Self {
        Self {
            listener,
            allow,
            failures: Throttle::default(),
            refusals: Throttle::default(),
            last_refused: None,
        }
    }

    /// All connections that were rejected so far.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refusals.total()
    }

    /// Waits for the next client, or for something to report: at most once per minute of each kind. May be dropped at
    /// any time.
    pub async fn next(&mut self) -> Accepted {
        loop {
            if let Some((times, last)) = self.refusals.report(Instant::now()).zip(self.last_refused) {
                return Accepted::Refused { times, last };
            }
            let due = self.refusals.due(Instant::now());
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                () = sleep_until(due.unwrap_or_else(Instant::now).into()), if due.is_some() => continue,
            };
            match accepted {
                Ok((client, address)) if self.allow.allows(address.ip()) => {
                    return Accepted::Client(client, address);
                }
                Ok((client, address)) => {
                    // Resets the connection, so that it does not keep its port busy. If that fails it is closed
                    // normally.
                    let _ = socket2::SockRef::from(&client).set_linger(Some(Duration::ZERO));
                    self.refusals.count();
                    self.last_refused = Some(address.ip().to_canonical());
                }
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    self.failures.count();
                    // Waits until descriptors are available again.
                    sleep(PAUSE).await;
                    if let Some(times) = self.failures.report(Instant::now()) {
                        return Accepted::Failed { error, times };
                    }
                }
            }
        }
    }
}

/// True for an error of a connection that has gone, not of the listener.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::Interrupted
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    #[tokio::test]
    async fn a_port_that_is_taken_is_an_error() {
        let first = listen(Some(LOOPBACK), 0).unwrap();
        let port = first.local_addr().unwrap().port();
        assert_eq!(listen(Some(LOOPBACK), port).unwrap_err().kind(), io::ErrorKind::AddrInUse);
    }

    #[tokio::test]
    async fn all_addresses_means_both_families() {
        let listener = listen(None, 0).unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut acceptor = Acceptor::new(listener, Allowed::default());
        let _client = TcpStream::connect((LOOPBACK, port)).await.unwrap();
        let Accepted::Client(_, peer) = acceptor.next().await else { panic!("no client") };
        assert_eq!(peer.ip().to_canonical(), LOOPBACK);
    }

    #[tokio::test]
    async fn an_address_that_may_not_connect_is_reported() {
        let listener = listen(Some(LOOPBACK), 0).unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut acceptor = Acceptor::new(listener, Allowed::parse(["192.0.2.0/24"]).unwrap());
        let _client = TcpStream::connect((LOOPBACK, port)).await.unwrap();
        assert!(matches!(acceptor.next().await, Accepted::Refused { times: 1, last: LOOPBACK }));
        assert_eq!(acceptor.refused(), 1);
    }
}
