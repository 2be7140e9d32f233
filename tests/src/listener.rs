//! A plain TCP listener: the initiator of `collectl -A ADDR`.

use std::net::{SocketAddr, TcpListener};
use std::os::fd::AsFd;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use socket2::{Domain, Socket, Type};

use crate::deadline::PATIENCE;
use crate::peer::Peer;

/// A listening socket.
#[derive(Debug)]
pub struct Listener(TcpListener);

impl Listener {
    /// Listens on `ip`, on a port that the kernel chooses.
    ///
    /// # Panics
    /// If that is not possible.
    #[must_use]
    pub fn on(ip: &str) -> Self {
        Self(TcpListener::bind((ip, 0)).unwrap_or_else(|error| panic!("{ip}: {error}")))
    }

    /// The same, with room for `bytes` unread bytes on each connection.
    ///
    /// # Panics
    /// If that is not possible.
    #[must_use]
    pub fn with_buffer(ip: &str, bytes: usize) -> Self {
        let address: SocketAddr = (ip.parse::<std::net::IpAddr>().expect("an address"), 0).into();
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None).expect("a socket");
        socket.set_recv_buffer_size(bytes).expect("a socket has a buffer");
        socket.bind(&address.into()).unwrap_or_else(|error| panic!("{ip}: {error}"));
        socket.listen(128).expect("a bound socket can listen");
        Self(socket.into())
    }

    /// The port.
    ///
    /// # Panics
    /// Never: a bound socket has one.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.0.local_addr().expect("a bound socket has an address").port()
    }

    /// Waits for a connection.
    ///
    /// # Panics
    /// If no connection arrives in time.
    #[must_use]
    pub fn accept(&self) -> Peer {
        let time = Timespec::try_from(PATIENCE).expect("a short time");
        let ready = poll(&mut [PollFd::from_borrowed_fd(self.0.as_fd(), PollFlags::IN)], Some(&time));
        assert_eq!(ready, Ok(1), "no connection for {PATIENCE:?}");
        Peer::new(self.0.accept().expect("a connection waits").0)
    }
}

/// A listening socket on `port` of 127.0.0.1, with a queue for a whole cluster that connects at once.
///
/// # Errors
/// If that is not possible.
pub fn many(port: u16) -> std::io::Result<TcpListener> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.bind(&SocketAddr::from((std::net::Ipv4Addr::LOCALHOST, port)).into())?;
    socket.listen(4096)?;
    Ok(socket.into())
}
