//! One host's link: its state, and the small tasks that dial, accept and read.

pub(crate) mod accept;
pub(crate) mod dial;
pub(crate) mod gap;
pub(crate) mod proof;
pub(crate) mod session;
pub(crate) mod socket;
pub(crate) mod state;
pub(crate) mod stream;
