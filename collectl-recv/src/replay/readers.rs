//! The threads that read, and what they have found, merged by time.

use std::collections::VecDeque;
use std::sync::Arc;
use std::thread;

use tokio::sync::mpsc;

use super::folder::Recording;
use super::switches::Switches;
use super::timeline::{Found, Piece, Timeline};
use super::window::Window;
use crate::base::time::Time;

/// Most threads.
const THREADS: usize = 4;
/// Most batches of a thread that wait.
const WAITING: usize = 2;
/// Most pieces of a batch.
const PIECES: usize = 256;
/// Most bytes of a batch, its last piece excluded.
const BYTES: usize = 256 << 10;

/// All threads.
pub(super) struct Readers(Vec<Reader>);

/// A thread, and what it has found.
struct Reader {
    batches: mpsc::Receiver<Vec<Piece>>,
    ready: VecDeque<Piece>,
    over: bool,
}

impl Readers {
    /// Begins to read `recordings`, those of one host always in one thread.
    pub(super) fn start(recordings: Vec<Recording>, switches: &Switches, window: Window) -> Self {
        let wanted = thread::available_parallelism().map_or(1, usize::from).min(THREADS);
        let mut shares: Vec<Vec<Recording>> = Vec::new();
        shares.resize_with(wanted, Vec::new);
        let (mut host, mut share): (Option<Arc<str>>, usize) = (None, 0);
        for recording in recordings {
            if host.as_ref() != Some(&recording.host) {
                share = (share + 1) % wanted;
                host = Some(Arc::clone(&recording.host));
            }
            shares[share].push(recording);
        }
        let readers = shares.into_iter().enumerate().map(|(index, share)| {
            let (sender, batches) = mpsc::channel(WAITING);
            let (switches, window) = (switches.clone(), window.clone());
            thread::spawn(move || {
                let timeline = Timeline::new(share, switches, window, index as u64, wanted as u64);
                read(timeline, &sender);
            });
            Reader { batches, ready: VecDeque::new(), over: false }
        });
        Self(readers.collect())
    }

    /// True where all threads have something ready or are at their end: only then it is known what comes next.
    pub(super) fn is_filled(&self) -> bool {
        self.0.iter().all(|reader| reader.over || !reader.ready.is_empty())
    }

    /// True when all has been taken.
    pub(super) fn is_over(&self) -> bool {
        self.0.iter().all(|reader| reader.over && reader.ready.is_empty())
    }

    /// Waits for threads that have nothing ready; returns whether all has been taken. May be dropped at any time.
    pub(super) async fn fill(&mut self) -> bool {
        for reader in &mut self.0 {
            while reader.ready.is_empty() && !reader.over {
                match reader.batches.recv().await {
                    Some(batch) => reader.ready.extend(batch),
                    None => reader.over = true,
                }
            }
        }
        self.is_over()
    }

    /// The time of what comes next, where that is known.
    pub(super) fn next(&self) -> Option<Time> {
        if !self.is_filled() {
            return None;
        }
        self.0.iter().filter_map(|reader| reader.ready.front()).map(|piece| piece.time).min()
    }

    /// Takes what comes next, if it is of `time` or before.
    pub(super) fn take(&mut self, time: Time) -> Option<Piece> {
        if !self.is_filled() {
            return None;
        }
        let first =
            self.0.iter_mut().filter(|reader| reader.ready.front().is_some_and(|piece| piece.time <= time));
        first.min_by_key(|reader| reader.ready.front().map(|piece| piece.time))?.ready.pop_front()
    }
}

/// Reads a timeline to its end, or until the receiver of the pieces is gone.
fn read(mut timeline: Timeline, sender: &mpsc::Sender<Vec<Piece>>) {
    let mut batch = Vec::new();
    let mut bytes = 0;
    loop {
        let piece = timeline.next();
        let over = piece.is_none();
        if let Some(Piece { found: Found::Lines { lines, .. }, .. }) = &piece {
            bytes += lines.size();
        }
        batch.extend(piece);
        if over || batch.len() >= PIECES || bytes >= BYTES {
            bytes = 0;
            if sender.blocking_send(std::mem::take(&mut batch)).is_err() || over {
                return;
            }
        }
    }
}
