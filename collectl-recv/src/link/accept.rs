//! The listener, and the loop that accepts.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use collectl_wire::allow::Allowed;
use collectl_wire::sparing::Sparing;

use socket2::{Domain, Protocol, Socket, Type};
use thiserror::Error;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{sleep, sleep_until};

use super::dial::plain;
use crate::fleet::event::Event;
use crate::link::listen::{Bind, Listen, Port};

/// Connections that the kernel holds for us: a whole cluster may connect at once. Linux allows no more (`net.core.somaxconn`).
const BACKLOG: i32 = 4096;
/// Pause after a failed accept, so that a lack of descriptors is waited out and not spun on.
const PAUSE: Duration = Duration::from_millis(100);

/// Why nothing is listened on.
#[derive(Debug, Error)]
#[error("listening on {address}: {}", plain(.why))]
pub(crate) struct ListenError {
    address: SocketAddr,
    why: io::Error,
}

/// Opens the listener: of both address families where the machine has them.
///
/// # Errors
/// A [`ListenError`]; a preferred port that is taken is none, another one is taken then.
pub(crate) fn open(plan: &Listen) -> Result<TcpListener, ListenError> {
    match plan.port {
        Port::Fixed(port) => on_port(plan.bind, port),
        Port::Preferred(port) => match on_port(plan.bind, port) {
            Err(error) if error.why.kind() == io::ErrorKind::AddrInUse => on_port(plan.bind, 0),
            result => result,
        },
    }
}

fn on_port(bind: Bind, port: u16) -> Result<TcpListener, ListenError> {
    let listen = |ip: IpAddr| {
        let address = SocketAddr::new(ip, port);
        on_address(address).map_err(|why| ListenError { address, why })
    };
    match bind {
        Bind::Address(ip) => listen(ip),
        Bind::All => match listen(Ipv6Addr::UNSPECIFIED.into()) {
            Err(error) if error.why.kind() != io::ErrorKind::AddrInUse => {
                listen(Ipv4Addr::UNSPECIFIED.into())
            }
            result => result,
        },
    }
}

fn on_address(address: SocketAddr) -> io::Result<TcpListener> {
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

/// Accepts for ever; ends when nobody takes what it accepts. Those that may not connect are closed at once, and counted
/// in `refused`.
pub(crate) async fn accept(
    listener: TcpListener,
    allow: Allowed,
    refused: Arc<AtomicU64>,
    events: mpsc::Sender<Event>,
) {
    let (mut failures, mut refusals) = (Sparing::default(), Sparing::default());
    let mut last_refused = None;
    loop {
        let due = refusals.due(Instant::now());
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted.map(Some),
            () = sleep_until(due.unwrap_or_else(Instant::now).into()), if due.is_some() => Ok(None),
        };
        let event = match accepted {
            Ok(Some((socket, peer))) if allow.allows(peer.ip()) => Some(Event::Accepted { socket, peer }),
            Ok(Some((socket, peer))) => {
                close(socket);
                refused.fetch_add(1, Ordering::Relaxed);
                refusals.count();
                last_refused = Some(peer.ip().to_canonical());
                None
            }
            Ok(None) => None,
            Err(error) if is_of_one_connection(&error) => None,
            Err(error) => {
                failures.count();
                sleep(PAUSE).await;
                failures.say(Instant::now()).map(|times| Event::AcceptFailed { error, times })
            }
        };
        let refusal = refusals.say(Instant::now()).zip(last_refused);
        let refusal = refusal.map(|(times, peer)| Event::Refused { peer, times });
        for event in event.into_iter().chain(refusal) {
            if events.send(event).await.is_err() {
                return;
            }
        }
    }
}

/// Closes a connection that is not wanted, without the farewell that would keep its port busy.
fn close(socket: TcpStream) {
    // Where that fails it is closed as any other.
    let _ = socket2::SockRef::from(&socket).set_linger(Some(Duration::ZERO));
}

/// True for an error that belongs to a connection which is gone by now, not to the listener.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::Interrupted
    )
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpStream;

    use super::*;

    const LOOPBACK: Bind = Bind::Address(IpAddr::V4(Ipv4Addr::LOCALHOST));

    fn listen(bind: Bind, port: Port) -> Listen {
        Listen { bind, port, allow: Allowed::default() }
    }

    #[tokio::test]
    async fn a_port_that_is_taken_is_an_error_or_makes_way() {
        let first = open(&listen(LOOPBACK, Port::Fixed(0))).unwrap();
        let port = first.local_addr().unwrap().port();
        let error = open(&listen(LOOPBACK, Port::Fixed(port))).unwrap_err();
        assert_eq!(error.to_string(), format!("listening on 127.0.0.1:{port}: address already in use"));
        let other = open(&listen(LOOPBACK, Port::Preferred(port))).unwrap();
        assert_ne!(other.local_addr().unwrap().port(), port);
    }

    #[tokio::test]
    async fn all_addresses_means_both_families() {
        let listener = open(&listen(Bind::All, Port::Fixed(0))).unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, mut events) = mpsc::channel(4);
        let accepting = tokio::spawn(accept(listener, Allowed::default(), Arc::default(), sender));
        let _client = TcpStream::connect(("127.0.0.1", address.port())).await.unwrap();
        let Some(Event::Accepted { peer, .. }) = events.recv().await else { panic!("no connection") };
        assert_eq!(peer.ip().to_canonical(), IpAddr::V4(Ipv4Addr::LOCALHOST));
        accepting.abort();
    }
}
