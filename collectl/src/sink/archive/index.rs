//! The intervals that were sent: their numbers, times and digests.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hasher};
use std::ops::Range;

use collectl_core::clock::Time;

/// Most intervals that are remembered, 16 bytes each: a week of one-second intervals.
const MAX_INTERVALS: usize = 7 * 86_400;
/// Most clock changes that are remembered.
const MAX_STEPS: usize = 1000;

/// The last intervals of a run.
#[derive(Debug, Default)]
pub struct Index {
    /// The number of the first one in the list.
    oldest: u64,
    intervals: VecDeque<Interval>,
    /// The frames that counted as first ones.
    steps: VecDeque<Time>,
}

#[derive(Debug)]
struct Interval {
    time: Time,
    digest: u64,
}

impl Index {
    /// Adds the next interval: its number, when it ended, and its bytes.
    pub fn add(&mut self, seq: u64, time: Time, bytes: &[u8]) {
        if self.intervals.is_empty() {
            self.oldest = seq;
        }
        self.intervals.push_back(Interval { time, digest: digest(bytes) });
        if self.intervals.len() > MAX_INTERVALS {
            self.intervals.pop_front();
            self.oldest += 1;
        }
    }

    /// The frame of `time` counts as a first one.
    pub fn forget(&mut self, time: Time) {
        self.steps.push_back(time);
        if self.steps.len() > MAX_STEPS {
            self.steps.pop_front();
        }
    }

    /// Whether the frame of `time` counts as a first one, though others came before.
    #[must_use]
    pub fn is_first(&self, time: Time) -> bool {
        self.steps.contains(&time)
    }

    /// The number of the oldest interval that is known; larger than any number if there is none.
    #[must_use]
    pub fn oldest(&self) -> u64 {
        if self.intervals.is_empty() { u64::MAX } else { self.oldest }
    }

    /// The number of the first interval that ended after `micros` since 1970, or of the next one to come.
    #[must_use]
    pub fn after(&self, micros: u64) -> u64 {
        let is_later = |one: &Interval| u64::try_from(one.time.micros()).is_ok_and(|time| time > micros);
        let index = self.intervals.iter().position(is_later).unwrap_or(self.intervals.len());
        self.oldest + index as u64
    }

    /// When the interval ended that is `before` intervals before another, or the oldest one.
    #[must_use]
    pub fn time_before(&self, seq: u64, before: u64) -> Option<Time> {
        let index = seq.saturating_sub(before).saturating_sub(self.oldest);
        self.intervals.get(usize::try_from(index).ok()?).map(|interval| interval.time)
    }

    /// Which of the intervals `wanted` ended at `time`. If the clock was set, only the first one may be found.
    #[must_use]
    pub fn find(&self, wanted: Range<u64>, time: Time) -> Option<u64> {
        let place = |seq: u64| usize::try_from(seq.checked_sub(self.oldest)?).ok();
        let (mut low, mut high) = (place(wanted.start)?, place(wanted.end)?.min(self.intervals.len()));
        if self.intervals.get(low).is_some_and(|first| first.time == time) {
            return Some(wanted.start);
        }
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.intervals[middle].time < time { low = middle + 1 } else { high = middle }
        }
        let found = self.intervals.get(low).filter(|interval| interval.time == time).map(|_| low as u64)?;
        Some(self.oldest + found).filter(|seq| wanted.contains(seq))
    }

    /// Whether `bytes` are those of this interval.
    #[must_use]
    pub fn is(&self, seq: u64, bytes: &[u8]) -> bool {
        let index = seq.checked_sub(self.oldest).and_then(|index| usize::try_from(index).ok());
        let interval = index.and_then(|index| self.intervals.get(index));
        interval.is_some_and(|interval| interval.digest == digest(bytes))
    }
}

fn digest(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Time {
        Time::from_micros(second * 1_000_000)
    }

    /// Intervals of these seconds, numbered from 1.
    fn index(seconds: &[i64]) -> Index {
        let mut index = Index::default();
        for (seq, second) in (1..).zip(seconds) {
            index.add(seq, at(*second), format!("{second}").as_bytes());
        }
        index
    }

    #[test]
    fn intervals_are_found_by_their_time() {
        let index = index(&[10, 11, 13, 14]);
        assert_eq!(index.find(1..5, at(10)), Some(1));
        assert_eq!(index.find(1..5, at(13)), Some(3));
        assert_eq!(index.find(2..5, at(10)), None);
        assert_eq!(index.find(1..3, at(13)), None);
        assert_eq!(index.find(1..5, at(12)), None);
        assert_eq!(index.find(1..9, at(20)), None);
        assert_eq!((index.after(11_000_000), index.after(0), index.after(99_000_000)), (3, 1, 5));
        assert_eq!(index.time_before(4, 1), Some(at(13)));
        assert_eq!(index.time_before(4, 9), Some(at(10)));
    }

    #[test]
    fn intervals_in_order_are_found_after_the_clock_was_set_back() {
        let index = index(&[10, 11, 5, 6, 11, 12]);
        for (seq, second) in (1..).zip([10, 11, 5, 6, 11, 12]) {
            assert_eq!(index.find(seq..7, at(second)), Some(seq));
        }
    }

    #[test]
    fn only_the_same_bytes_are_the_same() {
        let index = index(&[10, 11]);
        assert!(index.is(1, b"10") && index.is(2, b"11"));
        assert!(!index.is(1, b"11") && !index.is(0, b"10") && !index.is(3, b"11"));
    }

    #[test]
    fn at_most_a_week_of_seconds_is_remembered() {
        let mut index = Index::default();
        assert_eq!(index.oldest(), u64::MAX);
        for seq in 1..=MAX_INTERVALS as u64 + 10 {
            index.add(seq, at(seq as i64), b"");
        }
        assert_eq!((index.oldest(), index.intervals.len()), (11, MAX_INTERVALS));
        assert_eq!(index.find(5..20, at(15)), None);
        assert_eq!(index.find(11..20, at(15)), Some(15));
    }
}
