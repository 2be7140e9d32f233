//! What was recorded, shown again: the files of all hosts, merged by time, on the screen that live lines have.
//!
//! [`folder`] finds the files. Threads ([`reel`]) read them, each the hosts of its share ([`tape`]): text with the times at
//! which it came ([`text`]), and raw files as collectl plays them ([`raw`]). What they find waits in short queues, so that
//! memory does not grow with what was recorded. The screen's clock is that of the recording: who is late, missing or stale
//! is judged as it was then. How fast that clock goes is [`pace`]'s.

use std::io;

use thiserror::Error;
use tokio::time::{Instant, sleep_until};

use crate::base::exit::{self, Ended};
use crate::base::signals::Signals;
use crate::consumer::screen::{Screen, Served};
use crate::identity::names::Names;
use crate::replay::plan::Replay;

mod folder;
pub(crate) mod pace;
pub(crate) mod plan;
pub(crate) mod raw;
mod reel;
pub(crate) mod switches;
mod tape;
pub(crate) mod text;
pub(crate) mod window;

use pace::Pace;
use reel::Reels;
use tape::{Found, Piece};
use window::Window;

/// Seconds of the recording for which silence is shown; what is longer is passed over.
const SILENCE: f64 = 600.0;

/// Times of the recording that are shown before anything else is looked at.
const STEPS: usize = 100;

/// Why a replay could not begin.
#[derive(Debug, Error)]
pub(crate) enum ReplayError {
    #[error("reading {}: {error}", folder.display())]
    Folder { folder: std::path::PathBuf, error: io::Error },
    #[error("{}: no recordings (HOST-YYYYMMDD-HHMMSS.raw, .raw.gz or .txt)", .0.display())]
    Empty(std::path::PathBuf),
    #[error("taking over signals: {0}")]
    Signals(io::Error),
    #[error("drawing on the terminal: {0}")]
    Terminal(io::Error),
}

/// Runs the plan to its end; returns the exit status.
pub(crate) async fn run(plan: Replay) -> Result<u8, ReplayError> {
    let recordings = folder::recordings(&plan.folder)
        .map_err(|error| ReplayError::Folder { folder: plan.folder.clone(), error })?;
    if recordings.is_empty() {
        return Err(ReplayError::Empty(plan.folder));
    }
    let mut signals = Signals::take().map_err(ReplayError::Signals)?;
    let limits = plan.look.limits;
    let screen = Screen::of_recording(&plan.look, plan.talk, &plan.speed.to_string());
    let mut player = Player {
        screen: screen.map_err(ReplayError::Terminal)?,
        names: Names::default(),
        reels: Reels::start(recordings, &plan.switches, Window::new(plan.timeframe)),
        pace: Pace::new(plan.speed),
        open: 0,
        playing: false,
        silence: SILENCE + limits.window,
        last: f64::NEG_INFINITY,
        delivered: false,
    };
    let ended = player.play(&mut signals).await;
    Ok(player.finish(ended, &mut signals).await)
}

/// A replay under way.
struct Player {
    screen: Screen,
    /// Of streams that are open at a time, and of one host.
    names: Names<()>,
    reels: Reels,
    pace: Pace,
    /// Streams that are open at this time of the recording.
    open: usize,
    /// Whether one of them has said something.
    playing: bool,
    silence: f64,
    /// The time of the last piece.
    last: f64,
    delivered: bool,
}

impl Player {
    async fn play(&mut self, signals: &mut Signals) -> Ended {
        loop {
            let next = self.next();
            let due = next.map(|time| self.pace.due(time, Instant::now()));
            let result = tokio::select! {
                biased;
                () = signals.next() => return Ended::Signal,
                served = self.screen.serve() => match served {
                    Ok(Served::Quit) => return Ended::Signal,
                    served => served.map(drop),
                },
                over = self.reels.fill(), if !self.reels.is_filled() => {
                    if over {
                        self.screen.note("at the end");
                    }
                    Ok(())
                }
                () = until(due.flatten()), if next.is_some() && self.screen.is_drained() => self.steps(),
            };
            match result {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ended::ReaderLeft,
                Err(error) => {
                    self.screen.error(&format!("writing to standard output: {error}"));
                    return Ended::OutputFailed;
                }
                // A table on a terminal stays until its user has seen enough.
                Ok(()) if self.reels.is_over() && !self.screen.is_live() => return Ended::Done,
                Ok(()) => {}
            }
        }
    }

    /// The time of the recording at which there is something to do; none before all reels have been read so far.
    fn next(&self) -> Option<f64> {
        let piece = self.reels.next()?;
        // Whoever is silent for too long is not shown as stale, second by second, for ever.
        let due =
            self.screen.due_in_recording().filter(|due| *due < piece && *due <= self.last + self.silence);
        Some(due.unwrap_or(piece))
    }

    /// Shows what is due, up to so much that signals and keys are not waited for.
    fn steps(&mut self) -> io::Result<()> {
        for _ in 0..STEPS {
            let Some(time) = self.next().filter(|_| self.screen.is_drained()) else { break };
            let now = Instant::now();
            if self.pace.due(time, now).is_some_and(|due| due > now) {
                break;
            }
            self.step(time)?;
        }
        Ok(())
    }

    /// Shows what is of `time`, and all that stands ready at once with it.
    fn step(&mut self, time: f64) -> io::Result<()> {
        self.screen.turn_to(time)?;
        while let Some(piece) = self.reels.take(time) {
            self.last = time;
            self.show(piece)?;
            if !self.screen.is_drained() {
                break;
            }
        }
        Ok(())
    }

    fn show(&mut self, piece: Piece) -> io::Result<()> {
        match piece.found {
            Found::Opened => {
                self.open += 1;
                if !self.playing {
                    // What `--from` leaves out is not waited for.
                    self.pace.pause();
                }
            }
            Found::Closed => {
                self.screen.closed(piece.conn);
                self.names.leave(piece.conn);
                self.open = self.open.saturating_sub(1);
                if self.open == 0 {
                    self.pace.pause();
                    self.playing = false;
                }
            }
            Found::Trouble(text) => self.screen.error(&text),
            Found::Lines { host, text } => {
                self.delivered = true;
                self.playing = true;
                let (name, _) = self.names.of(piece.conn, &host, &(), &[]);
                return self.screen.lines(piece.conn, &name, &text);
            }
        }
        Ok(())
    }

    /// Writes what is left; returns the exit status.
    async fn finish(mut self, ended: Ended, signals: &mut Signals) -> u8 {
        self.screen.end();
        if ended == Ended::Done {
            if !self.delivered {
                self.screen.error("nothing was recorded of this: neither these subsystems nor this time");
            }
            tokio::select! {
                // Whether it could be written makes no difference any more.
                _ = self.screen.drain() => {}
                () = signals.next() => {}
            }
        }
        exit::status(ended, usize::from(self.delivered), 1)
    }
}

/// Waits until `due`; a timer would take a millisecond even for the present.
async fn until(due: Option<Instant>) {
    if let Some(due) = due.filter(|due| *due > Instant::now()) {
        sleep_until(due).await;
    }
}
