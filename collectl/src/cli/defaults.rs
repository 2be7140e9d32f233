//! Values that are used where the command line leaves something open.

use std::time::Duration;

use collectl_core::registry::letters_included;
use collectl_core::subsystem::Included;
use collectl_core::subsystem::options::Presets;

use super::interval;

/// Values without a switch, and defaults for parts of a switch that may be omitted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Defaults {
    /// Letters of the subsystems of a daemon.
    pub core: Option<String>,
    /// Seconds between two samples of a daemon; of slabs and processes; of the environment.
    pub intervals: [Option<String>; 3],
    /// TCP port of `-A`.
    pub port: Option<u16>,
    /// How long connecting to an initiator may take.
    pub timeout: Option<Duration>,
    /// Lines of a terminal whose height is unknown.
    pub rows: Option<u64>,
    /// Values used where a switch of a subsystem is not given.
    pub presets: Presets,
}

impl Defaults {
    /// Letters of the subsystems of a daemon.
    #[must_use]
    pub fn core(&self) -> String {
        self.core.clone().unwrap_or_else(|| letters_included(Included::Daemon))
    }

    /// The intervals of a daemon, in seconds.
    #[must_use]
    pub fn of_daemon(&self) -> [&str; 3] {
        std::array::from_fn(|i| self.intervals[i].as_deref().unwrap_or(interval::DAEMON_DEFAULT[i]))
    }
}
