//! What `replay` is told.

use collectl::cli::timeframe::Timeframe;

use super::PlanError;
use super::view::look;
use crate::base::verbosity::Verbosity;
use crate::consumer::view::View;
use crate::replay::pace::Speed;
use crate::replay::plan::Replay;
use crate::replay::switches::Switches;
use crate::run::cli::ReplayArgs;

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
            None if look.view == View::Table && rustix::termios::isatty(rustix::stdio::stdout()) => {
                Speed::REAL
            }
            None => Speed::Max,
        },
        look,
        talk: if args.quiet { Verbosity::Quiet } else { Verbosity::Normal },
    })
}
