//! Resolves the arguments of `connect`.

use collectl_wire::DEFAULT_PORT;

use super::hosts::{each, hosts};
use super::{PlanError, dial};
use crate::fleet::plan::Connect;
use crate::run::cli::ConnectArgs;
use crate::target::parse::server;

/// Makes the plan for connecting to servers.
pub(super) fn connect(args: &ConnectArgs) -> Result<Connect, PlanError> {
    let default = args.common.port.unwrap_or(DEFAULT_PORT);
    if default == 0 {
        return Err(PlanError::PortZero);
    }
    Ok(Connect {
        servers: each(hosts(&args.hosts, &args.choice)?, |text| server(text, default, args.tunnel))?,
        dial: dial(args.tunnel, &args.common, &args.retry)?,
    })
}
