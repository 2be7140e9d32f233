//! The members of a fleet: hosts, and connections.

use std::net::IpAddr;

use collectl_wire::hello::Position;
use tokio::sync::watch;
use tokio::task::AbortHandle;

use super::tally::Tally;
use crate::base::ids::{ConnId, HostId};
use crate::launch::attempt::Stage;
use crate::launch::outcome::StartError;
use crate::link::state::{Link, Retry};
use crate::link::why::Why;
use crate::target::host::{Called, Way};

/// Where a stream comes from, which makes it another host than others of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Origin {
    /// A host of the command line.
    Host(HostId),
    /// An address: of who connected by himself, or of a launched host that it is only guessed to be.
    Peer(IpAddr),
}

/// A host of the command line, or of the file of a mixed run.
#[derive(Debug)]
pub(crate) struct Host {
    /// As typed.
    pub(crate) label: String,
    /// Cut at its first dot: shown where the stream names nobody.
    pub(crate) name: String,
    /// The way it goes, and what it is shown as instead of any other name.
    pub(crate) called: Called<Way>,
    /// Where it was before it moved.
    pub(crate) before: Vec<Origin>,
    /// Whether the file names it no more. It stays in its place.
    pub(crate) gone: bool,
    pub(crate) link: Link,
    pub(crate) tally: Tally,
    /// Its connection, while it has one.
    pub(crate) conn: Option<ConnId>,
    /// Its last whole interval, where they have numbers.
    pub(crate) last: Option<Position>,
    /// Whether its connections, the last one too, may have been another host's (launch).
    pub(crate) guessed: bool,
    /// Its process, while it has one (launch).
    pub(crate) start: Option<Start>,
    /// How its last process ended (launch).
    pub(crate) exit: Option<StartError>,
    /// Why it is not up.
    pub(crate) why: Option<Why>,
    /// Whether the user was told that it is not up.
    pub(crate) outage_told: bool,
}

/// A start under way, or the process that came of it.
#[derive(Debug)]
pub(crate) struct Start {
    /// Tells its task what is seen of it.
    pub(crate) stage: watch::Sender<Stage>,
    /// Its place in the order of starts; none before it has begun.
    pub(crate) order: Option<u64>,
    /// What the host's name resolved to.
    pub(crate) addresses: Vec<IpAddr>,
}

impl Host {
    /// A host nothing was done about yet.
    pub(crate) fn new(called: Called<Way>, before: Vec<Origin>, retry: Retry, wanted: Option<u64>) -> Self {
        let label = called.host.label();
        Self {
            label: match &called.alias {
                Some(alias) => format!("{alias} ({label})"),
                None => label,
            },
            name: called.host.name(),
            called,
            before,
            gone: false,
            link: Link::new(retry),
            tally: Tally::new(wanted),
            conn: None,
            last: None,
            guessed: false,
            start: None,
            exit: None,
            why: None,
            outage_told: false,
        }
    }

    /// Whether its process may still connect.
    pub(crate) fn is_waited_for(&self) -> bool {
        self.start.is_some() && self.conn.is_none()
    }

    /// Tells the task of its process, if there is one.
    pub(crate) fn set_stage(&self, stage: Stage) {
        if let Some(start) = &self.start {
            start.stage.send_replace(stage);
        }
    }

    /// The best account of why a start came to nothing: what collectl itself said explains more than a bare status.
    pub(crate) fn start_error(&self, exit: StartError) -> StartError {
        match (&exit, self.tally.complaint()) {
            (StartError::Ended | StartError::EndedUnheard | StartError::Other { .. }, Some(complaint))
                if !self.tally.has_delivered() =>
            {
                complaint.clone()
            }
            _ => exit,
        }
    }
}

/// A connection.
#[derive(Debug)]
pub(crate) struct Conn {
    /// Ends its task, which closes it.
    pub(crate) task: AbortHandle,
    pub(crate) peer: IpAddr,
    /// Shown where the stream names nobody.
    pub(crate) name: String,
    /// Whether its first lines have come.
    pub(crate) heard: bool,
    pub(crate) owner: Owner,
    /// Whether it may be heard though it is no host's.
    pub(crate) guest: bool,
    /// Whether it has brought its host's secret.
    pub(crate) proven: bool,
    /// Whether it stands at the gate.
    pub(crate) gated: bool,
    /// Whether it is to be closed unless it brings a secret.
    pub(crate) waits: bool,
}

/// Whose account a connection goes to.
#[derive(Debug)]
pub(crate) enum Owner {
    /// A host's, as far as is known.
    Host(HostId, Certainty),
    /// Nobody's but its own.
    Itself(Tally),
}

impl Owner {
    /// True where another host may turn out to be the owner.
    pub(crate) fn is_guess(&self) -> bool {
        matches!(self, Self::Host(_, Certainty::Likely | Certainty::Guess))
    }
}

/// How sure it is whose a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Certainty {
    /// Sure enough that its end may end the host's process.
    Sure,
    /// It comes from an address that only this host has.
    Likely,
    /// A guess.
    Guess,
}
