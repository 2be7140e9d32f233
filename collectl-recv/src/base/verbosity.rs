//! How much is written to standard error.

/// How much is written to standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verbosity {
    /// Progress and changes.
    Normal,
    /// Errors only.
    Quiet,
}
