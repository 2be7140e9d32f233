//! The service manager: systemd with `Type=notify`, or the process that started a daemon.

use std::time::Duration;

use sd_notify::NotifyState;
use tokio::time::{Instant, sleep_until};

use crate::daemon;

/// Whoever is to know how the run is.
#[derive(Debug)]
pub(crate) struct Manager {
    /// After what time it must hear of the run again, if it must.
    watchdog: Option<(Duration, Instant)>,
}

impl Manager {
    /// What systemd says in the environment. Needs a tokio runtime.
    pub(crate) fn new() -> Self {
        let watchdog = sd_notify::watchdog_enabled().map(|time| (time / 3, Instant::now()));
        Self { watchdog }
    }

    /// The run is at work.
    #[expect(clippy::unused_self, reason = "one who has a manager may tell it")]
    pub(crate) fn ready(&self) {
        // Nobody may listen: then there is nobody to tell.
        let _ = sd_notify::notify(&[NotifyState::Ready]);
        if daemon::is_daemon() {
            daemon::detach();
        }
    }

    /// Waits until it is time to be heard of.
    pub(crate) async fn due(&self) {
        match self.watchdog {
            Some((_, at)) => sleep_until(at).await,
            None => std::future::pending().await,
        }
    }

    /// The run goes on.
    pub(crate) fn alive(&mut self) {
        let _ = sd_notify::notify(&[NotifyState::Watchdog]);
        if let Some((time, at)) = &mut self.watchdog {
            *at = Instant::now() + *time;
        }
    }
}

impl Drop for Manager {
    fn drop(&mut self) {
        let _ = sd_notify::notify(&[NotifyState::Stopping]);
    }
}
