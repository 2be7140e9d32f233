//! Turns rates into text. Pure: bytes come back, nothing is written.

pub mod brief;
pub mod stamp;
