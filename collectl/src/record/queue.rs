//! What waits to be written: bounded, so that a disk that hangs costs recorded samples, and counted ones, but neither
//! memory nor time of the sampler.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Most bytes that wait.
pub const MAX_WAITING: usize = 64 << 20;

/// A queue between two threads, bounded by the bytes in it.
#[derive(Debug)]
pub struct Queue<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
    limit: usize,
}

#[derive(Debug)]
struct State<T> {
    items: VecDeque<(T, usize)>,
    bytes: usize,
    /// Items that found no room since the last one that did.
    refused: u64,
    closed: bool,
}

impl<T> Queue<T> {
    /// A queue for `limit` bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        let state = State { items: VecDeque::new(), bytes: 0, refused: 0, closed: false };
        Self { state: Mutex::new(state), changed: Condvar::new(), limit }
    }

    /// Appends an item of so many bytes. Without room it is refused and counted. An item of no bytes always has room.
    pub fn push(&self, item: T, bytes: usize) {
        let mut state = self.lock();
        if bytes > 0 && state.bytes > 0 && state.bytes + bytes > self.limit {
            state.refused += 1;
            return;
        }
        state.bytes += bytes;
        state.items.push_back((item, bytes));
        self.changed.notify_all();
    }

    /// Waits until no more than half of the room is taken.
    pub fn wait_for_room(&self) {
        let mut state = self.lock();
        while state.bytes > self.limit / 2 {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// No more items follow.
    pub fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// The next item, and how many were refused until now; waits for one until `deadline`, or for ever.
    pub fn pop(&self, deadline: Option<Instant>) -> Popped<T> {
        let mut state = self.lock();
        loop {
            if let Some((item, bytes)) = state.items.pop_front() {
                state.bytes -= bytes;
                let refused = if state.items.is_empty() { std::mem::take(&mut state.refused) } else { 0 };
                self.changed.notify_all();
                return Popped::Item { item, refused };
            }
            if state.closed {
                return Popped::Closed;
            }
            let wait = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if wait == Some(Duration::ZERO) {
                return Popped::Late;
            }
            state = match wait {
                Some(wait) => {
                    self.changed.wait_timeout(state, wait).unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What [`Queue::pop`] found.
#[derive(Debug, PartialEq, Eq)]
pub enum Popped<T> {
    /// An item. Where it is the last one that waited, `refused` tells how many items that came later found no room.
    Item {
        /// The item.
        item: T,
        /// How many were refused.
        refused: u64,
    },
    /// Nothing until the deadline.
    Late,
    /// Nothing, and there will be nothing.
    Closed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_finds_no_room_is_counted() {
        let queue = Queue::new(10);
        for item in 0..4 {
            queue.push(item, 5);
        }
        queue.push(9, 0);
        assert_eq!(queue.pop(None), Popped::Item { item: 0, refused: 0 });
        assert_eq!(queue.pop(None), Popped::Item { item: 1, refused: 0 });
        assert_eq!(queue.pop(None), Popped::Item { item: 9, refused: 2 });
        queue.push(5, 11);
        assert_eq!(queue.pop(None), Popped::Item { item: 5, refused: 0 });
        assert_eq!(queue.pop(Some(Instant::now())), Popped::Late);
        queue.close();
        assert_eq!(queue.pop(None), Popped::Closed);
    }

    #[test]
    fn a_writer_waits_for_room() {
        let queue = Queue::new(10);
        queue.push(1, 9);
        std::thread::scope(|scope| {
            scope.spawn(|| queue.pop(None));
            queue.wait_for_room();
        });
        assert_eq!(queue.pop(Some(Instant::now())), Popped::Late);
    }
}
