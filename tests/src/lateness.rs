//! Whether a run took its samples in time, counted by the times that its recording has.

use std::fs;

use crate::process::Process;

/// A sample that comes later than this many milliseconds is late.
const LATE: i64 = 5;

/// How long a process waited for a processor, in milliseconds (the kernel's Documentation/scheduler/sched-stats.rst).
///
/// # Panics
/// If it has ended.
#[must_use]
pub fn waited(process: &Process) -> i64 {
    let path = format!("/proc/{}/schedstat", process.pid());
    let text = fs::read_to_string(path).expect("the process should be running");
    let nanoseconds = text.split_whitespace().nth(1).and_then(|word| word.parse::<i64>().ok());
    nanoseconds.expect("a number") / 1_000_000
}

/// Checks that samples at these `times`, which are due at multiples of the `interval`, were late by more than 5 ms, or left
/// out, for no longer than the process `waited` for a processor. All are milliseconds.
///
/// # Panics
/// If not.
pub fn assert_in_time(times: &[i64], interval: i64, waited: i64) {
    assert!(times.windows(2).all(|pair| pair[1] > pair[0]), "time went back: {times:?}");
    let left_out =
        times.windows(2).map(|pair| (pair[1] / interval - pair[0] / interval - 1).max(0) * interval);
    let late = times.iter().map(|time| time % interval).filter(|late| *late > LATE);
    let (left_out, late): (i64, i64) = (left_out.sum(), late.sum());
    assert!(
        left_out + late <= waited,
        "{left_out} ms left out and {late} ms late, but it waited {waited} ms: {times:?}"
    );
}
