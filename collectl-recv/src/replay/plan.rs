//! What replay is to show.

use std::path::PathBuf;

use collectl::cli::timeframe::Timeframe;

use super::pace::Speed;
use super::switches::Switches;
use crate::base::verbosity::Verbosity;
use crate::consumer::view::Look;

/// Showing what was recorded.
#[derive(Debug)]
pub(crate) struct Replay {
    pub(crate) folder: PathBuf,
    /// What collectl makes of raw files.
    pub(crate) switches: Switches,
    /// The part that is shown, by this machine's clock.
    pub(crate) timeframe: Timeframe,
    pub(crate) speed: Speed,
    pub(crate) look: Look,
    pub(crate) talk: Verbosity,
}
