//! The kinds of consumers, and their switches. A new one is its folder and its line here.

use std::marker::PhantomData;

use clap::{ArgMatches, Args, Command, FromArgMatches};

use super::entry::{ConsumerEntry, Feed, Setting, Start, StartError, SwitchError};
use super::view::ViewEntry;
use super::{Consumer, record, screen, view};

/// All kinds, in the order of their switches in the help. They are started and fed from the last to the first: the
/// terminal is taken over last.
const REGISTRY: &[ConsumerEntry] = &[screen::CONSUMER, record::CONSUMER];

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
        self.starts.into_iter().map(|start| start.begin(setting)).collect()
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
    pub(crate) fn choose(&self) -> Result<Chosen, SwitchError> {
        let view = view::registry::chosen(&self.matches)?;
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
