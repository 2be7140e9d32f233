//! A program that runs for a test: its output is collected, and it is killed when the test ends.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, kill_process_group, pidfd_open};

use crate::deadline::PATIENCE;
use crate::lines::Lines;

/// A running program, in a process group of its own, which is killed on drop.
#[derive(Debug)]
pub struct Process {
    child: Child,
    /// What it wrote to standard output.
    pub stdout: Lines,
    /// What it wrote to standard error.
    pub stderr: Lines,
}

/// How a program ended.
#[derive(Debug)]
pub struct Outcome {
    /// Exit status; -1 if a signal killed it.
    pub code: i32,
    /// All lines of standard output.
    pub stdout: Vec<String>,
    /// All lines of standard error.
    pub stderr: Vec<String>,
}

impl Process {
    /// Starts `command` without input.
    ///
    /// # Panics
    /// If there is no such program.
    #[must_use]
    pub fn start(command: &mut Command) -> Self {
        Self::spawn(command.stdin(Stdio::null()))
    }

    /// Starts `command` with an input that stays empty, and ends with the process.
    ///
    /// # Panics
    /// If there is no such program.
    #[must_use]
    pub fn start_with_input(command: &mut Command) -> Self {
        Self::spawn(command.stdin(Stdio::piped()))
    }

    /// Starts `command` with the given standard output and error, which are not collected.
    ///
    /// # Panics
    /// If there is no such program.
    #[must_use]
    pub fn start_writing_to(command: &mut Command, stdout: Stdio, stderr: Stdio) -> Self {
        let command = command.stdin(Stdio::null()).stdout(stdout).stderr(stderr);
        let child = command.process_group(0).spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        Self { child, stdout: Lines::of(std::io::empty()), stderr: Lines::of(std::io::empty()) }
    }

    fn spawn(command: &mut Command) -> Self {
        let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.process_group(0).spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let stdout = Lines::of(child.stdout.take().expect("standard output is a pipe"));
        let stderr = Lines::of(child.stderr.take().expect("standard error is a pipe"));
        Self { child, stdout, stderr }
    }

    /// Process number.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends `signal` to the program, and not to its children.
    ///
    /// # Panics
    /// If it has ended.
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("the program should be running");
    }

    /// Writes a line to its input.
    ///
    /// # Panics
    /// If it was started without one, or does not read it.
    pub fn say(&mut self, line: &str) {
        let input = self.child.stdin.as_mut().expect("it has an input");
        writeln!(input, "{line}").expect("it reads its input");
    }

    /// True if it ends within `time`.
    ///
    /// # Panics
    /// If the kernel reports an error.
    #[must_use]
    pub fn ends_within(&self, time: Duration) -> bool {
        let ended = match pidfd_open(Pid::from_child(&self.child), PidfdFlags::empty()) {
            Ok(fd) => fd,
            Err(rustix::io::Errno::SRCH) => return true,
            Err(error) => panic!("pidfd_open: {error}"),
        };
        let start = Instant::now();
        loop {
            let left = Timespec::try_from(time.saturating_sub(start.elapsed())).expect("short times");
            match poll(&mut [PollFd::new(&ended, PollFlags::IN)], Some(&left)) {
                Ok(count) => return count > 0,
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => panic!("poll: {error}"),
            }
        }
    }

    /// Waits for its end and returns the exit status.
    ///
    /// # Panics
    /// If it still runs after the time; the message holds what it wrote.
    pub fn wait_within(&mut self, time: Duration) -> i32 {
        if !self.ends_within(time) {
            let (out, err) = (self.stdout.so_far(), self.stderr.so_far());
            panic!("runs after {time:?}; wrote {out:#?} and, to standard error, {err:#?}");
        }
        let status: ExitStatus = self.child.wait().expect("a child can be waited for");
        status.code().unwrap_or(-1)
    }

    /// Waits for its end and returns the exit status.
    ///
    /// # Panics
    /// If it doesn't end in time.
    pub fn wait(&mut self) -> i32 {
        self.wait_within(PATIENCE)
    }

    /// Waits for its end and returns everything it wrote.
    ///
    /// # Panics
    /// If it doesn't end in time.
    #[must_use]
    pub fn finish(mut self) -> Outcome {
        let code = self.wait();
        Outcome { code, stdout: self.stdout.to_end().to_vec(), stderr: self.stderr.to_end().to_vec() }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // A group whose last process has ended no longer exists; that is fine.
        let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        let _ = self.child.wait();
    }
}
