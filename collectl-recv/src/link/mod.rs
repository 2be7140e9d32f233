//! The link of one host: its state machine, and what dials, listens and reads.

pub(crate) mod backoff;
pub(crate) mod dial;
pub(crate) mod listen;
pub(crate) mod machine;
pub(crate) mod reason;
pub(crate) mod socket;
pub(crate) mod stream;
