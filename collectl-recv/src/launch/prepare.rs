//! What is to be run to start a collectl, and when its turn has come.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use bytes::Bytes;
use collectl_wire::endpoint::Endpoint;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::advertise::reach;
use super::children::Children;
use super::command::{Session, Shell, tunnelled};
use super::local::find;
use super::outcome::StartError;
use crate::identity::secrets::Secrets;
use crate::target::host::Target;

/// What all starts have in common.
#[derive(Debug)]
pub(crate) struct Starter {
    /// How hosts are reached.
    pub(crate) shell: Shell,
    /// The remote command, as words.
    pub(crate) collectl: Vec<String>,
    /// collectl's switches.
    pub(crate) switches: Vec<String>,
    /// The address to tell the hosts, where it is the same for all.
    pub(crate) told: Option<Endpoint>,
    /// The address of the listener for this machine's own collectl.
    pub(crate) local: String,
    /// The port that is listened on.
    pub(crate) port: u16,
    /// A start whose connection has not come by then has failed.
    pub(crate) timeout: Duration,
    /// Bounds the starts under way.
    pub(crate) permits: Semaphore,
    /// Whether the sessions stay for as long as their collectls run.
    pub(crate) keeps_sessions: bool,
    /// Whether all data goes through the sessions.
    pub(crate) tunnels: bool,
    /// The program for hosts that have none.
    pub(crate) pushed: Option<Bytes>,
    /// What the started prove themselves with.
    pub(crate) secrets: Secrets,
    /// All processes.
    pub(crate) children: Children,
}

/// What is to be run, and the right to do so.
pub(crate) struct Prepared<'a> {
    pub(crate) words: Vec<String>,
    /// What the collectl connects to.
    pub(crate) address: String,
    /// What the host's name resolves to.
    pub(crate) addresses: Vec<IpAddr>,
    /// Whether the session is over once its collectl has connected.
    pub(crate) is_left: bool,
    /// To be held until the start is over.
    pub(crate) permit: SemaphorePermit<'a>,
}

/// Waits for the right to start a collectl on `target`, and makes out how.
pub(crate) async fn prepare<'a>(starter: &'a Starter, target: &Target) -> Result<Prepared<'a>, StartError> {
    let cannot =
        |program: &str, why: &str| StartError::CannotRun { program: program.into(), why: why.into() };
    let permit = starter.permits.acquire().await.map_err(|_| StartError::Ended)?;
    Ok(match target {
        Target::Local => {
            let program =
                find().ok_or_else(|| cannot("collectl", "it is neither beside collectl-recv nor in PATH"))?;
            let program = program.into_os_string().into_string();
            let mut words = vec![program.map_err(|_| cannot("collectl", "its path is not UTF-8"))?];
            words.extend(starter.switches.iter().cloned());
            // A process of our own costs nothing to keep, and says how it ended.
            let session = Session { is_left: false, address: Some(&starter.local), pushed: 0 };
            let words = session.local(&words);
            let addresses = vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
            Prepared { words, address: starter.local.clone(), addresses, is_left: false, permit }
        }
        Target::Remote { login, port, .. } => {
            let pushed = starter.pushed.as_ref().map_or(0, Bytes::len);
            let is_left = !starter.keeps_sessions && !starter.tunnels;
            // Its parent, whose end it would follow, is the session.
            let nohup = is_left.then(|| "--nohup".to_owned());
            let collectl: Vec<String> =
                starter.collectl.iter().chain(&starter.switches).cloned().chain(nohup).collect();
            if starter.tunnels {
                let session = Session { is_left, address: None, pushed };
                let words = starter.shell.start(login, *port, &session.remote(&collectl));
                let words = tunnelled(words, &starter.local);
                let addresses = vec![Ipv4Addr::LOCALHOST.into()];
                return Ok(Prepared { words, address: starter.local.clone(), addresses, is_left, permit });
            }
            let reach = reach(&starter.shell, login, starter.told.as_ref(), starter.port).await;
            let session = Session { is_left, address: Some(&reach.address), pushed };
            let words = starter.shell.start(login, *port, &session.remote(&collectl));
            Prepared { words, address: reach.address, addresses: reach.addresses, is_left, permit }
        }
    })
}
