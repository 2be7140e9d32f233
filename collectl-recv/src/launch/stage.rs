//! How far the start of a host has come, as the fleet tells the task of its process.

use tokio::sync::watch;

/// What the fleet has seen of a started host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// No connection yet.
    Pending,
    /// A connection.
    Connected,
    /// A connection that does not need the session any longer, unless it is to be kept.
    Released(Release),
    /// The end of the connection: the process should end, too.
    StreamEnded,
    /// The process is to end.
    Stop,
}

/// How a collectl continues without its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Release {
    /// One of ours, which ends with its connection.
    Ours,
    /// A Perl collectl, whose connection has to be watched for it.
    Perl,
}

impl Release {
    /// What the script is told.
    pub(crate) fn word(self) -> &'static [u8] {
        match self {
            Self::Ours => b"leave\n",
            Self::Perl => b"watch\n",
        }
    }
}

/// Waits until the process is to end.
pub(crate) async fn stopped(stage: &mut watch::Receiver<Stage>) {
    // An error means that the fleet has forgotten the host, which is the same.
    let _ = stage.wait_for(|&stage| stage == Stage::Stop).await;
}
