//! What `mixed` is told.

use collectl_wire::DEFAULT_PORT;
use collectl_wire::allow::Allowed;

use super::start::{shell, start};
use super::{PlanError, backoff, bind};
use crate::fleet::plan::{Dialling, Mixed};
use crate::link::listen::{Bind, Listen, Port};
use crate::link::state::Retry;
use crate::run::cli::MixedArgs;
use crate::target::roster::{self, Roster};

/// Makes the plan of a run whose hosts have ways of their own.
pub(super) fn mixed(args: &MixedArgs) -> Result<Mixed, PlanError> {
    let shell = shell(&args.start, args.tunnel)?;
    let roster = Roster {
        path: args.file.clone(),
        takes_port: shell.takes_port(),
        tunnel: args.tunnel,
        port: DEFAULT_PORT,
    };
    let mark = roster::mark(&roster.path);
    let members = roster.read().map_err(|error| PlanError::Roster(Box::new(error)))?;
    let asked = bind(&args.common)?;
    let port = match (args.common.port, &members.guests) {
        (Some(port), _) => Port::Fixed(port),
        // Whoever connects by himself knows no other.
        (None, Some(_)) => Port::Fixed(DEFAULT_PORT),
        (None, None) => Port::Preferred(DEFAULT_PORT),
    };
    Ok(Mixed {
        roster,
        mark,
        members,
        start: start(&args.start, &args.retry, &args.common, &args.switches, shell, args.tunnel)?,
        dialling: Dialling {
            tunnel: args.tunnel,
            from: asked.filter(|ip| !ip.is_unspecified()),
            retry: Retry::After(backoff(&args.retry)?),
        },
        listen: Listen { bind: asked.map_or(Bind::All, Bind::Address), port, allow: Allowed::default() },
    })
}
