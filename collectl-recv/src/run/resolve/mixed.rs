//! Resolves the arguments of `mixed`.

use collectl_wire::DEFAULT_PORT;
use collectl_wire::allow::Allowed;

use super::start::{shell, start};
use super::{PlanError, dial};
use crate::fleet::plan::Mixed;
use crate::link::listen::{Listen, Port};
use crate::run::cli::MixedArgs;
use crate::target::roster::{Roster, stamp};

/// Makes the plan of a run in which each host has its own method.
pub(super) fn mixed(args: &MixedArgs) -> Result<Mixed, PlanError> {
    let shell = shell(&args.start, args.tunnel)?;
    let roster = Roster {
        path: args.file.clone(),
        takes_port: shell.takes_port(),
        tunnel: args.tunnel,
        port: DEFAULT_PORT,
    };
    let stamp = stamp(&roster.path);
    let members = roster.read().map_err(|error| PlanError::Roster(Box::new(error)))?;
    let port = match (args.common.port, &members.guests) {
        (Some(port), _) => Port::Fixed(port),
        // Guests know no other port.
        (None, Some(_)) => Port::Fixed(DEFAULT_PORT),
        (None, None) => Port::Preferred(DEFAULT_PORT),
    };
    Ok(Mixed {
        roster,
        stamp,
        members,
        start: start(&args.start, &args.retry, &args.common, &args.switches, shell, args.tunnel)?,
        dial: dial(args.tunnel, &args.common, &args.retry)?,
        listen: Listen { address: args.common.bind, port, allow: Allowed::default() },
    })
}
