//! The command line: literal arguments first, then a plan of enums made from them by a pure function.

pub mod address;
pub mod analyses;
pub mod choice;
pub mod config;
pub mod export;
pub mod extract;
pub mod headings;
pub mod history;
pub mod interval;
pub mod literal;
pub mod messages;
pub mod options;
pub mod plan;
pub mod playback;
pub mod plots;
pub mod recording;
pub mod runtime;
pub mod selection;
pub mod show;
pub mod stats;
pub mod suboptions;
pub mod timeframe;

use thiserror::Error;

/// A command line that can't be followed. The message is what the user reads behind `Error: `.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct UsageError(pub String);

impl UsageError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}
