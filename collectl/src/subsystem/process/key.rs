//! What decides the order of `--top`.

use super::rates::Active;

/// A figure of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the table below says it")]
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

    /// The key that is typed as `name`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(typed, ..)| *typed == name).map(|(.., key)| *key)
    }

    /// As it is typed.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(.., key)| *key == self).map_or("", |(typed, ..)| typed)
    }

    /// Whether the smallest comes first.
    #[must_use]
    pub fn is_ascending(self) -> bool {
        matches!(self, Self::Processor | Self::Pid)
    }

    /// Whether it is a figure that only the layout with context switches shows.
    #[must_use]
    pub fn is_of_switches(self) -> bool {
        matches!(self, Self::Voluntary | Self::Involuntary)
    }

    /// The figure of `active`, without its fraction.
    pub(super) fn of(self, active: &Active) -> u64 {
        let (task, io) = (&active.task, &active.io);
        let whole = |value: f64| value as u64;
        match self {
            Self::Vsz => task.memory.size,
            Self::Rss => task.memory.resident,
            Self::SystemTime => active.system,
            Self::UserTime => active.user,
            Self::Time => active.system + active.user,
            Self::TotalTime => active.total,
            Self::Read => whole(io.read),
            Self::Written => whole(io.written),
            Self::ReadWritten => whole(io.read + io.written),
            Self::ReadCalled => whole(io.read_called),
            Self::WriteCalled => whole(io.write_called),
            Self::Called => whole(io.read_called + io.write_called),
            Self::All => whole(io.read + io.written + io.read_called + io.write_called),
            Self::ReadCalls => whole(io.read_calls),
            Self::WriteCalls => whole(io.write_calls),
            Self::Calls => whole(io.read_calls + io.write_calls),
            Self::Cancelled => whole(io.cancelled),
            Self::MajorFaults => whole(active.major_faults),
            Self::MinorFaults => whole(active.minor_faults),
            Self::Faults => whole(active.major_faults + active.minor_faults),
            Self::Voluntary => whole(active.switches[0]),
            Self::Involuntary => whole(active.switches[1]),
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

    fn task(pid: u32, resident: u64, read_called: f64) -> Active {
        let memory = Memory { resident, ..Memory::default() };
        let mut active = Active { task: Task { pid, memory, ..Task::default() }, ..Active::default() };
        active.io.read_called = read_called;
        active
    }

    #[test]
    fn the_largest_first_then_by_number() {
        let tasks =
            vec![task(5, 7, 0.2), task(40_000, 9, 3e9), task(999_999, 7, 0.0), task(1_000_000, 0, 8.0)];
        let rates = Rates { tasks, ..Rates::default() };
        let order = |key, count, skip_zero| -> Vec<_> {
            rates.largest(key, count, skip_zero).iter().map(|task| task.task.pid).collect()
        };
        assert_eq!(order(Key::Rss, 9, false), [40_000, 5, 999_999, 1_000_000]);
        assert_eq!(order(Key::Rss, 9, true), [40_000, 5, 999_999]);
        assert_eq!(order(Key::ReadCalled, 2, false), [40_000, 1_000_000]);
        assert_eq!(order(Key::Pid, 9, false), [5, 40_000, 999_999, 1_000_000]);
        assert_eq!(Key::parse("iocncl").map(Key::name), Some("iocncl"));
        assert_eq!(Key::parse("numobj"), None);
    }
}
