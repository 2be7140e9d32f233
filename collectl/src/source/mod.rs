//! Where frames come from.

pub(crate) mod kernel_file;
pub mod live;
pub mod raw;
