//! Lines of one connection, as they are handed on.

use std::sync::Arc;

use collectl_wire::hello::Position;

use super::lines::Lines;
use crate::base::gap::Gap;

/// Whole lines of one connection.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Batch {
    /// The host that the stream names, if it does.
    pub(crate) name: Option<Arc<str>>,
    /// The lines without their prefix.
    pub(crate) lines: Lines,
    /// How many of them were too long and are cut.
    pub(crate) cut: u64,
    /// What is missing before them.
    pub(crate) gap: Option<Gap>,
    /// The last whole interval, where they have numbers.
    pub(crate) last: Option<Position>,
}

impl Batch {
    /// Adds the lines of another part of the same stream.
    pub(crate) fn append(&mut self, other: &Self) {
        self.lines.append(&other.lines);
        self.cut += other.cut;
    }
}
