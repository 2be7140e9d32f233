//! What the switches ask for, read once and resolved for a live run or for each recording.

use super::args::Args;
use super::export::Export;
use super::format::{RequestedFormat, separator};
use super::options::Options;
use super::stats::Stats;
use super::{Choice, selection};
use crate::header::Header;
use crate::kernel::Roots;
use crate::number::NumberStyle;
use crate::registry::letters_included;
use crate::subsystem::Included;
use crate::subsystem::options::{Presets, Switches};
use crate::subsystem::top::Top;
use crate::usage::UsageError;

/// What a selection depends on besides its own switches.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// Whether recordings are played.
    pub playback: bool,
    /// Letters of the subsystems without `-s`.
    pub default_letters: String,
    /// Lines of the terminal, if there is one.
    pub rows: Option<u64>,
    /// Whether plots go only to files.
    pub to_files: bool,
    /// Whether lexpr marks the end of each interval, as on a socket.
    pub marked: bool,
    /// The totals of `--stats`.
    pub stats: Option<Stats>,
    /// Values of `collectl.conf`.
    pub presets: Presets,
    /// The kernel file systems of a live run.
    pub roots: Roots,
}

impl Surroundings {
    /// For recordings that are played without a terminal.
    #[must_use]
    pub fn of_playback() -> Self {
        Self {
            playback: true,
            default_letters: letters_included(Included::Interactive),
            rows: None,
            to_files: false,
            marked: false,
            stats: None,
            presets: Presets::default(),
            roots: Roots::default(),
        }
    }
}

/// The subsystems of `-s`, `--all` and `--ALL`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Selection {
    /// What was recorded, or the default.
    Default,
    /// What was typed after `-s`.
    Typed(String),
    /// These letters.
    All(String),
}

/// What the user asks for.
#[derive(Debug, Clone)]
pub struct Request {
    pub(super) selection: Selection,
    pub(super) requested: RequestedFormat,
    pub(super) options: Options,
    pub(super) wide: bool,
    pub(super) sizes: bool,
    pub(super) separator: u8,
    pub(super) top: Option<Top>,
    pub(super) switches: Switches,
    pub(super) surroundings: Surroundings,
}

impl Request {
    /// Reads the switches. `requested` is the format that they ask for.
    ///
    /// # Errors
    /// A [`UsageError`] for a value that can't be read, and for switches that exclude each other.
    pub fn new(
        args: &Args,
        requested: RequestedFormat,
        surroundings: Surroundings,
    ) -> Result<Self, UsageError> {
        let top = args.top.as_deref().map(|text| Top::parse(text, surroundings.rows)).transpose()?;
        let mut options = args.options.as_deref().map_or(Ok(Options::default()), Options::parse)?;
        options.utc |= args.utc;
        selection::refuse_lustre(args)?;
        let selection = match (selection::all(args)?, &args.subsys) {
            (Some(letters), _) => Selection::All(letters),
            (None, Some(typed)) => Selection::Typed(typed.clone()),
            (None, None) => Selection::Default,
        };
        let separator = match requested {
            RequestedFormat::Plot => separator(args.sep.as_deref())?,
            _ => b' ',
        };
        Ok(Self {
            selection,
            requested,
            options,
            wide: args.wide,
            sizes: args.iosize,
            separator,
            top,
            switches: args.subsystems.0.clone(),
            surroundings,
        })
    }

    /// Whether the two files of `--tworaw` are played as one: where both hold something of what is shown, at every sample
    /// in its line or section.
    #[must_use]
    pub fn joins_pairs(&self) -> bool {
        match &self.selection {
            Selection::Typed(letters) | Selection::All(letters) if !letters.starts_with(['+', '-']) => {
                letters.contains(is_of_second_file) && letters.contains(|letter| !is_of_second_file(letter))
            }
            _ => matches!(self.requested, RequestedFormat::Plot | RequestedFormat::Export(Export::Json(_))),
        }
    }

    /// What is chosen: in a live run, or, with its header, of a recording, which fills in what was left open.
    ///
    /// # Errors
    /// A [`UsageError`] for a value that can't be read, and for switches that exclude each other.
    pub fn choose(&self, recorded: Option<&Header>) -> Result<Choice, UsageError> {
        Choice::resolve(self, recorded)
    }

    /// The requested format.
    #[must_use]
    pub fn requested(&self) -> &RequestedFormat {
        &self.requested
    }

    /// The letters of `-o`.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// The switches of subsystems, as typed.
    #[must_use]
    pub fn switches(&self) -> &Switches {
        &self.switches
    }

    /// How numbers are written.
    pub(super) fn numbers(&self) -> NumberStyle {
        if self.wide { NumberStyle::Wide } else { self.options.numbers }
    }

    /// Whether `-sT` is allowed: it has too many figures for a line of text.
    pub(super) fn has_room_for_tcp_detail(&self) -> bool {
        matches!(
            self.requested,
            RequestedFormat::Plot | RequestedFormat::Export(Export::Json(_) | Export::Raw)
        )
    }
}

/// Whether `--tworaw` records this letter in the second file.
pub(super) fn is_of_second_file(letter: char) -> bool {
    matches!(letter, 'y' | 'Y' | 'Z')
}
