//! Tests of one program that run one at a time, while others run side by side.

use std::sync::{Mutex, MutexGuard, PoisonError};

static TURN: Mutex<()> = Mutex::new(());

/// Waits for this test's turn, which lasts until the guard is dropped. The turn of a failed test ends too.
pub fn mine() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}
