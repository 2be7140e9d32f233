//! What `replay` is told.

use std::io::IsTerminal;

use collectl_core::source::raw::timeframe::Timeframe;

use super::PlanError;
use super::view::look;
use crate::cli::ReplayArgs;
use crate::plan::{Replay, Talk};
use crate::replay::pace::Speed;
use crate::replay::switches::Switches;
use crate::view::View;

/// Makes the plan of a replay.
pub(super) fn replay(args: ReplayArgs) -> Result<Replay, PlanError> {
    let look = look(&args.view)?;
    let timeframe = Timeframe::parse(args.from.as_deref(), args.thru.as_deref());
    Ok(Replay {
        folder: args.folder,
        switches: Switches::parse(&args.switches, look.view)?,
        timeframe: timeframe.map_err(|error| PlanError::Timeframe(error.0))?,
        speed: match &args.speed {
            Some(text) => Speed::parse(text)?,
            None if look.view == View::Table && std::io::stdout().is_terminal() => Speed::REAL,
            None => Speed::Max,
        },
        look,
        talk: if args.quiet { Talk::Quiet } else { Talk::Normal },
    })
}
