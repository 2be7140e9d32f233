//! The figures of processes.

use std::borrow::Cow;

use super::rates::{Active, Rates};
use super::show::{Shown, parent, seconds};
use crate::figure::{Figure, Form, Group, Unit, Value};

type Task<'a> = Figure<Shown<'a>>;

impl<'a> Shown<'a> {
    /// Each task.
    pub(super) const PROCESSES: Group<'a, Self> = Group::many("processes", "each process", Self::FIGURES)
        .note("An array in the order of numbers, or in that of `--top`.")
        .name("pid", "number of the process or thread")
        .name_column("PID")
        .own_lines();

    const FIGURES: &'a [Task<'a>] = &[
        Task::level("is_thread", |it| Value::Flag(it.active.task.is_thread))
            .help("whether it is a thread (`--procopts t`)"),
        Task::level("parent_pid", |it| u64::from(parent(&it.active.task)).into())
            .help("number of the parent; of a thread, that of its process"),
        Task::text("user", |it| it.user_name().map_or(Value::Unknown, Value::from)).help("name of the user, or number"),
        Task::text("state", |it| std::slice::from_ref(&it.active.task.state).into())
            .help("one letter, as in proc_pid_stat(5)")
            .plot_at(4, "S"),
        Task::level("priority", |it| Value::Signed(it.active.task.priority))
            .help("priority; below zero for real time"),
        Task::level("threads", |it| it.active.task.num_threads.into()).help("threads"),
        Task::level("processor", |it| it.active.task.processor.into())
            .help("the processor it ran on last")
            .plot_at(12, "CPU"),
        Task::level("started", |it| Value::known(it.started()))
            .unit(Unit::Seconds)
            .help("when it was started, since the epoch"),
        Task::level("virtual_kb", |it| it.active.task.memory.vmsize.into())
            .kilobytes()
            .help("virtual memory")
            .plot_at(5, "VmSize"),
        Task::level("locked_kb", |it| it.active.task.memory.vmlck.into())
            .kilobytes()
            .help("locked memory")
            .plot_at(6, "VmLck"),
        Task::level("resident_kb", |it| it.active.task.memory.vmrss.into())
            .kilobytes()
            .help("memory that is not swapped out")
            .plot_at(7, "VmRSS"),
        Task::level("data_kb", |it| it.active.task.memory.vmdata.into())
            .kilobytes()
            .help("data")
            .plot_at(8, "VmData"),
        Task::level("stack_kb", |it| it.active.task.memory.vmstk.into())
            .kilobytes()
            .help("stack")
            .plot_at(9, "VmStk"),
        Task::level("executable_kb", |it| it.active.task.memory.vmexe.into())
            .kilobytes()
            .help("its program")
            .plot_at(10, "VmExe"),
        Task::level("library_kb", |it| it.active.task.memory.vmlib.into())
            .kilobytes()
            .help("libraries")
            .plot_at(11, "VmLib"),
        Task::level("swapped_kb", |it| it.active.task.memory.vmswap.into())
            .kilobytes()
            .help("memory that is swapped out"),
        Task::count("system_seconds", |it| it.in_seconds(it.active.system))
            .unit(Unit::Seconds)
            .help("time in the kernel, in this interval"),
        Task::count("user_seconds", |it| it.in_seconds(it.active.user))
            .unit(Unit::Seconds)
            .help("time in user mode, in this interval"),
        Task::share("cpu_percent", |it| it.active.percent.into())
            .help("system and user time, of the time of one processor")
            .plot_at(15, "PCT")
            .plot_as(Form::Truncated),
        Task::level("life_cpu_seconds", |it| it.in_seconds(it.active.total))
            .unit(Unit::Seconds)
            .help("system and user time since it was started"),
        Task::rate("major_faults", |it| it.active.major_faults.into())
            .help("page faults that needed a disk; with `--procopts f` since it was started")
            .plot_at(24, "MajF")
            .plot_as(Form::Scaled),
        Task::rate("minor_faults", |it| it.active.minor_faults.into())
            .help("other page faults")
            .plot_at(25, "MinF")
            .plot_as(Form::Scaled),
        Task::rate("voluntary_switches", |it| it.switches(it.active.voluntary_switches))
            .help("context switches because it waited"),
        Task::rate("involuntary_switches", |it| it.switches(it.active.involuntary_switches))
            .help("context switches because its time was used up"),
        Task::rate("read_kb", |it| it.io_rate(it.active.io.read_kb))
            .kilobytes()
            .help("read from disks; this and the next six are null for other users' processes unless run as root")
            .plot_at(17, "RKB")
            .plot_as(Form::Truncated),
        Task::rate("write_kb", |it| it.io_rate(it.active.io.write_kb))
            .kilobytes()
            .help("written to disks")
            .plot_at(18, "WKB")
            .plot_as(Form::Truncated),
        Task::rate("read_call_kb", |it| it.io_rate(it.active.io.read_call_kb))
            .kilobytes()
            .help("read by system calls")
            .plot_at(19, "RKBC")
            .plot_as(Form::Truncated),
        Task::rate("write_call_kb", |it| it.io_rate(it.active.io.write_call_kb))
            .kilobytes()
            .help("written by system calls")
            .plot_at(20, "WKBC")
            .plot_as(Form::Truncated),
        Task::rate("read_calls", |it| it.io_rate(it.active.io.read_calls))
            .help("system calls that read")
            .plot_at(21, "RSYS")
            .plot_as(Form::Truncated),
        Task::rate("write_calls", |it| it.io_rate(it.active.io.write_calls))
            .help("system calls that write")
            .plot_at(22, "WSYS")
            .plot_as(Form::Truncated),
        Task::rate("cancelled_write_kb", |it| it.io_rate(it.active.io.cancelled_write_kb))
            .kilobytes()
            .help("what was not written after all")
            .plot_at(23, "CNCL")
            .plot_as(Form::Truncated),
        Task::text("name", |it| it.name().into())
            .help("the kernel's name of it, at most 15 bytes, without blanks"),
        Task::text("command", |it| it.command().trim_ascii_end().into())
            .help("program and arguments, with blanks between; the name of one that has none"),
        // What follows is shown in another form than in JSON.
        Task::column(|it| it.user_name().unwrap_or_default().into()).plot_at(0, "User"),
        Task::column(|it| match it.active.task.priority {
            ..0 => Value::text("RT"),
            priority => Value::Signed(priority),
        })
        .plot_at(1, "PR"),
        Task::column(|it| u64::from(it.active.task.ppid).into()).plot_at(2, "PPID"),
        Task::column(|it| Value::Number(it.active.task.num_threads as f64 - 1.0))
            .plot_at(3, "THRD")
            .plot_as(Form::Truncated),
        Task::column(|it| seconds(it.active.system, it.machine).into()).plot_at(13, "SysT"),
        Task::column(|it| seconds(it.active.user, it.machine).into()).plot_at(14, "UsrT"),
        Task::column(|it| lifetime(it.active.total / it.machine.ticks).into()).plot_at(16, "AccumT"),
        Task::column(|it| Value::sanitized(it.command())).plot_at(26, "Command"),
    ];

    fn user_name(&self) -> Option<Cow<'_, str>> {
        self.active.task.ruid.map(|user| self.users.name(user))
    }

    fn name(&self) -> &[u8] {
        &self.text[self.active.task.name.clone()]
    }

    /// Its command line, with a blank after each word; the name of one that has none.
    fn command(&self) -> &[u8] {
        self.active.task.command.clone().map_or_else(|| self.name(), |command| &self.text[command])
    }

    /// When it was started, in seconds since the epoch.
    fn started(&self) -> Option<f64> {
        let booted = self.machine.booted?;
        Some(booted + self.active.task.starttime as f64 / self.machine.ticks as f64)
    }

    fn in_seconds(&self, jiffies: u64) -> Value<'static> {
        (jiffies as f64 / self.machine.ticks as f64).into()
    }

    /// A rate of I/O, which the kernel does not report for processes of others.
    fn io_rate(&self, rate: f64) -> Value<'static> {
        Value::known(self.active.task.has.io.then_some(rate))
    }

    fn switches(&self, rate: f64) -> Value<'static> {
        Value::known(self.active.task.has.switches.then_some(rate))
    }
}

impl Rates {
    /// All tasks in the order of their numbers as text, which is the order of the Perl collectl in the plot format.
    pub(super) fn by_text(&self) -> Vec<&Active> {
        let mut tasks: Vec<_> = self.tasks.iter().collect();
        tasks.sort_by_cached_key(|active| active.task.pid.to_string());
        tasks
    }
}

/// `H:MM:SS`
pub(super) fn lifetime(seconds: u64) -> String {
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::super::parse::Task;
    use super::*;

    #[test]
    fn tasks_in_the_order_of_their_numbers_as_text() {
        let task = |pid| Active { task: Task { pid, ..Task::default() }, ..Active::default() };
        let rates = Rates { tasks: [1, 2, 10, 100, 11].map(task).into(), ..Rates::default() };
        let order: Vec<_> = rates.by_text().iter().map(|task| task.task.pid).collect();
        assert_eq!(order, [1, 10, 100, 11, 2]);
        assert_eq!(lifetime(363_603), "101:00:03");
    }
}
