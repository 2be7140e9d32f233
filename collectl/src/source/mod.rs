//! Where frames come from.

pub mod live;
