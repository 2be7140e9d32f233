//! Why a link did not come up, or is no longer up.

use thiserror::Error;

use super::dial::DialError;
use crate::base::end::End;
use crate::launch::outcome::StartError;

/// Why a link is not up.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum Reason {
    /// The server could not be reached.
    #[error(transparent)]
    Dial(#[from] DialError),
    /// The collectl could not be started, or ended.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The stream ended.
    #[error(transparent)]
    Stream(#[from] End),
    /// All intervals that were asked for were received.
    #[error("all intervals received")]
    Complete,
    /// The roster of a mixed run does not list the host any more.
    #[error("ended: it is no longer in the file")]
    Removed,
}

impl Reason {
    /// The message without the parts that differ from host to host.
    pub(crate) fn in_short(&self) -> String {
        match self {
            Self::Dial(DialError::Connect { why, .. } | DialError::Resolve { why, .. }) => why.clone(),
            Self::Dial(DialError::CannotRun { .. })
            | Self::Start(_)
            | Self::Stream(_)
            | Self::Complete
            | Self::Removed => self.to_string(),
        }
    }

    /// True if trying again can't help.
    pub(crate) fn is_final(&self) -> bool {
        matches!(self, Self::Start(error) if error.is_final())
    }

    /// True if the link ended as it should.
    pub(crate) fn is_good(&self) -> bool {
        matches!(self, Self::Complete | Self::Removed | Self::Start(StartError::Ended))
    }
}
