//! Why a link did not come up, or is no longer up.

use thiserror::Error;

use crate::launch::outcome::StartError;
use crate::link::dial::DialError;
use crate::link::end::End;

/// The reason, in the words of the user.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum Why {
    /// A server could not be reached.
    #[error(transparent)]
    Dial(#[from] DialError),
    /// A collectl could not be started, or ended.
    #[error(transparent)]
    Start(#[from] StartError),
    /// A stream ended.
    #[error(transparent)]
    Stream(#[from] End),
    /// All that was wanted has come.
    #[error("all intervals received")]
    Enough,
    /// The file of a mixed run does not name the host any more.
    #[error("ended: it is no longer in the file")]
    Removed,
}

impl Why {
    /// Without what differs from host to host.
    pub(crate) fn in_short(&self) -> String {
        match self {
            Self::Dial(DialError::Connect { why, .. } | DialError::Resolve { why, .. }) => why.clone(),
            Self::Dial(DialError::CannotRun { .. })
            | Self::Start(_)
            | Self::Stream(_)
            | Self::Enough
            | Self::Removed => self.to_string(),
        }
    }

    /// True where trying again can't help.
    pub(crate) fn is_final(&self) -> bool {
        matches!(self, Self::Start(error) if error.is_final())
    }
}
