//! Whether a run took its samples in time, according to the times in its recording.

use std::fs;

use crate::process::Process;

/// A sample that is taken more than this many milliseconds after its boundary is late.
const LATE: i64 = 5;

/// What the scheduler did with a process, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Scheduled {
    /// How long it ran.
    pub ran: i64,
    /// How long it waited for a processor.
    pub waited: i64,
}

/// The figures of a process so far (the kernel's Documentation/scheduler/sched-stats.rst).
///
/// # Panics
/// If it has ended.
#[must_use]
pub fn scheduled(process: &Process) -> Scheduled {
    let path = format!("/proc/{}/schedstat", process.pid());
    let text = fs::read_to_string(path).expect("the process should be running");
    let mut milliseconds =
        text.split_whitespace().map(|word| word.parse::<i64>().expect("a number") / 1_000_000);
    let mut next = || milliseconds.next().expect("there are three numbers");
    Scheduled { ran: next(), waited: next() }
}

/// Checks that samples at these `times`, which are due at multiples of the `interval`, were late by more than 5 ms, or
/// left out, for no longer than the process waited for a processor and worked on these samples. Times are in
/// milliseconds.
///
/// # Panics
/// If not.
pub fn assert_in_time(times: &[i64], interval: i64, scheduled: Scheduled) {
    assert!(times.windows(2).all(|pair| pair[1] > pair[0]), "time went back: {times:?}");
    let left_out = times.windows(2).map(|pair| pair[1] / interval - pair[0] / interval - 1);
    let left_out: Vec<i64> = left_out.filter(|count| *count > 0).collect();
    // Several samples that are left out prove a delay from the first of them to the last.
    let behind: i64 = left_out.iter().map(|count| (count - 1) * interval).sum();
    let late: Vec<i64> = times.iter().map(|time| time % interval).filter(|late| *late > LATE).collect();
    let work = scheduled.ran / times.len() as i64 + 1;
    let allowed = scheduled.waited + work * (left_out.len() + late.len()) as i64;
    assert!(
        behind + late.iter().sum::<i64>() <= allowed,
        "{left_out:?} left out, {late:?} ms late, but {scheduled:?}: {times:?}"
    );
}
