//! A run: sample, render, send, until the end.

use std::io::{self, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::Instant;

use bytes::Bytes;
use collectl_wire::host::HostName;
use rustix::process::{Pid, getppid};
use thiserror::Error;
use tokio::task::LocalSet;

use crate::cli::plan::{Limit, Plan, Shown, Target};
use crate::cli::recording::Recorded;
use crate::daemon;
use crate::launched::Launched;
use crate::manager::Manager;
use crate::message;
use crate::output::{Output, RawStream};
use crate::playback::{self, PlaybackError};
use crate::record::{RawFiles, Recorder};
use crate::signals::{Request, Signals};
use crate::sink::archive::Archive;
use crate::sink::initiator::Initiator;
use crate::sink::screen;
use crate::sink::server::{self, ListenError, Server};
use crate::sink::terminal::Terminal;
use crate::sink::{Gone, Sink};
use crate::ticker::{Tick, Ticker};
use crate::{info, warn};
use collectl_core::choice::Choice;
use collectl_core::choice::format::Format;
use collectl_core::clock::Time;
use collectl_core::frame::Frame;
use collectl_core::machine::Machine;
use collectl_core::report::{Headers, Report};
use collectl_core::source::live::Live;
use collectl_core::text::Text;

/// Why a run failed.
#[derive(Debug, Error)]
pub enum RunError {
    /// The port to serve on.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// Standard output.
    #[error("writing to standard output: {0}")]
    Output(#[source] io::Error),
    /// A recording that is played.
    #[error(transparent)]
    Playback(#[from] PlaybackError),
    /// A recording that is to be made.
    #[error("recording into {}: {error}", .folder.display())]
    Record {
        /// Where.
        folder: PathBuf,
        /// The reason.
        error: io::Error,
    },
    /// Timers, signals, or the event loop.
    #[error("waiting for the next sample: {0}")]
    Wait(#[from] io::Error),
}

/// The connection to an initiator, open before the run is.
pub struct Opened {
    /// The connection.
    pub stream: TcpStream,
    /// How the initiator launched us, if it did.
    pub launched: Option<Launched>,
}

/// Follows `plan` to its end. `initiator` is the connection that was opened for it, if it is to have one.
///
/// # Errors
/// A [`RunError`] if the run can't begin or go on. That a reader leaves is no error.
pub fn run(plan: &Plan, host: &HostName, initiator: Option<Opened>) -> Result<(), RunError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, async {
        let sink = open_sink(plan, host, initiator)?;
        if let Some(playback) = &plan.playback {
            return match playback::play(plan, playback, sink).await {
                Err(PlaybackError::Gone(Gone::Left)) => Ok(()),
                result => Ok(result?),
            };
        }
        let mut run = Run::new(plan, host, sink)?;
        let end = run.go().await;
        if let Some(recorder) = run.recorder {
            recorder.close();
        }
        info!("Terminating...");
        match end {
            Ok(()) | Err(Stop::Gone(Gone::Left)) => Ok(()),
            Err(Stop::Gone(Gone::Failed(error))) if plan.target == Target::Initiator => {
                warn!("lost the initiator: {error}");
                Ok(())
            }
            Err(Stop::Gone(Gone::Failed(error))) => Err(RunError::Output(error)),
            Err(Stop::Wait(error)) => Err(RunError::Wait(error)),
        }
    })
}

fn open_sink(plan: &Plan, host: &HostName, initiator: Option<Opened>) -> Result<Sink, RunError> {
    Ok(match (&plan.target, initiator) {
        (Target::Server { port, bind, allow, max_clients, history }, _) => {
            let listener = server::listen(*bind, *port)?;
            let server = Server::start(listener, host.clone(), allow.clone(), *max_clients, *history);
            Sink::Server(host.clone(), server)
        }
        (Target::Initiator, Some(Opened { stream, launched })) => {
            Sink::Initiator(Initiator::new(stream, host.clone(), launched.as_ref())?)
        }
        (Target::Initiator | Target::Terminal, _) => Sink::Terminal(Terminal::open()),
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
    host: HostName,
    /// Samples that were recorded.
    samples: u64,
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
            host: host.clone(),
            samples: 0,
            parent: getppid().filter(|_| !plan.nohup),
        })
    }

    async fn go(&mut self) -> Result<(), Stop> {
        if self.plan.headers_only {
            let header = self.preview_header();
            self.sink.send(&Text::new(&header, &[]))?;
            return Ok(self.sink.drain().await?);
        }
        let mut signals = Signals::new(self.recorder.is_some() || daemon::is_daemon())?;
        if !self.plan.quiet && self.plan.shown == Shown::Intervals {
            self.say(&format!("waiting for {} second sample...\n", self.plan.interval_text))?;
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
                        return self.end();
                    }
                }
                request = signals.next() => match request {
                    Request::Interrupt => {
                        // The Perl collectl's word on Ctrl-C.
                        if self.plan.shown != Shown::Raw && self.plan.view.choice.format != Format::Json {
                            self.say("Ouch!\n")?;
                        }
                        return self.end();
                    }
                    Request::Terminate => {
                        message::note(format_args!("Shutting down in response to signal TERM on {}...", self.host));
                        return self.end();
                    }
                    Request::Flush => self.recorder.iter().for_each(Recorder::flush),
                    Request::Reopen => self.recorder.iter().for_each(Recorder::reopen),
                },
                () = manager.due() => manager.alive(),
                gone = self.sink.tend() => return Err(gone.into()),
            }
            if self.plan.interval.is_zero() {
                self.sink.drain().await?;
            }
        }
        self.end()?;
        tokio::select! {
            drained = self.sink.drain() => Ok(drained?),
            () = signals.end() => Ok(()),
        }
    }

    /// Sends what ends the text, without waiting until it has left.
    fn end(&mut self) -> Result<(), Stop> {
        if let Some(text) = self.output.end(Time::now()) {
            self.sink.send(&text)?;
        }
        Ok(())
    }

    /// The column headers before there is an interval. They tell of what is there, processors and disks: two samples
    /// show it.
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
            Limit::Count(count) => self.output.intervals().unwrap_or(self.samples.saturating_sub(1)) >= count,
            Limit::Runtime(duration) => started.elapsed() + self.plan.interval > duration,
        }
    }

    fn sample(&mut self, tick: Tick) -> Result<(), Gone> {
        if tick.stepped != 0.0 {
            warn!(
                "the clock was set by {:+.1} seconds, or the machine slept: one interval is left out",
                tick.stepped
            );
            self.output.forget();
            self.recorder.iter_mut().for_each(Recorder::forget);
            if let Sink::Server(_, server) = &self.sink {
                server.forget(tick.now);
            }
        }
        self.source.sample(tick.now, &mut self.frame, report_unread);
        if let Some(recorder) = &mut self.recorder {
            recorder.sample(&self.frame);
            self.samples += 1;
        }
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

    /// A word on standard output, wherever the data goes.
    fn say(&mut self, text: &str) -> Result<(), Gone> {
        if let Sink::Terminal(terminal) = &mut self.sink {
            return terminal.send(Bytes::copy_from_slice(text.as_bytes()));
        }
        let _ = io::stdout().write_all(text.as_bytes());
        Ok(())
    }
}

/// What is made of the frames of a run for whoever reads.
fn output(plan: &Plan, machine: &Machine, host: &HostName) -> Output {
    match plan.shown {
        Shown::Nothing => Output::Nothing,
        Shown::Intervals => Output::Intervals(Box::new(Report::new(&plan.view, machine, host.as_str()))),
        Shown::Raw => {
            Output::Raw(Box::new(RawStream::new(plan.description(host.as_str()), plan.roots.clone())))
        }
    }
}

/// The raw files of a run as a longer memory of what went out. A subsystem needs two of its samples to be shown.
fn archive(plan: &Plan, machine: &Machine, host: &HostName, files: RawFiles) -> Archive {
    let every = plan.view.choice.cadences().into_iter().map(|cadence| plan.every(cadence)).max();
    let lead = every.unwrap_or(1).saturating_mul(2).saturating_add(1);
    let (plan, machine, name) = (plan.clone(), machine.clone(), host.clone());
    Archive::new(Box::new(move || output(&plan, &machine, &name)), lead, host, files)
}

fn record(plan: &Plan, recorded: &Recorded, host: &HostName) -> Result<Recorder, RunError> {
    let recording = &recorded.recording;
    let table = |(file, choice): &(&'static str, Choice)| {
        (*file, Report::new(&plan.with(choice.clone()), &Machine::here(&plan.roots), host.as_str()))
    };
    let tables = recorded.tables.iter().map(table).collect();
    Recorder::start(recording, &plan.description(host.as_str()), tables, &plan.roots, plan.interval.is_zero())
        .map_err(|error| RunError::Record { folder: recording.location.folder().to_owned(), error })
}

fn report_unread(path: &Path, error: &io::Error) {
    warn!("reading {}: {error}", path.display());
}
