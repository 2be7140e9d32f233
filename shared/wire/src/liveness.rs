//! Finds a peer that vanished without a word, and tells it from one that only reads slowly.
//!
//! While nothing is on its way to the peer, keepalive probes it. The kernel sends none while bytes wait to be sent or
//! acknowledged; what it has for that, `TCP_USER_TIMEOUT`, also ends a connection whose reader stopped reading while its
//! kernel still answers (it counts from the first window probe), and without it the probes grow two minutes apart. So
//! bytes on their way are [`Outstanding`] until they are acknowledged, and are looked after: the timeout is put off
//! again and again, each time by so little that the kernel probes every few seconds, and the answers decide. Either way
//! a dead peer is found within 15 seconds, and a slow one is kept.

use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::time::{Duration, Instant};

use rustix::net::sockopt;

/// Silence after which keepalive probes begin.
pub const KEEPALIVE_IDLE: Duration = Duration::from_secs(4);
/// Time between two probes.
pub const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(2);
/// Probes without an answer that end the connection.
pub const KEEPALIVE_COUNT: u32 = 4;
/// Silence of a peer that owes an answer which ends the connection.
pub const SILENCE: Duration = Duration::from_secs(12);

/// Sets keepalive on a connected socket, and sends what is written without delay.
///
/// # Errors
/// What `setsockopt(2)` returns; it fails on sockets other than TCP.
pub fn watch(socket: &impl AsFd) -> io::Result<()> {
    sockopt::set_socket_keepalive(socket, true)?;
    sockopt::set_tcp_keepidle(socket, KEEPALIVE_IDLE)?;
    sockopt::set_tcp_keepintvl(socket, KEEPALIVE_INTERVAL)?;
    sockopt::set_tcp_keepcnt(socket, KEEPALIVE_COUNT)?;
    Ok(sockopt::set_tcp_nodelay(socket, true)?)
}

/// Bytes that were written to a socket and may not have been acknowledged yet.
#[derive(Debug, Clone, Copy)]
pub struct Outstanding {
    since: Instant,
    due: Instant,
}

impl Outstanding {
    /// Time between two checks.
    const CHECK: Duration = Duration::from_secs(1);
    /// The kernel probes at least this often.
    const PROBE: Duration = Duration::from_secs(4);

    /// Bytes are written now.
    #[must_use]
    pub fn begin() -> Self {
        let now = Instant::now();
        Self { since: now, due: now + Self::CHECK }
    }

    /// When [`Outstanding::check`] is to be called next.
    #[must_use]
    pub fn due(&self) -> Instant {
        self.due
    }

    /// Returns whether all bytes have been acknowledged.
    ///
    /// # Errors
    /// `TimedOut` for a peer that has not answered for [`SILENCE`]; what the calls on the socket return.
    pub fn check(&mut self, socket: &impl AsFd) -> io::Result<bool> {
        let now = Instant::now();
        self.due = now + Self::CHECK;
        let info = tcp_info(socket)?;
        if info.tcpi_unacked == 0 && info.tcpi_notsent_bytes == 0 {
            sockopt::set_tcp_user_timeout(socket, 0)?;
            return Ok(true);
        }
        let silent = Duration::from_millis(info.tcpi_last_ack_recv.into()) >= SILENCE;
        if silent && (info.tcpi_unacked > 0 || info.tcpi_probes > 1) {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let timeout = now.duration_since(self.since) + Self::CHECK + Self::PROBE;
        sockopt::set_tcp_user_timeout(socket, timeout.as_millis().try_into().unwrap_or(u32::MAX))?;
        Ok(false)
    }
}

/// `TCP_INFO` (tcp(7)).
fn tcp_info(socket: &impl AsFd) -> io::Result<libc::tcp_info> {
    #[expect(unsafe_code, reason = "no crate in use wraps TCP_INFO")]
    // SAFETY: the kernel writes at most `length` bytes of the struct, which is plain integers: zeros are valid, and so is
    // whatever it writes.
    unsafe {
        let mut info: libc::tcp_info = std::mem::zeroed();
        let mut length = size_of::<libc::tcp_info>() as libc::socklen_t;
        let result = libc::getsockopt(
            socket.as_fd().as_raw_fd(),
            libc::IPPROTO_TCP,
            libc::TCP_INFO,
            (&raw mut info).cast(),
            &raw mut length,
        );
        if result == 0 { Ok(info) } else { Err(io::Error::last_os_error()) }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn bytes_that_are_read_settle() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut sender = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (_reader, _) = listener.accept().unwrap();
        watch(&sender).unwrap();
        sender.write_all(b"x").unwrap();
        let mut outstanding = Outstanding::begin();
        while !outstanding.check(&sender).unwrap() {
            std::thread::yield_now();
        }
        assert_eq!(sockopt::tcp_user_timeout(&sender).unwrap(), 0);
    }

    #[test]
    fn a_reader_that_stops_is_slow_not_dead() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut sender = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (_reader, _) = listener.accept().unwrap();
        watch(&sender).unwrap();
        sender.set_nonblocking(true).unwrap();
        loop {
            match sender.write(&[b'x'; 4096]) {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => panic!("{error}"),
            }
        }
        let since = Instant::now() - Duration::from_secs(600);
        let mut outstanding = Outstanding { since, ..Outstanding::begin() };
        assert!(!outstanding.check(&sender).unwrap());
        assert!(sockopt::tcp_user_timeout(&sender).unwrap() >= 605_000);
    }
}
