//! Lines of one connection, as they are handed on.

use std::sync::Arc;

use collectl_wire::hello::Position;

use crate::base::gap::Gap;

/// Whole lines of one connection.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Batch {
    /// The host that the stream names, if it does.
    pub(crate) name: Option<Arc<str>>,
    /// The lines without their prefix, each ended by LF.
    pub(crate) text: Vec<u8>,
    /// How many of them were too long and are cut.
    pub(crate) cut: u64,
    /// What is missing before them.
    pub(crate) gap: Option<Gap>,
    /// The last whole interval, where they have numbers.
    pub(crate) last: Option<Position>,
}

impl Batch {
    /// Takes one more line.
    pub(crate) fn add(&mut self, line: &[u8], cut: bool) {
        self.text.reserve(line.len() + 1);
        self.text.extend_from_slice(line);
        self.text.push(b'\n');
        self.cut += u64::from(cut);
    }

    /// Takes the lines of another one.
    pub(crate) fn append(&mut self, other: &Self) {
        self.text.extend_from_slice(&other.text);
        self.cut += other.cut;
    }
}
