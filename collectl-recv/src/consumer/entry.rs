//! What the registry knows of a kind of consumer: its switches, and how it begins.

use std::fmt;
use std::io;

use clap::{ArgMatches, Command};
use thiserror::Error;

use super::Consumer;
use crate::base::verbosity::Verbosity;

/// A kind of consumer.
pub(crate) struct ConsumerEntry {
    pub(crate) feed: Feed,
    /// Adds its switches.
    pub(crate) switches: fn(Command) -> Command,
    /// How it begins, if its switches ask for it.
    pub(crate) choose: fn(&ArgMatches) -> Result<Option<Start>, SwitchError>,
}

/// What a kind of consumer may be fed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Feed {
    /// The fleet only.
    Live,
    /// The fleet or a replay.
    Any,
}

/// The setting in which a consumer begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Setting {
    pub(crate) verbosity: Verbosity,
    pub(crate) links: Links,
}

/// Whether there are links, whose progress may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Links {
    Some,
    None,
}

/// How a consumer begins.
pub(crate) struct Start(Box<StartFunction>);

type StartFunction = dyn FnOnce(Setting) -> Result<Box<dyn Consumer>, StartError>;

impl Start {
    /// It begins by `start`.
    pub(crate) fn new(
        start: impl FnOnce(Setting) -> Result<Box<dyn Consumer>, StartError> + 'static,
    ) -> Self {
        Self(Box::new(start))
    }

    /// Begins it.
    ///
    /// # Errors
    /// Where that is not possible.
    pub(crate) fn begin(self, setting: Setting) -> Result<Box<dyn Consumer>, StartError> {
        (self.0)(setting)
    }
}

impl fmt::Debug for Start {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Start")
    }
}

/// Why a consumer could not begin.
#[derive(Debug, Error)]
#[error("{doing}: {error}")]
pub(crate) struct StartError {
    /// What was being done.
    pub(crate) doing: String,
    pub(crate) error: io::Error,
}

/// Switches that do not fit each other.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum SwitchError {
    #[error("{switch}: {value} is for --view {view}")]
    OtherView { switch: &'static str, value: String, view: &'static str },
}
