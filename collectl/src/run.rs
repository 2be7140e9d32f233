//! A run: sample, render, send, until the end.

use std::io::{self, Write};
use std::net::TcpStream;
use std::path::Path;

use bytes::Bytes;
use shared::host::HostName;
use thiserror::Error;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::LocalSet;

use crate::cli::plan::{Headers, Limit, Plan, Target};
use crate::clock::Time;
use crate::frame::Frame;
use crate::machine::Machine;
use crate::playback::{self, PlaybackError};
use crate::render::screen;
use crate::report::Report;
use crate::sink::initiator::Initiator;
use crate::sink::server::{self, ListenError, Server};
use crate::sink::terminal::Terminal;
use crate::sink::{Gone, Sink, Text};
use crate::source::live::Live;
use crate::subsystem::Cadence;
use crate::ticker::{Tick, Ticker};
use crate::warn;

/// Why a run failed.
#[derive(Debug, Error)]
pub enum RunError {
    /// The port to serve on.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// Standard output.
    #[error("writing to standard output: {0}")]
    Output(#[source] io::Error),
    /// A recording.
    #[error(transparent)]
    Playback(#[from] PlaybackError),
    /// Timers, signals, or the event loop.
    #[error("waiting for the next sample: {0}")]
    Wait(#[from] io::Error),
}

/// Follows `plan` to its end. `initiator` is the connection that was opened for it, if it is to have one.
///
/// # Errors
/// A [`RunError`] if the run can't begin or go on. That a reader leaves is no error.
pub fn run(plan: &Plan, host: &HostName, initiator: Option<TcpStream>) -> Result<(), RunError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, async {
        let sink = open_sink(plan, host, initiator)?;
        if let Some(playback) = &plan.playback {
            return match playback::play(plan, playback, sink).await {
                Err(PlaybackError::Gone(Gone::Left)) => Ok(()),
                result => Ok(result?),
            };
        }
        let end = Run::new(plan, host, sink).go().await;
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

fn open_sink(plan: &Plan, host: &HostName, initiator: Option<TcpStream>) -> Result<Sink, RunError> {
    Ok(match (&plan.target, initiator) {
        (Target::Server { port, bind, max_clients }, _) => {
            let listener = server::listen(*bind, *port)?;
            Sink::Server(host.clone(), Server::start(listener, host.clone(), *max_clients))
        }
        (Target::Initiator, Some(stream)) => Sink::Initiator(host.clone(), Initiator::new(stream)?),
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
    report: Report,
}

impl<'a> Run<'a> {
    fn new(plan: &'a Plan, host: &HostName, sink: Sink) -> Self {
        let captures = plan.choice.subsystems.iter().flat_map(|chosen| chosen.entry.captures.iter().copied());
        let mut source = Live::new(&plan.roots, captures);
        for chosen in &plan.choice.subsystems {
            let every = match chosen.entry.cadence {
                Cadence::Second if !plan.headers_only => plan.second_every,
                Cadence::Third if !plan.headers_only => plan.third_every,
                _ => 1,
            };
            chosen.entry.captures.iter().for_each(|capture| source.set_every(capture, every));
            for probe in (chosen.entry.probes)(&plan.choice.settings, &plan.roots) {
                source.set_probe(probe);
            }
        }
        let report = Report::new(plan, &Machine::here(), host.as_str());
        Self { plan, sink, source, frame: Frame::default(), report }
    }

    async fn go(&mut self) -> Result<(), Stop> {
        if self.plan.headers_only {
            let header = self.preview_header();
            self.sink.send(&Text::new(&header, &[]))?;
            return Ok(self.sink.drain().await?);
        }
        let (mut interrupt, mut terminate) =
            (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        if !self.plan.quiet {
            self.say(&format!("waiting for {} second sample...\n", self.plan.interval_text))?;
        }
        if self.plan.headers != Headers::Never && matches!(self.sink, Sink::Server(..)) {
            let header = self.preview_header();
            self.sink.set_header(&header);
        }
        let started = Time::now();
        let mut ticker = Ticker::start(self.plan.interval, self.plan.alignment)?;
        while !self.is_over(started) {
            tokio::select! {
                biased;
                tick = ticker.tick() => self.sample(tick?)?,
                signal = any(&mut interrupt, &mut terminate) => {
                    // The Perl collectl's word on Ctrl-C.
                    if signal == SignalKind::interrupt() {
                        self.say("Ouch!\n")?;
                    }
                    return Ok(());
                }
                gone = self.sink.tend() => return Err(gone.into()),
            }
            if self.plan.interval.is_zero() {
                self.sink.drain().await?;
            }
        }
        tokio::select! {
            drained = self.sink.drain() => Ok(drained?),
            _ = any(&mut interrupt, &mut terminate) => Ok(()),
        }
    }

    /// The column headers before there is an interval. They tell of what is there, processors and disks: two samples
    /// show it.
    fn preview_header(&mut self) -> Vec<u8> {
        for _ in 0..2 {
            self.source.sample(Time::now(), &mut self.frame, report_unread);
            self.report.prime(&self.frame);
        }
        let header = self.report.header();
        self.report.forget();
        self.source.restart();
        header
    }

    fn is_over(&self, started: Time) -> bool {
        match self.plan.limit {
            Limit::None => false,
            Limit::Count(count) => self.report.intervals() >= count,
            Limit::Runtime(duration) => Time::now().plus(self.plan.interval) > started.plus(duration),
        }
    }

    fn sample(&mut self, tick: Tick) -> Result<(), Gone> {
        if tick.stepped != 0.0 {
            warn!(
                "the clock was set by {:+.1} seconds, or the machine slept: one interval is left out",
                tick.stepped
            );
            self.report.forget();
        }
        self.source.sample(tick.now, &mut self.frame, report_unread);
        match self.report.accept(&self.frame) {
            Some(text) => {
                if !text.header().is_empty() {
                    self.sink.set_header(text.header());
                }
                if self.plan.in_place {
                    let first = self.report.intervals() == 1;
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

fn report_unread(path: &Path, error: &io::Error) {
    warn!("reading {}: {error}", path.display());
}

async fn any(interrupt: &mut Signal, terminate: &mut Signal) -> SignalKind {
    tokio::select! {
        _ = interrupt.recv() => SignalKind::interrupt(),
        _ = terminate.recv() => SignalKind::terminate(),
    }
}
