//! What a group did in an interval.

use super::{COUNTERS, Group, Interval, LEVELS};

const BYTES_PER_KB: f64 = 1024.0;

/// How far the counters of a group, or of several, went, and what they hold.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Spent {
    counters: [u64; COUNTERS.len()],
    levels: [u64; LEVELS.len()],
}

impl Spent {
    /// Counters have 64 bits. One that went back is that of another group with this path, and one that is new says
    /// nothing of the interval.
    pub(super) fn between(before: &Group, now: &Group) -> Self {
        let spent = |i: usize| match (before.counters[i], now.counters[i]) {
            (Some(before), Some(now)) => now.saturating_sub(before),
            _ => 0,
        };
        Self { counters: std::array::from_fn(spent), levels: now.levels }
    }

    pub(super) fn add(&mut self, other: &Self) {
        let add = |sum: &mut u64, count: u64| *sum = sum.saturating_add(count);
        self.counters.iter_mut().zip(other.counters).for_each(|(sum, count)| add(sum, count));
        self.levels.iter_mut().zip(other.levels).for_each(|(sum, level)| add(sum, level));
    }
}

/// What is shown of a group, or of all.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Activity {
    /// Tasks, which are processes and their threads.
    pub(super) tasks: f64,
    /// Time of processors in percent of one of them: in all, in user mode, in the kernel.
    pub(super) cpu: [f64; 3],
    /// Percent of the periods of `cpu.max` in which the group had used up its time.
    pub(super) throttled: f64,
    /// Milliseconds by the second for which it then waited, summed over processors.
    pub(super) throttled_ms: f64,
    /// kB: all that is charged, anonymous memory, page cache.
    pub(super) memory: [f64; 3],
    /// Processes that the kernel killed for want of memory in the interval, never by the second.
    pub(super) killed: f64,
    /// kB read and written by the second.
    pub(super) kb: [f64; 2],
    /// Reads and writes by the second.
    pub(super) requests: [f64; 2],
}

impl Activity {
    pub(super) fn of(spent: &Spent, interval: Interval) -> Self {
        let [usage, user, system, periods, throttled, throttled_micros, killed, read, written, reads, writes] =
            spent.counters.map(|count| count as f64);
        let [current, anonymous, file, tasks] = spent.levels.map(|level| level as f64);
        let real = if interval.real > 0.0 { interval.real } else { 1.0 };
        Self {
            tasks,
            cpu: [usage, user, system].map(|micros| micros / 1e4 / real),
            throttled: if periods > 0.0 { (100.0 * throttled / periods).min(100.0) } else { 0.0 },
            throttled_ms: throttled_micros / 1e3 / interval.seconds,
            memory: [current, anonymous, file].map(|bytes| bytes / BYTES_PER_KB),
            killed,
            kb: [read, written].map(|bytes| bytes / BYTES_PER_KB / interval.seconds),
            requests: [reads, writes].map(|count| count / interval.seconds),
        }
    }

    /// All figures, in the order in which the plot format and exports have them.
    pub(super) fn figures(&self) -> [f64; 14] {
        let Self { tasks, cpu, throttled, throttled_ms, memory, killed, kb, requests } = self;
        let ([cpu, user, system], [current, anonymous, file]) = (*cpu, *memory);
        let ([read, written], [reads, writes]) = (*kb, *requests);
        [
            *tasks,
            cpu,
            user,
            system,
            *throttled,
            *throttled_ms,
            current,
            anonymous,
            file,
            *killed,
            read,
            written,
            reads,
            writes,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVAL: Interval = Interval { seconds: 2.0, real: 2.0 };

    fn group(counters: [u64; COUNTERS.len()]) -> Group {
        Group { counters: counters.map(Some), levels: [4096, 2048, 1024, 7] }
    }

    #[test]
    fn what_a_group_did() {
        let now = group([3_000_000, 2_000_000, 1_000_000, 20, 5, 400_000, 1, 4096, 8192, 4, 6]);
        let activity = Activity::of(&Spent::between(&group([0; 11]), &now), INTERVAL);
        let expected = [7.0, 150.0, 100.0, 50.0, 25.0, 200.0, 4.0, 2.0, 1.0, 1.0, 2.0, 4.0, 2.0, 3.0];
        assert_eq!(activity.figures(), expected);
    }

    #[test]
    fn a_service_that_was_restarted_has_no_past() {
        // 32 bits wide, it would be one that wrapped.
        let before = group([4_200_000_000; 11]);
        let spent = Spent::between(&before, &group([5; 11]));
        assert_eq!(spent.counters, [0; 11]);
    }

    #[test]
    fn a_controller_that_was_just_enabled_has_no_past() {
        let spent = Spent::between(&Group::default(), &group([9; 11]));
        assert_eq!((spent.counters, spent.levels), ([0; 11], [4096, 2048, 1024, 7]));
    }

    #[test]
    fn sums_have_an_end() {
        let mut total = Spent { counters: [u64::MAX; 11], levels: [u64::MAX; 4] };
        total.add(&total.clone());
        assert_eq!(total.counters, [u64::MAX; 11]);
        assert_eq!(Activity::of(&total, INTERVAL).throttled, 100.0);
    }
}
