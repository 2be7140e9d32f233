//! The threads that read, and what they have found, merged by time.

use std::collections::VecDeque;
use std::sync::Arc;
use std::thread;

use tokio::sync::mpsc;

use super::folder::Recording;
use super::switches::Switches;
use super::tape::{Found, Piece, Tape};
use super::window::Window;

/// Most threads.
const THREADS: usize = 4;
/// Batches of a thread that wait.
const WAITING: usize = 2;
/// Most pieces of a batch,
const PIECES: usize = 256;
/// and most bytes of them, but for the last.
const BYTES: usize = 256 << 10;

/// All threads.
pub(super) struct Reels(Vec<Reel>);

/// A thread, and what it has found.
struct Reel {
    batches: mpsc::Receiver<Vec<Piece>>,
    ready: VecDeque<Piece>,
    over: bool,
}

impl Reels {
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
        let reels = shares.into_iter().enumerate().map(|(index, share)| {
            let (sender, batches) = mpsc::channel(WAITING);
            let (switches, window) = (switches.clone(), window.clone());
            thread::spawn(move || {
                let tape = Tape::new(share, switches, window, index as u64, wanted as u64);
                read(tape, &sender);
            });
            Reel { batches, ready: VecDeque::new(), over: false }
        });
        Self(reels.collect())
    }

    /// True where all threads have something ready, or are at their end: only then is it known what comes next.
    pub(super) fn is_filled(&self) -> bool {
        self.0.iter().all(|reel| reel.over || !reel.ready.is_empty())
    }

    /// True when all has been taken.
    pub(super) fn is_over(&self) -> bool {
        self.0.iter().all(|reel| reel.over && reel.ready.is_empty())
    }

    /// Waits for threads that have nothing ready; returns whether all has been taken. May be dropped at any time.
    pub(super) async fn fill(&mut self) -> bool {
        for reel in &mut self.0 {
            while reel.ready.is_empty() && !reel.over {
                match reel.batches.recv().await {
                    Some(batch) => reel.ready.extend(batch),
                    None => reel.over = true,
                }
            }
        }
        self.is_over()
    }

    /// The time of what comes next, where that is known.
    pub(super) fn next(&self) -> Option<f64> {
        if !self.is_filled() {
            return None;
        }
        self.0.iter().filter_map(|reel| reel.ready.front()).map(|piece| piece.time).min_by(f64::total_cmp)
    }

    /// Takes what comes next, if it is of `time` or before.
    pub(super) fn take(&mut self, time: f64) -> Option<Piece> {
        if !self.is_filled() {
            return None;
        }
        let first =
            self.0.iter_mut().filter(|reel| reel.ready.front().is_some_and(|piece| piece.time <= time));
        let key = |reel: &Reel| reel.ready.front().map_or(f64::INFINITY, |piece| piece.time);
        first.min_by(|a, b| key(a).total_cmp(&key(b)))?.ready.pop_front()
    }
}

/// Reads a tape to its end, or until nobody wants it any more.
fn read(mut tape: Tape, sender: &mpsc::Sender<Vec<Piece>>) {
    let mut batch = Vec::new();
    let mut bytes = 0;
    loop {
        let piece = tape.next();
        let over = piece.is_none();
        if let Some(Piece { found: Found::Lines { text, .. }, .. }) = &piece {
            bytes += text.len();
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
