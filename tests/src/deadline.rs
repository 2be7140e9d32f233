//! How long a test waits for what must happen.

use std::time::{Duration, Instant};

/// Generous: a loaded machine must not fail a test that waits for an event without a bound of its own.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Time between two checks of something that sends no event.
const PAUSE: Duration = Duration::from_millis(20);

/// Checks until `done`, for what sends no event: a foreign process that should end, or a place that should become free.
/// Returns how long it took.
///
/// # Panics
/// If it takes longer than `within`.
pub fn until(what: &str, within: Duration, mut done: impl FnMut() -> bool) -> Duration {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < within, "not within {within:?}: {what}");
        std::thread::sleep(PAUSE);
    }
    start.elapsed()
}
