//! How much is said.

/// How much is said on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verbosity {
    /// Progress and changes.
    Normal,
    /// Errors only.
    Quiet,
}
