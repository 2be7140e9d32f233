//! What is to be gathered, as values that can't be wrong.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use collectl_wire::endpoint::Endpoint;

use crate::base::verbosity::Verbosity;
use crate::consumer::registry::Chosen;
use crate::launch::command::Shell;
use crate::link::listen::Listen;
use crate::link::state::Retry;
use crate::target::host::{Called, Server, Target};
use crate::target::roster::{Mark, Members, Roster};

/// A whole run.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) mode: Mode,
    /// Ends after so many intervals of each host.
    pub(crate) intervals: Option<u64>,
    /// Ends after this time.
    pub(crate) duration: Option<Duration>,
    /// What becomes of the data.
    pub(crate) consumers: Chosen,
    pub(crate) verbosity: Verbosity,
}

/// Where the connections come from.
#[derive(Debug, PartialEq)]
pub(crate) enum Mode {
    Launch(Launch),
    Connect(Connect),
    Listen(Listen),
    Mixed(Box<Mixed>),
}

/// Each host its own way.
#[derive(Debug, PartialEq)]
pub(crate) struct Mixed {
    /// The file that says which.
    pub(crate) roster: Roster,
    /// How the file stood when it was read,
    pub(crate) mark: Mark,
    /// and what it said.
    pub(crate) members: Members,
    pub(crate) start: Start,
    pub(crate) dialling: Dialling,
    pub(crate) listen: Listen,
}

/// Short-lived mode.
#[derive(Debug, PartialEq)]
pub(crate) struct Launch {
    pub(crate) targets: Vec<Called<Target>>,
    pub(crate) start: Start,
    pub(crate) listen: Listen,
}

/// How collectl is started on hosts.
#[derive(Debug, PartialEq)]
pub(crate) struct Start {
    pub(crate) switches: Vec<String>,
    pub(crate) shell: Shell,
    pub(crate) collectl: Vec<String>,
    /// The address to tell the hosts, where it does not depend on the host.
    pub(crate) told: Option<Endpoint>,
    pub(crate) fanout: usize,
    /// Whether collectors without a secret are heard.
    pub(crate) allow_plain: bool,
    /// Whether the ssh of each host stays.
    pub(crate) keep_ssh: bool,
    /// Whether all data goes through these.
    pub(crate) tunnel: bool,
    /// The program for hosts that have none.
    pub(crate) push: Option<PathBuf>,
    /// A start whose connection has not come by then has failed.
    pub(crate) timeout: Duration,
    pub(crate) retry: Retry,
}

/// Long-lived mode.
#[derive(Debug, PartialEq)]
pub(crate) struct Connect {
    pub(crate) servers: Vec<Called<Server>>,
    pub(crate) dialling: Dialling,
}

/// How servers are connected to.
#[derive(Debug, PartialEq)]
pub(crate) struct Dialling {
    /// Whether each is reached through an ssh.
    pub(crate) tunnel: bool,
    pub(crate) from: Option<IpAddr>,
    pub(crate) retry: Retry,
}
