//! Socket options that find a peer which vanished without a word, and tell it from one that only reads slowly.
//!
//! An idle connection is probed by keepalive; one with bytes in flight ends when they stay unacknowledged for
//! [`USER_TIMEOUT`]. Either way a dead peer is an error on the socket within 15 seconds.
//!
//! `TCP_USER_TIMEOUT` alone would also end a connection whose reader stopped reading while its kernel still answers
//! (tcp(7); since Linux 5.11 it counts from the first window probe). So while a reader is stuck and every byte sent
//! was acknowledged, the timeout is lifted: see [`stalled`].

use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::time::Duration;

use rustix::net::sockopt;

/// Silence after which keepalive probes begin.
pub const KEEPALIVE_IDLE: Duration = Duration::from_secs(4);
/// Time between two probes.
pub const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(2);
/// Probes without an answer that end the connection.
pub const KEEPALIVE_COUNT: u32 = 4;
/// How long sent bytes may stay unacknowledged.
pub const USER_TIMEOUT: Duration = Duration::from_secs(12);

/// Sets the options on a connected socket, and sends what is written without delay.
///
/// # Errors
/// What `setsockopt(2)` returns; it fails on sockets other than TCP.
pub fn watch(socket: &impl AsFd) -> io::Result<()> {
    sockopt::set_socket_keepalive(socket, true)?;
    sockopt::set_tcp_keepidle(socket, KEEPALIVE_IDLE)?;
    sockopt::set_tcp_keepintvl(socket, KEEPALIVE_INTERVAL)?;
    sockopt::set_tcp_keepcnt(socket, KEEPALIVE_COUNT)?;
    sockopt::set_tcp_nodelay(socket, true)?;
    flowing(socket)
}

/// To be called while a peer takes no more bytes: lifts the timeout if all that was sent was acknowledged, which means
/// that the peer is there and its reader is slow. Returns whether it did.
///
/// # Errors
/// What `ioctl(2)` or `setsockopt(2)` returns.
pub fn stalled(socket: &impl AsFd) -> io::Result<bool> {
    let acknowledged = unacknowledged(socket)? == 0;
    if acknowledged {
        sockopt::set_tcp_user_timeout(socket, 0)?;
    }
    Ok(acknowledged)
}

/// To be called when a peer takes bytes again: restores the timeout.
///
/// # Errors
/// What `setsockopt(2)` returns.
pub fn flowing(socket: &impl AsFd) -> io::Result<()> {
    Ok(sockopt::set_tcp_user_timeout(socket, USER_TIMEOUT.as_millis() as u32)?)
}

/// Bytes sent and not yet acknowledged: `SIOCOUTQ` less `SIOCOUTQNSD` (tcp(7)).
fn unacknowledged(socket: &impl AsFd) -> io::Result<i32> {
    /// `include/uapi/linux/sockios.h`
    const SIOCOUTQNSD: libc::c_ulong = 0x894B;
    let queued = |request: libc::c_ulong| {
        let mut bytes: libc::c_int = 0;
        #[expect(unsafe_code, reason = "no crate in use wraps these two ioctls")]
        // SAFETY: both requests write one int through the pointer, which is valid for the call.
        let result = unsafe { libc::ioctl(socket.as_fd().as_raw_fd(), request as _, &raw mut bytes) };
        if result == 0 { Ok(bytes) } else { Err(io::Error::last_os_error()) }
    };
    Ok(queued(libc::TIOCOUTQ as libc::c_ulong)? - queued(SIOCOUTQNSD)?)
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn a_reader_that_stops_is_slow_not_dead() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut sender = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (_reader, _) = listener.accept().unwrap();
        watch(&sender).unwrap();
        assert_eq!(sockopt::tcp_user_timeout(&sender).unwrap(), 12_000);
        sender.set_nonblocking(true).unwrap();
        loop {
            match sender.write(&[b'x'; 4096]) {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => panic!("{error}"),
            }
        }
        while !stalled(&sender).unwrap() {
            std::thread::yield_now();
        }
        assert_eq!(sockopt::tcp_user_timeout(&sender).unwrap(), 0);
        flowing(&sender).unwrap();
        assert_eq!(sockopt::tcp_user_timeout(&sender).unwrap(), 12_000);
    }
}
