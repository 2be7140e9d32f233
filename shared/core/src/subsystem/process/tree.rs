//! `--export proctree`: the process tree; each process includes the activity and levels of its descendants. It has no
//! letter.

use super::command;
use super::parse::Sample;
use super::rates::{Active, Rates};
use super::show::Shown;
use super::{PROCESSES, Process, ProcessOptions};
use crate::capture::Probe;
use crate::frame::Frame;
use crate::kernel::Roots;
use crate::machine::Machine;
use crate::number::Scale;
use crate::render::line::Line;
use crate::render::verbose::{Heading, Rows};
use crate::settings::Settings;
use crate::subsystem::{Apart, Cadence, Context, Descriptor, Interval, NoArgs, Part, Subsystem, Switches};
use crate::usage::UsageError;

/// Generations that are indented; all later ones are indented like the last of these.
const INDENTED: usize = 6;

pub(crate) struct Tree {
    process: Process,
}

impl Subsystem for Tree {
    type Args = NoArgs;
    type Options = ProcessOptions;
    type Sample = Sample;
    type Rates = Rates;

    const DESCRIPTOR: Descriptor = Descriptor {
        name: "proctree",
        captures: &[&PROCESSES],
        cadence: Cadence::Second,
        ..Descriptor::EMPTY
    };

    fn options(switches: &Switches, context: &Context<'_>) -> Result<ProcessOptions, UsageError> {
        let options = Process::options(switches, context)?;
        if options.is_plain() {
            Ok(options)
        } else {
            Err(UsageError::new("--procopts i, m, s, S and x can't be used with 'proctree'"))
        }
    }

    fn probes(options: &ProcessOptions, roots: &Roots) -> Vec<Box<dyn Probe>> {
        Process::probes(options, roots)
    }

    fn new(settings: &Settings, options: &ProcessOptions) -> Self {
        Self { process: Process::new(settings, options) }
    }

    fn set_machine(&mut self, machine: &Machine) {
        self.process.set_machine(machine);
    }

    fn read(&self, frame: &Frame, sample: &mut Sample) {
        self.process.read(frame, sample);
    }

    fn rates(&self, previous: &Sample, current: &Sample, interval: Interval) -> Rates {
        self.process.rates(previous, current, interval)
    }

    fn apart(&self, _: Part) -> Apart {
        Apart::Headed
    }

    fn heading(&self, _: Part, _: &Rates) -> Heading {
        let counters = if self.process.options.total_faults {
            "cumulative"
        } else {
            &format!("/{}", self.process.per.word())
        };
        let skipped = match self.process.options.top {
            Some((key, _)) => format!(", none whose {} is 0", key.name()),
            None => String::new(),
        };
        let user = format!("{:width$}", "User", width = self.process.options.user_width());
        let priority = if self.process.options.raw_priority { "PRIO" } else { "PR" };
        Heading::of(
            &format!("# PROCESS TREE (counters are {counters} and with those of children{skipped})"),
            &[&format!(
                "  PID       PPID {user} {priority} S   VSZ   RSS CP  SysT  UsrT Pct  AccuTime  RKB  WKB MajF MinF \
                 Command"
            )],
        )
    }

    fn rows(&self, _: Part, rates: &Rates, rows: &mut Rows<'_>) {
        let branches = branches(&rates.tasks);
        let shown = branches.iter().filter(|branch| match self.process.options.top {
            Some((key, _)) => key.of(&branch.sum) > 0,
            None => true,
        });
        let most = self.process.options.top.map_or(usize::MAX, |(_, lines)| lines);
        for branch in shown.take(most) {
            rows.row(|line| self.row(branch, &rates.text, line));
        }
    }
}

impl Tree {
    fn row(&self, branch: &Branch, text: &[u8], line: &mut Line) {
        let Process { options, machine, users, .. } = &self.process;
        let shown = Shown { text, active: &branch.sum, options, machine, users };
        let task = &branch.sum.task;
        let indent = " ".repeat(branch.depth.min(INDENTED));
        line.left(format!("{indent}{:05}", task.pid), 11).int(f64::from(task.ppid), 6).text(" ");
        shown.user(line);
        line.text(" ");
        shown.priority(line);
        line.text(" ").text([task.state]);
        for size in [task.memory.vmsize, task.memory.vmrss] {
            line.text(" ").scaled(size as f64, 5, 4, Scale::Memory);
        }
        line.int(task.processor as f64, 3);
        shown.times(line);
        for rate in [branch.sum.io.read_kb, branch.sum.io.write_kb] {
            line.text(" ").scaled(rate, 4, 4, Scale::Kilobytes);
        }
        shown.faults(line);
        let command = task.command.clone().map(|range| &text[range]);
        line.text(" ").text(&indent);
        line.text(command::shown(command, &text[task.name.clone()], options.command));
    }
}

/// A process with its descendants.
#[derive(Debug)]
struct Branch {
    /// How many generations are above it.
    depth: usize,
    /// The process; its figures are those of the whole branch.
    sum: Active,
}

/// The branches of all processes, children after their parents and sorted by number. A process whose parent is
/// missing starts a tree. Threads are left out: they are part of their processes.
fn branches(tasks: &[Active]) -> Vec<Branch> {
    let processes: Vec<_> = tasks.iter().filter(|active| !active.task.is_thread).collect();
    let place = |pid: u32| processes.binary_search_by_key(&pid, |active| active.task.pid).ok();
    let mut children = vec![Vec::new(); processes.len()];
    let mut roots = Vec::new();
    for (index, active) in processes.iter().enumerate() {
        match place(active.task.ppid).filter(|&parent| parent != index) {
            Some(parent) => children[parent].push(index),
            None => roots.push(index),
        }
    }
    let mut branches: Vec<Branch> = Vec::with_capacity(processes.len());
    let mut parents = Vec::with_capacity(processes.len());
    let mut seen = vec![false; processes.len()];
    // A recording may contain processes that are ancestors of each other: these have no root, and come last.
    for root in roots.into_iter().chain(0..processes.len()) {
        let mut waiting = vec![(root, 0, None)];
        while let Some((index, depth, parent)) = waiting.pop() {
            if std::mem::replace(&mut seen[index], true) {
                continue;
            }
            let here = branches.len();
            waiting.extend(children[index].iter().rev().map(|&child| (child, depth + 1, Some(here))));
            branches.push(Branch { depth, sum: processes[index].clone() });
            parents.push(parent);
        }
    }
    for index in (0..branches.len()).rev() {
        if let Some(parent) = parents[index] {
            let (above, here) = branches.split_at_mut(index);
            above[parent].sum.add(&here[0].sum);
        }
    }
    branches
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::parse::{Memory, Task};
    use super::*;

    fn active(pid: u32, parent: u32, user: u64) -> Active {
        let memory = Memory { vmrss: u64::from(pid), ..Memory::default() };
        let task = Task { pid, ppid: parent, memory, ..Task::default() };
        Active { task, user, total: user, percent: user as f64, ..Active::default() }
    }

    fn shown(tasks: &[Active]) -> Vec<(u32, usize, u64, u64)> {
        let row = |branch: &Branch| {
            (branch.sum.task.pid, branch.depth, branch.sum.user, branch.sum.task.memory.vmrss)
        };
        branches(tasks).iter().map(row).collect()
    }

    #[test]
    fn children_follow_their_parents_and_are_added_to_them() {
        let tasks = [active(1, 0, 1), active(2, 0, 2), active(5, 9, 4), active(7, 1, 8), active(9, 1, 16)];
        let expected = [(1, 0, 29, 22), (7, 1, 8, 7), (9, 1, 20, 14), (5, 2, 4, 5), (2, 0, 2, 2)];
        assert_eq!(shown(&tasks), expected);
    }

    #[test]
    fn threads_are_a_part_of_their_processes() {
        let mut thread = active(6, 1, 5);
        thread.task.is_thread = true;
        assert_eq!(shown(&[active(1, 0, 9), thread]), [(1, 0, 9, 1)]);
    }

    #[test]
    fn ancestors_of_each_other_are_shown_once() {
        assert_eq!(shown(&[active(3, 4, 1), active(4, 3, 2), active(5, 5, 4)]).len(), 3);
    }

    proptest! {
        #[test]
        fn each_process_is_shown_once(parents in prop::collection::vec(0_u32..30, 0..30)) {
            let tasks: Vec<_> = (1..).zip(&parents).map(|(pid, &parent)| active(pid, parent, 1)).collect();
            let shown = shown(&tasks);
            prop_assert_eq!(shown.len(), tasks.len());
            let roots: u64 = shown.iter().filter(|row| row.1 == 0).map(|row| row.2).sum();
            prop_assert_eq!(roots, tasks.len() as u64);
        }
    }
}
