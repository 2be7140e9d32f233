//! Frames of a recording: raw files as the Perl collectl and this one write them.
//!
//! A raw file is a block of lines that begin with `#` ([`crate::header`]), then frames: a marker `>>> SECONDS.mmm <<<` and the
//! tagged lines behind it. The last marker of a file that was closed has no lines.

pub mod files;
mod lines;
pub mod reader;
mod tags;
pub mod timeframe;
pub mod write;
