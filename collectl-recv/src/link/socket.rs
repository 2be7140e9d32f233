//! A connection that is read: over TCP, or through an ssh.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::pin::Pin;
use std::process::Stdio;
use std::task::{Context, Poll};
use std::time::Duration;

use collectl_wire::liveness;
use tokio::io::{AsyncRead, AsyncWriteExt, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio::process::{Child, Command};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

use crate::base::end::End;
use crate::launch::outcome::{StartError, Status, interpret};
use crate::launch::tail::Tail;

/// Longest time that an ssh may take to end after its stream.
const UNTIL_ENDED: Duration = Duration::from_secs(1);

/// Longest time until something comes through an ssh. Our server sends its column headers or answers the hello at
/// once, a Perl one at its next interval.
const UNTIL_FIRST: Duration = Duration::from_secs(60);

/// A connection.
#[derive(Debug)]
pub(crate) enum Socket {
    /// A socket.
    Tcp(TcpStream),
    /// The input and output of an ssh.
    Tunnel(Box<Tunnel>),
}

/// An ssh that forwards its input and output (`ssh -W`). It is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Tunnel {
    stream: UnixStream,
    ssh: Child,
    tail: Tail,
    /// The permit to dial, until something comes.
    permit: Option<OwnedSemaphorePermit>,
}

impl Tunnel {
    /// Runs `ssh`, a program and its arguments. Holds `permit` until something comes through it.
    ///
    /// # Errors
    /// If it can't be run.
    pub(crate) fn open(ssh: &[String], permit: Option<OwnedSemaphorePermit>) -> io::Result<Self> {
        let (own, other) = std::os::unix::net::UnixStream::pair()?;
        own.set_nonblocking(true)?;
        let (tail, _, stderr) = Tail::open()?;
        let mut command = Command::new(&ssh[0]);
        command.args(&ssh[1..]).stdin(OwnedFd::from(other.try_clone()?)).stdout(OwnedFd::from(other));
        // The Ctrl-C of a terminal is only for us.
        command.stderr::<Stdio>(stderr).process_group(0).kill_on_drop(true);
        let ssh = command.spawn()?;
        Ok(Self { stream: UnixStream::from_std(own)?, ssh, tail, permit })
    }

    /// A better reason for its `end`, from the output of ssh.
    async fn end(&mut self, end: End) -> End {
        let Ok(Ok(status)) = timeout(UNTIL_ENDED, self.ssh.wait()).await else { return end };
        self.tail.read_now();
        let status = status.code().map_or(Status::Signal(status.signal().unwrap_or(0)), Status::Exit);
        match interpret(status, self.tail.kept()) {
            StartError::Ended => end,
            error => End::Lost(error.to_string()),
        }
    }
}

impl Socket {
    /// The address of the other end; our loopback for an ssh.
    ///
    /// # Errors
    /// If it is gone already.
    pub(crate) fn peer(&self) -> io::Result<IpAddr> {
        match self {
            Self::Tcp(socket) => Ok(socket.peer_addr()?.ip().to_canonical()),
            Self::Tunnel(_) => Ok(Ipv4Addr::LOCALHOST.into()),
        }
    }

    /// Writes `line`. If that fails the peer is gone, which the next read reports.
    pub(crate) async fn write(&mut self, line: &str) {
        let _ = match self {
            Self::Tcp(socket) => socket.write_all(line.as_bytes()).await,
            Self::Tunnel(tunnel) => tunnel.stream.write_all(line.as_bytes()).await,
        };
    }

    /// Lets the kernel detect that the peer is dead. An ssh does that itself.
    pub(crate) fn watch(&self) {
        if let Self::Tcp(socket) = self {
            // It fails if the peer is gone already, which the first read reports.
            let _ = liveness::watch(socket);
        }
    }

    /// Longest time without any data, if there is a limit: an ssh may hang before it is connected.
    pub(crate) fn patience(&self) -> Option<Duration> {
        match self {
            Self::Tunnel(tunnel) if tunnel.permit.is_some() => Some(UNTIL_FIRST),
            Self::Tcp(_) | Self::Tunnel(_) => None,
        }
    }

    /// A better reason for its end, after reading it ended with `end`.
    pub(crate) async fn explain(&mut self, end: End) -> End {
        match (self, end) {
            (Self::Tunnel(tunnel), end) => tunnel.end(end).await,
            (Self::Tcp(_), end) => end,
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(socket) => Pin::new(socket).poll_read(context, buffer),
            Self::Tunnel(tunnel) => {
                // An ssh stops when nobody reads its messages.
                tunnel.tail.poll_drain(context);
                let before = buffer.filled().len();
                let read = Pin::new(&mut tunnel.stream).poll_read(context, buffer);
                if buffer.filled().len() > before {
                    tunnel.permit = None;
                }
                read
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    fn shell(script: &str) -> Socket {
        let words = ["sh", "-c", script].map(str::to_owned);
        Socket::Tunnel(Box::new(Tunnel::open(&words, None).unwrap()))
    }

    #[tokio::test]
    async fn a_tunnel_carries_both_directions_and_tells_why_it_ended() {
        let mut socket =
            shell("read -r x; echo \"$x\"; echo 'n1: Permission denied (publickey).' >&2; exit 255");
        socket.write("hello\n").await;
        let mut received = Vec::new();
        socket.read_to_end(&mut received).await.unwrap();
        assert_eq!(received, b"hello\n");
        assert_eq!(socket.explain(End::Closed).await, End::Lost("ssh: permission denied".to_owned()));
    }

    #[tokio::test]
    async fn an_ssh_that_writes_many_messages_continues() {
        let mut socket = shell("head -c 1000000 /dev/zero >&2; echo up");
        let mut received = Vec::new();
        socket.read_to_end(&mut received).await.unwrap();
        assert_eq!(received, b"up\n");
    }
}
