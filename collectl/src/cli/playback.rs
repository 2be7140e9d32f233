//! `-p`: which recordings are played, and what is shown of them.

use std::path::{Path, PathBuf};

use collectl_core::choice::options::Options;
use collectl_core::source::raw::files;
use collectl_core::source::raw::reader::RawReader;
use collectl_core::source::raw::timeframe::{Position, Timeframe};
use collectl_core::usage::UsageError;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Zoned};
use regex::bytes::Regex;

use super::analyses::Analyses;
use super::extract;
use super::literal::Literal;
use super::plots::PlotFiles;
use crate::record::Location;

/// What to play, and how.
#[derive(Debug, Clone)]
pub struct Playback {
    /// Recordings, in playback order.
    pub files: Vec<PathBuf>,
    /// The timeframe that is played.
    pub timeframe: Timeframe,
    /// Added to their times.
    pub offset: SignedDuration,
    /// What is shown of them.
    pub show: Show,
    /// Whether to print the name of each file.
    pub messages: bool,
}

/// What is shown of a recording.
#[derive(Debug, Clone)]
pub enum Show {
    /// Its intervals.
    Intervals,
    /// Its header.
    Header,
    /// Plots of it, in files.
    Plots(PlotFiles),
    /// The lines that match this pattern.
    Grep(Regex),
    /// Nothing: its processes or slabs are summed up in files.
    Analyses(Analyses),
    /// Nothing: its samples in the timeframe are written to a new recording.
    Extract(Location),
}

/// True for a recording that begins after the timeframe, by its name and, where that may be in a repeated hour, by its
/// header.
fn is_after(path: &Path, timeframe: &Timeframe) -> bool {
    let by_header = || {
        let header = RawReader::open(path).ok()?.header().clone();
        let zone = header.zone(&TimeZone::system());
        Some(timeframe.position(header.begun()?, &zone) == Position::After)
    };
    files::start(path).is_some_and(|start| timeframe.ends_before(start)) && by_header().unwrap_or(true)
}

/// What is to be played. None for a live run.
///
/// # Errors
/// A [`UsageError`] for a value that can't be read, missing files, and switches that exclude each other.
pub fn resolve(literal: &Literal, options: &Options) -> Result<Option<Playback>, UsageError> {
    let analyses = Analyses::resolve(literal, options)?;
    let extract = extract::resolve(literal)?;
    let Some(argument) = literal.playback.as_deref() else {
        return match literal.offsettime {
            Some(_) => Err(UsageError::new("-offsettime only applies to playback mode")),
            None => Ok(None),
        };
    };
    for (given, switch) in [(literal.interval.is_some(), "-i"), (literal.align, "--align")] {
        if given {
            return Err(UsageError::new(format!("{switch} not allowed with -p")));
        }
    }
    let today = Zoned::now().date();
    let timeframe = Timeframe::parse(literal.from.as_deref(), literal.thru.as_deref())?;
    let arguments = std::iter::once(argument).chain(literal.files.iter().map(String::as_str));
    let mut files = Vec::new();
    for argument in arguments {
        files.extend(files::expand(argument, today).map_err(|error| UsageError::new(error.to_string()))?);
    }
    files.retain(|path| !is_after(path, &timeframe));
    files::sort_by_time(&mut files);
    let show = match literal.grep.as_deref() {
        _ if let Some(analyses) = analyses => Show::Analyses(analyses),
        _ if let Some(destination) = extract => Show::Extract(destination),
        _ if let Some(plots) = PlotFiles::resolve(literal, options)? => Show::Plots(plots),
        Some(pattern) => Show::Grep(
            Regex::new(pattern)
                .map_err(|error| UsageError::new(format!("--grep '{}': {error}", pattern.escape_debug())))?,
        ),
        None if literal.showheader => Show::Header,
        None => Show::Intervals,
    };
    let seconds = literal.offsettime.as_deref().map_or(Ok(0), str::parse::<i32>);
    let seconds = seconds.map_err(|_| UsageError::new("--offsettime must be a number of seconds"))?;
    Ok(Some(Playback {
        files,
        timeframe,
        offset: SignedDuration::from_secs(seconds.into()),
        show,
        messages: literal.messages,
    }))
}
