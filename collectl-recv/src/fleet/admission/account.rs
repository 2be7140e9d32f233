//! What admission knows of a host and of a connection.

use std::net::IpAddr;
use std::sync::Arc;

use collectl_wire::hello::Position;

use crate::base::ids::{ConnId, HostId};
use crate::fleet::tally::Tally;
use crate::launch::outcome::StartError;
use crate::launch::stage::Stage;
use crate::link::machine::Retry;
use crate::target::host::{Aliased, Method};

/// Where a stream comes from. Hosts of different origins are different hosts, even if they report the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Origin {
    /// A host of the command line.
    Host(HostId),
    /// An address: of a guest, or of a host that is only a guess.
    Peer(IpAddr),
}

/// A host of the command line, or of the roster of a mixed run.
#[derive(Debug)]
pub(crate) struct Account {
    /// The host as messages show it.
    pub(crate) label: Arc<str>,
    /// Its short name, which is shown if the stream has no name.
    pub(crate) name: String,
    /// The name that is shown instead of any other.
    pub(crate) alias: Option<String>,
    /// Whether we connect to it.
    pub(crate) is_server: bool,
    /// Its origins before its method changed.
    pub(crate) before: Vec<Origin>,
    /// Whether the roster does not list it any more.
    pub(crate) gone: bool,
    /// What happens after its link ended.
    pub(crate) retry: Retry,
    /// The data that it delivered.
    pub(crate) tally: Tally,
    /// Its connection, if there is one.
    pub(crate) conn: Option<ConnId>,
    /// Whether its last connection may have come from another host.
    pub(crate) guessed: bool,
    /// Its last whole interval, if they are numbered.
    pub(crate) last: Option<Position>,
    /// Its process, if there is one.
    pub(crate) start: Option<Start>,
    /// How its last process ended.
    pub(crate) exit: Option<StartError>,
}

/// A process that was started for a host.
#[derive(Debug)]
pub(crate) struct Start {
    /// What its task was told last.
    pub(crate) stage: Stage,
    /// Its place in the order of starts; none before it may connect.
    pub(crate) order: Option<u64>,
    /// The addresses of the host's name.
    pub(crate) addresses: Vec<IpAddr>,
}

impl Account {
    /// The account of a host that did nothing yet. `wanted` is how many intervals it is to deliver.
    pub(crate) fn new(
        label: Arc<str>,
        host: &Aliased<Method>,
        before: Vec<Origin>,
        retry: Retry,
        wanted: Option<u64>,
    ) -> Self {
        Self {
            label,
            name: host.host.name(),
            alias: host.alias.clone(),
            is_server: matches!(host.host, Method::Connect(_)),
            before,
            gone: false,
            retry,
            tally: Tally::new(wanted),
            conn: None,
            guessed: false,
            last: None,
            start: None,
            exit: None,
        }
    }

    /// Whether its process may still connect.
    pub(crate) fn is_expected(&self) -> bool {
        self.start.is_some() && self.conn.is_none()
    }

    /// The order of its start.
    pub(crate) fn start_order(&self) -> Option<u64> {
        self.start.as_ref().and_then(|start| start.order)
    }

    /// The best reason why its start failed: an error message of collectl explains more than an exit status.
    pub(crate) fn start_error(&self, exit: StartError) -> StartError {
        match (&exit, self.tally.complaint()) {
            (
                StartError::Ended | StartError::EndedUnconnected | StartError::Other { .. },
                Some(complaint),
            ) if !self.tally.has_delivered() => complaint.clone(),
            _ => exit,
        }
    }
}

/// A connection.
#[derive(Debug)]
pub(crate) struct Conn {
    /// The address of the other end.
    pub(crate) peer: IpAddr,
    /// Shown if the stream has no name.
    pub(crate) name: String,
    /// What allows it to send data.
    pub(crate) access: Access,
    /// Whether it has sent lines.
    pub(crate) has_sent: bool,
    /// Whose data it sends.
    pub(crate) owner: Owner,
}

/// What allows a connection to send data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Nothing yet: it has to send a secret, and is not shown before that.
    SecretNeeded,
    /// A Perl collectl may have that address. It is unauthenticated until it has sent lines.
    Plain,
    /// Its address may connect without being a host's.
    Guest,
    /// It has sent the secret of its host, or we connected to it.
    Trusted,
}

impl Conn {
    /// Whether it counts as unauthenticated.
    pub(crate) fn is_unauthenticated(&self) -> bool {
        match self.access {
            Access::SecretNeeded => true,
            Access::Plain => !self.has_sent,
            Access::Guest | Access::Trusted => false,
        }
    }
}

/// The owner of a connection.
#[derive(Debug)]
pub(crate) enum Owner {
    /// A host, as far as is known.
    Host(HostId, Certainty),
    /// No host; and the data that it delivered.
    Nobody(Tally),
}

impl Owner {
    /// The host, if there is one.
    pub(crate) fn host(&self) -> Option<HostId> {
        match self {
            Self::Host(host, _) => Some(*host),
            Self::Nobody(_) => None,
        }
    }

    /// True if another host may turn out to be the owner.
    pub(crate) fn is_guess(&self) -> bool {
        matches!(self, Self::Host(_, Certainty::Likely | Certainty::Guess))
    }
}

/// How certain the owner of a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Certainty {
    /// So certain that its end may end the process of the host.
    Sure,
    /// Only this host has its address.
    Likely,
    /// A guess.
    Guess,
}
