//! How a subsystem gets its options: from its own switches, and from what they depend on.

use clap::{ArgMatches, Args, Command};

use super::top::Top;
use crate::header::Header;
use crate::usage::UsageError;

/// The switches of a subsystem that has none.
#[derive(Debug, Clone, Default, Args)]
#[group(skip)]
pub struct NoArgs {}

/// The switches of all subsystems, as typed.
#[derive(Debug, Clone)]
pub struct Switches(ArgMatches);

impl Switches {
    /// The switches among the arguments that clap matched; the command must have those of all subsystems.
    #[must_use]
    pub fn new(matches: ArgMatches) -> Self {
        Self(matches)
    }

    /// Reads `line`, words separated by blanks, which must be switches of `A`.
    ///
    /// # Errors
    /// A [`UsageError`] for other words.
    #[cfg(test)]
    pub(crate) fn parse<A: Args>(line: &str) -> Result<Self, UsageError> {
        let words = std::iter::once("test").chain(line.split_whitespace());
        let matches = A::augment_args(Command::new("test")).try_get_matches_from(words);
        matches.map(Self).map_err(|error| UsageError::new(error.to_string()))
    }

    /// The text of one switch, by its long name; none if not given.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.try_get_one::<String>(name).ok().flatten().map(String::as_str)
    }

    /// The switches of one subsystem.
    ///
    /// # Errors
    /// A [`UsageError`] if the command does not have the switches of `A`.
    pub fn get<A: Args>(&self) -> Result<A, UsageError> {
        A::from_arg_matches(&self.0).map_err(|error| UsageError::new(error.to_string()))
    }
}

/// Adds the switches `A` under the help heading of subsystems.
pub(crate) fn augment<A: Args>(command: Command) -> Command {
    A::augment_args(command.next_help_heading(HEADING))
}

/// The help heading of the switches of subsystems.
pub const HEADING: &str = "Subsystems";

/// What the options of a subsystem depend on besides its own switches.
#[derive(Debug, Clone, Default)]
pub struct Context<'a> {
    /// The letters of the selection.
    pub letters: &'a str,
    /// Whether only busy instances are shown (`-ox`).
    pub exceptions: bool,
    /// Whether mean sizes of requests and packets are shown (`--iosize`).
    pub sizes: bool,
    /// Whether the details of processors have their interrupts.
    pub interrupts_of_processors: bool,
    /// Whether recordings are played.
    pub playback: bool,
    /// The header of the recording that is played, once known.
    pub recorded: Option<&'a Header>,
    /// Which processes or slabs `--top` shows.
    pub top: Option<Top>,
    /// Values of `collectl.conf` used without a switch.
    pub presets: Presets,
}

/// Values of `collectl.conf` used without a switch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Presets {
    /// `Passwd`: the file with the names of users.
    pub passwd: Option<String>,
    /// `DiskFilter`: a regular expression for the lines of diskstats to read.
    pub disk_filter: Option<String>,
    /// Least reads or writes per second of the disks that `-ox` shows.
    pub busy_disk: Option<u64>,
}
