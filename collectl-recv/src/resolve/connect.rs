//! What `connect` is told.

use shared::DEFAULT_PORT;
use shared::endpoint::Endpoint;

use super::hosts::{hosts, is_user, once_each};
use super::{PlanError, backoff, bind};
use crate::cli::ConnectArgs;
use crate::link::state::Retry;
use crate::plan::{Connect, Server};

/// Makes the plan of connections to servers.
pub(super) fn connect(args: &ConnectArgs) -> Result<Connect, PlanError> {
    let default = args.common.port.unwrap_or(DEFAULT_PORT);
    if default == 0 {
        return Err(PlanError::PortZero);
    }
    let server = |text: &str| {
        let (user, place) = match text.rsplit_once('@') {
            // Whom to log in as makes no difference to a server.
            Some((user, place)) => (Some(user).filter(|_| args.tunnel), place),
            None => (None, text),
        };
        if !user.is_none_or(is_user) {
            return Err(PlanError::Target(text.to_owned()));
        }
        let endpoint = Endpoint::parse(place)?;
        let port = endpoint.port_or(default);
        Ok(Server { user: user.map(str::to_owned), host: Endpoint { port: None, ..endpoint }, port })
    };
    Ok(Connect {
        servers: once_each(hosts(&args.hosts, &args.choice)?, server)?,
        tunnel: args.tunnel,
        from: bind(&args.common)?.filter(|ip| !ip.is_unspecified()),
        retry: Retry::After(backoff(&args.retry)?),
    })
}
