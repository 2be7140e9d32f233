//! The keys of `--top`.

use super::rates::Active;

/// A figure of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the table below explains them")]
pub enum Key {
    Vsz,
    Rss,
    SystemTime,
    UserTime,
    Time,
    TotalTime,
    Read,
    Written,
    ReadWritten,
    ReadCalled,
    WriteCalled,
    Called,
    All,
    ReadCalls,
    WriteCalls,
    Calls,
    Cancelled,
    MajorFaults,
    MinorFaults,
    Faults,
    Voluntary,
    Involuntary,
    Processor,
    Pid,
    Threads,
}

impl Key {
    /// All keys: as they are typed, and what they mean.
    pub const ALL: [(&'static str, &'static str, Self); 25] = [
        ("vsz", "virtual memory", Self::Vsz),
        ("rss", "resident memory", Self::Rss),
        ("syst", "system time", Self::SystemTime),
        ("usrt", "user time", Self::UserTime),
        ("time", "system and user time", Self::Time),
        ("accum", "the same since the start of the process", Self::TotalTime),
        ("rkb", "kB read from disk", Self::Read),
        ("wkb", "kB written to disk", Self::Written),
        ("iokb", "both", Self::ReadWritten),
        ("rkbc", "kB read by system calls", Self::ReadCalled),
        ("wkbc", "kB written by system calls", Self::WriteCalled),
        ("iokbc", "both", Self::Called),
        ("ioall", "iokb and iokbc", Self::All),
        ("rsys", "system calls that read", Self::ReadCalls),
        ("wsys", "system calls that write", Self::WriteCalls),
        ("iosys", "both", Self::Calls),
        ("iocncl", "kB whose writing was cancelled", Self::Cancelled),
        ("majf", "major page faults", Self::MajorFaults),
        ("minf", "minor page faults", Self::MinorFaults),
        ("flt", "both", Self::Faults),
        ("vctx", "voluntary context switches", Self::Voluntary),
        ("nctx", "involuntary context switches", Self::Involuntary),
        ("cpu", "number of the processor, smallest first", Self::Processor),
        ("pid", "number of the process, smallest first", Self::Pid),
        ("thread", "threads besides the first", Self::Threads),
    ];

    /// The key named `name`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(typed, ..)| *typed == name).map(|(.., key)| *key)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(.., key)| *key == self).map_or("", |(typed, ..)| typed)
    }

    /// Whether the smallest comes first.
    #[must_use]
    pub fn is_ascending(self) -> bool {
        matches!(self, Self::Processor | Self::Pid)
    }

    /// Whether only the layout with context switches shows it.
    #[must_use]
    pub fn is_of_switches(self) -> bool {
        matches!(self, Self::Voluntary | Self::Involuntary)
    }

    /// The value for `active` in the interval. kB are rounded up, as in the Perl collectl: this decides which values
    /// are equal.
    pub(super) fn of(self, active: &Active) -> u64 {
        let (task, done, io) = (&active.task, &active.done, &active.done.io);
        let kilobytes = |bytes: &[u64]| bytes.iter().copied().fold(0, u64::saturating_add).div_ceil(1024);
        match self {
            Self::Vsz => task.memory.vmsize,
            Self::Rss => task.memory.vmrss,
            Self::SystemTime => active.system,
            Self::UserTime => active.user,
            Self::Time => active.system.saturating_add(active.user),
            Self::TotalTime => active.total,
            Self::Read => kilobytes(&[io.read_bytes]),
            Self::Written => kilobytes(&[io.write_bytes]),
            Self::ReadWritten => kilobytes(&[io.read_bytes, io.write_bytes]),
            Self::ReadCalled => kilobytes(&[io.rchar]),
            Self::WriteCalled => kilobytes(&[io.wchar]),
            Self::Called => kilobytes(&[io.rchar, io.wchar]),
            Self::All => kilobytes(&[io.read_bytes, io.write_bytes, io.rchar, io.wchar]),
            Self::ReadCalls => io.syscr,
            Self::WriteCalls => io.syscw,
            Self::Calls => io.syscr.saturating_add(io.syscw),
            Self::Cancelled => kilobytes(&[io.cancelled_write_bytes]),
            Self::MajorFaults => done.faults.majflt,
            Self::MinorFaults => done.faults.minflt,
            Self::Faults => done.faults.majflt.saturating_add(done.faults.minflt),
            Self::Voluntary => done.switches.voluntary_ctxt_switches,
            Self::Involuntary => done.switches.nonvoluntary_ctxt_switches,
            Self::Processor => task.processor,
            Self::Pid => u64::from(task.pid),
            Self::Threads => active.more_threads(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse::{Memory, Task};
    use super::super::rates::Rates;
    use super::*;

    fn task(pid: u32, resident: u64, rchar: u64) -> Active {
        let memory = Memory { vmrss: resident, ..Memory::default() };
        let mut active = Active { task: Task { pid, memory, ..Task::default() }, ..Active::default() };
        active.done.io.rchar = rchar;
        active
    }

    #[test]
    fn the_largest_first_then_by_number() {
        let tasks =
            vec![task(5, 7, 1025), task(40_000, 9, 3 << 40), task(999_999, 7, 0), task(1_000_000, 0, 2048)];
        let rates = Rates { tasks, ..Rates::default() };
        let order = |key, count, skip_zero| -> Vec<_> {
            rates.largest(key, count, skip_zero).iter().map(|task| task.task.pid).collect()
        };
        assert_eq!(order(Key::Rss, 9, false), [40_000, 5, 999_999, 1_000_000]);
        assert_eq!(order(Key::Rss, 9, true), [40_000, 5, 999_999]);
        assert_eq!(order(Key::ReadCalled, 2, false), [40_000, 5]);
        assert_eq!(order(Key::Pid, 9, false), [5, 40_000, 999_999, 1_000_000]);
        assert_eq!(Key::parse("iocncl").map(Key::name), Some("iocncl"));
        assert_eq!(Key::parse("numobj"), None);
    }
}
