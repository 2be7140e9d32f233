//! Resolves the arguments of `launch`.

use std::net::Ipv4Addr;

use collectl_wire::DEFAULT_PORT;
use collectl_wire::allow::Allowed;

use super::PlanError;
use super::hosts::{each, hosts};
use super::start::{shell, start};
use crate::fleet::plan::Launch;
use crate::link::listen::{Listen, Port};
use crate::run::cli::LaunchArgs;
use crate::target::host::Target;
use crate::target::parse::{HostError, target};

/// Makes the plan of a launch.
pub(super) fn launch(args: &LaunchArgs) -> Result<Launch, PlanError> {
    let shell = shell(&args.start, args.tunnel)?;
    let targets = each(hosts(&args.hosts, &args.choice)?, target)?;
    if !shell.takes_port()
        && let Some(typed) = targets.iter().find_map(|target| target.host.with_port())
    {
        return Err(HostError::RshPort(typed.to_owned()).into());
    }
    let needs_loopback_only = args.tunnel || targets.iter().all(|target| target.host == Target::Local);
    let address = args.common.bind.or(needs_loopback_only.then_some(Ipv4Addr::LOCALHOST.into()));
    let port = args.common.port.map_or(Port::Preferred(DEFAULT_PORT), Port::Fixed);
    let start = start(&args.start, &args.retry, &args.common, &args.switches, shell, args.tunnel)?;
    Ok(Launch { targets, start, listen: Listen { address, port, allow: Allowed::default() } })
}
