//! What time it is for consumers.

use std::time::Duration;

use tokio::time::Instant;

use crate::base::time::Time;

/// The clock that consumers are given.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Clock {
    /// The receiver's: the time of day when it began, and what has passed since, so that it never jumps.
    Receiver { start: Time, began: Instant },
    /// That of a recording which is shown again. It stops until it is set.
    Recording(Time),
}

impl Clock {
    /// The receiver's, from now on.
    pub(crate) fn start() -> Self {
        Self::Receiver { start: Time::now(), began: Instant::now() }
    }

    /// Now.
    pub(crate) fn now(&self) -> Time {
        match self {
            Self::Receiver { start, began } => start.plus(began.elapsed()),
            Self::Recording(time) => *time,
        }
    }

    /// When it will be `time` by itself; none where the clock does not run.
    pub(crate) fn instant(&self, time: Time) -> Option<Instant> {
        let Self::Receiver { start, began } = self else { return None };
        let passed = time.micros().saturating_sub(start.micros());
        Some(*began + Duration::from_micros(u64::try_from(passed).unwrap_or_default()))
    }
}
