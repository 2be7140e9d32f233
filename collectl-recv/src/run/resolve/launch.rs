//! What `launch` is told.

use std::net::Ipv4Addr;

use collectl_wire::DEFAULT_PORT;
use collectl_wire::allow::Allowed;

use super::hosts::{each, hosts};
use super::start::{shell, start};
use super::{PlanError, bind};
use crate::fleet::plan::Launch;
use crate::link::listen::{Bind, Listen, Port};
use crate::run::cli::LaunchArgs;
use crate::target::host::Target;
use crate::target::typed::target;

/// Makes the plan of a launch.
pub(super) fn launch(args: &LaunchArgs) -> Result<Launch, PlanError> {
    let shell = shell(&args.start, args.tunnel)?;
    let targets = each(hosts(&args.hosts, &args.choice)?, target)?;
    if !shell.takes_port()
        && let Some(typed) = targets.iter().find_map(|target| target.host.own_port())
    {
        return Err(PlanError::RshPort(typed.to_owned()));
    }
    let bind = match bind(&args.common)? {
        Some(ip) => Bind::Address(ip),
        None if args.tunnel => Bind::Address(Ipv4Addr::LOCALHOST.into()),
        None if targets.iter().all(|target| target.host == Target::Local) => {
            Bind::Address(Ipv4Addr::LOCALHOST.into())
        }
        None => Bind::All,
    };
    let port = args.common.port.map_or(Port::Preferred(DEFAULT_PORT), Port::Fixed);
    let start = start(&args.start, &args.retry, &args.common, &args.switches, shell, args.tunnel)?;
    Ok(Launch { targets, start, listen: Listen { bind, port, allow: Allowed::default() } })
}
