//! One host's link: its state, and the small tasks that dial, accept and read.

pub(crate) mod accept;
pub(crate) mod backoff;
pub(crate) mod dial;
pub(crate) mod end;
pub(crate) mod listen;
pub(crate) mod socket;
pub(crate) mod state;
pub(crate) mod stream;
pub(crate) mod why;
