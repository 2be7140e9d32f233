//! The format in which intervals are shown.

use super::args::Args;
use super::export::Export;
use super::options::Options;
use super::selection::Chosen;
use crate::render::verbose::Records;
use crate::subsystem::Part;
use crate::usage::UsageError;

/// How intervals are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One line, a group for each subsystem.
    Brief,
    /// A section for each subsystem.
    Verbose(Records),
    /// One line of bare numbers.
    Plot {
        /// What stands between two numbers.
        separator: u8,
        /// Whether time is shown as seconds of the epoch.
        utc: bool,
    },
    /// Lines of a name and a value.
    Lexpr {
        /// Whether a line marks the end of each interval, as it does on a socket.
        marked: bool,
    },
    /// A JSON object in a line.
    Json,
}

impl Format {
    /// Whether it is made for people, with headers that are repeated and words between the data.
    #[must_use]
    pub fn is_for_people(self) -> bool {
        matches!(self, Self::Brief | Self::Verbose(_))
    }
}

/// The format that the user asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Brief where it has columns for all that is to be shown, else verbose.
    Default,
    /// Verbose.
    Verbose,
    /// Verbose with a separator before each interval.
    Full,
    /// Plots.
    Plot,
    /// What other programs read.
    Export(Export),
}

impl Asked {
    /// What the switches ask for.
    ///
    /// # Errors
    /// A [`UsageError`] for switches that exclude each other, and for an export that is unknown.
    pub fn resolve(args: &Args) -> Result<Self, UsageError> {
        if let Some(export) = Export::resolve(args)? {
            return Ok(Self::Export(export));
        }
        match (args.plot, args.verbose, args.full) {
            (true, false, false) => Ok(Self::Plot),
            (true, ..) => Err(UsageError::new("can't use -P with --verbose")),
            (false, _, true) => Ok(Self::Full),
            (false, true, false) => Ok(Self::Verbose),
            (false, false, false) => Ok(Self::Default),
        }
    }

    /// The export, if it is one.
    #[must_use]
    pub fn export(&self) -> Option<&Export> {
        match self {
            Self::Export(export) => Some(export),
            Self::Default | Self::Verbose | Self::Full | Self::Plot => None,
        }
    }
}

/// What the format depends on besides what is asked for.
pub(super) struct Selected<'a> {
    pub(super) chosen: &'a [Chosen],
    /// Whether an option of a subsystem asks for what brief has no columns for.
    pub(super) needs_verbose: bool,
    /// Whether one line must hold all plots: that is so where they do not go to files, and letters were typed.
    pub(super) one_line: bool,
    /// Whether lexpr marks the end of each interval.
    pub(super) marked: bool,
}

/// The format: what the user asks for; verbose, too, where brief has no columns for what is to be shown.
pub(super) fn resolve(
    asked: &Asked,
    options: &Options,
    separator: u8,
    selected: &Selected<'_>,
) -> Result<Format, UsageError> {
    let needs_verbose = || {
        let has_no_brief = |chosen: &Chosen| {
            chosen.parts.contains(&Part::Detail) || chosen.configured.descriptor().brief.is_none()
        };
        selected.chosen.iter().any(has_no_brief) || selected.needs_verbose
    };
    match asked {
        Asked::Export(export) => Ok(match export {
            Export::Vmstat => Format::Brief,
            Export::Vmsum | Export::Proctree => Format::Verbose(Records::AsNeeded),
            Export::Lexpr(_) => Format::Lexpr { marked: selected.marked },
            Export::Json(_) => Format::Json,
            // Its letters are those of files, and nothing of it is rendered.
            Export::Raw => Format::Plot { separator: b' ', utc: false },
        }),
        Asked::Plot if let Some(letter) = crowded(selected.chosen).filter(|_| selected.one_line) => {
            Err(UsageError::new(format!(
                "to display on terminal using -s{letter} with -P requires only -s{letter}"
            )))
        }
        Asked::Plot => Ok(Format::Plot { separator, utc: options.utc }),
        _ if options.utc => Err(UsageError::new("-ou/--utc only apply to -P format")),
        Asked::Full => Ok(Format::Verbose(Records::Full)),
        Asked::Verbose => Ok(Format::Verbose(Records::AsNeeded)),
        Asked::Default if needs_verbose() => Ok(Format::Verbose(Records::AsNeeded)),
        Asked::Default => Ok(Format::Brief),
    }
}

/// The letter of a detail whose plot lines are its own, if it does not stand alone.
fn crowded(chosen: &[Chosen]) -> Option<char> {
    let parts: usize = chosen.iter().map(|chosen| chosen.parts.len()).sum();
    let own = |chosen: &&Chosen| {
        chosen.configured.descriptor().own_plot_lines && chosen.parts.contains(&Part::Detail)
    };
    let chosen = chosen.iter().find(own).filter(|_| parts > 1)?;
    chosen.configured.descriptor().letter(Part::Detail)
}

/// Reads `--sep`: one character but `%`, or the decimal code of one.
///
/// # Errors
/// A [`UsageError`] for anything else.
pub fn separator(text: Option<&str>) -> Result<u8, UsageError> {
    let text = text.unwrap_or(" ");
    match (text.parse::<u8>(), text.as_bytes()) {
        (Ok(code), _) if code.is_ascii() => Ok(code),
        (Err(_), [b'%']) => Err(UsageError::new("--sep can't be a '%'")),
        (Err(_), [character]) if character.is_ascii() => Ok(*character),
        _ => Err(UsageError::new("--sep much be 1 character or a number")),
    }
}
