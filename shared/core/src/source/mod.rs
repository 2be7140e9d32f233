//! Where frames come from.

pub mod live;
pub mod raw;
