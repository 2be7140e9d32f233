//! What is to be done, as values that can't be wrong. [`crate::resolve`] makes them out of what was typed.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use collectl_core::source::raw::timeframe::Timeframe;
use collectl_wire::allow::Allowed;
use collectl_wire::endpoint::Endpoint;

use crate::launch::command::Shell;
use crate::link::state::Retry;
use crate::record::roll::Roll;
use crate::replay::pace::Speed;
use crate::replay::switches::Switches;
use crate::roster::{Mark, Members, Roster};
use crate::view::Look;

/// What the program is to do.
#[derive(Debug)]
pub(crate) enum Task {
    /// Gather what collectors send.
    Gather(Box<Plan>),
    /// Show what was recorded.
    Replay(Box<Replay>),
}

#[cfg(test)]
impl Task {
    /// The plan of one that gathers.
    pub(crate) fn gather(self) -> Plan {
        match self {
            Self::Gather(plan) => *plan,
            Self::Replay(replay) => panic!("{replay:?}"),
        }
    }
}

/// A whole run.
#[derive(Debug, PartialEq)]
pub(crate) struct Plan {
    pub(crate) mode: Mode,
    /// Ends after so many intervals of each host.
    pub(crate) intervals: Option<u64>,
    /// Ends after this time.
    pub(crate) duration: Option<Duration>,
    pub(crate) look: Look,
    pub(crate) record: Option<Record>,
    pub(crate) talk: Talk,
}

/// What is kept of all that comes.
#[derive(Debug, PartialEq)]
pub(crate) struct Record {
    pub(crate) folder: PathBuf,
    /// When files are closed, and others begun.
    pub(crate) roll: Roll,
}

/// Showing what was recorded.
#[derive(Debug)]
pub(crate) struct Replay {
    pub(crate) folder: PathBuf,
    /// What collectl makes of raw files.
    pub(crate) switches: Switches,
    /// The part that is shown, by this machine's clock.
    pub(crate) timeframe: Timeframe,
    pub(crate) speed: Speed,
    pub(crate) look: Look,
    pub(crate) talk: Talk,
}

/// Where the connections come from.
#[derive(Debug, PartialEq)]
pub(crate) enum Mode {
    Launch(Launch),
    Connect(Connect),
    Listen(Listen),
    Mixed(Box<Mixed>),
}

/// What the link of a host is made with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Way {
    /// Its collectl is started, and connects.
    Launch(Target),
    /// It is connected to.
    Connect(Server),
}

impl Way {
    /// The host as it is shown in messages.
    pub(crate) fn label(&self) -> String {
        match self {
            Self::Launch(target) => target.typed().to_owned(),
            Self::Connect(server) => Endpoint { port: Some(server.port), ..server.host.clone() }.to_string(),
        }
    }

    /// The host alone, cut at its first dot.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Launch(Target::Local) => "localhost".to_owned(),
            Self::Launch(Target::Remote { name, .. }) => name.clone(),
            Self::Connect(server) => short_name(&server.host.host),
        }
    }
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

/// A host, and what it is to be called.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Called<T> {
    pub(crate) host: T,
    /// Where it is not to be called as it calls itself.
    pub(crate) alias: Option<String>,
}

impl Called<Way> {
    /// Its host without user and port, which stays the same when it goes another way.
    pub(crate) fn host_name(&self) -> &str {
        match &self.host {
            Way::Launch(Target::Local) => "localhost",
            Way::Launch(Target::Remote { login, .. }) => {
                login.rsplit_once('@').map_or(login, |(_, host)| host)
            }
            Way::Connect(server) => &server.host.host,
        }
    }
}

/// A host to start collectl on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    /// This machine, without ssh.
    Local,
    /// Another, over ssh.
    Remote {
        /// As typed: `[USER@]HOST[:PORT]`.
        typed: String,
        /// `[USER@]HOST`, without brackets around an address.
        login: String,
        /// ssh's port, where the host has one of its own.
        port: Option<u16>,
        /// The host alone, cut at its first dot.
        name: String,
    },
}

impl Target {
    /// As typed.
    pub(crate) fn typed(&self) -> &str {
        match self {
            Self::Local => "localhost",
            Self::Remote { typed, .. } => typed,
        }
    }

    /// As typed, if that says a port.
    pub(crate) fn own_port(&self) -> Option<&str> {
        match self {
            Self::Remote { typed, port: Some(_), .. } => Some(typed),
            Self::Local | Self::Remote { .. } => None,
        }
    }
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

/// A collectl that listens.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Server {
    /// Whom an ssh to its host logs in as, where that was said.
    pub(crate) user: Option<String>,
    /// Its host.
    pub(crate) host: Endpoint,
    /// Its port.
    pub(crate) port: u16,
}

impl Server {
    /// What an ssh to its host is told.
    pub(crate) fn login(&self) -> String {
        match &self.user {
            Some(user) => format!("{user}@{}", self.host.host),
            None => self.host.host.clone(),
        }
    }
}

/// What to listen on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listen {
    pub(crate) bind: Bind,
    pub(crate) port: Port,
    /// Who may connect.
    pub(crate) allow: Allowed,
}

/// A local address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bind {
    /// All of them.
    All,
    /// This one.
    Address(IpAddr),
}

/// A port to listen on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Port {
    /// This one.
    Fixed(u16),
    /// This one, or any other if it is taken.
    Preferred(u16),
}

/// How much is said on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Talk {
    /// Progress and changes.
    Normal,
    /// Errors only.
    Quiet,
}

/// `host` up to its first dot, or all of it if it is an address.
pub(crate) fn short_name(host: &str) -> String {
    let is_address = host.contains(':') || host.parse::<IpAddr>().is_ok();
    let end = if is_address { None } else { host.find('.') };
    host[..end.unwrap_or(host.len())].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_and_addresses_are_not() {
        let names = ["n1", "n1.example.com", "127.0.0.1", "2001:db8::1"].map(short_name);
        assert_eq!(names, ["n1", "n1", "127.0.0.1", "2001:db8::1"]);
    }
}
