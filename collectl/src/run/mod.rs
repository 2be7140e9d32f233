//! A run: sample, render, send, until it ends.

mod parts;

use std::io;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bytes::Bytes;
use collectl_core::choice::format::Format;
use collectl_core::clock::Time;
use collectl_core::facts::Facts;
use collectl_core::frame::Frame;
use collectl_core::machine::Machine;
use collectl_core::report::Headers;
use collectl_core::source::live::Live;
use collectl_core::text::Text;
use collectl_wire::host::HostName;
use collectl_wire::limits;
use jiff::tz::TimeZone;
use rustix::process::{Pid, getppid};
use thiserror::Error;
use tokio::task::LocalSet;

use crate::cli::plan::{Limit, Plan, Shown};
use crate::cli::target::Target;
use crate::daemon;
use crate::launched::Launched;
use crate::manager::Manager;
use crate::message;
use crate::output::Output;
use crate::playback::{self, PlaybackError, Played};
use crate::record::{Contents, Recorder};
use crate::signals::{Hangup, Request, Signals};
use crate::sink::screen;
use crate::sink::server::ListenError;
use crate::sink::terminal::Terminal;
use crate::sink::{Gone, Sink};
use crate::ticker::{Tick, Ticker};
use crate::watch::Watch;
use crate::{info, warn};
use parts::{archive, every, open_sink, output, record, warn_of_processes_for_everyone};

/// How long a slow reader may take for a message, or for the last text of a run.
const PATIENCE: Duration = Duration::from_millis(300);

/// Why a run failed.
#[derive(Debug, Error)]
pub enum RunError {
    /// Serving on the port failed.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// Writing to standard output failed.
    #[error("writing to standard output: {0}")]
    Output(#[source] io::Error),
    /// A playback failed.
    #[error(transparent)]
    Playback(#[from] PlaybackError),
    /// The recording can't be started.
    #[error("recording into {}: {error}", .folder.display())]
    Record {
        /// Where.
        folder: PathBuf,
        /// The reason.
        error: io::Error,
    },
    /// Too few files can be opened.
    #[error("starting: {0}")]
    Descriptors(#[source] io::Error),
    /// Timers, signals, or the event loop failed.
    #[error("waiting for the next sample: {0}")]
    Wait(#[from] io::Error),
}

/// The connection to an initiator, opened before the run.
pub struct Opened {
    /// The connection.
    pub stream: TcpStream,
    /// How the initiator launched this program, if it did.
    pub launched: Option<Launched>,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// As it should.
    Done,
    /// As it should, but some of the recordings that were played are damaged.
    Damaged,
}

/// Follows `plan` to its end. `initiator` is the connection that was opened for it, if it is to have one.
///
/// # Errors
/// A [`RunError`] if the run can't begin or go on. That a reader leaves is no error.
pub fn run(plan: &Plan, host: &HostName, initiator: Option<Opened>) -> Result<Outcome, RunError> {
    limits::check_descriptors().map_err(RunError::Descriptors)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, async {
        limits::survive_file_size()?;
        let Some(sink) = open_sink(plan, host, initiator)? else { return Ok(Outcome::Done) };
        if let Some(playback) = &plan.playback {
            return match playback::play(plan, playback, sink).await {
                Ok(Played::Whole) | Err(PlaybackError::Gone(Gone::Left)) => Ok(Outcome::Done),
                Ok(Played::Damaged) => Ok(Outcome::Damaged),
                Err(error) => Err(error.into()),
            };
        }
        warn_of_processes_for_everyone(plan);
        let hangup =
            if plan.recorded.is_some() || daemon::is_daemon() { Hangup::Reopens } else { Hangup::Ends };
        let mut signals = Signals::new(hangup)?;
        let mut run = Run::new(plan, host, sink)?;
        let end = run.go(&mut signals).await;
        if let Some(recorder) = run.recorder {
            recorder.close(run.ended.unwrap_or_else(Time::now), signals.end()).await;
        }
        info!("Terminating...");
        match end {
            Ok(()) | Err(Stop::Gone(Gone::Left)) => Ok(Outcome::Done),
            Err(Stop::Gone(Gone::Failed(error))) if plan.target == Target::Initiator => {
                warn!("lost the initiator: {error}");
                Ok(Outcome::Done)
            }
            Err(Stop::Gone(Gone::Failed(error))) => Err(RunError::Output(error)),
            Err(Stop::Wait(error)) => Err(RunError::Wait(error)),
        }
    })
}

/// Why a run stops before its limit.
enum Stop {
    Gone(Gone),
    Wait(io::Error),
}

impl From<Gone> for Stop {
    fn from(gone: Gone) -> Self {
        Self::Gone(gone)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Wait(error)
    }
}

struct Run<'a> {
    plan: &'a Plan,
    sink: Sink,
    source: Live,
    frame: Frame,
    output: Output,
    recorder: Option<Recorder>,
    watch: Watch,
    host: HostName,
    /// Samples so far.
    samples: u64,
    /// Intervals that have passed, whether or not anything was shown.
    intervals: u64,
    /// When the text was ended.
    ended: Option<Time>,
    /// The process that started this one, if the run ends with it.
    parent: Option<Pid>,
}

impl<'a> Run<'a> {
    fn new(plan: &'a Plan, host: &HostName, sink: Sink) -> Result<Self, RunError> {
        let machine = Machine::here(&plan.roots);
        let recorder = plan.recorded.as_ref().map(|recorded| record(plan, recorded, host)).transpose()?;
        if let (Sink::Server(_, server), Some(files)) =
            (&sink, recorder.as_ref().and_then(Recorder::raw_files))
        {
            server.set_archive(archive(plan, &machine, host, files));
        }
        Ok(Self {
            plan,
            sink,
            source: plan.captured().source(&plan.roots, |cadence| plan.every(cadence)),
            frame: Frame::default(),
            output: output(plan, &machine, host),
            recorder,
            watch: Watch::start(),
            host: host.clone(),
            samples: 0,
            intervals: 0,
            ended: None,
            parent: getppid().filter(|_| !plan.nohup),
        })
    }

    async fn go(&mut self, signals: &mut Signals) -> Result<(), Stop> {
        if self.plan.headers_only {
            let header = self.preview_header();
            self.sink.send(&Text::new(&header, &[]))?;
            return Ok(self.sink.drain().await?);
        }
        if !self.plan.quiet && self.plan.shown == Shown::Intervals {
            self.print(&format!("waiting for {} second sample...\n", self.plan.interval_text)).await?;
        }
        if self.plan.file_header {
            let description = self.plan.description(self.host.as_str());
            let facts = Facts::gather(&self.plan.roots);
            let block = description.block(&facts, Contents::All, None, &TimeZone::system());
            self.sink.send(&Text::new(&[], block.as_bytes()))?;
        }
        if self.plan.view.headers != Headers::Never && matches!(self.sink, Sink::Server(..)) {
            let header = self.preview_header();
            self.sink.set_header(&header);
        }
        let started = Instant::now();
        let mut ticker = Ticker::start(self.plan.interval, self.plan.alignment)?;
        let mut manager = Manager::new();
        manager.ready();
        while !self.is_over(started) {
            tokio::select! {
                biased;
                tick = ticker.tick() => {
                    self.sample(tick?)?;
                    if self.parent.is_some_and(|parent| getppid() != Some(parent)) {
                        warn!("parent exited and --nohup not specified");
                        return self.end().await;
                    }
                }
                request = signals.next() => match request {
                    Request::Interrupt => {
                        // The Perl collectl's message on Ctrl-C.
                        if self.plan.shown != Shown::Raw && self.plan.view.choice.format != Format::Json {
                            self.print("Ouch!\n").await?;
                        }
                        return self.end().await;
                    }
                    Request::Terminate => {
                        message::note(format_args!("Shutting down in response to signal TERM on {}...", self.host));
                        return self.end().await;
                    }
                    Request::Flush => if let Some(recorder) = &self.recorder {
                        info!("Flushing buffers in response to signal USR1");
                        recorder.flush();
                    },
                    Request::Reopen => self.recorder.iter().for_each(Recorder::reopen),
                },
                () = manager.due() => manager.alive(),
                gone = self.sink.tend() => return Err(gone.into()),
            }
            if self.plan.interval.is_zero() {
                self.sink.drain().await?;
            }
        }
        self.send_end()?;
        tokio::select! {
            drained = self.sink.drain() => Ok(drained?),
            () = signals.end() => Ok(()),
        }
    }

    /// Ends the text, and waits a short time until it is sent.
    async fn end(&mut self) -> Result<(), Stop> {
        self.send_end()?;
        if let Sink::Terminal(terminal) = &mut self.sink {
            // A stuck reader does not delay signals.
            tokio::time::timeout(PATIENCE, terminal.drain()).await.unwrap_or(Ok(()))?;
        }
        Ok(())
    }

    fn send_end(&mut self) -> Result<(), Stop> {
        let now = Time::now();
        self.ended = Some(now);
        if let Some(text) = self.output.end(now) {
            self.sink.send(&text)?;
        }
        Ok(())
    }

    /// The column headers before there is an interval. They depend on the processors and disks that exist, which takes
    /// two samples.
    fn preview_header(&mut self) -> Vec<u8> {
        for _ in 0..2 {
            self.source.sample(Time::now(), &mut self.frame, report_unread);
            self.output.prime(&self.frame);
        }
        let header = self.output.header();
        self.output.forget();
        self.source.restart();
        header
    }

    fn is_over(&self, started: Instant) -> bool {
        match self.plan.limit {
            Limit::None => false,
            Limit::Count(0) => true,
            Limit::Count(count) => self.intervals >= count,
            Limit::Runtime(duration) => started.elapsed() + self.plan.interval > duration,
        }
    }

    fn sample(&mut self, tick: Tick) -> Result<(), Gone> {
        if tick.stepped != 0.0 {
            warn!(
                "the clock was set by {:+.1} seconds, or the machine slept: one interval is skipped",
                tick.stepped
            );
            self.output.forget();
            self.recorder.iter_mut().for_each(Recorder::forget);
            if let Sink::Server(_, server) = &self.sink {
                server.forget(tick.now);
            }
        }
        self.watch.begin();
        self.source.sample(tick.now, &mut self.frame, report_unread);
        self.watch.end();
        if let Some(recorder) = &mut self.recorder {
            recorder.sample(&self.frame);
        }
        if self.samples > 0 && self.samples.is_multiple_of(every(self.plan)) && tick.stepped == 0.0 {
            self.intervals += 1;
        }
        self.samples += 1;
        match self.output.accept(&self.frame) {
            Some(text) => {
                let text = text.at(self.frame.time());
                if !text.header().is_empty() {
                    self.sink.set_header(text.header());
                }
                if self.plan.in_place {
                    let first = self.output.intervals() == Some(1);
                    return self.sink.send(&Text::new(&[], &screen::in_place(&text.whole(), first)));
                }
                self.sink.send(&text)
            }
            None => Ok(()),
        }
    }

    /// Prints a message on standard output, wherever the data goes.
    async fn print(&mut self, text: &str) -> Result<(), Gone> {
        let text = Bytes::copy_from_slice(text.as_bytes());
        if let Sink::Terminal(terminal) = &mut self.sink {
            return terminal.send(text);
        }
        // If it can't be printed, the data is not affected.
        let mut stdout = Terminal::open();
        if stdout.send(text).is_ok() {
            let _ = tokio::time::timeout(PATIENCE, stdout.drain()).await;
        }
        Ok(())
    }
}

fn report_unread(path: &Path, error: &io::Error) {
    warn!("reading {}: {error}", path.display());
}
