//! What a process costs.

use std::ops::Sub;
use std::process::{Child, ChildStdout, Command};
use std::{fs, io};

use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

/// CPU time, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cpu {
    /// In the program.
    pub(crate) user: f64,
    /// In the kernel.
    pub(crate) system: f64,
}

impl Cpu {
    /// Of all threads of a process, which may have ended but was not waited for (proc_pid_stat(5), fields 14 and 15).
    /// The kernel counts in ticks of 10 ms, and makes the sum of both exact.
    fn of(pid: u32) -> io::Result<Self> {
        let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
        let fields = text.rsplit_once(')').map_or("", |(_, fields)| fields);
        let mut ticks = fields.split_ascii_whitespace().skip(11).map(|field| field.parse().unwrap_or(0.0));
        let tick = 1e6 / rustix::param::clock_ticks_per_second() as f64;
        let mut next = || ticks.next().unwrap_or(0.0) * tick;
        Ok(Self { user: next(), system: next() })
    }

    /// Both.
    pub(crate) fn total(self) -> f64 {
        self.user + self.system
    }

    /// The cost divided by a number of parts.
    pub(crate) fn per(self, count: f64) -> Self {
        Self { user: self.user / count, system: self.system / count }
    }
}

impl Sub for Cpu {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { user: self.user - other.user, system: self.system - other.system }
    }
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> io::Result<Cpu> {
    let mut child = command.spawn()?;
    waitid(WaitId::Pid(Pid::from_child(&child)), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)?;
    let cpu = Cpu::of(child.id())?;
    if !child.wait()?.success() {
        return Err(io::Error::other(format!("{command:?} failed")));
    }
    Ok(cpu)
}

/// A command that runs, and is killed on drop.
pub(crate) struct Running(Child);

impl Running {
    /// Starts it.
    pub(crate) fn start(command: &mut Command) -> io::Result<Self> {
        Ok(Self(command.spawn()?))
    }

    /// Starts it; its standard output, which must be a pipe, is read by the caller.
    pub(crate) fn with_output(command: &mut Command) -> io::Result<(Self, ChildStdout)> {
        let mut child = command.spawn()?;
        let output = child.stdout.take().ok_or_else(|| io::Error::other("there is no pipe"))?;
        Ok((Self(child), output))
    }

    /// Kills it.
    pub(crate) fn end(&mut self) -> io::Result<()> {
        self.0.kill()
    }

    /// How many files are open.
    pub(crate) fn files(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.0.id())).map_or(0, Iterator::count)
    }

    /// CPU time so far, to 10 ms.
    pub(crate) fn ticks(&self) -> io::Result<Cpu> {
        Cpu::of(self.0.id())
    }

    /// CPU time of all its threads so far, in microseconds; the kernel counts it in nanoseconds
    /// (Documentation/scheduler/sched-stats.rst).
    pub(crate) fn cpu(&self) -> io::Result<f64> {
        let mut sum = 0.0;
        for task in fs::read_dir(format!("/proc/{}/task", self.0.id()))?.flatten() {
            let text = fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
            sum += text.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or(0.0) / 1e3;
        }
        Ok(sum)
    }

    /// Resident memory, in KiB.
    pub(crate) fn resident(&self) -> io::Result<f64> {
        let text = fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        Ok(line.and_then(|line| line.trim().split(' ').next()?.parse().ok()).unwrap_or(f64::NAN))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
