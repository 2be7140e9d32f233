//! What `connect` is told.

use collectl_wire::DEFAULT_PORT;

use super::hosts::{each, hosts};
use super::{PlanError, backoff, bind};
use crate::fleet::plan::{Connect, Dialling};
use crate::link::state::Retry;
use crate::run::cli::ConnectArgs;
use crate::target::typed::server;

/// Makes the plan of connections to servers.
pub(super) fn connect(args: &ConnectArgs) -> Result<Connect, PlanError> {
    let default = args.common.port.unwrap_or(DEFAULT_PORT);
    if default == 0 {
        return Err(PlanError::PortZero);
    }
    Ok(Connect {
        servers: each(hosts(&args.hosts, &args.choice)?, |text| server(text, default, args.tunnel))?,
        dialling: Dialling {
            tunnel: args.tunnel,
            from: bind(&args.common)?.filter(|ip| !ip.is_unspecified()),
            retry: Retry::After(backoff(&args.retry)?),
        },
    })
}
