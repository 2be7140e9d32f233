//! A bad network between a client and a server: it loses bytes, and resets connections.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use socket2::SockRef;

/// How often an idle connection is checked.
const LOOK: Duration = Duration::from_millis(10);
/// Bytes passed on at a time by default: few, so that connections break within a line.
const PIECE: usize = 50;

/// Passes connections on to a server on loopback.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    piece: usize,
    /// Connections of an earlier epoch are to be reset.
    epoch: AtomicU64,
    /// Connections of an earlier epoch lose everything that is sent.
    deaf_before: AtomicU64,
    /// New connections are reset at once while this is not 0.
    closed: AtomicUsize,
    connections: AtomicUsize,
}

impl Proxy {
    /// A path to `server`, a port on loopback.
    ///
    /// # Panics
    /// If listening fails.
    #[must_use]
    pub fn to(server: u16) -> Self {
        Self::with_pieces(server, PIECE)
    }

    /// The same, but passes `piece` bytes on at a time.
    ///
    /// # Panics
    /// If listening fails.
    #[must_use]
    pub fn with_pieces(server: u16, piece: usize) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("some port is free");
        let port = listener.local_addr().expect("a listener has an address").port();
        let shared = Arc::new(Shared { piece, ..Shared::default() });
        let own = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                own.connect(client, server);
            }
        });
        Self { port, shared }
    }

    /// Where clients connect.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Connections that were passed on so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::Relaxed)
    }

    /// From now on, everything sent over existing connections is lost, and neither end is notified.
    pub fn swallow(&self) {
        self.shared.deaf_before.store(self.shared.epoch.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }

    /// Resets all connections (RST).
    pub fn cut(&self) {
        self.shared.epoch.fetch_add(1, Ordering::Relaxed);
    }

    /// Resets all connections, and lets no more through.
    pub fn close(&self) {
        self.shared.closed.store(1, Ordering::Relaxed);
        self.cut();
    }

    /// Lets connections through again.
    pub fn open(&self) {
        self.shared.closed.store(0, Ordering::Relaxed);
    }
}

impl Shared {
    fn connect(self: &Arc<Self>, client: TcpStream, server: u16) {
        let epoch = self.epoch.load(Ordering::Relaxed);
        if self.closed.load(Ordering::Relaxed) != 0 {
            return;
        }
        let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, server)) else { return };
        self.connections.fetch_add(1, Ordering::Relaxed);
        let ends = [Arc::new(client), Arc::new(server)];
        for end in &ends {
            end.set_read_timeout(Some(LOOK)).expect("a time above 0");
            SockRef::from(&**end).set_linger(Some(Duration::ZERO)).expect("a socket can be reset");
        }
        for (from, to) in [(0, 1), (1, 0)] {
            let (shared, from, to) = (Arc::clone(self), Arc::clone(&ends[from]), Arc::clone(&ends[to]));
            std::thread::spawn(move || {
                shared.pass(&from, &to, epoch);
                // The other direction ends too.
                let _ = from.shutdown(std::net::Shutdown::Read);
                let _ = to.shutdown(std::net::Shutdown::Read);
            });
        }
    }

    fn pass(&self, mut from: &TcpStream, mut to: &TcpStream, epoch: u64) {
        let mut piece = vec![0; self.piece];
        while self.epoch.load(Ordering::Relaxed) == epoch {
            match from.read(&mut piece) {
                Ok(0) => return,
                Ok(_) if epoch < self.deaf_before.load(Ordering::Relaxed) => {}
                Ok(count) => {
                    if to.write_all(&piece[..count]).is_err() {
                        return;
                    }
                }
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Err(_) => return,
            }
        }
    }
}
