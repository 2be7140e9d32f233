//! What the tasks tell the fleet.

use std::net::{IpAddr, SocketAddr};

use tokio::net::TcpStream;

use crate::base::ids::{ConnId, HostId};
use crate::launch::outcome::StartError;
use crate::link::dial::DialError;
use crate::link::end::End;
use crate::link::socket::Socket;
use crate::stream::batch::Batch;
use crate::target::roster::Members;

/// How many events wait at most for the fleet. Who has one more to tell waits, and reads no more from its peer: the
/// fleet itself never waits for a reader, so this is short. A waiting batch of lines is seldom more than
/// [`crate::link::stream::READ`] bytes.
pub(crate) const EVENTS: usize = 64;

/// Everything that can happen to the fleet, but for signals and the clock.
#[derive(Debug)]
pub(crate) enum Event {
    /// A collector connected to the listener.
    Accepted { socket: TcpStream, peer: SocketAddr },
    /// The listener could not accept so many times; said once a minute at most.
    AcceptFailed { error: std::io::Error, times: u64 },
    /// So many connections were closed since the peer's address, as the last one's, may not connect; said likewise.
    Refused { peer: IpAddr, times: u64 },
    /// The connection to a server stands, or does not.
    Dialled { host: HostId, result: Result<Socket, DialError> },
    /// The wait before the next try is over.
    Due { host: HostId },
    /// A host's collectl is about to be started.
    Starting { host: HostId, addresses: Vec<IpAddr> },
    /// The process that was started on a host has ended, or could not be started.
    StartOver { host: HostId, outcome: StartError },
    /// The file of a mixed run has changed: what it says now, or what is wrong with it.
    Roster(Result<Members, String>),
    /// A connection that needs no secret has not brought one at once: a Perl collectl's, most likely.
    Silent { conn: ConnId },
    /// A connection has brought the secret of a host.
    Proven { conn: ConnId, host: HostId },
    /// Lines came.
    Lines { conn: ConnId, batch: Batch },
    /// A connection ended; `unfinished` when in the middle of a line.
    Closed { conn: ConnId, end: End, unfinished: bool },
}
