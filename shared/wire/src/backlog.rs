//! What waits for a thread that may be held up: bounded, so that a disk or a reader that hangs costs counted items, but
//! neither memory nor time of those who hand them over.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A queue between two threads, bounded by the bytes in it.
#[derive(Debug)]
pub struct Backlog<T> {
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
    /// Whether the item that was taken last may still be worked on.
    taken: bool,
    closed: bool,
}

impl<T> Backlog<T> {
    /// A queue for `limit` bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        let state = State { items: VecDeque::new(), bytes: 0, refused: 0, taken: false, closed: false };
        Self { state: Mutex::new(state), changed: Condvar::new(), limit }
    }

    /// Appends an item of so many bytes. Without room it is refused and counted; returns whether there was room. An
    /// item of no bytes always has room.
    pub fn push(&self, item: T, bytes: usize) -> bool {
        let mut state = self.lock();
        if bytes > 0 && state.bytes > 0 && state.bytes + bytes > self.limit {
            state.refused += 1;
            return false;
        }
        state.bytes += bytes;
        state.items.push_back((item, bytes));
        self.changed.notify_all();
        true
    }

    /// Waits until no more than half of the room is taken.
    pub fn wait_for_room(&self) {
        let mut state = self.lock();
        while state.bytes > self.limit / 2 {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits until every item was taken and worked on, for `patience` at most. Returns whether that is so.
    pub fn wait_until_done(&self, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        let mut state = self.lock();
        while state.taken || !state.items.is_empty() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// No more items follow.
    pub fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// The next item, and how many were refused until now; waits for one until `deadline`, or for ever. The item before
    /// it counts as done.
    pub fn pop(&self, deadline: Option<Instant>) -> Popped<T> {
        let mut state = self.lock();
        state.taken = false;
        self.changed.notify_all();
        loop {
            if let Some((item, bytes)) = state.items.pop_front() {
                state.bytes -= bytes;
                state.taken = true;
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

/// What [`Backlog::pop`] found.
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
        let queue = Backlog::new(10);
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
        let queue = Backlog::new(10);
        queue.push(1, 9);
        std::thread::scope(|scope| {
            scope.spawn(|| queue.pop(None));
            queue.wait_for_room();
        });
        assert_eq!(queue.pop(Some(Instant::now())), Popped::Late);
    }

    #[test]
    fn an_item_is_done_when_the_next_is_asked_for() {
        let queue = Backlog::new(10);
        assert!(queue.wait_until_done(Duration::ZERO));
        queue.push(1, 1);
        assert!(!queue.wait_until_done(Duration::ZERO));
        queue.pop(None);
        assert!(!queue.wait_until_done(Duration::ZERO));
        queue.pop(Some(Instant::now()));
        assert!(queue.wait_until_done(Duration::ZERO));
    }
}
