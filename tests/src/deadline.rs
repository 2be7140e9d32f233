//! How long a test waits for what must happen.

use std::time::{Duration, Instant};

/// Generous: a loaded machine must not fail a test that waits for an event without a bound of its own.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Time between two looks at something that sends no event.
const PAUSE: Duration = Duration::from_millis(20);

/// Looks until `done`, for what sends no event: a process of someone else that is to vanish, or a slot to become free.
/// Returns how long it took.
///
/// # Panics
/// If it isn't so `within` the time.
pub fn until(what: &str, within: Duration, mut done: impl FnMut() -> bool) -> Duration {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < within, "not within {within:?}: {what}");
        std::thread::sleep(PAUSE);
    }
    start.elapsed()
}
