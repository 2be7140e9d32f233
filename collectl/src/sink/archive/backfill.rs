//! The intervals that one client receives from raw files, as they are read.

use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::mpsc::Receiver;
use tokio::time::sleep;

use super::Part;

/// How long files are read for one client while others wait.
const TURN: Duration = Duration::from_secs(2);
/// How long a client may take to receive a part while others wait.
const STALL: Duration = Duration::from_millis(250);

/// Intervals coming from the thread that reads them. Dropping this ends the thread.
#[derive(Debug)]
pub struct Backfill {
    parts: Receiver<Part>,
    wanted: Range<u64>,
    ready: Option<Part>,
    /// When the next client gets its turn; none until a part came.
    turn: Option<Instant>,
    over: bool,
    /// How many other clients wait for their turn.
    waiting: Rc<Cell<usize>>,
}

impl Backfill {
    pub(super) fn new(parts: Receiver<Part>, wanted: Range<u64>, waiting: Rc<Cell<usize>>) -> Self {
        Self { parts, wanted, ready: None, turn: None, over: false, waiting }
    }

    /// Waits until there is a part to take, or the turn is over. May be dropped at any time and called again.
    pub async fn wait(&mut self) {
        if self.ready.is_some() {
            self.end_of_turn().await;
            // The part is read again in the next turn.
            self.ready = None;
            self.over = true;
            return;
        }
        if self.turn.is_some_and(|turn| Instant::now() >= turn) && self.waiting.get() > 0 {
            self.over = true;
            return;
        }
        match (self.parts.recv().await, self.turn) {
            (Some(part), _) => self.ready = Some(part),
            // A thread that ended without a result has nothing to give.
            (None, None) => {
                let missing = self.wanted.end - self.wanted.start;
                self.ready = Some(Part { bytes: Bytes::new(), next: self.wanted.end, missing });
            }
            (None, Some(_)) => self.over = true,
        }
        self.turn.get_or_insert_with(|| Instant::now() + TURN);
    }

    /// Waits until it is another client's turn, because the part is not taken.
    async fn end_of_turn(&self) {
        while self.turn.is_none_or(|turn| Instant::now() < turn) {
            sleep(STALL).await;
            if self.waiting.get() > 0 {
                return;
            }
        }
    }

    /// Takes the part that came.
    pub fn take(&mut self) -> Option<Part> {
        self.ready.take()
    }

    /// Whether no more parts follow.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.over
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::channel;

    use super::*;

    fn part(next: u64) -> Part {
        Part { bytes: Bytes::from_static(b"x\n"), next, missing: 0 }
    }

    fn run(test: impl Future<Output = ()>) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        runtime.expect("a runtime").block_on(test);
    }

    #[test]
    fn parts_come_one_after_the_other() {
        run(async {
            let (sender, receiver) = channel(2);
            let mut backfill = Backfill::new(receiver, 1..9, Rc::default());
            sender.send(part(4)).await.expect("room");
            sender.send(part(9)).await.expect("room");
            drop(sender);
            for next in [4, 9] {
                backfill.wait().await;
                assert_eq!(backfill.take().map(|part| part.next), Some(next));
            }
            backfill.wait().await;
            assert!(backfill.is_over() && backfill.take().is_none());
        });
    }

    #[test]
    fn what_is_not_taken_ends_the_turn_when_others_wait() {
        run(async {
            let (sender, receiver) = channel(2);
            let waiting = Rc::new(Cell::new(0));
            let mut backfill = Backfill::new(receiver, 1..9, waiting.clone());
            sender.send(part(4)).await.expect("room");
            backfill.wait().await;
            assert!(tokio::time::timeout(STALL * 3, backfill.wait()).await.is_err() && !backfill.is_over());
            waiting.set(1);
            backfill.wait().await;
            assert!(backfill.is_over() && backfill.take().is_none());
        });
    }

    #[test]
    fn a_thread_without_a_result_leaves_a_gap() {
        run(async {
            let mut backfill = Backfill::new(channel(1).1, 3..9, Rc::default());
            backfill.wait().await;
            let part = backfill.take().expect("a gap");
            assert_eq!((part.bytes.len(), part.next, part.missing), (0, 9, 6));
            backfill.wait().await;
            assert!(backfill.is_over());
        });
    }
}
