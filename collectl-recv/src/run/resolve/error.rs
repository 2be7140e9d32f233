//! What may be wrong with a command line.

use collectl_wire::allow::NetworkError;
use collectl_wire::endpoint::EndpointError;
use thiserror::Error;

use crate::consumer::entry::SwitchError;
use crate::launch::push::PushError;
use crate::link::backoff::BackoffError;
use crate::replay::pace::SpeedError;
use crate::replay::switches::SwitchesError;
use crate::replay::window::WindowError;
use crate::target::gather::HostsError;
use crate::target::parse::HostError;
use crate::target::roster::RosterError;

/// What is wrong with a command line.
#[derive(Debug, Error)]
pub(crate) enum PlanError {
    #[error(transparent)]
    Hosts(#[from] HostsError),
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    #[error(transparent)]
    Host(#[from] HostError),
    #[error("--retry-max: {0}")]
    RetryMax(#[from] BackoffError),
    #[error("--allow: {0}")]
    Allow(#[from] NetworkError),
    #[error(transparent)]
    Push(#[from] PushError),
    #[error("--tunnel: --rsh is not an ssh")]
    TunnelRsh,
    #[error("--port: 0 is not a port to connect to")]
    PortZero,
    #[error(transparent)]
    Consumers(#[from] SwitchError),
    #[error("{switch}: '{text}' is not a command: {why}")]
    Words { switch: &'static str, text: String, why: &'static str },
    #[error(transparent)]
    Window(#[from] WindowError),
    #[error("--speed: {0}")]
    Speed(#[from] SpeedError),
    #[error("{0}")]
    Switches(#[from] SwitchesError),
    #[error(transparent)]
    Roster(Box<RosterError>),
    #[error("collectl's switch {0:?} has a line end")]
    LineEnd(String),
}
