//! Messages about events that may happen any number of times: the first at once, then at most one per minute, with the
//! count.

use std::time::{Duration, Instant};

/// Least time between two messages.
pub const PAUSE: Duration = Duration::from_secs(60);

/// Counts events, and decides when to report how many there were.
#[derive(Debug, Clone, Copy, Default)]
pub struct Throttle {
    total: u64,
    unreported: u64,
    reported: Option<Instant>,
}

impl Throttle {
    /// One more event.
    pub fn count(&mut self) {
        self.total += 1;
        self.unreported += 1;
    }

    /// All events so far.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// When the next report is due; none if all events have been reported.
    #[must_use]
    pub fn due(&self, now: Instant) -> Option<Instant> {
        (self.unreported > 0).then(|| self.reported.map_or(now, |reported| reported + PAUSE))
    }

    /// The number of events since the last report, if a report is due now. They then count as reported.
    pub fn report(&mut self, now: Instant) -> Option<u64> {
        if self.due(now).is_none_or(|due| due > now) {
            return None;
        }
        self.reported = Some(now);
        Some(std::mem::take(&mut self.unreported))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_at_once_the_others_together() {
        let start = Instant::now();
        let mut throttle = Throttle::default();
        assert_eq!((throttle.due(start), throttle.report(start)), (None, None));
        throttle.count();
        assert_eq!((throttle.report(start), throttle.report(start)), (Some(1), None));
        for second in 1..60 {
            throttle.count();
            assert_eq!(throttle.report(start + Duration::from_secs(second)), None);
        }
        assert_eq!(throttle.due(start), Some(start + PAUSE));
        assert_eq!(throttle.report(start + PAUSE), Some(59));
        assert_eq!((throttle.due(start), throttle.total()), (None, 60));
    }
}
