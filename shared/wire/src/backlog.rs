//! Items that wait for a thread that may be slow. The queue is bounded: a disk or reader that hangs loses counted
//! items, but costs the producers neither memory nor time.

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
    /// Items rejected since the last one that was accepted.
    refused: u64,
    /// Whether the last item taken may still be processed.
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

    /// Appends an item of this many bytes. Without room it is rejected and counted; returns whether it was accepted. An
    /// item of no bytes is always accepted.
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

    /// Waits until at most half of the room is used.
    pub fn wait_for_room(&self) {
        let mut state = self.lock();
        while state.bytes > self.limit / 2 {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits until every item has been processed, at most for `patience`. Returns whether that is so.
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

    /// The next item, and how many were rejected so far; waits for one until `deadline`, or forever. The item before it
    /// counts as done.
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
    /// An item. If it is the last one waiting, `refused` is the number of later items that were rejected.
    Item {
        /// The item.
        item: T,
        /// How many were rejected.
        refused: u64,
    },
    /// No item before the deadline.
    Late,
    /// No item, and no more will come.
    Closed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejected_items_are_counted() {
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
    fn an_item_is_done_when_the_next_is_taken() {
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
