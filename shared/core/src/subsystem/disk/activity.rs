//! What a disk did in an interval.

use crate::subsystem::Interval;
use crate::subsystem::counter::counters;

counters! {
    /// Counters of a device since boot. Times are in milliseconds, and a sector has 512 bytes, whatever the device
    /// uses. `in_progress` is a level.
    pub(super) struct DiskStat {
        reads, merged, sectors_read, time_reading,
        writes, writes_merged, sectors_written, time_writing,
        in_progress, time_in_progress, weighted_time_in_progress,
    }
}

impl Activity {
    /// That of a disk of which a counter went back: it is another one, or nothing is known of the interval.
    pub(super) const UNKNOWN: Self = {
        const NONE: f64 = f64::NAN;
        let flow = Flow { kb: NONE, merged: NONE, requests: NONE, size: NONE, wait: NONE };
        Self { read: flow, write: flow, wait: NONE, request_kb: NONE, queue: NONE, service: NONE, busy: NONE }
    };
}

const SECTORS_PER_KB: f64 = 2.0;

/// Reads or writes: per second, except size and wait.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(crate) struct Flow {
    pub(super) kb: f64,
    pub(super) merged: f64,
    pub(super) requests: f64,
    /// Mean kilobytes per request.
    pub(super) size: f64,
    /// Mean milliseconds per request.
    pub(super) wait: f64,
}

/// The figures of a disk, or of all disks together.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Activity {
    pub(super) read: Flow,
    pub(super) write: Flow,
    /// Mean milliseconds per request of either kind.
    pub(super) wait: f64,
    /// Mean kilobytes per request of either kind.
    pub(super) request_kb: f64,
    /// Requests in flight while there were any.
    pub(super) queue: f64,
    /// Milliseconds of service per request.
    pub(super) service: f64,
    /// Percent of real time with requests in flight.
    pub(super) busy: f64,
}

impl Flow {
    fn of(requests: u64, merged: u64, sectors: u64, milliseconds: u64, seconds: f64) -> Self {
        let kb = sectors as f64 / SECTORS_PER_KB;
        Self {
            kb: kb / seconds,
            merged: merged as f64 / seconds,
            requests: requests as f64 / seconds,
            size: ratio(kb, requests as f64),
            wait: ratio(milliseconds as f64, requests as f64),
        }
    }
}

impl Activity {
    pub(super) fn of(spent: &DiskStat, interval: Interval) -> Self {
        let requests = spent.reads as f64 + spent.writes as f64;
        let sectors = spent.sectors_read as f64 + spent.sectors_written as f64;
        let busy_ms = spent.time_in_progress as f64;
        // The Perl collectl divides by zero if the clock did not advance.
        let milliseconds = if interval.real > 0.0 { interval.real * 1000.0 } else { 1000.0 };
        let seconds = interval.seconds;
        Self {
            read: Flow::of(spent.reads, spent.merged, spent.sectors_read, spent.time_reading, seconds),
            write: Flow::of(
                spent.writes,
                spent.writes_merged,
                spent.sectors_written,
                spent.time_writing,
                seconds,
            ),
            wait: ratio(spent.time_reading as f64 + spent.time_writing as f64, requests),
            request_kb: ratio(sectors / SECTORS_PER_KB, requests),
            queue: ratio(spent.weighted_time_in_progress as f64, busy_ms),
            service: ratio(busy_ms, requests),
            busy: busy_ms * 100.0 / milliseconds,
        }
    }

    pub(super) fn is_idle(&self) -> bool {
        let Flow { kb, merged, requests, .. } = self.read;
        [kb, merged, requests, self.write.kb, self.write.merged, self.write.requests, self.busy]
            .iter()
            .all(|&value| value == 0.0)
    }
}

/// `part` per `whole`; zero if `whole` is.
fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Interval = Interval { seconds: 1.0, real: 1.0 };

    #[test]
    fn what_a_disk_did() {
        let spent = DiskStat {
            reads: 2,
            merged: 3,
            sectors_read: 8,
            time_reading: 40,
            writes: 1,
            writes_merged: 1,
            sectors_written: 1,
            time_writing: 77,
            in_progress: 0,
            time_in_progress: 300,
            weighted_time_in_progress: 900,
        };
        let disk = Activity::of(&spent, SECOND);
        assert_eq!(disk.read, Flow { kb: 4.0, merged: 3.0, requests: 2.0, size: 2.0, wait: 20.0 });
        assert_eq!(disk.write, Flow { kb: 0.5, merged: 1.0, requests: 1.0, size: 0.5, wait: 77.0 });
        let means = (disk.wait, disk.request_kb, disk.queue, disk.service, disk.busy);
        assert_eq!(means, (39.0, 1.5, 3.0, 100.0, 30.0));
        assert!(!disk.is_idle());
    }

    #[test]
    fn an_idle_disk_and_a_clock_that_does_not_advance() {
        assert_eq!(Activity::of(&DiskStat::default(), SECOND), Activity::default());
        assert!(Activity::default().is_idle());
        let standing = Interval { seconds: 1.0, real: 0.0 };
        let spent = DiskStat { time_in_progress: 300, ..DiskStat::default() };
        assert_eq!(Activity::of(&spent, standing).busy, 30.0);
    }

    #[test]
    fn utilization_is_a_share_of_real_time() {
        let interval = Interval { seconds: 1.0, real: 2.0 };
        let disk =
            Activity::of(&DiskStat { reads: 2, time_in_progress: 1000, ..DiskStat::default() }, interval);
        assert_eq!((disk.read.requests, disk.busy), (2.0, 50.0));
    }
}
