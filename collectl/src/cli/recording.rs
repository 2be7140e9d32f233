//! `-f` and related switches: what is recorded, and what is shown at the same time.

use std::time::Duration;

use collectl_core::choice::Choice;
use collectl_core::choice::args::Args;
use collectl_core::choice::format::RequestedFormat;
use collectl_core::choice::request::{Request, Surroundings};
use collectl_core::choice::selection::Chosen;
use collectl_core::roll::Roll;
use collectl_core::subsystem::{Cadence, Part};
use collectl_core::usage::UsageError;

use super::interval::Intervals;
use super::literal::Literal;
use crate::record::{Description, Location, Readers, Recording};

/// Without `-F`, recorded data is written to disk after this many seconds.
const FLUSH: u64 = 60;

/// What a live run records: the raw data, and the contents of each plot file.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Where and how.
    pub recording: Recording,
    /// What is captured.
    pub choice: Choice,
    /// The endings of plot files, and the contents of each.
    pub tables: Vec<(&'static str, Choice)>,
}

/// The format that a reader receives while the run records. None on the terminal, except for an export. On a socket it
/// is the format asked for besides `-P`, or else that of the plot files.
///
/// # Errors
/// A [`UsageError`] for switches that exclude each other.
pub fn shown(literal: &Literal) -> Result<Option<RequestedFormat>, UsageError> {
    let Args { verbose, full, export, vmstat, .. } = &literal.shown;
    let exported = export.is_some() || *vmstat;
    let other = *verbose || *full || literal.brief || exported;
    match (&literal.filename, &literal.address) {
        (Some(_), None) if !exported => Ok(None),
        (Some(_), _) if other => {
            RequestedFormat::resolve(&Args { plot: false, ..literal.shown.clone() }).map(Some)
        }
        _ => RequestedFormat::resolve(&literal.shown).map(Some),
    }
}

/// Reads the switches of recordings. None if nothing is recorded.
///
/// # Errors
/// A [`UsageError`] for values that can't be read, and for switches that exclude each other.
pub fn resolve(literal: &Literal, surroundings: &Surroundings) -> Result<Option<Recorded>, UsageError> {
    check(literal)?;
    let Some(filename) = literal.filename.as_deref() else { return Ok(None) };
    if literal.playback.is_some() {
        return Ok(None);
    }
    let of_files = Surroundings { to_files: true, marked: false, ..surroundings.clone() };
    let request = Request::new(&literal.shown, RequestedFormat::Plot, of_files)?;
    let options = request.options();
    if options.uncompressed && !literal.shown.plot {
        return Err(UsageError::new("-oz only applies to -P files"));
    }
    let choice = request.choose(None)?;
    if literal.tworaw {
        let apart = |letter| ['Y', 'Z'].contains(&letter);
        if !choice.letters.contains(apart) || choice.letters.chars().all(apart) {
            return Err(UsageError::new("--tworaw require BOTH process and non-procss data"));
        }
    }
    let tables = if literal.shown.plot { tables(&choice) } else { Vec::new() };
    let roll = literal.rolllogs.as_deref().map(Roll::parse).transpose().map_err(UsageError)?;
    let recording = Recording {
        location: Location::parse(filename),
        raw: !literal.shown.plot || literal.rawtoo,
        compress_raw: !literal.nogzip,
        compress_plots: !options.uncompressed,
        plot_of_instant: options.of_instant,
        flush: flush(literal)?,
        roll,
        processes: if literal.umask.is_some() { Readers::Umask } else { Readers::Group },
    };
    Ok(Some(Recorded { recording, choice, tables }))
}

/// What recordings' headers report about a run that captures `choice`. The host is filled in later.
#[must_use]
pub fn description(literal: &Literal, choice: &Choice, intervals: &Intervals) -> Description {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let of_subsystem = |name| literal.shown.subsystems.0.text(name);
    Description {
        host: String::new(),
        arguments: literal.line.clone(),
        daemon_commands: literal.daemon_commands.clone(),
        letters: choice.letters.clone(),
        options: text(&literal.shown.options),
        interval: interval_text(intervals, choice),
        nfs_filter: of_subsystem("nfsfilt").unwrap_or_default().to_owned(),
        environment_filter: of_subsystem("envfilt").unwrap_or_default().to_owned(),
        tcp_filter: of_subsystem("tcpfilt").unwrap_or("ituc").to_owned(),
        comment: text(&literal.comment),
        two_raw: literal.tworaw,
    }
}

fn check(literal: &Literal) -> Result<(), UsageError> {
    let live = literal.filename.is_some() && literal.playback.is_none();
    let exported = literal.shown.export.is_some() || literal.shown.vmstat;
    let shown = literal.address.is_some() || literal.brief;
    let wrong = [
        (
            literal.rolllogs.is_some() && (literal.count.is_some() || literal.runtime.is_some()),
            "pick either -r or one of -c and -R",
        ),
        (literal.rolllogs.is_some() && !live, "-r requires -f"),
        (literal.rawtoo && !live, "--rawtoo requires -f"),
        (literal.rawtoo && !literal.shown.plot && !exported, "--rawtoo requires -P or --export"),
        (literal.tworaw && !live, "--tworaw requires -f"),
        (literal.nogzip && !live, "--nogzip requires -f"),
        (literal.flush.is_some() && literal.playback.is_some(), "-p not allowed with -F"),
        (
            literal.brief && !(live && literal.shown.plot && literal.address.is_some()),
            "--brief requires -P, -f and -A",
        ),
        (live && literal.home, "--home only applies to terminal output"),
        (live && literal.shown.top.is_some(), "you cannot specify -f with --top"),
        (live && !shown && (literal.shown.verbose || literal.shown.full), "can't use -f with --verbose"),
    ];
    match wrong.into_iter().find(|(is_wrong, _)| *is_wrong) {
        Some((_, message)) => Err(UsageError::new(message)),
        None => Ok(()),
    }
}

fn flush(literal: &Literal) -> Result<Duration, UsageError> {
    let Some(text) = literal.flush.as_deref() else { return Ok(Duration::from_secs(FLUSH)) };
    match text.parse::<u32>() {
        Ok(seconds) => Ok(Duration::from_secs(seconds.into())),
        Err(_) => {
            Err(UsageError::new(format!("-F must be a number of seconds, not '{}'", text.escape_debug())))
        }
    }
}

/// The endings of the plot files and their contents: one file for all summaries, and one for each kind of detail.
#[must_use]
pub fn tables(choice: &Choice) -> Vec<(&'static str, Choice)> {
    let mut tables: Vec<(&'static str, Choice)> = Vec::new();
    for chosen in &choice.subsystems {
        for part in &chosen.parts {
            let file = match part {
                Part::Summary => Some("tab"),
                Part::Detail => chosen.configured.descriptor().plot_file,
            };
            let Some(file) = file else { continue };
            let part = Chosen { configured: chosen.configured.clone(), parts: vec![*part] };
            match tables.iter_mut().find(|(known, _)| *known == file) {
                Some((_, table)) => table.subsystems.push(part),
                None => tables.push((file, choice.with(vec![part]))),
            }
        }
    }
    tables
}

/// The intervals as written in headers: `1`, `1:60`, `1::120` or `1:60:120`.
fn interval_text(intervals: &Intervals, choice: &Choice) -> String {
    let main = intervals.main.as_secs_f64();
    let has = |cadence| choice.cadences().contains(&cadence);
    let each = |every: u64| (main * every as f64).to_string();
    let second = if has(Cadence::Second) { each(intervals.second_every) } else { String::new() };
    match (second.is_empty(), has(Cadence::Third)) {
        (true, false) => main.to_string(),
        (false, false) => format!("{main}:{second}"),
        (_, true) => format!("{main}:{second}:{}", each(intervals.third_every)),
    }
}
