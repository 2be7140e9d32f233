//! How a connection ended.

use thiserror::Error;

/// How a connection ended.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum End {
    /// The other end closed it.
    #[error("connection closed by the other end")]
    Closed,
    /// It failed, or the other end vanished.
    #[error("connection lost: {0}")]
    Lost(String),
    /// We closed it, because it did not show a secret.
    #[error("it sent no secret")]
    NoSecret,
}
