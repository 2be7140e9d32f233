//! What becomes of the data that the hosts send: it is shown and recorded.

pub(crate) mod record;
pub(crate) mod screen;
pub(crate) mod view;
