//! Prepares a start: waits until it may begin, and finds out which command to run.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use collectl_wire::endpoint::Endpoint;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use super::advertise::{Reach, reach};
use super::children::Children;
use super::command::{Session, Shell, tunnelled};
use super::local::find;
use super::outcome::StartError;
use super::stage::{Stage, stopped};
use crate::identity::secrets::Secrets;
use crate::target::host::Target;

/// The settings that all starts share.
#[derive(Debug)]
pub(crate) struct Starter {
    /// The command that replaces ssh, if any.
    pub(crate) shell: Shell,
    /// The remote command, as words.
    pub(crate) collectl: Vec<String>,
    /// The switches of collectl.
    pub(crate) switches: Vec<String>,
    /// The address that hosts are told to connect to, if it is the same for all.
    pub(crate) advertised: Option<Endpoint>,
    /// The address of the listener for this machine's own collectl.
    pub(crate) local: String,
    /// The port of the listener.
    pub(crate) port: u16,
    /// A start without a connection after this time has failed.
    pub(crate) timeout: Duration,
    /// Limits the number of concurrent starts.
    pub(crate) permits: Arc<Semaphore>,
    /// Whether sessions stay open while their collectl runs.
    pub(crate) keeps_sessions: bool,
    /// Whether all data goes through the sessions.
    pub(crate) tunnels: bool,
    /// The program that is sent to hosts that have none.
    pub(crate) pushed: Option<Bytes>,
    /// The secrets of the hosts that are started.
    pub(crate) secrets: Secrets,
    /// All processes that were started.
    pub(crate) children: Children,
}

/// A start that may begin now.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// The program and its arguments.
    pub(crate) words: Vec<String>,
    /// The address that the collectl connects to.
    pub(crate) address: String,
    /// The addresses of the host's name.
    pub(crate) addresses: Vec<IpAddr>,
    /// Whether the session ends once its collectl has connected.
    pub(crate) is_released: bool,
    /// Held until the start is over.
    _permit: OwnedSemaphorePermit,
}

/// Waits until a collectl may be started on `target`, and prepares that.
///
/// # Errors
/// A [`StartError`]; [`StartError::Ended`] when it is stopped before.
pub(crate) async fn prepare(
    starter: Arc<Starter>,
    target: Target,
    mut stage: watch::Receiver<Stage>,
) -> Result<Prepared, StartError> {
    tokio::select! {
        prepared = unstopped(&starter, &target) => prepared,
        () = stopped(&mut stage) => Err(StartError::Ended),
    }
}

async fn unstopped(starter: &Starter, target: &Target) -> Result<Prepared, StartError> {
    let permit = Arc::clone(&starter.permits).acquire_owned().await.map_err(|_| StartError::Ended)?;
    match target {
        Target::Local => local(starter, permit),
        Target::Remote { login, port, .. } => Ok(remote(starter, login, *port, permit).await),
    }
}

fn local(starter: &Starter, permit: OwnedSemaphorePermit) -> Result<Prepared, StartError> {
    let cannot_run = |why: &str| StartError::CannotRun { program: "collectl".into(), why: why.into() };
    let program =
        find().ok_or_else(|| cannot_run("it is neither in the folder of collectl-recv nor in PATH"))?;
    let program = program.into_os_string().into_string().map_err(|_| cannot_run("its path is not UTF-8"))?;
    let words: Vec<String> = std::iter::once(program).chain(starter.switches.iter().cloned()).collect();
    // A local process costs nothing to keep, and its end tells what happened.
    let session = Session { is_released: false, address: Some(&starter.local), pushed: 0 };
    Ok(Prepared {
        words: session.local(&words),
        address: starter.local.clone(),
        addresses: vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
        is_released: false,
        _permit: permit,
    })
}

async fn remote(starter: &Starter, login: &str, port: Option<u16>, permit: OwnedSemaphorePermit) -> Prepared {
    let is_released = !starter.keeps_sessions && !starter.tunnels;
    // A collectl ends with its parent otherwise, which is the session.
    let nohup = is_released.then(|| "--nohup".to_owned());
    let collectl: Vec<String> =
        starter.collectl.iter().chain(&starter.switches).cloned().chain(nohup).collect();
    let reach = match starter.tunnels {
        true => Reach { address: starter.local.clone(), addresses: vec![Ipv4Addr::LOCALHOST.into()] },
        false => reach(&starter.shell, login, starter.advertised.as_ref(), starter.port).await,
    };
    let address = (!starter.tunnels).then_some(reach.address.as_str());
    let session = Session { is_released, address, pushed: starter.pushed.as_ref().map_or(0, Bytes::len) };
    let mut words = starter.shell.start(login, port, &session.remote(&collectl));
    if starter.tunnels {
        words = tunnelled(words, &starter.local);
    }
    Prepared { words, address: reach.address, addresses: reach.addresses, is_released, _permit: permit }
}
