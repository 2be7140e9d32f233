//! Parses the lines of processes.

use std::ops::Range;

use super::PROCESSES;
use crate::frame::Frame;
use crate::scan::{Words, number};
use crate::subsystem::counter::counters;

/// The processes and threads of one instant, in the order of their numbers.
#[derive(Debug, Default)]
pub(crate) struct Sample {
    pub(super) text: Vec<u8>,
    pub(super) tasks: Vec<Task>,
    /// When it was taken, in seconds since the epoch.
    pub(super) time: f64,
}

/// A process or a thread. What its lines do not have is zero or none; `has` tells zero from what is not known.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Task {
    pub(super) pid: u32,
    pub(super) is_thread: bool,
    pub(super) has: Has,
    /// Where its name is in the text of the sample, without blanks.
    pub(super) name: Range<usize>,
    /// Where its command line is: the program and its arguments, with a blank after each.
    pub(super) command: Option<Range<usize>>,
    pub(super) state: u8,
    pub(super) ppid: u32,
    pub(super) faults: Faults,
    /// Jiffies in user mode, and in the kernel.
    pub(super) utime: u64,
    pub(super) stime: u64,
    /// The same of its children that have ended.
    pub(super) cutime: u64,
    pub(super) cstime: u64,
    pub(super) priority: i64,
    pub(super) num_threads: u64,
    /// Jiffies from the start of the machine to its own.
    pub(super) starttime: u64,
    pub(super) processor: u64,
    /// The process of a thread.
    pub(super) tgid: u32,
    pub(super) ruid: Option<u32>,
    pub(super) memory: Memory,
    pub(super) switches: Switches,
    pub(super) io: Io,
}

counters! {
    /// Page faults: without and with a disk.
    pub(super) struct Faults { minflt, majflt }
}

counters! {
    /// Context switches.
    pub(super) struct Switches { voluntary_ctxt_switches, nonvoluntary_ctxt_switches }
}

counters! {
    /// Bytes of system calls, those calls, and bytes that reached a disk.
    pub(super) struct Io {
        rchar, wchar, syscr, syscw,
        read_bytes, write_bytes, cancelled_write_bytes,
    }
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
    pub(super) vmsize: u64,
    pub(super) vmlck: u64,
    pub(super) vmrss: u64,
    pub(super) vmdata: u64,
    pub(super) vmstk: u64,
    pub(super) vmexe: u64,
    pub(super) vmlib: u64,
    pub(super) vmswap: u64,
}

impl Memory {
    /// Sizes, each combined from both.
    pub(super) fn each(&self, other: &Self, of: impl Fn(u64, u64) -> u64) -> Self {
        Self {
            vmsize: of(self.vmsize, other.vmsize),
            vmlck: of(self.vmlck, other.vmlck),
            vmrss: of(self.vmrss, other.vmrss),
            vmdata: of(self.vmdata, other.vmdata),
            vmstk: of(self.vmstk, other.vmstk),
            vmexe: of(self.vmexe, other.vmexe),
            vmlib: of(self.vmlib, other.vmlib),
            vmswap: of(self.vmswap, other.vmswap),
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
        // Without its first line a task has no name, no state and no past, and is left out.
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
            b"Tgid:" => self.tgid = first() as u32,
            b"Uid:" => self.ruid = Words(rest).next().map(|word| number(word) as u32),
            b"VmSize:" => self.memory.vmsize = first(),
            b"VmLck:" => self.memory.vmlck = first(),
            b"VmRSS:" => self.memory.vmrss = first(),
            b"VmData:" => self.memory.vmdata = first(),
            b"VmStk:" => self.memory.vmstk = first(),
            b"VmExe:" => self.memory.vmexe = first(),
            b"VmLib:" => self.memory.vmlib = first(),
            b"VmSwap:" => self.memory.vmswap = first(),
            b"voluntary_ctxt_switches:" => self.switches.voluntary_ctxt_switches = first(),
            b"nonvoluntary_ctxt_switches:" => {
                self.switches.nonvoluntary_ctxt_switches = first();
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
        self.ppid = words.number() as u32;
        // pgrp session tty_nr tpgid flags
        words.by_ref().nth(4);
        let [minflt, _cminflt, majflt, _cmajflt] = words.numbers();
        self.faults = Faults { minflt, majflt };
        [self.utime, self.stime, self.cutime, self.cstime] = words.numbers();
        self.priority = signed(words.next().unwrap_or_default());
        // nice
        words.next();
        self.num_threads = words.number();
        // itrealvalue
        words.next();
        self.starttime = words.number();
        if let Some(word) = words.nth(16) {
            self.processor = number(word);
            self.has.stat = true;
        }
        let name = line[open + 1..close].iter().copied().filter(|byte| !byte.is_ascii_whitespace());
        self.name = append(text, name);
    }

    fn read_io(&mut self, line: &[u8]) {
        let mut words = Words(line);
        let counter = match words.next() {
            Some(b"rchar:") => &mut self.io.rchar,
            Some(b"wchar:") => &mut self.io.wchar,
            Some(b"syscr:") => &mut self.io.syscr,
            Some(b"syscw:") => &mut self.io.syscw,
            Some(b"read_bytes:") => &mut self.io.read_bytes,
            Some(b"write_bytes:") => &mut self.io.write_bytes,
            Some(b"cancelled_write_bytes:") => {
                self.has.io = true;
                &mut self.io.cancelled_write_bytes
            }
            _ => return,
        };
        *counter = words.number();
    }

    /// User and system time; with `children`, including ended ones.
    pub(super) fn user_and_system(&self, children: bool) -> [u64; 2] {
        if children {
            [self.utime.saturating_add(self.cutime), self.stime.saturating_add(self.cstime)]
        } else {
            [self.utime, self.stime]
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
        assert_eq!((task.state, task.ppid, task.priority, task.num_threads), (b'S', 7, -51, 5));
        assert_eq!(task.faults, Faults { minflt: 11, majflt: 13 });
        assert_eq!([task.utime, task.stime, task.cutime, task.cstime], [21, 22, 23, 24]);
        assert_eq!((task.starttime, task.processor, task.ruid, task.memory.vmsize), (900, 3, Some(5), 4360));
        let switches = Switches { voluntary_ctxt_switches: 14, nonvoluntary_ctxt_switches: 15 };
        assert_eq!((task.switches, task.user_and_system(true)), (switches, [44, 46]));
        assert_eq!((task.io.rchar, task.io.syscw, task.io.cancelled_write_bytes), (1, 4, 7));
        assert!(task.has == Has { stat: true, switches: true, io: true });
    }

    #[test]
    fn half_the_lines_have_only_their_own_values() {
        let whole = sample(LINES.as_bytes());
        let whole = whole.find(1_234_567).unwrap();
        for (end, _) in LINES.match_indices('\n') {
            let part = sample(&LINES.as_bytes()[..=end]);
            let task = part.find(1_234_567).unwrap();
            assert_eq!(task.user_and_system(true), whole.user_and_system(true));
            assert_eq!(task.has.io, task.io == whole.io, "{end}");
            assert_eq!(task.has.switches, task.switches == whole.switches, "{end}");
            assert!(task.ruid.is_none_or(|user| user == 5));
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
        fn any_lines_are_read(
            rests in prop::collection::vec(
                (
                    "[0-9]{1,12}",
                    "(stat|cmd|io|Uid:|Tgid:|VmRSS:)?[ \t]?",
                    prop::collection::vec(any::<u8>(), 0..60),
                ),
                0..9,
            ),
        ) {
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
            prop_assert_eq!((task.state, task.ppid), (b'R', 7));
            let bare: Vec<u8> = name.into_iter().filter(|byte| !byte.is_ascii_whitespace()).collect();
            prop_assert_eq!(&sample.text[task.name.clone()], &bare[..]);
        }
    }
}
