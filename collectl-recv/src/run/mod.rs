//! From the command line to a run: the arguments, and the plan that they are resolved into.

pub(crate) mod cli;
pub mod foreign;
pub(crate) mod plan;
pub(crate) mod resolve;
