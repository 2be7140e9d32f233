//! Reads the files of all processes with as few system calls as possible: three per file, and none for a file that is
//! not shown or can't contain anything.

use std::ffi::CStr;
use std::fs::File;
use std::io::{self, Write};
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, AtFlags, Mode, OFlags, RawDir, SeekFrom, accessat, openat, seek};
use rustix::io::{Errno, read};

use super::filter::{Filter, Subject, Verdict};
use super::{PROCESSES, ProcessOptions};
use crate::capture::{Capture, Probe};
use crate::scan::{Words, number, whole_lines};

/// Most bytes that are read of one file: the command line of a process may have megabytes, which are not shown.
const MAX_FILE: usize = 64 << 10;
/// Most bytes of `status`, which lists up to 65,536 groups (`NGROUPS_MAX`) of eleven bytes before the sizes of memory.
const MAX_STATUS: usize = 1 << 20;
/// Flag of a kernel thread, which has no command line (`PF_KTHREAD`, proc_pid_stat(5)).
const KERNEL_THREAD: u64 = 0x0020_0000;

pub(super) struct ProcessProbe {
    root: PathBuf,
    /// `/proc`, opened once.
    folder: Option<File>,
    filter: Filter,
    all_threads: bool,
    io: bool,
    no_new: bool,
    /// With `no_new`: the processes of the first sample.
    known: Option<Vec<u32>>,
    pids: Vec<u32>,
    threads: Vec<(u32, u32)>,
    tids: Vec<u32>,
    buffer: Vec<u8>,
    path: Vec<u8>,
}

/// The task that is read.
#[derive(Clone, Copy)]
enum Target {
    /// A process with all its threads.
    Process(u32),
    /// A process without its other threads.
    FirstThread(u32),
    /// A thread of a process.
    Thread(u32, u32),
}

impl ProcessProbe {
    pub(super) fn new(root: &Path, options: &ProcessOptions) -> Self {
        Self {
            root: root.to_owned(),
            folder: None,
            filter: options.filter.clone(),
            all_threads: options.threads,
            io: !options.no_io,
            no_new: options.no_new,
            known: None,
            pids: Vec::new(),
            threads: Vec::new(),
            tids: Vec::new(),
            buffer: vec![0; MAX_FILE],
            path: Vec::new(),
        }
    }

    fn list(&mut self) -> io::Result<()> {
        let folder = match &mut self.folder {
            Some(folder) => folder,
            none => none.insert(File::open(&self.root)?),
        };
        self.pids.clear();
        let listed = seek(&*folder, SeekFrom::Start(0)).map_err(io::Error::from);
        if let Err(error) = listed.and_then(|_| list_numbers(folder, &mut self.pids)) {
            self.folder = None;
            return Err(error);
        }
        if let Some(known) = &mut self.known {
            known.retain(|pid| self.pids.contains(pid));
            self.pids.clone_from(known);
        }
        Ok(())
    }

    /// Appends the lines of a process if the filter accepts it, and notes whether its threads are wanted.
    fn add_process(&mut self, pid: u32, out: &mut Vec<u8>) -> Option<Verdict> {
        let by_pid = self.filter.by_pid(pid);
        if by_pid == Some(Verdict::Rejected) {
            return by_pid;
        }
        let start = out.len();
        let with_threads = self.all_threads || by_pid == Some(Verdict::PassedWithThreads);
        let target = if with_threads { Target::FirstThread(pid) } else { Target::Process(pid) };
        let Some(facts) = self.add_task(target, out) else {
            out.truncate(start);
            return None;
        };
        let verdict = by_pid.unwrap_or_else(|| {
            let lines = &out[start..];
            self.filter.judge(&Subject {
                pid,
                name: &lines[facts.name.0..facts.name.1],
                parent: facts.parent,
                user: facts.user,
                command: &lines[facts.command.0..facts.command.1],
            })
        });
        match verdict {
            Verdict::Rejected => out.truncate(start),
            // The text so far is for all its threads together.
            Verdict::PassedWithThreads if !with_threads => {
                out.truncate(start);
                if self.add_task(Target::FirstThread(pid), out).is_none() {
                    out.truncate(start);
                    return None;
                }
            }
            _ => {}
        }
        if verdict != Verdict::Rejected
            && facts.threads > 1
            && (with_threads || verdict == Verdict::PassedWithThreads)
        {
            self.list_threads(pid);
        }
        Some(verdict)
    }

    fn list_threads(&mut self, pid: u32) {
        self.path.clear();
        let _ = write!(self.path, "{pid}/task\0");
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let opened = c_path(&self.path)
            .and_then(|path| openat(self.folder.as_ref()?, path, flags, Mode::empty()).ok());
        self.tids.clear();
        if let Some(folder) = opened
            && list_numbers(&File::from(folder), &mut self.tids).is_ok()
        {
            self.threads.extend(self.tids.iter().filter(|&&tid| tid != pid).map(|&tid| (pid, tid)));
        }
    }

    /// Appends the lines of one task; none if it has ended, even while it is read.
    fn add_task(&mut self, target: Target, out: &mut Vec<u8>) -> Option<Facts> {
        let start = out.len();
        let mut tag = [0; 24];
        let tag = {
            let mut rest = &mut tag[..];
            match target {
                Target::Process(pid) | Target::FirstThread(pid) => write!(rest, "proc:{pid} "),
                Target::Thread(_, tid) => write!(rest, "procT:{tid} "),
            }
            .ok()?;
            let length = 24 - rest.len();
            &tag[..length]
        };
        let mut facts = Facts::default();

        let length = self.read_file(target, "stat").ok()?;
        let stat = self.buffer[..length].trim_ascii_end();
        facts.read_stat(stat, tag.len() + b"stat ".len());
        out.extend_from_slice(tag);
        out.extend_from_slice(b"stat ");
        push_one_line(stat, out);

        let length = self.read_optional(target, "status")?;
        for line in whole_lines(&self.buffer[..length]) {
            if is_wanted_status(line) {
                if let Some(users) = line.strip_prefix(b"Uid:") {
                    facts.user = Some(Words(users).number() as u32);
                }
                out.extend_from_slice(tag);
                out.extend_from_slice(line);
            }
        }

        if matches!(target, Target::Process(_) | Target::FirstThread(_)) && !facts.is_kernel_thread {
            let length = self.read_optional(target, "cmdline")?;
            if length > 0 {
                out.extend_from_slice(tag);
                out.extend_from_slice(b"cmd ");
                let before = out.len();
                push_command(&self.buffer[..length], out);
                facts.command = (before - start, out.len() - 1 - start);
            }
        }
        if self.io {
            // Without CONFIG_TASK_IO_ACCOUNTING it does not exist, and that of another user's process is not readable.
            let length = self.read_optional(target, "io")?;
            for line in whole_lines(&self.buffer[..length]) {
                out.extend_from_slice(tag);
                out.extend_from_slice(b"io ");
                out.extend_from_slice(line);
            }
        }
        Some(facts)
    }

    /// Reads a file that a task may lack, and returns its length: 0 if it can't be read. None if the task is gone, which
    /// its `stat` tells.
    fn read_optional(&mut self, target: Target, name: &str) -> Option<usize> {
        match self.read_file(target, name) {
            Ok(length) => Some(length),
            Err(Errno::NOENT | Errno::SRCH) => {
                self.set_path(target, "stat");
                let path = c_path(&self.path)?;
                let there = accessat(self.folder.as_ref()?, path, Access::EXISTS, AtFlags::empty());
                there.is_ok().then_some(0)
            }
            Err(_) => Some(0),
        }
    }

    /// Makes `path` that of a file of a task.
    fn set_path(&mut self, target: Target, name: &str) {
        self.path.clear();
        // A write to memory does not fail.
        let _ = match target {
            Target::Process(pid) => write!(self.path, "{pid}/{name}\0"),
            Target::FirstThread(pid) => write!(self.path, "{pid}/task/{pid}/{name}\0"),
            Target::Thread(pid, tid) => write!(self.path, "{pid}/task/{tid}/{name}\0"),
        };
    }

    /// Reads one file of a task into the buffer and returns its length. Files of /proc/PID come whole in one read that has
    /// room for them. A long command line is cut off.
    fn read_file(&mut self, target: Target, name: &str) -> Result<usize, Errno> {
        self.set_path(target, name);
        let path = c_path(&self.path).ok_or(Errno::INVAL)?;
        let folder = self.folder.as_ref().ok_or(Errno::BADF)?;
        let file: OwnedFd =
            openat(folder, path, OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK, Mode::empty())?;
        let most = if name == "status" { MAX_STATUS } else { MAX_FILE };
        let mut length = 0;
        loop {
            let end = self.buffer.len().min(most);
            match read(&file, &mut self.buffer[length..end]) {
                Err(Errno::INTR) => {}
                Err(error) => return Err(error),
                Ok(count) => {
                    length += count;
                    if count == 0 || length < end || length == most {
                        return Ok(length);
                    }
                    self.buffer.resize(most, 0);
                }
            }
        }
    }
}

impl Probe for ProcessProbe {
    fn capture(&self) -> &'static Capture {
        &PROCESSES
    }

    fn read(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        self.list()?;
        self.threads.clear();
        let pids = std::mem::take(&mut self.pids);
        let mut passed = Vec::new();
        for &pid in &pids {
            let verdict = self.add_process(pid, out);
            if self.no_new && verdict.is_some_and(|verdict| verdict != Verdict::Rejected) {
                passed.push(pid);
            }
        }
        self.pids = pids;
        if self.no_new && self.known.is_none() {
            self.known = Some(passed);
        }
        let threads = std::mem::take(&mut self.threads);
        for &(pid, tid) in &threads {
            let start = out.len();
            if self.add_task(Target::Thread(pid, tid), out).is_none() {
                out.truncate(start);
            }
        }
        self.threads = threads;
        Ok(())
    }
}

/// What the filter and the rest of the capture need to know about a task. Positions are within its lines.
#[derive(Debug, Default)]
struct Facts {
    name: (usize, usize),
    parent: u32,
    user: Option<u32>,
    threads: u64,
    is_kernel_thread: bool,
    command: (usize, usize),
}

impl Facts {
    /// Parses the line of `stat`, which is at `position` of the lines.
    fn read_stat(&mut self, line: &[u8], position: usize) {
        let open = line.iter().position(|&byte| byte == b'(').map_or(0, |open| open + 1);
        let close = line.iter().rposition(|&byte| byte == b')').unwrap_or(open).max(open);
        self.name = (position + open, position + close);
        let mut words = Words(line.get(close + 1..).unwrap_or_default()).skip(1);
        let mut nth = |skip: usize| words.nth(skip).map_or(0, number);
        self.parent = nth(0) as u32;
        self.is_kernel_thread = nth(4) & KERNEL_THREAD != 0;
        self.threads = nth(10);
    }
}

fn is_wanted_status(line: &[u8]) -> bool {
    [&b"Tgid:"[..], b"Uid:", b"Vm", b"voluntary_ctxt_switches:", b"nonvoluntary_ctxt_switches:"]
        .iter()
        .any(|start| line.starts_with(start))
        && line.ends_with(b"\n")
}

/// Appends `text` as one line: the name of a process may contain line ends, and its second line could look like one of
/// the kernel's.
fn push_one_line(text: &[u8], out: &mut Vec<u8>) {
    out.extend(text.iter().map(|&byte| if byte == b'\n' { b' ' } else { byte }));
    out.push(b'\n');
}

/// Appends a command line, with a blank after each argument.
fn push_command(text: &[u8], out: &mut Vec<u8>) {
    let text = if text.ends_with(b"\0") { text } else { &[text, b"\0"].concat() };
    out.extend(text.iter().map(|&byte| if matches!(byte, b'\0' | b'\n') { b' ' } else { byte }));
    out.push(b'\n');
}

fn c_path(path: &[u8]) -> Option<&CStr> {
    CStr::from_bytes_with_nul(path).ok()
}

fn list_numbers(folder: &File, numbers: &mut Vec<u32>) -> io::Result<()> {
    let mut buffer = [MaybeUninit::uninit(); 32 << 10];
    let mut entries = RawDir::new(folder, &mut buffer);
    while let Some(entry) = entries.next() {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        if name.iter().all(u8::is_ascii_digit) {
            numbers.extend(std::str::from_utf8(name).ok().and_then(|digits| digits.parse::<u32>().ok()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
