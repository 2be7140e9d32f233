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

use crate::launch::outcome::{StartError, Status, interpret};
use crate::launch::tail::Tail;
use crate::link::end::End;

/// How long an ssh may take to end once its stream has.
const UNTIL_ENDED: Duration = Duration::from_secs(1);

/// How long an ssh may take until something comes through it. A server of ours says its column headers or answers the hello
/// at once, a Perl one at its next interval.
const UNTIL_FIRST: Duration = Duration::from_secs(60);

/// A connection.
#[derive(Debug)]
pub(crate) enum Socket {
    /// A socket of ours.
    Tcp(TcpStream),
    /// The input and output of an ssh.
    Tunnel(Box<Tunnel>),
}

/// An ssh that forwards its input and output (`ssh -W`). It ends with this value.
#[derive(Debug)]
pub(crate) struct Tunnel {
    stream: UnixStream,
    ssh: Child,
    tail: Tail,
    /// The right to dial, until something comes.
    permit: Option<OwnedSemaphorePermit>,
}

impl Tunnel {
    /// Runs `ssh`, a program and its arguments; gives `permit` back when something comes through it.
    ///
    /// # Errors
    /// Where it can't be run.
    pub(crate) fn open(ssh: &[String], permit: Option<OwnedSemaphorePermit>) -> io::Result<Self> {
        let (own, other) = std::os::unix::net::UnixStream::pair()?;
        own.set_nonblocking(true)?;
        let (tail, _, stderr) = Tail::open()?;
        let mut command = Command::new(&ssh[0]);
        command.args(&ssh[1..]).stdin(OwnedFd::from(other.try_clone()?)).stdout(OwnedFd::from(other));
        // A terminal's Ctrl-C is for us.
        command.stderr::<Stdio>(stderr).process_group(0).kill_on_drop(true);
        let ssh = command.spawn()?;
        Ok(Self { stream: UnixStream::from_std(own)?, ssh, tail, permit })
    }

    /// How it came to its `end`, by what it says.
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
    /// Where its other end is: for an ssh, behind our loopback.
    ///
    /// # Errors
    /// Where it is gone already.
    pub(crate) fn peer(&self) -> io::Result<IpAddr> {
        match self {
            Self::Tcp(socket) => Ok(socket.peer_addr()?.ip().to_canonical()),
            Self::Tunnel(_) => Ok(Ipv4Addr::LOCALHOST.into()),
        }
    }

    /// Says `line`. Where that fails the peer is gone, which the next read tells better.
    pub(crate) async fn say(&mut self, line: &str) {
        let _ = match self {
            Self::Tcp(socket) => socket.write_all(line.as_bytes()).await,
            Self::Tunnel(tunnel) => tunnel.stream.write_all(line.as_bytes()).await,
        };
    }

    /// Has the kernel find that the peer is dead; an ssh finds it itself.
    pub(crate) fn watch(&self) {
        if let Self::Tcp(socket) = self {
            // It fails where the peer is gone already, which the first read tells better.
            let _ = liveness::watch(socket);
        }
    }

    /// How long nothing at all may come: an ssh may hang before it leads anywhere, and never says when it does.
    pub(crate) fn patience(&self) -> Option<Duration> {
        match self {
            Self::Tunnel(tunnel) if tunnel.permit.is_some() => Some(UNTIL_FIRST),
            Self::Tcp(_) | Self::Tunnel(_) => None,
        }
    }

    /// The account of its end, where reading it ended with `end`.
    pub(crate) async fn why(&mut self, end: End) -> End {
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
                // An ssh that can't say what it wants to say stands still.
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
    async fn a_tunnel_carries_both_ways_and_says_why_it_ended() {
        let mut socket =
            shell("read -r x; echo \"$x\"; echo 'n1: Permission denied (publickey).' >&2; exit 255");
        socket.say("hello\n").await;
        let mut heard = Vec::new();
        socket.read_to_end(&mut heard).await.unwrap();
        assert_eq!(heard, b"hello\n");
        assert_eq!(socket.why(End::Closed).await, End::Lost("ssh: permission denied".to_owned()));
    }

    #[tokio::test]
    async fn an_ssh_that_talks_a_lot_goes_on() {
        let mut socket = shell("head -c 1000000 /dev/zero >&2; echo up");
        let mut heard = Vec::new();
        socket.read_to_end(&mut heard).await.unwrap();
        assert_eq!(heard, b"up\n");
    }
}
