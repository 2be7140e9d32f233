//! Tests of one program that run one at a time, though others run side by side.

use std::sync::{Mutex, MutexGuard, PoisonError};

static TURN: Mutex<()> = Mutex::new(());

/// Waits until it is this test's turn, which lasts until the guard is dropped. A test that failed has had its turn, too.
pub fn mine() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}
