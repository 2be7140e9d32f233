//! From the command line to a run: what was typed, and the plan that it is resolved into.

pub(crate) mod cli;
pub(crate) mod descriptors;
pub(crate) mod duration;
pub mod foreign;
pub(crate) mod plan;
pub(crate) mod resolve;
