//! Detects a peer that has vanished, and distinguishes it from one that only reads slowly.
//!
//! While nothing is unacknowledged, keepalive probes the peer. The kernel sends no keepalives while bytes wait to be
//! sent or acknowledged. Its option for that case, `TCP_USER_TIMEOUT`, also ends a connection whose reader stopped
//! reading while its kernel still answers (it counts from the first window probe), and without it the probes grow two
//! minutes apart. So [`Outstanding`] bytes are checked until they are acknowledged: the timeout is extended again and
//! again, each time by so little that the kernel probes every few seconds, and the answers decide.
//!
//! It is unknown from which probe the kernel counts: with a small receive buffer it still counts from a probe of an
//! earlier stop, after the peer has read everything. So once a peer has stopped, the timeout is counted from that first
//! stop. Where another option limits the time between probes to 4 seconds (Linux 6.15), a dead peer is still found
//! within 15 seconds. With older kernels, a peer that vanishes while it has stopped, and had stopped before, is found
//! after at most four minutes. A slow one is always kept.

use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::time::{Duration, Instant};

use rustix::net::sockopt;

/// Silence after which keepalive probes begin.
pub const KEEPALIVE_IDLE: Duration = Duration::from_secs(4);
/// Time between two probes.
pub const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(2);
/// Unanswered probes after which the connection ends.
pub const KEEPALIVE_COUNT: u32 = 4;
/// Silence after which the connection of a peer that must answer ends.
pub const SILENCE: Duration = Duration::from_secs(12);

/// The kernel probes a peer that has stopped, or that must answer, at least this often.
const PROBE: Duration = Duration::from_secs(4);
/// `TCP_RTO_MAX_MS` (Linux 6.15), which libc lacks.
const TCP_RTO_MAX_MS: libc::c_int = 44;

/// Enables keepalive on a connected socket, and sends data without delay.
///
/// # Errors
/// What `setsockopt(2)` returns; it fails on sockets other than TCP.
pub fn watch(socket: &impl AsFd) -> io::Result<()> {
    sockopt::set_socket_keepalive(socket, true)?;
    sockopt::set_tcp_keepidle(socket, KEEPALIVE_IDLE)?;
    sockopt::set_tcp_keepintvl(socket, KEEPALIVE_INTERVAL)?;
    sockopt::set_tcp_keepcnt(socket, KEEPALIVE_COUNT)?;
    limit_probe_interval(socket);
    Ok(sockopt::set_tcp_nodelay(socket, true)?)
}

/// Bytes that were written to a socket and may be unacknowledged.
#[derive(Debug, Clone, Copy)]
pub struct Outstanding {
    /// The kernel counts its probes from this time, or from a later one.
    origin: Instant,
    /// When to check next; none if everything has been acknowledged.
    due: Option<Instant>,
}

impl Outstanding {
    /// Time between two checks.
    const CHECK: Duration = Duration::from_secs(1);

    /// A new connection, without unacknowledged bytes.
    #[must_use]
    pub fn new() -> Self {
        Self { origin: Instant::now(), due: None }
    }

    /// Records a write. Returns true if nothing was unacknowledged before.
    pub fn begin(&mut self) -> bool {
        let begins = self.due.is_none();
        if begins {
            self.due = Some(Instant::now() + Self::CHECK);
        }
        begins
    }

    /// When [`Outstanding::check`] must be called next; none if all bytes have been acknowledged.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Checks whether all bytes have been acknowledged.
    ///
    /// # Errors
    /// `TimedOut` for a peer that has not answered for [`SILENCE`]; the errors of the calls on the socket.
    pub fn check(&mut self, socket: &impl AsFd) -> io::Result<()> {
        let now = Instant::now();
        let info = tcp_info(socket)?;
        if info.tcpi_unacked == 0 && info.tcpi_notsent_bytes == 0 {
            self.due = None;
            if info.tcpi_rwnd_limited == 0 {
                // No probe was ever needed.
                self.origin = now;
            }
            return Ok(sockopt::set_tcp_user_timeout(socket, 0)?);
        }
        self.due = Some(now + Self::CHECK);
        let silent = Duration::from_millis(info.tcpi_last_ack_recv.into()) >= SILENCE;
        if silent && (info.tcpi_unacked > 0 || info.tcpi_probes > 1) {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let timeout = now.duration_since(self.origin) + Self::CHECK + PROBE;
        Ok(sockopt::set_tcp_user_timeout(socket, timeout.as_millis().try_into().unwrap_or(u32::MAX))?)
    }
}

impl Default for Outstanding {
    fn default() -> Self {
        Self::new()
    }
}

/// Makes the kernel probe, and send again, at least every [`PROBE`], if it can.
fn limit_probe_interval(socket: &impl AsFd) {
    let millis: libc::c_int = PROBE.as_millis().try_into().unwrap_or(libc::c_int::MAX);
    #[expect(unsafe_code, reason = "no crate in use wraps TCP_RTO_MAX_MS")]
    // SAFETY: the kernel reads an integer of the given length.
    unsafe {
        libc::setsockopt(
            socket.as_fd().as_raw_fd(),
            libc::IPPROTO_TCP,
            TCP_RTO_MAX_MS,
            (&raw const millis).cast(),
            size_of::<libc::c_int>() as libc::socklen_t,
        );
    }
}

/// `TCP_INFO` (tcp(7)).
fn tcp_info(socket: &impl AsFd) -> io::Result<libc::tcp_info> {
    #[expect(unsafe_code, reason = "no crate in use wraps TCP_INFO")]
    // SAFETY: the kernel writes at most `length` bytes of the struct, which is plain integers: zeros are valid, and so
    // is anything it writes.
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
    use std::io::{Read, Write};
    use std::net::{SocketAddr, TcpListener, TcpStream};
    use std::thread;

    use socket2::{Domain, Socket, Type};

    use super::*;

    /// Both ends of a connection; the reader has room for this many bytes.
    fn connection(room: usize) -> (TcpStream, TcpStream) {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.set_recv_buffer_size(room).unwrap();
        socket.bind(&"127.0.0.1:0".parse::<SocketAddr>().unwrap().into()).unwrap();
        socket.listen(1).unwrap();
        let listener = TcpListener::from(socket);
        let sender = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (reader, _) = listener.accept().unwrap();
        watch(&sender).unwrap();
        sender.set_nonblocking(true).unwrap();
        reader.set_nonblocking(true).unwrap();
        (sender, reader)
    }

    fn fill(sender: &mut TcpStream) {
        loop {
            match sender.write(&[b'x'; 4096]) {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => panic!("{error}"),
            }
        }
    }

    #[test]
    fn bytes_that_are_read_are_acknowledged() {
        let (mut sender, _reader) = connection(1 << 16);
        sender.write_all(b"x").unwrap();
        let mut outstanding = Outstanding::new();
        assert!(outstanding.begin() && !outstanding.begin());
        while outstanding.due().is_some() {
            outstanding.check(&sender).unwrap();
            thread::yield_now();
        }
        assert_eq!(sockopt::tcp_user_timeout(&sender).unwrap(), 0);
    }

    #[test]
    fn a_reader_that_stops_is_slow_not_dead() {
        let (mut sender, _reader) = connection(1 << 16);
        fill(&mut sender);
        let mut outstanding = Outstanding { origin: Instant::now() - Duration::from_secs(600), due: None };
        outstanding.begin();
        outstanding.check(&sender).unwrap();
        assert!(outstanding.due().is_some());
        assert!(sockopt::tcp_user_timeout(&sender).unwrap() >= 605_000);
    }

    /// The kernel may still count from the first probe of the first stop.
    #[test]
    fn a_reader_with_little_room_that_stops_twice_is_kept() {
        let (mut sender, mut reader) = connection(2048);
        let mut outstanding = Outstanding::new();
        for stop in 1..=2 {
            fill(&mut sender);
            outstanding.begin();
            for second in 0..9 {
                thread::sleep(Outstanding::CHECK);
                outstanding.check(&sender).unwrap();
                assert!(sender.take_error().unwrap().is_none(), "stop {stop}, second {second}");
                assert!(outstanding.due().is_some(), "stop {stop}, second {second}");
            }
            let mut buffer = [0; 1 << 16];
            while outstanding.due().is_some() {
                match reader.read(&mut buffer) {
                    Ok(count) => assert!(count > 0, "stop {stop}"),
                    Err(error) => assert_eq!(error.kind(), io::ErrorKind::WouldBlock, "stop {stop}"),
                }
                outstanding.check(&sender).unwrap();
            }
        }
    }
}
