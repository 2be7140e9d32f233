//! What may be wrong with what was typed.

use collectl_wire::allow::NetworkError;
use collectl_wire::endpoint::EndpointError;
use thiserror::Error;

use super::start::MAX_FANOUT;
use crate::consumer::view::ViewError;
use crate::launch::push::PushError;
use crate::link::backoff::BackoffError;
use crate::replay::pace::SpeedError;
use crate::replay::switches::SwitchesError;
use crate::replay::window::WindowError;
use crate::run::duration::DurationError;
use crate::target::gather::HostsError;
use crate::target::roster::RosterError;

/// What is wrong with what was typed.
#[derive(Debug, Error)]
pub(crate) enum PlanError {
    #[error(transparent)]
    Hosts(#[from] HostsError),
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    #[error(transparent)]
    Duration(#[from] DurationError),
    #[error("--retry-max: {0}")]
    RetryMax(#[from] BackoffError),
    #[error("'{0}' is not [USER@]HOST[:PORT]")]
    Target(String),
    #[error("'{0}' has a port, and --rsh no {{port}}")]
    RshPort(String),
    #[error("--allow: {0}")]
    Allow(#[from] NetworkError),
    #[error(transparent)]
    Push(#[from] PushError),
    #[error("--tunnel: --rsh is no ssh")]
    TunnelRsh,
    #[error("--start-timeout: {0}")]
    StartTimeout(DurationError),
    #[error("--bind: '{0}' is not an IP address")]
    Bind(String),
    #[error("--port: 0 is no port to connect to")]
    PortZero,
    #[error(transparent)]
    View(#[from] ViewError),
    #[error("--intervals: at least 1 is needed")]
    NoIntervals,
    #[error("--fanout: a number from 1 to {MAX_FANOUT} is needed")]
    Fanout,
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
    #[error("collectl's switch {0:?} holds a line end")]
    LineEnd(String),
}
