//! What consumers are told beside the data: the state of the links, losses, and how important a message is.

use crate::base::gap::Gap;

/// The state of the run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Status {
    pub(crate) links: Counts,
    pub(crate) losses: Losses,
    /// Of a replay: its speed, or that it is over.
    pub(crate) note: String,
}

/// How many links are in which state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Counts {
    /// Links that are up.
    pub(crate) up: usize,
    /// Links that are to come up.
    pub(crate) waiting: usize,
    /// Links that will not come up.
    pub(crate) failed: usize,
    /// Links that were up, and will not come up again.
    pub(crate) ended: usize,
}

/// What did not reach the user whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Losses {
    /// Lines longer than [`collectl_wire::line::MAX_LINE`].
    pub(crate) cut: u64,
    /// Lines that the end of a connection left unfinished.
    pub(crate) unfinished: u64,
    /// Chunks of output that were dropped since it was read too slowly.
    pub(crate) dropped: u64,
    /// Column names, headers and JSON keys that were too long or too many.
    pub(crate) names: u64,
    /// Lines that begin like a JSON object and are none.
    pub(crate) objects: u64,
    /// Gaps that could not be filled.
    pub(crate) gaps: u64,
    /// What is missing in them.
    pub(crate) missing: Gap,
}

impl Losses {
    /// These and others.
    pub(crate) fn plus(mut self, other: Self) -> Self {
        let Self { cut, unfinished, dropped, names, objects, gaps, missing } = other;
        self.cut += cut;
        self.unfinished += unfinished;
        self.dropped += dropped;
        self.names += names;
        self.objects += objects;
        self.gaps += gaps;
        self.missing.add(missing);
        self
    }
}

/// How important a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Severity {
    /// As expected.
    Info,
    /// Not so, but the run can continue without loss.
    Warning,
    /// It is shown even where the user wants errors only.
    Error,
}
