//! Destinations of text. Sinks own descriptors and are the only code that writes; none makes the sampler wait.
//!
//! Text is rendered once per interval and shared by all sinks. Each has a bounded queue; when its reader is too slow,
//! the oldest whole intervals are dropped and counted.

pub mod archive;
pub mod budget;
pub mod client;
pub mod eviction;
pub mod initiator;
pub mod memory;
pub mod peer;
pub mod screen;
pub mod server;
pub mod terminal;

use std::io;
use std::rc::Rc;

use collectl_core::text::Text;
use collectl_wire::host::HostName;
use collectl_wire::prefix::prefix_lines;

use initiator::Initiator;
use server::Server;
use terminal::Terminal;

/// Most bytes that are queued for one slow reader, a terminal or a socket.
pub const MAX_WAITING: usize = 1 << 20;

/// The destination of a run's text.
pub enum Sink {
    /// Standard output.
    Terminal(Terminal),
    /// The initiator that collectl connected to (`-A ADDR`).
    Initiator(Initiator),
    /// The clients that connected to collectl (`-A server`).
    Server(HostName, Rc<Server>),
}

/// Why a sink accepts no more text.
#[derive(Debug)]
pub enum Gone {
    /// The reader left: the run ends normally.
    Left,
    /// The reader was lost, or the descriptor failed.
    Failed(io::Error),
}

impl Sink {
    /// Sends the text of one interval.
    ///
    /// # Errors
    /// [`Gone`] when there is no reader any more.
    pub fn send(&mut self, text: &Text) -> Result<(), Gone> {
        match self {
            Self::Terminal(terminal) => terminal.send(text.whole()),
            Self::Initiator(initiator) => initiator.send(text),
            Self::Server(_, server) => {
                server.publish(text);
                Ok(())
            }
        }
    }

    /// Sets `header` as the header that a client receives when it connects.
    pub fn set_header(&mut self, header: &[u8]) {
        match self {
            Self::Server(host, server) => server.set_header(prefix_lines(host, header)),
            Self::Initiator(initiator) => initiator.set_header(header),
            Self::Terminal(_) => {}
        }
    }

    /// Does the work between intervals, and returns when there is no reader any more. May be dropped at any time and
    /// called again.
    pub async fn tend(&mut self) -> Gone {
        match self {
            Self::Terminal(terminal) => terminal.tend().await,
            Self::Initiator(initiator) => initiator.tend().await,
            Self::Server(..) => std::future::pending().await,
        }
    }

    /// Waits until everything has been sent, but not for the clients of a server.
    ///
    /// # Errors
    /// [`Gone`] when there is no reader any more.
    pub async fn drain(&mut self) -> Result<(), Gone> {
        match self {
            Self::Terminal(terminal) => terminal.drain().await,
            Self::Initiator(initiator) => initiator.drain().await,
            Self::Server(..) => Ok(()),
        }
    }
}

impl std::fmt::Display for Gone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Left => f.write_str("the reader left"),
            Self::Failed(error) => error.fmt(f),
        }
    }
}

impl From<io::Error> for Gone {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::NotConnected => Self::Left,
            _ => Self::Failed(error),
        }
    }
}
