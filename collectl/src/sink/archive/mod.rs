//! The intervals of a server that its memory has forgotten, out of the raw files of the run.
//!
//! They are rendered anew, by a thread of their own ([`readback`]), from the frames that they were rendered from. What
//! went out live is known by its time and a digest ([`index`]): an interval is sent again only if all of its bytes are
//! the same, and is missing otherwise.

pub mod filling;
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
use collectl_wire::hello::{Position, RunId};
use collectl_wire::host::HostName;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::channel;

use super::budget::{Account, Share};
use super::memory::{Memory, Numbered};
use crate::cli::plan::Plan;
use crate::clock::Time;
use crate::machine::Machine;
use crate::record::RawFiles;
use crate::warn;
use filling::Filling;
use index::Index;

/// Clients for which files are read at a time; the others wait for their turn.
const READERS: usize = 2;
/// What reading for all clients may cost.
const COST: Share = Share { at_once: Duration::from_secs(1), divisor: 4 };

/// The raw files of this run, and what went out of them.
pub struct Archive {
    source: Arc<Source>,
    turns: Arc<Semaphore>,
    /// Clients that wait for their turn.
    waiting: Rc<Cell<usize>>,
}

/// What the threads that read need.
struct Source {
    plan: Plan,
    machine: Machine,
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
    /// How many before and between them can't be sent again.
    pub missing: u64,
}

impl Archive {
    /// The archive of a run that follows `plan` on `machine`, is called `host`, and records `files`.
    #[must_use]
    pub fn new(plan: &Plan, machine: &Machine, host: &HostName, files: RawFiles) -> Self {
        let source = Source {
            plan: plan.clone(),
            machine: machine.clone(),
            host: host.clone(),
            files,
            index: Mutex::default(),
            cost: Mutex::new(Account::new(COST, Instant::now())),
        };
        Self { source: Arc::new(source), turns: Arc::new(Semaphore::new(READERS)), waiting: Rc::default() }
    }

    /// An interval goes out: `numbered`, which ended at `time`.
    pub fn add(&self, numbered: &Numbered, time: Time) {
        self.source.index().add(numbered.seq(), time, &numbered.marked());
    }

    /// The frame of `time` is taken for a first one.
    pub fn forget(&self, time: Time) {
        self.source.index().forget(time.to_millisecond());
    }

    /// The number of the oldest interval that may be read back.
    #[must_use]
    pub fn oldest(&self) -> u64 {
        self.source.index().oldest()
    }

    /// The number of the first interval for a client that has everything up to `last`, as far as it may be read back. `run` is
    /// the present run.
    #[must_use]
    pub fn next_for(&self, last: Position, run: RunId) -> u64 {
        let index = self.source.index();
        let wanted = if last.run == run { last.seq.saturating_add(1) } else { index.after(last.time) };
        wanted.max(index.oldest())
    }

    /// Begins to read the intervals `wanted` of `run`, as soon as it is their turn. To be called on a local task set.
    #[must_use]
    pub fn read(&self, run: RunId, wanted: Range<u64>) -> Filling {
        let (parts, receiver) = channel(1);
        let filling = Filling::new(receiver, wanted.clone(), self.waiting.clone());
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
        filling
    }
}

impl Source {
    fn index(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reading took so long. Waits until it may continue.
    fn pay(&self, time: Duration) {
        let mut cost = self.cost.lock().unwrap_or_else(PoisonError::into_inner);
        let pause = cost.spend(time, Instant::now());
        drop(cost);
        thread::sleep(pause);
    }
}

/// What a server has of the past.
pub struct Past<'a> {
    /// What it remembers.
    pub memory: Ref<'a, Memory>,
    /// What it recorded, if it does.
    pub archive: Option<&'a Archive>,
}

impl Past<'_> {
    /// The number of the oldest interval that may still be had.
    #[must_use]
    pub fn oldest(&self) -> u64 {
        let recorded = self.archive.map_or(u64::MAX, Archive::oldest);
        self.memory.oldest().min(recorded)
    }

    /// The number of the first interval for a client that has everything up to `last`, and to which the intervals `plain`
    /// went without a number.
    #[must_use]
    pub fn next_for(&self, last: Option<Position>, plain: Option<(u64, u64)>) -> u64 {
        let remembered = self.memory.next_for(last, plain);
        let Some((archive, last)) = self.archive.zip(last) else { return remembered };
        let recorded = archive.next_for(last, self.memory.run());
        remembered.min(plain.map_or(recorded, |(first, _)| recorded.min(first)))
    }
}
