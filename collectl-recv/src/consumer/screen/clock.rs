//! What time it is for the views.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// A clock that the views are given.
#[derive(Debug, Clone, Copy)]
pub(super) enum Clock {
    /// The receiver's: the time of day when it began, in seconds of the epoch, and what went by since, so that it never jumps.
    Receiver { epoch: f64, began: Instant },
    /// The time of a recording that is shown again. It stands still but for [`super::Screen::turn_to`].
    Recording(f64),
}

impl Clock {
    /// The receiver's, from now on.
    pub(super) fn start() -> Self {
        let epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self::Receiver { epoch: epoch.as_secs_f64(), began: Instant::now() }
    }

    /// Now, in seconds of the epoch.
    pub(super) fn now(&self) -> f64 {
        match self {
            Self::Receiver { epoch, began } => epoch + began.elapsed().as_secs_f64(),
            Self::Recording(time) => *time,
        }
    }

    /// When it will be `time` by itself.
    pub(super) fn instant(&self, time: f64) -> Option<Instant> {
        let Self::Receiver { epoch, began } = self else { return None };
        Some(*began + Duration::try_from_secs_f64((time - epoch).max(0.0)).unwrap_or_default())
    }
}
