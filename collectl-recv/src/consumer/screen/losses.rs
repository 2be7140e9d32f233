//! What did not reach the user.

use crate::base::gap::Gap;

/// What was not shown whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Losses {
    /// Lines longer than [`collectl_wire::line::MAX_LINE`].
    pub(crate) cut: u64,
    /// Lines that a connection's end left unfinished.
    pub(crate) unfinished: u64,
    /// Chunks of lines that a slow reader of ours did not get.
    pub(crate) dropped: u64,
    /// Gaps that could not be filled.
    pub(crate) gaps: u64,
    /// What is missing in them.
    pub(crate) missing: Gap,
}
