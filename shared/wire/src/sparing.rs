//! Messages about what may happen any number of times: the first at once, then one a minute at most, with the number.

use std::time::{Duration, Instant};

/// Least time between two messages.
pub const PAUSE: Duration = Duration::from_secs(60);

/// Counts, and knows when it is time to say how many.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sparing {
    total: u64,
    unsaid: u64,
    said: Option<Instant>,
}

impl Sparing {
    /// It happened once more.
    pub fn count(&mut self) {
        self.total += 1;
        self.unsaid += 1;
    }

    /// How often it happened.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// When there will be something to say; none where all has been said.
    #[must_use]
    pub fn due(&self, now: Instant) -> Option<Instant> {
        (self.unsaid > 0).then(|| self.said.map_or(now, |said| said + PAUSE))
    }

    /// How often it happened since that was last said, if it is to be said now; it then counts as said.
    pub fn say(&mut self, now: Instant) -> Option<u64> {
        if self.due(now).is_none_or(|due| due > now) {
            return None;
        }
        self.said = Some(now);
        Some(std::mem::take(&mut self.unsaid))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_at_once_the_others_together() {
        let start = Instant::now();
        let mut sparing = Sparing::default();
        assert_eq!((sparing.due(start), sparing.say(start)), (None, None));
        sparing.count();
        assert_eq!((sparing.say(start), sparing.say(start)), (Some(1), None));
        for second in 1..60 {
            sparing.count();
            assert_eq!(sparing.say(start + Duration::from_secs(second)), None);
        }
        assert_eq!(sparing.due(start), Some(start + PAUSE));
        assert_eq!(sparing.say(start + PAUSE), Some(59));
        assert_eq!((sparing.due(start), sparing.total()), (None, 60));
    }
}
