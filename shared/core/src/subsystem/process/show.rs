//! Processes in the verbose format.

use jiff::Timestamp;

use super::command;
use super::parse::Task;
use super::rates::Active;
use super::users::Users;
use super::{Key, Layout, ProcessOptions, StartTime};
use crate::machine::Machine;
use crate::number::Scale;
use crate::render::line::Line;
use crate::render::verbose::Heading;
use crate::settings::Per;

pub(super) fn heading(options: &ProcessOptions, per: Per, top: Option<Key>) -> Heading {
    let counters = match per {
        _ if options.total_faults => "cumulative",
        Per::Second => "/sec",
        Per::Interval => "/int",
    };
    let columns = columns(options);
    match top {
        None => Heading::of(&format!("# PROCESS SUMMARY (counters are {counters})"), &[&columns]),
        Some(key) => Heading::of(
            &format!("# TOP PROCESSES sorted by {} (counters are {counters})", key.name()),
            &[&columns],
        )
        .with_clock(),
    }
}

fn columns(options: &ProcessOptions) -> String {
    let user = format!("{:width$}", "User", width = options.user_width());
    match options.layout {
        Layout::Io => format!(
            " PID  {user}  PPID S  SysT  UsrT Pct  AccuTime   RKB   WKB  RKBC  WKBC  RSys  WSys  Cncl Command"
        ),
        Layout::Memory => format!(
            " PID  {user} S VmSize  VmLck  VmRSS VmData  VmStk  VmExe  VmLib  VmSwp MajF MinF Command"
        ),
        Layout::Mixed => {
            let priority = if options.raw_priority { "PRIO" } else { "PR" };
            let start = match options.start {
                StartTime::Hidden => "",
                StartTime::Time => " StrtTime",
                StartTime::Day => " StartTime     ",
            };
            let switches = if options.switches { " VCtx NCtx" } else { "" };
            format!(
                " PID  {user} {priority}  PPID THRD S   VSZ   RSS CP  SysT  UsrT Pct  AccuTime{start}  RKB  WKB\
                 {switches} MajF MinF Command"
            )
        }
    }
}

/// A task, with what is needed to show it.
pub(super) struct Shown<'a> {
    /// The text that its name and command are in.
    pub(super) text: &'a [u8],
    pub(super) active: &'a Active,
    pub(super) options: &'a ProcessOptions,
    pub(super) machine: &'a Machine,
    pub(super) users: &'a Users,
}

impl Shown<'_> {
    pub(super) fn row(&self, line: &mut Line) {
        let task = &self.active.task;
        line.int(f64::from(task.pid), 5).text(if task.is_thread { "+ " } else { "  " });
        self.user(line);
        match self.options.layout {
            Layout::Mixed => self.mixed(line),
            Layout::Io => self.io(line),
            Layout::Memory => self.memory(line),
        }
        let command = task.command.clone().map(|range| &self.text[range]);
        line.text(" ").text(command::shown(command, &self.text[task.name.clone()], self.options.command));
    }

    pub(super) fn user(&self, line: &mut Line) {
        let user = self.active.task.ruid.map_or_else(Default::default, |user| self.users.name(user));
        let width = self.options.user_width();
        let user: String = user.chars().take(width).collect();
        line.left(&user, width);
    }

    pub(super) fn priority(&self, line: &mut Line) {
        push_priority(&self.active.task, self.options.raw_priority, line);
    }

    fn mixed(&self, line: &mut Line) {
        let (task, io) = (&self.active.task, &self.active.io);
        line.text(" ");
        self.priority(line);
        line.text(" ").int(f64::from(parent(task)), 5);
        line.int(task.num_threads as f64 - 1.0, 5).text(" ").text([task.state]);
        for size in [task.memory.vmsize, task.memory.vmrss] {
            line.text(" ").scaled(size as f64, 5, 4, Scale::Memory);
        }
        line.int(task.processor as f64, 3);
        self.times(line);
        match start(task, self.options.start, self.machine) {
            Some(start) => line.text(" ").text(start),
            None => line,
        };
        for rate in [io.read_kb, io.write_kb] {
            line.text(" ").scaled(rate, 4, 4, Scale::Kilobytes);
        }
        if self.options.switches {
            for rate in [self.active.voluntary_switches, self.active.involuntary_switches] {
                line.text(" ").scaled(rate, 4, 4, Scale::Kilobytes);
            }
        }
        self.faults(line);
    }

    fn io(&self, line: &mut Line) {
        let (task, io) = (&self.active.task, &self.active.io);
        line.text(" ").int(f64::from(parent(task)), 5).text(" ").text([task.state]);
        self.times(line);
        for rate in [
            io.read_kb,
            io.write_kb,
            io.read_call_kb,
            io.write_call_kb,
            io.read_calls,
            io.write_calls,
            io.cancelled_write_kb,
        ] {
            line.text(" ").scaled(rate, 5, 5, Scale::Kilobytes);
        }
    }

    fn memory(&self, line: &mut Line) {
        let memory = &self.active.task.memory;
        line.text(" ").text([self.active.task.state]);
        for size in [
            memory.vmsize,
            memory.vmlck,
            memory.vmrss,
            memory.vmdata,
            memory.vmstk,
            memory.vmexe,
            memory.vmlib,
            memory.vmswap,
        ] {
            line.text(" ").scaled(size as f64, 6, 6, Scale::Memory);
        }
        self.faults(line);
    }

    /// System and user time in the interval, their percentage, and the time since its start.
    pub(super) fn times(&self, line: &mut Line) {
        for jiffies in [self.active.system, self.active.user] {
            line.text(" ").right(seconds(jiffies, self.machine), 5);
        }
        line.int(self.active.percent, 4);
        line.right(lifetime(self.active.total, self.machine), 10);
    }

    pub(super) fn faults(&self, line: &mut Line) {
        for rate in [self.active.major_faults, self.active.minor_faults] {
            line.text(" ").scaled(rate, 4, 4, Scale::Count);
        }
    }
}

/// For a thread, the process that it belongs to.
pub(super) fn parent(task: &Task) -> u32 {
    if task.is_thread { task.tgid } else { task.ppid }
}

fn push_priority(task: &Task, raw: bool, line: &mut Line) {
    match (raw, task.priority) {
        (true, priority) => line.int(priority as f64, 4),
        (false, ..0) => line.text("RT"),
        (false, priority) => line.int(priority as f64, 2),
    };
}

/// `S.hh`
pub(super) fn seconds(jiffies: u64, machine: &Machine) -> String {
    format!("{}.{:02}", jiffies / machine.ticks, hundredths(jiffies, machine))
}

/// Hundredths of a second, cut off from a float as in the Perl collectl: 29 become 28.
fn hundredths(jiffies: u64, machine: &Machine) -> u64 {
    ((jiffies % machine.ticks) as f64 / machine.ticks as f64 * 100.0) as u64
}

/// `MM:SS.hh`, or `HH:MM:SS` for an hour and more.
pub(super) fn lifetime(jiffies: u64, machine: &Machine) -> String {
    let seconds = jiffies / machine.ticks;
    let minutes = seconds / 60;
    if minutes < 60 {
        format!("{minutes:02}:{:02}.{:02}", seconds % 60, hundredths(jiffies, machine))
    } else {
        format!("{:02}:{:02}:{:02}", minutes / 60, minutes % 60, seconds % 60)
    }
}

/// Its start; blank if unknown.
fn start(task: &Task, shown: StartTime, machine: &Machine) -> Option<String> {
    let (pattern, width) = match shown {
        StartTime::Hidden => return None,
        StartTime::Time => ("%H:%M:%S", 8),
        StartTime::Day => ("%b%d-%H:%M:%S", 14),
    };
    let start = machine.booted.and_then(|booted| {
        let seconds = booted + task.starttime as f64 / machine.ticks as f64;
        let instant = Timestamp::from_second(seconds as i64).ok()?;
        Some(machine.zone.to_datetime(instant).strftime(pattern).to_string())
    });
    Some(format!("{:width$}", start.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        let hundred = Machine::default();
        assert_eq!(seconds(0, &hundred), "0.00");
        assert_eq!(seconds(12_345, &hundred), "123.45");
        assert_eq!(seconds(129, &hundred), "1.28");
        let lifetime = |jiffies| lifetime(jiffies, &Machine::default());
        assert_eq!([lifetime(28), lifetime(29), lifetime(142)], ["00:00.28", "00:00.28", "00:01.42"]);
        assert_eq!(lifetime(360_000), "01:00:00");
        assert_eq!(lifetime(36_360_340), "101:00:03");
        let machine = Machine { ticks: 250, ..Machine::default() };
        assert_eq!(seconds(505, &machine), "2.02");
    }

    #[test]
    fn starts_are_in_the_time_zone_of_the_machine() {
        let task = Task { starttime: 1000, ..Task::default() };
        let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(-5));
        let machine = Machine { booted: Some(1_795_339_950.27), zone, ..Machine::default() };
        assert_eq!(start(&task, StartTime::Time, &machine).unwrap(), "04:32:40");
        assert_eq!(start(&task, StartTime::Day, &machine).unwrap(), "Nov22-04:32:40");
        assert_eq!(start(&task, StartTime::Time, &Machine::default()).unwrap(), "        ");
        assert_eq!(start(&task, StartTime::Hidden, &machine), None);
    }
}
