//! Where text goes. Sinks own descriptors and are the only code that writes; none makes the sampler wait.
//!
//! Text is rendered once for each interval and shared by all sinks. Each holds a bounded queue; when its reader is too
//! slow, the oldest whole intervals are dropped and counted.

pub mod archive;
pub mod client;
pub mod initiator;
pub mod memory;
pub mod peer;
pub mod places;
pub mod screen;
pub mod server;
pub mod terminal;

use std::io;
use std::rc::Rc;

use collectl_wire::host::HostName;
use collectl_wire::prefix::prefix_lines;

use initiator::Initiator;
use server::Server;
use terminal::Terminal;

use collectl_core::text::Text;

/// Most bytes that wait for one slow reader, a terminal or a socket.
pub const MAX_WAITING: usize = 1 << 20;

/// Where a run's text goes.
pub enum Sink {
    /// Standard output.
    Terminal(Terminal),
    /// The initiator that collectl connected to (`-A ADDR`).
    Initiator(Initiator),
    /// The clients that connected to collectl (`-A server`).
    Server(HostName, Rc<Server>),
}

/// Why a sink takes no more.
#[derive(Debug)]
pub enum Gone {
    /// The reader left: the run is over, as it should be.
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

    /// Makes `header` what a client that connects late gets first.
    pub fn set_header(&mut self, header: &[u8]) {
        match self {
            Self::Server(host, server) => server.set_header(prefix_lines(host, header)),
            Self::Initiator(initiator) => initiator.set_header(header),
            Self::Terminal(_) => {}
        }
    }

    /// Does what remains to be done between intervals, and returns when there is no reader any more.
    /// May be dropped at any time and called again.
    pub async fn tend(&mut self) -> Gone {
        match self {
            Self::Terminal(terminal) => terminal.tend().await,
            Self::Initiator(initiator) => initiator.tend().await,
            Self::Server(..) => std::future::pending().await,
        }
    }

    /// Waits until all that was sent has left, but not for the clients of a server.
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
            io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => {
                Self::Left
            }
            _ => Self::Failed(error),
        }
    }
}
