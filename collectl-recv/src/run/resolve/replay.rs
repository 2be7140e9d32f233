//! The plan of `replay`.

use super::PlanError;
use crate::base::verbosity::Verbosity;
use crate::consumer::view::{Output, Terminal};
use crate::replay::pace::Speed;
use crate::replay::plan::Replay;
use crate::replay::switches::Switches;
use crate::replay::window::Window;
use crate::run::cli::ReplayArgs;

/// Makes the plan of a replay.
pub(super) fn replay(args: ReplayArgs) -> Result<Replay, PlanError> {
    let consumers = args.consumers.choose()?;
    let view = consumers.view;
    Ok(Replay {
        folder: args.folder,
        switches: Switches::parse(&args.switches, view.collectl_switches)?,
        window: Window::parse(args.from.as_deref(), args.thru.as_deref())?,
        speed: match &args.speed {
            Some(text) => Speed::parse(text)?,
            None if view.terminal == Terminal::Draws && Output::of_stdout() == Output::Terminal => {
                Speed::REAL
            }
            None => Speed::Max,
        },
        consumers,
        verbosity: if args.quiet { Verbosity::Quiet } else { Verbosity::Normal },
    })
}
