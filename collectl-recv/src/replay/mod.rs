//! What was recorded, shown again: the files of all hosts, merged by time, for the same consumers as live data.
//!
//! [`folder`] finds the files. Threads ([`readers`]) read them, each the hosts of its share ([`timeline`]): text with the
//! times at which it came ([`text`]), and raw files as collectl plays them ([`raw`]). What they find waits in short queues,
//! so that memory does not grow with what was recorded. The clock of the consumers is that of the recording: late, missing
//! and stale hosts are the same as they were then. [`pace`] is how fast that clock runs.

use std::io;

use thiserror::Error;
use tokio::time::{Instant, sleep_until};

use crate::base::exit::{self, Ended};
use crate::base::signals::Signals;
use crate::base::time::Time;
use crate::consumer::Served;
use crate::consumer::clock::Clock;
use crate::consumer::entry::{Links, Setting, StartError};
use crate::consumer::feed::Consumers;
use crate::identity::names::Names;
use crate::replay::plan::Replay;

mod folder;
pub(crate) mod pace;
pub(crate) mod plan;
pub(crate) mod raw;
mod readers;
pub(crate) mod switches;
pub(crate) mod text;
mod timeline;
pub(crate) mod window;

use pace::Pace;
use readers::Readers;
use timeline::{Found, Piece};

/// Seconds of the recording for which silence is shown; longer silence is skipped.
const SILENCE: f64 = 600.0;

/// Most times of the recording that are shown before signals and keys are checked.
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
    #[error(transparent)]
    Consumer(#[from] StartError),
}

/// Runs the plan to its end; returns the exit status.
pub(crate) async fn run(plan: Replay) -> Result<u8, ReplayError> {
    let recordings = folder::recordings(&plan.folder)
        .map_err(|error| ReplayError::Folder { folder: plan.folder.clone(), error })?;
    if recordings.is_empty() {
        return Err(ReplayError::Empty(plan.folder));
    }
    let mut signals = Signals::take().map_err(ReplayError::Signals)?;
    let setting = Setting { verbosity: plan.verbosity, links: Links::None };
    let mut consumers = Consumers::new(plan.consumers.start(setting)?, Clock::Recording(Time::default()));
    consumers.note(&format!("replay {}", plan.speed));
    let mut player = Player {
        consumers,
        names: Names::default(),
        readers: Readers::start(recordings, &plan.switches, plan.window),
        pace: Pace::new(plan.speed),
        open: 0,
        playing: false,
        last: Time::default(),
        delivered: false,
        damaged: false,
    };
    let ended = player.play(&mut signals).await;
    Ok(player.finish(ended, &mut signals).await)
}

/// A running replay.
struct Player {
    consumers: Consumers,
    /// Of streams that are open at a time, and of one host.
    names: Names<()>,
    readers: Readers,
    pace: Pace,
    /// Streams that are open at this time of the recording.
    open: usize,
    /// Whether lines of one of them have come.
    playing: bool,
    /// The time of the last piece.
    last: Time,
    delivered: bool,
    /// Whether a recording is damaged, or could not be read.
    damaged: bool,
}

impl Player {
    async fn play(&mut self, signals: &mut Signals) -> Ended {
        loop {
            let next = self.next();
            let due = next.map(|time| self.pace.due(time, Instant::now()));
            let result = tokio::select! {
                biased;
                () = signals.next() => return Ended::Signal,
                served = self.consumers.serve() => match served {
                    Ok(Served::Quit) => return Ended::Signal,
                    served => served.map(drop),
                },
                over = self.readers.fill(), if !self.readers.is_filled() => {
                    if over {
                        self.consumers.note("at the end");
                    }
                    Ok(())
                }
                () = until(due.flatten()), if next.is_some() && self.consumers.is_drained() => {
                    self.steps();
                    Ok(())
                }
            };
            match result {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ended::ReaderLeft,
                Err(error) => {
                    self.consumers.error(&format!("writing to standard output: {error}"));
                    return Ended::OutputFailed;
                }
                // A table on a terminal stays until its user ends it.
                Ok(()) if self.readers.is_over() && !self.consumers.is_interactive() => return Ended::Done,
                Ok(()) => {}
            }
        }
    }

    /// The time of the recording at which there is something to do; none before all readers have something ready.
    fn next(&self) -> Option<Time> {
        let piece = self.readers.next()?;
        // Hosts that are silent for too long are not shown as stale every second for ever.
        let due = self.consumers.due().filter(|due| *due < piece && due.seconds_since(self.last) <= SILENCE);
        Some(due.unwrap_or(piece))
    }

    /// Shows what is due, but not so much that signals and keys have to wait.
    fn steps(&mut self) {
        for _ in 0..STEPS {
            let Some(time) = self.next().filter(|_| self.consumers.is_drained()) else { break };
            let now = Instant::now();
            if self.pace.due(time, now).is_some_and(|due| due > now) {
                break;
            }
            self.step(time);
        }
    }

    /// Shows all that is ready of `time` and before.
    fn step(&mut self, time: Time) {
        self.consumers.turn_to(time);
        while let Some(piece) = self.readers.take(time) {
            self.last = time;
            self.show(piece);
            if !self.consumers.is_drained() {
                break;
            }
        }
    }

    fn show(&mut self, piece: Piece) {
        match piece.found {
            Found::Opened => {
                self.consumers.opened(piece.conn);
                self.open += 1;
                if !self.playing {
                    // What `--from` leaves out is not waited for.
                    self.pace.pause();
                }
            }
            Found::Closed => {
                self.consumers.closed(piece.conn);
                self.names.leave(piece.conn);
                self.open = self.open.saturating_sub(1);
                if self.open == 0 {
                    self.pace.pause();
                    self.playing = false;
                }
            }
            Found::Nothing(text) => self.consumers.error(&text),
            Found::Damage(text) => {
                self.damaged = true;
                self.consumers.error(&text);
            }
            Found::Lines { host, lines } => {
                self.delivered = true;
                self.playing = true;
                let (name, _) = self.names.of(piece.conn, &host, &(), &[]);
                self.consumers.lines(piece.conn, &name, lines);
            }
        }
    }

    /// Writes what is left; returns the exit status.
    async fn finish(mut self, ended: Ended, signals: &mut Signals) -> u8 {
        self.consumers.finish();
        if ended == Ended::Done {
            if !self.delivered && !self.damaged {
                self.consumers.error("nothing was recorded of this: neither these subsystems nor this time");
            }
            tokio::select! {
                // Whether it could be written makes no difference any more.
                _ = self.consumers.drain() => {}
                () = signals.next() => {}
            }
        }
        if ended == Ended::Done && self.damaged {
            return exit::DAMAGED;
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
