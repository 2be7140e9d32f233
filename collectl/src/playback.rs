//! A playback: read recordings, render, send.

mod analyse;
mod error;
mod extract;
mod grep;
mod plots;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use collectl_core::choice::format::Format;
use collectl_core::clock::Time;
use collectl_core::frame::Frame;
use collectl_core::machine::Machine;
use collectl_core::report::Report;
use collectl_core::source::raw::files::{self, names_host};
use collectl_core::source::raw::reader::RawReader;
use collectl_core::source::raw::timeframe::Position;
use collectl_core::text::Text;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::cli::plan::Plan;
use crate::cli::playback::{Playback, Show};
use crate::record;
use crate::sink::Sink;
use crate::{error, warn};
use analyse::AnalysisFiles;
pub use error::PlaybackError;
use extract::Failure;
use plots::Plotter;

/// Bytes that are collected before they are sent.
const BATCH: usize = 64 << 10;

/// How the recordings were that were played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Played {
    /// All were read, and whole.
    Whole,
    /// Some are damaged, or could not be read. What is sound of them was played.
    Damaged,
}

/// Plays the recordings of `plan` in their order. Where one goes on at the instant at which the one before it was closed,
/// as files that were rolled do, the interval across the two is shown like any other. What is damaged is reported, and
/// the rest is played.
///
/// # Errors
/// A [`PlaybackError`] for the only recording if that can't be opened, for a file that can't be written, and when there is
/// no reader any more.
pub async fn play(plan: &Plan, playback: &Playback, sink: Sink) -> Result<Played, PlaybackError> {
    let analyses = match &playback.show {
        Show::Analyses(analyses) => Some(AnalysisFiles::new(analyses)),
        _ => None,
    };
    let plotter = match &playback.show {
        Show::Plots(files) => Some(Plotter::new(files)),
        _ => None,
    };
    let mut player = Player {
        plan,
        analyses,
        plotter,
        playback,
        sink,
        text: Vec::new(),
        shown: None,
        closed: None,
        counted: (String::new(), 0),
        seen: false,
        matched: false,
    };
    let (mut shown, mut state) = (false, Played::Whole);
    let joins = plan.joins_pairs() && matches!(playback.show, Show::Intervals | Show::Plots(_));
    let is_read_with_first =
        |path: &&PathBuf| joins && playback.files.iter().any(|first| files::is_pair(first, path));
    for path in playback.files.iter().filter(|path| !is_read_with_first(path)) {
        let second = playback.files.iter().find(|second| joins && files::is_pair(path, second));
        let mut reader = match open(path, second) {
            Ok(reader) => reader,
            Err(error) if playback.files.len() == 1 => return Err(error),
            Err(error) => {
                error!("{error}");
                state = Played::Damaged;
                continue;
            }
        };
        match player.recording(path, &mut reader).await {
            Ok(something) => shown |= something,
            Err(error @ PlaybackError::Read { .. }) => {
                error!("{error}");
                (shown, state) = (true, Played::Damaged);
            }
            Err(error) => return Err(error),
        }
        if let Some(damage) = reader.damage() {
            error!("{}: {damage}", path.display());
            state = Played::Damaged;
        }
    }
    player.finish(shown, state).await.map(|()| state)
}

/// Opens a recording, and the file that `--tworaw` wrote beside it.
fn open(path: &Path, second: Option<&PathBuf>) -> Result<RawReader, PlaybackError> {
    let failed = |path: &Path, error| PlaybackError::Read { path: path.to_owned(), error };
    let mut reader = RawReader::open(path).map_err(|error| failed(path, error))?;
    if let Some(second) = second {
        let other = RawReader::open(second).map_err(|error| failed(second, error))?;
        reader.join(other).map_err(|error| failed(second, error))?;
    }
    Ok(reader)
}

struct Player<'a> {
    plan: &'a Plan,
    analyses: Option<AnalysisFiles<'a>>,
    plotter: Option<Plotter<'a>>,
    playback: &'a Playback,
    sink: Sink,
    text: Vec<u8>,
    /// The subsystems that are shown, and their report.
    shown: Option<(String, Report)>,
    /// Where the previous recording ended.
    closed: Option<(String, Time)>,
    /// A host, and how many intervals of it were shown.
    counted: (String, u64),
    /// Whether a sample is in the timeframe, or one that ends it.
    seen: bool,
    /// Whether `--grep` found a line.
    matched: bool,
}

impl Player<'_> {
    /// Plays one recording, as the user wants it. Returns false if nothing of it is shown.
    async fn recording(&mut self, path: &Path, reader: &mut RawReader) -> Result<bool, PlaybackError> {
        let host = reader.header().host().unwrap_or_default();
        if !names_host(path, host) {
            let path = path.display();
            warn!(
                "ignoring {path} whose header says recorded for {} but whose name says otherwise!",
                host.escape_debug()
            );
            return Ok(false);
        }
        match &self.playback.show {
            Show::Intervals => self.intervals(path, reader).await,
            Show::Header => Ok(self.header(path, reader)),
            Show::Analyses(_) => self.analyse(path, reader).map(|()| false),
            Show::Plots(_) => self.plots(path, reader),
            Show::Extract(destination) => self.extract(path, reader, destination),
            Show::Grep(regex) => self.grep(path, reader, regex).await,
        }
    }

    /// Shows what is left after the last recording. That nothing was found is no news of damaged ones.
    async fn finish(mut self, mut shown: bool, state: Played) -> Result<(), PlaybackError> {
        if let Some(analyses) = &mut self.analyses {
            shown |= analyses.finish()? > 0;
        }
        if let Some(plotter) = &mut self.plotter {
            plotter.finish()?;
        }
        self.end_report();
        self.end_plots();
        if state == Played::Whole {
            self.conclude(shown);
        }
        self.flush().await?;
        self.sink.drain().await.map_err(PlaybackError::Gone)
    }

    /// Plays one recording. Returns false if it holds nothing of what is to be shown.
    async fn intervals(&mut self, path: &Path, reader: &mut RawReader) -> Result<bool, PlaybackError> {
        self.announce(path);
        let Some(view) = self.plan.view_of(reader.header()) else { return Ok(false) };
        let machine = Machine { zone: self.zone(reader), ..Machine::recorded(reader.header()) };
        let host = reader.header().host().unwrap_or_default().to_owned();
        let earlier = if self.counted.0 == host { self.counted.1 } else { 0 };
        let (mut report, started) = match self.shown.take() {
            Some((letters, report)) if letters == view.choice.letters => (report, true),
            other => {
                self.shown = other;
                self.end_report();
                let mut report = Report::new(&view, &machine, &host);
                // Records are numbered over all recordings of a host, whatever is shown of each.
                report.number_after(earlier);
                (report, false)
            }
        };
        let before = report.intervals();
        report.set_machine(&machine);
        report.begin_file(&host);
        if !started || self.closed != reader.seam() {
            report.forget();
        }
        let played = self.frames(path, reader, &mut report).await;
        self.counted = (host, earlier + report.intervals() - before);
        self.closed = reader.seam();
        self.shown = Some((view.choice.letters.clone(), report));
        played.map(|()| true)
    }

    async fn frames(
        &mut self,
        path: &Path,
        reader: &mut RawReader,
        report: &mut Report,
    ) -> Result<(), PlaybackError> {
        let zone = self.zone(reader);
        let mut frame = Frame::default();
        let mut end = None;
        while reader.next(&mut frame).map_err(|error| PlaybackError::Read { path: path.to_owned(), error })? {
            match self.position(&zone, frame.time()) {
                Position::After => {
                    end = Some(frame.time());
                    break;
                }
                Position::Before => {
                    report.prime(&frame);
                    continue;
                }
                Position::Inside => self.seen = true,
            }
            let Some(text) = report.accept(&frame) else { continue };
            if self.plan.headers_only {
                self.text = report.header();
                break;
            }
            self.text.extend_from_slice(&text.whole());
            self.flush_full().await?;
        }
        // What was recorded before the first interval ended shows nothing, and is no reason to ask for another timeframe.
        self.seen |= reader.last_marker().is_some_and(|last| self.position(&zone, last) == Position::Inside);
        if let Some(totals) = end.or_else(|| reader.last_marker()).and_then(|end| report.end_file(end)) {
            self.text.extend_from_slice(&totals.whole());
        }
        Ok(())
    }

    /// Shows the totals of what was played, if there are any.
    fn end_report(&mut self) {
        if let Some(totals) = self.shown.as_mut().and_then(|(_, report)| report.end()) {
            self.text.extend_from_slice(&totals.whole());
        }
    }

    /// Shows the header of one recording.
    fn header(&mut self, path: &Path, reader: &RawReader) -> bool {
        self.text.extend_from_slice(format!("{}\n", path.display()).as_bytes());
        for line in reader.header().lines() {
            self.text.extend_from_slice(line.as_bytes());
            self.text.push(b'\n');
        }
        self.text.push(b'\n');
        true
    }

    /// Adds one recording to the analyses.
    fn analyse(&mut self, path: &Path, reader: &mut RawReader) -> Result<(), PlaybackError> {
        self.announce(path);
        let zone = self.zone(reader);
        let Some(mut analyses) = self.analyses.take() else { return Ok(()) };
        let view = self.plan.view_of(reader.header());
        let choice = &view.as_ref().unwrap_or(&self.plan.view).choice;
        let machine = Machine { zone: zone.clone(), ..Machine::recorded(reader.header()) };
        let added = analyses.add(path, reader, choice, &machine, |time| self.position(&zone, time));
        self.analyses = Some(analyses);
        added
    }

    /// Converts one recording to plot files. Returns false if nothing of it is written.
    fn plots(&mut self, path: &Path, reader: &mut RawReader) -> Result<bool, PlaybackError> {
        self.announce(path);
        let Some(view) = self.plan.view_of(reader.header()) else { return Ok(false) };
        let Some(mut plotter) = self.plotter.take() else { return Ok(false) };
        let zone = self.zone(reader);
        let machine = Machine { zone: zone.clone(), ..Machine::recorded(reader.header()) };
        let added = plotter.add(path, reader, &view, &machine, |time| self.position(&zone, time));
        self.plotter = Some(plotter);
        let reason = added?;
        if let Some(reason) = &reason {
            self.print(reason);
        }
        Ok(reason.is_none())
    }

    /// Writes the part of one recording inside the timeframe.
    fn extract(
        &mut self,
        path: &Path,
        reader: &mut RawReader,
        destination: &record::Location,
    ) -> Result<bool, PlaybackError> {
        self.announce(path);
        let zone = self.zone(reader);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let target = destination.file(&name);
        let failed = |error| PlaybackError::Write { path: target.clone(), error };
        let create = || extract::create(&target, path);
        match extract::copy(reader, |time| self.position(&zone, time), create) {
            Ok(Some(file)) => extract::close(file).map_err(failed).map(|()| true),
            Ok(None) => Ok(false),
            Err(Failure::Reading(error)) => Err(PlaybackError::Read { path: path.to_owned(), error }),
            Err(Failure::Writing(error)) => Err(failed(error)),
        }
    }

    /// Where an instant lies in the timeframe, by the local time in `zone`.
    fn position(&self, zone: &TimeZone, time: Time) -> Position {
        self.playback.timeframe.position(time, zone)
    }

    /// The zone for the local times of a recording. Where the user shifts them, it is a fixed offset.
    fn zone(&self, reader: &RawReader) -> TimeZone {
        let header = reader.header();
        let zone = header.zone(&TimeZone::system());
        if self.playback.offset == SignedDuration::ZERO {
            return zone;
        }
        let begun = header.begun().and_then(|begun| Timestamp::from_microsecond(begun.micros()).ok());
        let offset = zone.to_offset(begun.unwrap_or_default());
        offset.checked_add(self.playback.offset).map_or(zone, TimeZone::fixed)
    }

    fn announce(&mut self, path: &Path) {
        if self.playback.messages {
            self.print(&format!("\nPlaying back {}\n", path.display()));
        }
    }

    /// Prints why nothing was shown, if nothing was.
    fn conclude(&mut self, played: bool) {
        // With several recordings, the Perl collectl skips those of earlier days by their names.
        let (files, timeframe) = (&self.playback.files, &self.playback.timeframe);
        let is_old =
            |path: &PathBuf| files::start(path).is_some_and(|start| timeframe.starts_on_a_later_day(start));
        let nothing = self.shown.as_ref().map_or(!played, |(_, report)| report.intervals() == 0);
        let left_out = nothing && files.len() != 1 && files.iter().all(is_old);
        let message = match (&self.playback.show, &self.shown) {
            _ if files.is_empty() || left_out => {
                "no files found containing -yyyymmdd-hhmmss.raw OR within specified time period\n"
            }
            (Show::Grep(_), _) if !self.matched && files.len() == 1 => {
                "No records selected for playback!  Are --from/--thru` wrong?\n"
            }
            (Show::Extract(_), _) if !played => {
                "No records selected for playback!  Are --from/--thru` wrong?\n"
            }
            (Show::Intervals | Show::Analyses(_) | Show::Plots(_), _) if !played => {
                "No files selected contain the selected data.  Try again with -m.\n"
            }
            (Show::Intervals, Some((_, report))) if report.intervals() == 0 && !self.seen => {
                "No records selected for playback!  Are --from/--thru` wrong?\n"
            }
            _ => return,
        };
        self.print(message);
    }

    /// Shows the heading of plots of which there are no lines.
    fn end_plots(&mut self) {
        if let (Show::Intervals, Some((_, report))) = (&self.playback.show, &self.shown)
            && self.seen
        {
            self.text.extend_from_slice(&report.bare_header());
        }
    }

    /// Prints a message between the data, as the Perl collectl does; for formats that programs read, it goes elsewhere.
    fn print(&mut self, text: &str) {
        if self.plan.view.choice.format == Format::Json {
            warn!("{}", text.trim_ascii());
        } else {
            self.text.extend_from_slice(text.as_bytes());
        }
    }

    async fn flush_full(&mut self) -> Result<(), PlaybackError> {
        if self.text.len() < BATCH {
            return Ok(());
        }
        self.flush().await
    }

    async fn flush(&mut self) -> Result<(), PlaybackError> {
        self.sink.send(&Text::new(&[], &self.text)).map_err(PlaybackError::Gone)?;
        self.text.clear();
        self.sink.drain().await.map_err(PlaybackError::Gone)
    }
}
