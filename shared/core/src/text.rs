//! The text of an interval, shared by all senders.

use bytes::{Bytes, BytesMut};

use crate::clock::Time;

/// The text of one interval, or of a message.
#[derive(Debug, Clone, Default)]
pub struct Text {
    bytes: Bytes,
    header: usize,
    /// When the interval ended; none for a message.
    time: Option<Time>,
}

impl Text {
    /// Column headers, if due, and the lines below them.
    #[must_use]
    pub fn new(header: &[u8], body: &[u8]) -> Self {
        let mut bytes = BytesMut::with_capacity(header.len() + body.len());
        bytes.extend_from_slice(header);
        bytes.extend_from_slice(body);
        Self { bytes: bytes.freeze(), header: header.len(), time: None }
    }

    /// Marks the text as that of an interval that ended at `time`.
    #[must_use]
    pub fn at(self, time: Time) -> Self {
        Self { time: Some(time), ..self }
    }

    /// Headers and lines.
    #[must_use]
    pub fn whole(&self) -> Bytes {
        self.bytes.clone()
    }

    /// The headers only.
    #[must_use]
    pub fn header(&self) -> &[u8] {
        &self.bytes[..self.header]
    }

    /// The lines without the headers.
    #[must_use]
    pub fn body(&self) -> Bytes {
        self.bytes.slice(self.header..)
    }

    /// When the interval ended; none for a message.
    #[must_use]
    pub fn time(&self) -> Option<Time> {
        self.time
    }
}
