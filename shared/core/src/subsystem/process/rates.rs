//! The activity of tasks between two samples.

use super::parse::{Faults, Io, Sample, Switches, Task};
use super::{Key, ProcessOptions};
use crate::machine::Machine;
use crate::subsystem::Interval;
use crate::subsystem::counter::{Counters, increase};

/// How long before the last sample a new task may have been started, in seconds: the clocks differ a little, and
/// reading thousands of tasks takes time.
const TOLERANCE: f64 = 1.0;

/// The tasks that are shown, sorted by number.
#[derive(Debug, Default)]
pub(crate) struct Rates {
    pub(super) text: Vec<u8>,
    pub(super) tasks: Vec<Active>,
}

/// A task and its activity.
#[derive(Debug, Clone, Default)]
pub(super) struct Active {
    pub(super) task: Task,
    /// User and system jiffies in the interval.
    pub(super) user: u64,
    pub(super) system: u64,
    pub(super) done: Done,
    /// Both, in percent of one processor.
    pub(super) percent: f64,
    /// Jiffies since its start.
    pub(super) total: u64,
    pub(super) minor_faults: f64,
    pub(super) major_faults: f64,
    pub(super) voluntary_switches: f64,
    pub(super) involuntary_switches: f64,
    pub(super) io: IoRates,
}

/// Its activity in the interval, in units of the kernel.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Done {
    pub(super) faults: Faults,
    pub(super) switches: Switches,
    pub(super) io: Io,
}

/// kB and calls per second.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct IoRates {
    pub(super) read_kb: f64,
    pub(super) write_kb: f64,
    pub(super) read_call_kb: f64,
    pub(super) write_call_kb: f64,
    pub(super) read_calls: f64,
    pub(super) write_calls: f64,
    pub(super) cancelled_write_kb: f64,
}

/// What is known about the time before the previous sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Past {
    /// Everything: a task that has ended is not shown.
    Known,
    /// Nothing: a task that has ended is shown with its activity since its start.
    First,
}

/// The activity of the tasks of `current` since `previous`.
pub(super) fn between(
    previous: &Sample,
    current: &Sample,
    interval: Interval,
    machine: &Machine,
    options: &ProcessOptions,
    past: Past,
) -> Rates {
    let mut rates = Rates { text: Vec::new(), tasks: Vec::with_capacity(current.tasks.len()) };
    let mut add = |sample: &Sample, task: &Task, before: Before<'_>| {
        if options.states.admit(task.state) {
            let mut active = Active::new(task, before, interval, machine, options);
            active.task.name = copy(&sample.text[task.name.clone()], &mut rates.text);
            active.task.command =
                task.command.clone().map(|command| copy(&sample.text[command], &mut rates.text));
            rates.tasks.push(active);
        }
    };
    let mut older = previous.tasks.iter().peekable();
    for task in &current.tasks {
        while let Some(gone) = older.next_if(|older| older.pid < task.pid) {
            if past == Past::First {
                add(previous, gone, Before::Birth);
            }
        }
        let before = older.next_if(|older| older.pid == task.pid && older.starttime == task.starttime);
        add(current, task, before.map_or_else(|| unseen(task, previous.time, machine), Before::Task));
        // The number of a task that has ended was used again.
        older.next_if(|older| older.pid == task.pid);
    }
    if past == Past::First {
        older.for_each(|gone| add(previous, gone, Before::Birth));
    }
    rates
}

/// The values that the counters of a task are compared with.
#[derive(Clone, Copy)]
enum Before<'a> {
    /// Those of the previous sample.
    Task(&'a Task),
    /// Zero: the task was started in the interval.
    Birth,
    /// Unknown: the task existed but was not read, so the interval has no rates.
    Unknown,
}

/// For a task that was not in a sample taken at `time`.
fn unseen(task: &Task, time: f64, machine: &Machine) -> Before<'static> {
    let born = machine.booted.map(|booted| booted + task.starttime as f64 / machine.ticks as f64);
    if born.is_some_and(|born| born < time - TOLERANCE) { Before::Unknown } else { Before::Birth }
}

fn copy(bytes: &[u8], text: &mut Vec<u8>) -> std::ops::Range<usize> {
    let start = text.len();
    text.extend_from_slice(bytes);
    start..text.len()
}

impl Active {
    fn new(
        task: &Task,
        before: Before<'_>,
        interval: Interval,
        machine: &Machine,
        options: &ProcessOptions,
    ) -> Self {
        let birth = Task::default();
        let (old, is_new) = match before {
            Before::Task(old) => (old, false),
            Before::Birth => (&birth, true),
            Before::Unknown => (task, false),
        };
        let seconds = interval.seconds;
        let [user, system] = task.user_and_system(options.children);
        let [old_user, old_system] = old.user_and_system(options.children);
        let [used_user, used_system] = [increase(old_user, user), increase(old_system, system)];
        let used = (used_user + used_system) as f64 / machine.ticks as f64;
        let has_switches = task.has.switches && (old.has.switches || is_new);
        let has_io = task.has.io && (old.has.io || is_new);
        let done = Done {
            faults: task.faults.since(&old.faults),
            switches: if has_switches { task.switches.since(&old.switches) } else { Switches::default() },
            io: if has_io { task.io.since(&old.io) } else { Io::default() },
        };
        let faults = |total: u64, done: u64| {
            if options.total_faults { total as f64 } else { done as f64 / seconds }
        };
        Self {
            user: used_user,
            system: used_system,
            percent: 100.0 * used / seconds,
            total: user.saturating_add(system),
            minor_faults: faults(task.faults.minflt, done.faults.minflt),
            major_faults: faults(task.faults.majflt, done.faults.majflt),
            voluntary_switches: done.switches.voluntary_ctxt_switches as f64 / seconds,
            involuntary_switches: done.switches.nonvoluntary_ctxt_switches as f64 / seconds,
            io: IoRates::of(&done.io, seconds),
            done,
            task: task.clone(),
        }
    }

    /// Adds the activity and levels of another task.
    pub(super) fn add(&mut self, other: &Self) {
        let sum = |sum: &mut u64, more: u64| *sum = sum.saturating_add(more);
        sum(&mut self.user, other.user);
        sum(&mut self.system, other.system);
        sum(&mut self.total, other.total);
        self.percent += other.percent;
        self.minor_faults += other.minor_faults;
        self.major_faults += other.major_faults;
        self.voluntary_switches += other.voluntary_switches;
        self.involuntary_switches += other.involuntary_switches;
        self.io.add(&other.io);
        self.done.add(&other.done);
        self.task.memory = self.task.memory.each(&other.task.memory, u64::saturating_add);
    }

    /// Its number of threads without the first.
    pub(super) fn more_threads(&self) -> u64 {
        self.task.num_threads.saturating_sub(1)
    }
}

impl Done {
    fn add(&mut self, other: &Self) {
        self.faults.add(&other.faults);
        self.switches.add(&other.switches);
        self.io.add(&other.io);
    }
}

impl IoRates {
    fn add(&mut self, other: &Self) {
        self.read_kb += other.read_kb;
        self.write_kb += other.write_kb;
        self.read_call_kb += other.read_call_kb;
        self.write_call_kb += other.write_call_kb;
        self.read_calls += other.read_calls;
        self.write_calls += other.write_calls;
        self.cancelled_write_kb += other.cancelled_write_kb;
    }

    fn of(done: &Io, seconds: f64) -> Self {
        let kilobytes = |bytes: u64| bytes as f64 / 1024.0 / seconds;
        Self {
            read_kb: kilobytes(done.read_bytes),
            write_kb: kilobytes(done.write_bytes),
            read_call_kb: kilobytes(done.rchar),
            write_call_kb: kilobytes(done.wchar),
            read_calls: done.syscr as f64 / seconds,
            write_calls: done.syscw as f64 / seconds,
            cancelled_write_kb: kilobytes(done.cancelled_write_bytes),
        }
    }
}

impl Rates {
    /// The `count` largest, sorted by number if they are equal; with `skip_zero`, without those that are zero.
    pub(super) fn largest(&self, key: Key, count: usize, skip_zero: bool) -> Vec<&Active> {
        let ranked = self.tasks.iter().map(|task| (key.of(task), task));
        let mut ranked: Vec<_> = ranked.filter(|(rank, _)| !skip_zero || *rank != 0).collect();
        if key.is_ascending() {
            ranked.sort_by_key(|(rank, _)| *rank);
        } else {
            ranked.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
        }
        ranked.into_iter().take(count).map(|(_, task)| task).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse::tests::sample;
    use super::*;

    const TWO: Interval = Interval { seconds: 2.0, real: 2.0 };

    fn task(pid: u32, user: u64, start: u64, read: Option<u64>) -> String {
        let mut text = format!(
            "proc:{pid} stat {pid} (x{pid}) S 1 0 0 0 -1 0 {user} 0 0 0 {user} 0 0 0 20 0 1 0 {start} {}\n",
            "1 ".repeat(30)
        );
        if let Some(read) = read {
            text += &format!("proc:{pid} io read_bytes: {read}\nproc:{pid} io cancelled_write_bytes: 0\n");
        }
        text
    }

    fn rates(before: &[String], now: &[String], past: Past) -> Vec<(u32, u64, f64, f64)> {
        let machine = Machine { booted: Some(900.0), ..Machine::default() };
        let (before, now) = (sample(before.concat().as_bytes()), sample(now.concat().as_bytes()));
        let rates = between(&before, &now, TWO, &machine, &ProcessOptions::default(), past);
        rates.tasks.iter().map(|task| (task.task.pid, task.user, task.percent, task.io.read_kb)).collect()
    }

    #[test]
    fn tasks_start_and_end() {
        // Samples are taken at 1000 s; the machine was booted at 900 s.
        let before = [task(5, 100, 0, Some(2048)), task(6, 50, 0, None), task(9, 70, 0, None)];
        let now = [task(5, 120, 0, Some(8192)), task(7, 30, 10_100, Some(4096)), task(9, 70, 0, None)];
        let expected = vec![(5, 20, 10.0, 3.0), (7, 30, 15.0, 2.0), (9, 0, 0.0, 0.0)];
        assert_eq!(rates(&before, &now, Past::Known), expected);
        let with_gone = vec![expected[0], (6, 50, 25.0, 0.0), expected[1], expected[2]];
        assert_eq!(rates(&before, &now, Past::First), with_gone);
    }

    #[test]
    fn a_reused_number() {
        let now = [task(5, 3, 10_150, None)];
        assert_eq!(rates(&[task(5, 100, 0, None)], &now, Past::Known), [(5, 3, 1.5, 0.0)]);
    }

    #[test]
    fn no_rates_without_an_earlier_sample() {
        // It existed long before the last sample, but was not in it.
        assert_eq!(rates(&[], &[task(5, 100, 0, Some(4096))], Past::Known), [(5, 0, 0.0, 0.0)]);
        // Its counters were not readable before, or are not now.
        let (with, without) = (task(5, 1, 0, Some(4096)), task(5, 1, 0, None));
        assert_eq!(rates(std::slice::from_ref(&without), std::slice::from_ref(&with), Past::Known)[0].3, 0.0);
        assert_eq!(rates(&[with], &[without], Past::Known)[0].3, 0.0);
    }

    #[test]
    fn a_counter_that_decreased_gives_no_rate() {
        assert_eq!(rates(&[task(5, 100, 0, None)], &[task(5, 99, 0, None)], Past::Known)[0].1, 0);
    }
}
