//! The intervals of a server that its memory has dropped, read from the raw files of the run.
//!
//! A thread ([`readback`]) renders them again from the recorded frames. What was sent live is known by its time and a
//! digest ([`index`]). An interval is sent again only if all of its bytes are the same; otherwise it is missing.

pub mod backfill;
mod frames;
pub mod index;
mod readback;

use std::cell::{Cell, Ref};
use std::ops::Range;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use collectl_core::clock::Time;
use collectl_wire::hello::{Position, RunId};
use collectl_wire::host::HostName;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::channel;

use super::budget::{Account, Share};
use super::memory::{Memory, Numbered};
use crate::output::Output;
use crate::record::RawFiles;
use crate::warn;
use backfill::Backfill;
use index::Index;

/// Clients for which files are read at a time; the others wait for their turn.
const READERS: usize = 2;
/// How much time reading may take for all clients.
const COST: Share = Share { at_once: Duration::from_secs(4), divisor: 4 };

/// The raw files of this run, and the index of what was sent.
pub struct Archive {
    source: Arc<Source>,
    turns: Arc<Semaphore>,
    /// Clients that wait for their turn.
    waiting: Rc<Cell<usize>>,
}

/// Makes an output that renders frames as the run itself does.
pub type MakeOutput = Box<dyn Fn() -> Output + Send + Sync>;

/// What the threads that read need.
struct Source {
    make_output: MakeOutput,
    /// How many intervals before the first wanted one are read with it.
    lead: u64,
    host: HostName,
    files: RawFiles,
    index: Mutex<Index>,
    cost: Mutex<Account>,
}

/// Some intervals, in order.
#[derive(Debug)]
pub struct Part {
    /// Their lines, each with its host, and the marks with their numbers.
    pub bytes: Bytes,
    /// The number after the last.
    pub next: u64,
    /// How many intervals before and between them can't be sent again.
    pub missing: u64,
}

impl Archive {
    /// The archive of a run on `host` that records `files`. The outputs of `make_output` need `lead` intervals before
    /// one to show it as the run did.
    #[must_use]
    pub fn new(make_output: MakeOutput, lead: u64, host: &HostName, files: RawFiles) -> Self {
        let source = Source {
            make_output,
            lead,
            host: host.clone(),
            files,
            index: Mutex::default(),
            cost: Mutex::new(Account::new(COST, Instant::now())),
        };
        Self { source: Arc::new(source), turns: Arc::new(Semaphore::new(READERS)), waiting: Rc::default() }
    }

    /// Adds an interval that is sent: `numbered`, which ended at `time`.
    pub fn add(&self, numbered: &Numbered, time: Time) {
        self.source.index().add(numbered.seq(), time, &numbered.marked());
    }

    /// The frame of `time` counts as a first one.
    pub fn forget(&self, time: Time) {
        self.source.index().forget(time.to_millisecond());
    }

    /// The number of the oldest interval that may be read back.
    #[must_use]
    pub fn oldest(&self) -> u64 {
        self.source.index().oldest()
    }

    /// The number of the first interval for a client that has everything up to `last`, if it can be read back. `run` is
    /// the current run.
    #[must_use]
    pub fn next_for(&self, last: Position, run: RunId) -> u64 {
        let index = self.source.index();
        let wanted = if last.run == run { last.seq.saturating_add(1) } else { index.after(last.time) };
        wanted.max(index.oldest())
    }

    /// Starts to read the intervals `wanted` of `run`, as soon as it is their turn. Call it on a local task set.
    #[must_use]
    pub fn read(&self, run: RunId, wanted: Range<u64>) -> Backfill {
        let (parts, receiver) = channel(1);
        let backfill = Backfill::new(receiver, wanted.clone(), self.waiting.clone());
        let (source, turns, waiting) = (self.source.clone(), self.turns.clone(), self.waiting.clone());
        tokio::task::spawn_local(async move {
            waiting.set(waiting.get() + 1);
            let turn = tokio::select! {
                turn = turns.acquire_owned() => turn.ok(),
                () = parts.closed() => None,
            };
            waiting.set(waiting.get() - 1);
            let Some(turn) = turn else { return };
            let thread = thread::Builder::new().name("readback".into()).spawn(move || {
                readback::read(&source, run, wanted, &parts);
                drop(turn);
            });
            if let Err(error) = thread {
                warn!("reading recordings for a client: {error}");
            }
        });
        backfill
    }
}

impl Source {
    fn index(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Charges the time that reading took. Waits until reading may continue.
    fn pay(&self, time: Duration) {
        let mut cost = self.cost.lock().unwrap_or_else(PoisonError::into_inner);
        let pause = cost.spend(time, Instant::now());
        drop(cost);
        thread::sleep(pause);
    }
}

/// The past intervals of a server.
pub struct History<'a> {
    /// Those in memory.
    pub memory: Ref<'a, Memory>,
    /// Those in the recording, if there is one.
    pub archive: Option<&'a Archive>,
}

impl History<'_> {
    /// The number of the oldest interval that is still available.
    #[must_use]
    pub fn oldest(&self) -> u64 {
        let recorded = self.archive.map_or(u64::MAX, Archive::oldest);
        self.memory.oldest().min(recorded)
    }

    /// The number of the first interval for a client that has everything up to `last`, and that received the intervals
    /// `plain` without numbers.
    #[must_use]
    pub fn next_for(&self, last: Option<Position>, plain: Option<(u64, u64)>) -> u64 {
        let remembered = self.memory.next_for(last, plain);
        let Some((archive, last)) = self.archive.zip(last) else { return remembered };
        let recorded = archive.next_for(last, self.memory.run());
        remembered.min(plain.map_or(recorded, |(first, _)| recorded.min(first)))
    }
}
