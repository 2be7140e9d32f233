//! Whose a connection is, and what its host is called.

pub(crate) mod attribute;
pub(crate) mod names;
pub(crate) mod proof;
pub(crate) mod secrets;
