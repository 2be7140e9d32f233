//! What subsystems write to: lines, rows, columns and pairs. Pure: bytes are returned, nothing is written anywhere.

pub mod brief;
pub mod json;
pub mod lexpr;
pub mod line;
pub mod plot;
pub mod sheet;
pub mod stamp;
pub mod totals;
pub mod verbose;
