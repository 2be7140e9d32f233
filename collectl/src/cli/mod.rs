//! The command line: arguments as typed, then a plan of enums made from them by a pure function.

pub mod address;
pub mod analyses;
pub mod config;
pub mod defaults;
pub mod extract;
pub mod headings;
pub mod history;
pub mod interval;
pub mod literal;
pub mod messages;
pub mod plan;
pub mod playback;
pub mod plots;
pub mod recording;
pub mod runtime;
pub mod show;
pub mod suboptions;
pub mod target;
