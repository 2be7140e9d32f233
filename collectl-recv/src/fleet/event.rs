//! What the tasks of the fleet report.

use collectl_wire::listen::Accepted;

use crate::base::ids::{ConnId, HostId};
use crate::launch::outcome::StartError;
use crate::launch::prepare::Prepared;
use crate::link::dial::DialError;
use crate::link::socket::Socket;
use crate::link::stream::StreamEvent;
use crate::target::roster::{Members, RosterError};

/// Everything that can happen to the fleet, except signals and the clock.
#[derive(Debug)]
pub(crate) enum Event {
    /// The listener accepted a client, or has something to report.
    Accepted(Accepted),
    /// The connection to a server is up, or failed.
    Dialled { host: HostId, result: Result<Socket, DialError> },
    /// The wait before the next retry is over.
    Due { host: HostId },
    /// The collectl of a host may be started now, or can't be.
    Prepared { host: HostId, result: Result<Prepared, StartError> },
    /// The process that was started for a host has ended, or could not be started.
    StartOver { host: HostId, outcome: StartError },
    /// The roster of a mixed run has changed: its content, or what is wrong with it.
    Roster(Result<Members, RosterError>),
    /// Something came from a connection.
    Stream(ConnId, StreamEvent),
}
