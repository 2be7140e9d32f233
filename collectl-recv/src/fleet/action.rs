//! What the machines of the fleet ask the dispatcher to do.

use std::time::Duration;

use crate::base::ids::{ConnId, HostId};
use crate::consumer::status::Severity;
use crate::launch::stage::Stage;
use crate::link::machine::Input;
use crate::link::reason::Reason;

/// Something to do. Actions are done in their order.
#[derive(Debug, PartialEq)]
pub(crate) enum Action {
    /// Connect to a host, or start its collectl.
    Connect(HostId),
    /// Report [`Input::Due`] for a host after this time.
    Wait(HostId, Duration),
    /// Give an event to the link of a host.
    Link(HostId, Input),
    /// The link of a host is lost; `delivered` if it ever sent data.
    Lost { host: HostId, reason: Reason, delivered: bool },
    /// Tell the task of a host's process.
    Stage(HostId, Stage),
    /// A connection begins to be shown.
    Opened(ConnId),
    /// Close a connection.
    Close(ConnId),
    /// A connection that was shown has ended.
    Closed(ConnId),
    /// Report a change.
    Inform(Severity, String),
    /// Report an error.
    Error(String),
}

/// Actions in their order.
pub(crate) type Actions = Vec<Action>;
