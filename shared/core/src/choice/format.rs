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
    /// One line, a group of columns per subsystem.
    Brief,
    /// A section per subsystem.
    Verbose(Records),
    /// One line of bare numbers.
    Plot {
        /// The separator between two numbers.
        separator: u8,
        /// Whether time is shown in seconds since the epoch.
        utc: bool,
    },
    /// Lines of a name and a value.
    Lexpr {
        /// Whether a line marks the end of each interval, as on a socket.
        marked: bool,
    },
    /// A JSON object per line.
    Json,
}

impl Format {
    /// Whether the format is for people, with repeated headers and messages between the data.
    #[must_use]
    pub fn is_for_people(self) -> bool {
        matches!(self, Self::Brief | Self::Verbose(_))
    }
}

/// The format that the switches ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestedFormat {
    /// Brief if it has columns for everything that is shown, else verbose.
    Default,
    /// Verbose.
    Verbose,
    /// Verbose with a separator before each interval.
    Full,
    /// Plot.
    Plot,
    /// An export for other programs.
    Export(Export),
}

impl RequestedFormat {
    /// Reads the format from the switches.
    ///
    /// # Errors
    /// A [`UsageError`] for switches that exclude each other, and for an unknown export.
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

/// What the format depends on besides the requested one.
pub(super) struct Selected<'a> {
    pub(super) chosen: &'a [Chosen],
    /// Whether an option of a subsystem needs columns that brief does not have.
    pub(super) needs_verbose: bool,
    /// Whether all plot columns must be in one line: if they do not go to files, and letters were typed.
    pub(super) one_line: bool,
    /// Whether lexpr marks the end of each interval.
    pub(super) marked: bool,
}

/// The format: the requested one, or verbose if brief has no columns for what is shown.
pub(super) fn resolve(
    requested: &RequestedFormat,
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
    match requested {
        RequestedFormat::Export(export) => Ok(match export {
            Export::Vmstat => Format::Brief,
            Export::Vmsum | Export::Proctree => Format::Verbose(Records::AsNeeded),
            Export::Lexpr(_) => Format::Lexpr { marked: selected.marked },
            Export::Json(_) => Format::Json,
            // Its letters select files, and nothing is rendered.
            Export::Raw => Format::Plot { separator: b' ', utc: false },
        }),
        RequestedFormat::Plot
            if let Some(letter) = crowded(selected.chosen).filter(|_| selected.one_line) =>
        {
            Err(UsageError::new(format!(
                "to display on terminal using -s{letter} with -P requires only -s{letter}"
            )))
        }
        RequestedFormat::Plot => Ok(Format::Plot { separator, utc: options.utc }),
        _ if options.utc => Err(UsageError::new("-ou/--utc only apply to -P format")),
        RequestedFormat::Full => Ok(Format::Verbose(Records::Full)),
        RequestedFormat::Verbose => Ok(Format::Verbose(Records::AsNeeded)),
        RequestedFormat::Default if needs_verbose() => Ok(Format::Verbose(Records::AsNeeded)),
        RequestedFormat::Default => Ok(Format::Brief),
    }
}

/// The letter of a detail with its own plot lines, if it is not selected alone.
fn crowded(chosen: &[Chosen]) -> Option<char> {
    let parts: usize = chosen.iter().map(|chosen| chosen.parts.len()).sum();
    let own = |chosen: &&Chosen| {
        chosen.configured.descriptor().own_plot_lines && chosen.parts.contains(&Part::Detail)
    };
    let chosen = chosen.iter().find(own).filter(|_| parts > 1)?;
    chosen.configured.descriptor().letter(Part::Detail)
}

/// Reads `--sep`: one character except `%`, or the decimal code of one.
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
