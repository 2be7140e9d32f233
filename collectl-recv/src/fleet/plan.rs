//! What is to be gathered, as values that are valid by construction.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use collectl_wire::endpoint::Endpoint;

use crate::base::verbosity::Verbosity;
use crate::consumer::registry::Chosen;
use crate::launch::command::Shell;
use crate::link::listen::Listen;
use crate::link::machine::Retry;
use crate::target::host::{Aliased, Server, Target};
use crate::target::roster::{FileStamp, Members, Roster};

/// A whole run.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Where connections come from.
    pub(crate) mode: Mode,
    /// The run ends after this number of intervals of each host.
    pub(crate) intervals: Option<u64>,
    /// The run ends after this time.
    pub(crate) duration: Option<Duration>,
    /// What becomes of the data.
    pub(crate) consumers: Chosen,
    /// How much is written to standard error.
    pub(crate) verbosity: Verbosity,
}

/// Where connections come from.
#[derive(Debug, PartialEq)]
pub(crate) enum Mode {
    /// Collectl is started on hosts, and connects to us.
    Launch(Launch),
    /// We connect to servers.
    Connect(Connect),
    /// Clients connect to us.
    Listen(Listen),
    /// Each host has its own method.
    Mixed(Box<Mixed>),
}

/// Each host has its own method.
#[derive(Debug, PartialEq)]
pub(crate) struct Mixed {
    /// The file that lists them.
    pub(crate) roster: Roster,
    /// The state of the file when it was read.
    pub(crate) stamp: FileStamp,
    /// Its content.
    pub(crate) members: Members,
    /// How collectl is started.
    pub(crate) start: StartPlan,
    /// How servers are connected to.
    pub(crate) dial: DialPlan,
    /// What to listen on.
    pub(crate) listen: Listen,
}

/// Collectl is started on hosts, and connects to us.
#[derive(Debug, PartialEq)]
pub(crate) struct Launch {
    /// The hosts.
    pub(crate) targets: Vec<Aliased<Target>>,
    /// How collectl is started.
    pub(crate) start: StartPlan,
    /// What to listen on.
    pub(crate) listen: Listen,
}

/// How collectl is started on hosts.
#[derive(Debug, PartialEq)]
pub(crate) struct StartPlan {
    /// The switches of collectl.
    pub(crate) switches: Vec<String>,
    /// The command that reaches hosts.
    pub(crate) shell: Shell,
    /// The collectl command, as words.
    pub(crate) collectl: Vec<String>,
    /// The address that hosts are told to connect to, if it is the same for all.
    pub(crate) advertised: Option<Endpoint>,
    /// Largest number of concurrent starts.
    pub(crate) fanout: usize,
    /// Whether collectors without a secret are accepted.
    pub(crate) allow_plain: bool,
    /// Whether the ssh of each host stays.
    pub(crate) keep_ssh: bool,
    /// Whether all data goes through the ssh of each host.
    pub(crate) tunnel: bool,
    /// The program for hosts that have none.
    pub(crate) push: Option<PathBuf>,
    /// A start without a connection after this time has failed.
    pub(crate) timeout: Duration,
    /// What happens after a collectl ended.
    pub(crate) retry: Retry,
}

/// We connect to servers.
#[derive(Debug, PartialEq)]
pub(crate) struct Connect {
    /// The servers.
    pub(crate) servers: Vec<Aliased<Server>>,
    /// How they are connected to.
    pub(crate) dial: DialPlan,
}

/// How servers are connected to.
#[derive(Debug, PartialEq)]
pub(crate) struct DialPlan {
    /// Whether each is reached through an ssh.
    pub(crate) tunnel: bool,
    /// The local address to connect from.
    pub(crate) from: Option<IpAddr>,
    /// What happens after a connection ended.
    pub(crate) retry: Retry,
}
