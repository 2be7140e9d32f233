//! Parses the lines of processes.

use std::ops::Range;

use super::PROCESSES;
use crate::frame::Frame;
use crate::scan::{Words, number};

/// The processes and threads of one instant, in the order of their numbers.
#[derive(Debug, Default)]
pub(crate) struct Sample {
    pub(super) text: Vec<u8>,
    pub(super) tasks: Vec<Task>,
    /// When it was taken, in seconds since the epoch.
    pub(super) time: f64,
}

/// A process or a thread. Missing values are zero or none; `has` tells which lines were found.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Task {
    pub(super) pid: u32,
    pub(super) is_thread: bool,
    pub(super) has: Has,
    /// The position of its name in the text of the sample, without blanks.
    pub(super) name: Range<usize>,
    /// The position of its command line, with a blank after each argument.
    pub(super) command: Option<Range<usize>>,
    pub(super) state: u8,
    pub(super) parent: u32,
    pub(super) minor_faults: u64,
    pub(super) major_faults: u64,
    /// User and system time of the task and of its ended children, in jiffies.
    pub(super) times: [u64; 4],
    pub(super) priority: i64,
    pub(super) threads: u64,
    /// Its start, in jiffies since boot.
    pub(super) start: u64,
    pub(super) processor: u64,
    pub(super) group: u32,
    pub(super) user: Option<u32>,
    pub(super) memory: Memory,
    /// Voluntary and involuntary.
    pub(super) switches: [u64; 2],
    pub(super) io: Io,
}

/// Which lines of a task were found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Has {
    pub(super) stat: bool,
    pub(super) switches: bool,
    pub(super) io: bool,
}

/// Sizes in kB.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Memory {
    pub(super) size: u64,
    pub(super) locked: u64,
    pub(super) resident: u64,
    pub(super) data: u64,
    pub(super) stack: u64,
    pub(super) executable: u64,
    pub(super) library: u64,
    pub(super) swapped: u64,
}

/// Bytes that reached a disk, bytes that went through system calls, and the number of these calls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Io {
    pub(super) read: u64,
    pub(super) written: u64,
    pub(super) cancelled: u64,
    pub(super) read_called: u64,
    pub(super) write_called: u64,
    pub(super) read_calls: u64,
    pub(super) write_calls: u64,
}

impl Memory {
    /// Sizes, each combined from both.
    pub(super) fn each(&self, other: &Self, of: impl Fn(u64, u64) -> u64) -> Self {
        Self {
            size: of(self.size, other.size),
            locked: of(self.locked, other.locked),
            resident: of(self.resident, other.resident),
            data: of(self.data, other.data),
            stack: of(self.stack, other.stack),
            executable: of(self.executable, other.executable),
            library: of(self.library, other.library),
            swapped: of(self.swapped, other.swapped),
        }
    }
}

impl Sample {
    /// Takes the tasks of `frame`.
    pub(super) fn read(&mut self, frame: &Frame) {
        self.text.clear();
        self.tasks.clear();
        self.time = frame.time().seconds();
        for line in frame.lines(&PROCESSES) {
            let Some((pid, is_thread, rest)) = split(line) else { continue };
            if self.tasks.last().is_none_or(|last| last.pid != pid || last.is_thread != is_thread) {
                self.tasks.push(Task { pid, is_thread, ..Task::default() });
            }
            if let Some(task) = self.tasks.last_mut() {
                task.read(rest, &mut self.text);
            }
        }
        // Without its first line a task has no name, no state and no past, so it is skipped.
        self.tasks.retain(|task| task.has.stat);
        self.tasks.sort_by_key(|task| task.pid);
        self.tasks.dedup_by_key(|task| task.pid);
    }

    #[cfg(test)]
    pub(super) fn find(&self, pid: u32) -> Option<&Task> {
        self.tasks.binary_search_by_key(&pid, |task| task.pid).ok().map(|index| &self.tasks[index])
    }
}

/// Splits `proc:PID rest` and `procT:TID rest`.
fn split(line: &[u8]) -> Option<(u32, bool, &[u8])> {
    let (is_thread, line) = match line.strip_prefix(b"procT:") {
        Some(line) => (true, line),
        None => (false, line.strip_prefix(b"proc:")?),
    };
    let end = line.iter().position(|&byte| byte == b' ')?;
    let digits = std::str::from_utf8(&line[..end]).ok()?;
    Some((digits.parse().ok()?, is_thread, &line[end + 1..]))
}

impl Task {
    fn read(&mut self, line: &[u8], text: &mut Vec<u8>) {
        let (key, rest) = match line.iter().position(|byte| matches!(byte, b' ' | b'\t')) {
            Some(end) => (&line[..end], &line[end + 1..]),
            None => (line, &line[line.len()..]),
        };
        let first = || Words(rest).number();
        match key {
            b"stat" => self.read_stat(rest, text),
            b"Tgid:" => self.group = first() as u32,
            b"Uid:" => self.user = Words(rest).next().map(|word| number(word) as u32),
            b"VmSize:" => self.memory.size = first(),
            b"VmLck:" => self.memory.locked = first(),
            b"VmRSS:" => self.memory.resident = first(),
            b"VmData:" => self.memory.data = first(),
            b"VmStk:" => self.memory.stack = first(),
            b"VmExe:" => self.memory.executable = first(),
            b"VmLib:" => self.memory.library = first(),
            b"VmSwap:" => self.memory.swapped = first(),
            b"voluntary_ctxt_switches:" => self.switches[0] = first(),
            b"nonvoluntary_ctxt_switches:" => {
                self.switches[1] = first();
                self.has.switches = true;
            }
            b"cmd" => self.command = Some(append(text, rest.iter().copied())),
            b"io" => self.read_io(rest),
            _ => {}
        }
    }

    /// Parses `PID (NAME) STATE PPID ...`. The name may contain anything, so it ends at the last parenthesis. A line
    /// without the last required field is incomplete.
    fn read_stat(&mut self, line: &[u8], text: &mut Vec<u8>) {
        let (Some(open), Some(close)) =
            (line.iter().position(|&byte| byte == b'('), line.iter().rposition(|&byte| byte == b')'))
        else {
            return;
        };
        if close < open {
            return;
        }
        let mut words = Words(&line[close + 1..]);
        let state = words.next().and_then(|word| word.first().copied()).unwrap_or_default();
        self.state = if state.is_ascii_alphanumeric() { state } else { b'?' };
        self.parent = words.number() as u32;
        // pgrp session tty_nr tpgid flags
        words.by_ref().nth(4);
        let [minor, _, major, _, user, system, child_user, child_system] = words.numbers();
        self.minor_faults = minor;
        self.major_faults = major;
        self.times = [user, system, child_user, child_system];
        self.priority = signed(words.next().unwrap_or_default());
        // nice
        words.next();
        self.threads = words.number();
        // itrealvalue
        words.next();
        self.start = words.number();
        if let Some(word) = words.nth(16) {
            self.processor = number(word);
            self.has.stat = true;
        }
        let name = line[open + 1..close].iter().copied().filter(|byte| !byte.is_ascii_whitespace());
        self.name = append(text, name);
    }

    fn read_io(&mut self, line: &[u8]) {
        let mut words = Words(line);
        let place = match words.next() {
            Some(b"rchar:") => &mut self.io.read_called,
            Some(b"wchar:") => &mut self.io.write_called,
            Some(b"syscr:") => &mut self.io.read_calls,
            Some(b"syscw:") => &mut self.io.write_calls,
            Some(b"read_bytes:") => &mut self.io.read,
            Some(b"write_bytes:") => &mut self.io.written,
            Some(b"cancelled_write_bytes:") => {
                self.has.io = true;
                &mut self.io.cancelled
            }
            _ => return,
        };
        *place = words.number();
    }

    /// User and system time; with `children`, including ended ones.
    pub(super) fn user_and_system(&self, children: bool) -> [u64; 2] {
        let [user, system, child_user, child_system] = self.times;
        if children {
            [user.saturating_add(child_user), system.saturating_add(child_system)]
        } else {
            [user, system]
        }
    }
}

fn append(text: &mut Vec<u8>, bytes: impl Iterator<Item = u8>) -> Range<usize> {
    let start = text.len();
    text.extend(bytes);
    start..text.len()
}

fn signed(word: &[u8]) -> i64 {
    match word.strip_prefix(b"-") {
        Some(digits) => -(number(digits).min(i64::MAX as u64) as i64),
        None => number(word).min(i64::MAX as u64) as i64,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::clock::Time;

    pub(in super::super) fn sample(text: &[u8]) -> Sample {
        let mut frame = Frame::default();
        frame.restart(Time::from_micros(1_000_000_000));
        for line in text.split_inclusive(|&byte| byte == b'\n') {
            frame.add_line(&PROCESSES, line);
        }
        let mut sample = Sample::default();
        sample.read(&frame);
        sample
    }

    const LINES: &str = "proc:1234567 stat 1234567 (a) (b c) S 7 0 0 0 -1 4194560 11 12 13 14 21 22 23 24 -51 0 5 0 900 \
                         4464640 771 18446744073709551615 1 2 3 0 0 0 65536 6 65536 1 0 0 17 3 0 0\n\
                         proc:1234567 Tgid:\t1234567\nproc:1234567 Uid:\t5\t6\t7\t8\n\
                         proc:1234567 VmSize:\t    4360 kB\nproc:1234567 voluntary_ctxt_switches:\t14\n\
                         proc:1234567 nonvoluntary_ctxt_switches:\t15\nproc:1234567 cmd /bin/a b \n\
                         proc:1234567 io rchar: 1\nproc:1234567 io wchar: 2\nproc:1234567 io syscr: 3\n\
                         proc:1234567 io syscw: 4\nproc:1234567 io read_bytes: 5\n\
                         proc:1234567 io write_bytes: 6\nproc:1234567 io cancelled_write_bytes: 7\n";

    #[test]
    fn a_process() {
        let sample = sample(LINES.as_bytes());
        let task = sample.find(1_234_567).unwrap();
        assert_eq!(&sample.text[task.name.clone()], b"a)(bc");
        assert_eq!(&sample.text[task.command.clone().unwrap()], b"/bin/a b ");
        assert_eq!((task.state, task.parent, task.priority, task.threads), (b'S', 7, -51, 5));
        assert_eq!((task.minor_faults, task.major_faults, task.times), (11, 13, [21, 22, 23, 24]));
        assert_eq!((task.start, task.processor, task.user, task.memory.size), (900, 3, Some(5), 4360));
        assert_eq!((task.switches, task.user_and_system(true)), ([14, 15], [44, 46]));
        assert_eq!((task.io.read_called, task.io.write_calls, task.io.cancelled), (1, 4, 7));
        assert!(task.has == Has { stat: true, switches: true, io: true });
    }

    #[test]
    fn missing_lines_leave_their_values_unknown() {
        let whole = sample(LINES.as_bytes());
        let whole = whole.find(1_234_567).unwrap();
        for (end, _) in LINES.match_indices('\n') {
            let part = sample(&LINES.as_bytes()[..=end]);
            let task = part.find(1_234_567).unwrap();
            assert_eq!(task.times, whole.times);
            assert_eq!(task.has.io, task.io == whole.io, "{end}");
            assert_eq!(task.has.switches, task.switches == whole.switches, "{end}");
            assert!(task.user.is_none_or(|user| user == 5));
        }
        let first = LINES.find('\n').unwrap();
        for end in 0..first - "3 0 0".len() {
            assert!(sample(&LINES.as_bytes()[..end]).tasks.is_empty(), "{end}");
        }
    }

    #[test]
    fn tasks_are_sorted_by_number() {
        let stat = |pid: &str| format!("{pid} stat 1 (x) S{}\n", " 1".repeat(40));
        let text = [stat("proc:1000000"), stat("proc:999999"), stat("procT:20"), stat("proc:3")].concat();
        let sample = sample(text.as_bytes());
        let found: Vec<_> = sample.tasks.iter().map(|task| (task.pid, task.is_thread)).collect();
        assert_eq!(found, [(3, false), (20, true), (999_999, false), (1_000_000, false)]);
    }

    proptest! {
        #[test]
        fn any_lines_are_read(rests in prop::collection::vec(("[0-9]{1,12}", "(stat|cmd|io|Uid:|Tgid:|VmRSS:)?[ \t]?", prop::collection::vec(any::<u8>(), 0..60)), 0..9)) {
            let mut text = Vec::new();
            for (pid, key, rest) in rests {
                text.extend_from_slice(format!("proc:{pid} {key}").as_bytes());
                text.extend(rest.into_iter().filter(|&byte| byte != b'\n'));
                text.push(b'\n');
            }
            sample(&text);
        }

        #[test]
        fn any_name_is_a_name(name in prop::collection::vec(any::<u8>(), 0..16)) {
            let name: Vec<u8> = name.into_iter().filter(|&byte| byte != b'\n').collect();
            let text = [b"proc:5 stat 5 (", &name[..], b") R", " 7".repeat(40).as_bytes(), b"\n"].concat();
            let sample = sample(&text);
            let task = sample.find(5).unwrap();
            prop_assert_eq!((task.state, task.parent), (b'R', 7));
            let bare: Vec<u8> = name.into_iter().filter(|byte| !byte.is_ascii_whitespace()).collect();
            prop_assert_eq!(&sample.text[task.name.clone()], &bare[..]);
        }
    }
}
