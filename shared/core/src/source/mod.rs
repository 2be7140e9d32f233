//! The sources of frames.

pub mod live;
pub mod raw;
