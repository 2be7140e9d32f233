//! How a connection ended.

use thiserror::Error;

/// How a connection ended.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum End {
    /// By the peer, in order.
    #[error("connection closed by the other end")]
    Closed,
    /// By an error, or by a peer that vanished.
    #[error("connection lost: {0}")]
    Lost(String),
    /// By us: it did not show that it was launched.
    #[error("it brought no secret")]
    Unproven,
}
