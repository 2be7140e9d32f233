//! What a replay is to show.

use std::path::PathBuf;

use super::pace::Speed;
use super::switches::Switches;
use super::window::Window;
use crate::base::verbosity::Verbosity;
use crate::consumer::registry::Chosen;

/// A replay.
#[derive(Debug)]
pub(crate) struct Replay {
    pub(crate) folder: PathBuf,
    /// How raw files are played.
    pub(crate) switches: Switches,
    /// The part that is shown.
    pub(crate) window: Window,
    pub(crate) speed: Speed,
    /// What becomes of the data.
    pub(crate) consumers: Chosen,
    pub(crate) verbosity: Verbosity,
}
