//! The other end of a connection to one of our programs, played by a test.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use socket2::{Domain, SockRef, Socket, Type};

use crate::deadline::PATIENCE;

/// A connection that is read line by line, and only when the test asks for a line.
#[derive(Debug)]
pub struct Peer {
    stream: BufReader<TcpStream>,
    /// The beginning of a line whose end has not arrived.
    begun: Vec<u8>,
}

impl Peer {
    /// Takes over a connection.
    #[must_use]
    pub fn new(stream: TcpStream) -> Self {
        Self { stream: BufReader::with_capacity(1 << 16, stream), begun: Vec::new() }
    }

    /// Connects to a server.
    ///
    /// # Panics
    /// If it doesn't accept.
    #[must_use]
    pub fn connect(address: impl Into<SocketAddr>) -> Self {
        let address = address.into();
        let stream = TcpStream::connect_timeout(&address, PATIENCE);
        Self::new(stream.unwrap_or_else(|error| panic!("{address}: {error}")))
    }

    /// Connects to a server from the local address `from`.
    ///
    /// # Panics
    /// If it doesn't accept.
    #[must_use]
    pub fn connect_from(from: IpAddr, address: impl Into<SocketAddr>) -> Self {
        let address = address.into();
        Self::try_from(from, address).unwrap_or_else(|error| panic!("{address}: {error}"))
    }

    /// The same, and waits until the other end has closed or reset the connection, which may happen before this end has
    /// noticed the connection; returns false if bytes arrived before.
    ///
    /// # Panics
    /// If neither happens in time.
    #[must_use]
    pub fn is_refused_from(from: IpAddr, address: impl Into<SocketAddr>) -> bool {
        let address = address.into();
        match Self::try_from(from, address) {
            Ok(mut peer) => peer.is_closed(),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => true,
            Err(error) => panic!("{address}: {error}"),
        }
    }

    fn try_from(from: IpAddr, address: SocketAddr) -> std::io::Result<Self> {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
        socket.bind(&SocketAddr::new(from, 0).into())?;
        socket.connect_timeout(&address.into(), PATIENCE)?;
        Ok(Self::new(socket.into()))
    }

    /// Waits until the other end has closed or reset the connection; returns false if bytes arrived before.
    ///
    /// # Panics
    /// If neither happens in time.
    #[must_use]
    pub fn is_closed(&mut self) -> bool {
        self.stream.get_ref().set_read_timeout(Some(PATIENCE)).expect("a socket has a timeout");
        match self.stream.read(&mut [0; 1]) {
            Ok(count) => count == 0,
            Err(error) if error.kind() == ErrorKind::ConnectionReset => true,
            Err(error) => panic!("{error}"),
        }
    }

    /// Connects to a server, with room for `bytes` unread bytes.
    ///
    /// # Panics
    /// If it doesn't accept.
    #[must_use]
    pub fn connect_with_buffer(address: impl Into<SocketAddr>, bytes: usize) -> Self {
        let address = address.into();
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None).expect("a socket");
        socket.set_recv_buffer_size(bytes).expect("a socket has a buffer");
        socket
            .connect_timeout(&address.into(), PATIENCE)
            .unwrap_or_else(|error| panic!("{address}: {error}"));
        Self::new(socket.into())
    }

    /// The local address.
    ///
    /// # Panics
    /// Never: a connected socket has an address.
    #[must_use]
    pub fn local(&self) -> SocketAddr {
        self.stream.get_ref().local_addr().expect("a connected socket has an address")
    }

    /// Waits for the next line, and returns it without its line end; none at the end of the stream.
    ///
    /// # Panics
    /// If nothing arrives in time, the connection breaks, or it ends within a line.
    pub fn line(&mut self) -> Option<String> {
        match self.try_line() {
            Ok(line) => line,
            Err(error) => panic!("{error}, after '{}'", String::from_utf8_lossy(&self.begun)),
        }
    }

    /// Waits for the next `count` lines.
    ///
    /// # Panics
    /// If they don't arrive.
    pub fn lines(&mut self, count: usize) -> Vec<String> {
        (0..count).map(|_| self.line().expect("a line should come, and not the end")).collect()
    }

    /// Waits for the end of the stream, and returns the lines before it.
    ///
    /// # Panics
    /// If the end doesn't arrive in time.
    pub fn to_end(&mut self) -> Vec<String> {
        let start = Instant::now();
        let mut lines = Vec::new();
        while let Some(line) = self.line() {
            lines.push(line);
            assert!(start.elapsed() < PATIENCE, "no end for {PATIENCE:?}: {} lines", lines.len());
        }
        lines
    }

    /// Sends `bytes`.
    ///
    /// # Panics
    /// If that fails.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.get_mut().write_all(bytes.as_ref()).expect("the other end should take what is sent");
    }

    /// Closes the connection normally (FIN).
    pub fn close(self) {}

    /// Ends sending, and continues to read.
    ///
    /// # Panics
    /// If that fails.
    pub fn finish_sending(&self) {
        self.stream.get_ref().shutdown(std::net::Shutdown::Write).expect("the connection is open");
    }

    /// Resets the connection (RST).
    ///
    /// # Panics
    /// If that fails.
    pub fn reset(self) {
        SockRef::from(self.stream.get_ref()).set_linger(Some(Duration::ZERO)).expect("a socket can be reset");
    }

    fn try_line(&mut self) -> Result<Option<String>, String> {
        let start = Instant::now();
        loop {
            let left = PATIENCE.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Err(format!("no line for {PATIENCE:?}"));
            }
            self.stream.get_ref().set_read_timeout(Some(left)).map_err(|error| error.to_string())?;
            match self.stream.read_until(b'\n', &mut self.begun) {
                Ok(0) if self.begun.is_empty() => return Ok(None),
                Ok(_) if self.begun.pop_if(|last| *last == b'\n').is_some() => {
                    let line = std::mem::take(&mut self.begun);
                    return Ok(Some(String::from_utf8_lossy(&line).into_owned()));
                }
                Ok(_) => return Err("the stream ended within a line".to_owned()),
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
                Err(error) => return Err(error.to_string()),
            }
        }
    }
}
