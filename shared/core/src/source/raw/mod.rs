//! Frames of a recording: raw files of the Perl collectl and of this one.
//!
//! A raw file is a block of lines that start with `#` ([`crate::header`]), then frames: a marker `>>> SECONDS.mmm <<<`
//! and the tagged lines after it. The last marker of a file that was closed has no lines.

pub mod files;
mod lines;
pub mod reader;
mod tags;
pub mod timeframe;
pub mod write;
