//! The intervals of a server that its memory has forgotten, out of the raw files of the run.
//!
//! They are rendered anew, by a thread of their own ([`readback`]), from the frames that they were rendered from. What
//! went out live is known by its time and a digest ([`index`]): an interval is sent again only if all of its bytes are
//! the same, and is missing otherwise.

pub mod filling;
mod frames;
pub mod index;
mod readback;

use std::cell::Ref;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use bytes::Bytes;
use collectl_wire::hello::{Position, RunId};
use collectl_wire::host::HostName;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::channel;

use super::memory::{Memory, Numbered};
use crate::output::Output;
use crate::record::RawFiles;
use crate::warn;
use collectl_core::clock::Time;
use filling::Filling;
use index::Index;

/// Clients for which files are read at a time; the others wait for their turn.
const READERS: usize = 2;

/// The raw files of this run, and what went out of them.
pub struct Archive {
    source: Arc<Source>,
    turns: Arc<Semaphore>,
}

/// Makes what frames are turned into for readers, as for the run itself.
pub type MakeOutput = Box<dyn Fn() -> Output + Send + Sync>;

/// What the threads that read need.
struct Source {
    make_output: MakeOutput,
    /// How many intervals before the first that is wanted are read with it.
    lead: u64,
    host: HostName,
    files: RawFiles,
    index: Mutex<Index>,
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
    /// The archive of a run that is called `host` and records `files`. What `make_output` makes needs `lead` intervals
    /// before one to show it as the run did.
    #[must_use]
    pub fn new(make_output: MakeOutput, lead: u64, host: &HostName, files: RawFiles) -> Self {
        let source = Source { make_output, lead, host: host.clone(), files, index: Mutex::default() };
        Self { source: Arc::new(source), turns: Arc::new(Semaphore::new(READERS)) }
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
        let filling = Filling::new(receiver, wanted.clone());
        let (source, turns) = (self.source.clone(), self.turns.clone());
        tokio::task::spawn_local(async move {
            let Ok(turn) = turns.acquire_owned().await else { return };
            if parts.is_closed() {
                return;
            }
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
