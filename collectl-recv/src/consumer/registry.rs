//! The kinds of consumers, and their switches. A new one is its folder and its line here.

use std::fmt;
use std::io;
use std::marker::PhantomData;

use clap::{ArgMatches, Args, Command, FromArgMatches};
use thiserror::Error;

use super::view::{self, ViewEntry, ViewError};
use super::{Consumer, record, screen};
use crate::base::verbosity::Verbosity;

/// All kinds, in the order of their switches in the help. They are started and fed from the last to the first: the
/// terminal is taken over last.
const REGISTRY: &[ConsumerEntry] = &[screen::CONSUMER, record::CONSUMER];

/// A kind of consumer.
pub(crate) struct ConsumerEntry {
    pub(crate) feed: Feed,
    /// Adds its switches.
    pub(crate) switches: fn(Command) -> Command,
    /// How it begins, if its switches ask for it.
    pub(crate) choose: fn(&ArgMatches) -> Result<Option<Start>, ViewError>,
}

/// What a kind of consumer may be fed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Feed {
    /// The fleet only.
    Live,
    /// The fleet or a replay.
    Any,
}

/// What a consumer is told when it begins.
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

/// The consumers that were chosen.
#[derive(Debug)]
pub(crate) struct Chosen {
    /// How lines are shown.
    pub(crate) view: &'static ViewEntry,
    starts: Vec<Start>,
}

impl Chosen {
    /// Begins all of them.
    ///
    /// # Errors
    /// Where one of them can't begin.
    pub(crate) fn start(self, setting: Setting) -> Result<Vec<Box<dyn Consumer>>, StartError> {
        self.starts.into_iter().map(|Start(start)| start(setting)).collect()
    }
}

/// The switches of all consumers of a run.
#[derive(Debug, Clone)]
pub(crate) struct Switches<R> {
    matches: ArgMatches,
    run: PhantomData<R>,
}

/// A kind of run.
pub(crate) trait Run {
    /// Whether consumers with this feed may be chosen in it.
    fn takes(feed: Feed) -> bool;
}

/// A run that gathers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gathering;

/// A replay.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Replaying;

impl Run for Gathering {
    fn takes(_feed: Feed) -> bool {
        true
    }
}

impl Run for Replaying {
    fn takes(feed: Feed) -> bool {
        feed == Feed::Any
    }
}

impl<R: Run> Switches<R> {
    /// What was chosen.
    ///
    /// # Errors
    /// Where switches do not fit each other.
    pub(crate) fn choose(&self) -> Result<Chosen, ViewError> {
        let view = view::chosen(&self.matches)?;
        let mut starts = Vec::new();
        for entry in entries::<R>() {
            starts.extend((entry.choose)(&self.matches)?);
        }
        starts.reverse();
        Ok(Chosen { view, starts })
    }
}

impl<R: Run> Args for Switches<R> {
    fn augment_args(command: Command) -> Command {
        entries::<R>().fold(command, |command, entry| (entry.switches)(command))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<R: Run> FromArgMatches for Switches<R> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self { matches: matches.clone(), run: PhantomData })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.matches.clone_from(matches);
        Ok(())
    }
}

fn entries<R: Run>() -> impl Iterator<Item = &'static ConsumerEntry> {
    REGISTRY.iter().filter(|entry| R::takes(entry.feed))
}
