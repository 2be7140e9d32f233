//! `Z`: processes and threads, from `/proc/PID/{stat,status,cmdline,io}` (proc_pid_stat(5) and its neighbours).

mod analysis;
mod capture;
mod command;
mod figures;
mod filter;
mod key;
mod machines;
mod options;
mod parse;
mod rates;
mod show;
mod tree;
mod users;

use filter::Filter;
pub use key::Key;
pub(crate) use machines::Machines;
use options::{Layout, ProcessOptions, StartTime};
pub(crate) use tree::Tree;

use super::{Apart, Cadence, Context, Descriptor, Interval, MakeAnalysis, Part, Subsystem, Switches};
use crate::capture::{Capture, Probe, Root};
use crate::figure::Table;
use crate::frame::Frame;
use crate::kernel::Roots;
use crate::machine::Machine;
use crate::render::sheet::Sheet;
use crate::render::verbose::{Heading, Rows};
use crate::settings::{Per, Settings};
use crate::usage::UsageError;
use parse::Sample;
use rates::{Active, Past, Rates, between};
use show::Shown;
use users::Users;

/// The lines of all processes, `proc:PID KEY ...`, and after them those of threads, `procT:TID KEY ...`.
pub(crate) static PROCESSES: Capture = Capture {
    root: Root::Proc,
    path: "",
    optional: false,
    tags: &[b"proc:", b"procT:"],
    keep: |text, out| out.extend_from_slice(text),
};

pub(crate) struct Process {
    options: ProcessOptions,
    per: Per,
    machine: Machine,
    users: Users,
}

impl Subsystem for Process {
    type Args = options::Args;
    type Options = ProcessOptions;
    type Sample = Sample;
    type Rates = Rates;

    const DESCRIPTOR: Descriptor = Descriptor {
        name: "process",
        about: "processes",
        detail: Some('Z'),
        details_in_all: true,
        plot: 130,
        plot_detail: 90,
        captures: &[&PROCESSES],
        cadence: Cadence::Second,
        plot_file: Some("prc"),
        own_plot_lines: true,
        ..Descriptor::EMPTY
    };
    const ANALYSIS: Option<MakeAnalysis<Self::Options>> = Some(super::analysis::boxed::<Self>);

    fn options(switches: &Switches, context: &Context<'_>) -> Result<ProcessOptions, UsageError> {
        ProcessOptions::resolve(&switches.get()?, context)
    }

    fn probes(options: &ProcessOptions, roots: &Roots) -> Vec<Box<dyn Probe>> {
        vec![Box::new(capture::ProcessProbe::new(&roots.proc, options))]
    }

    fn new(settings: &Settings, options: &ProcessOptions) -> Self {
        let users = Users::new(&options.passwd);
        Self { options: options.clone(), per: settings.per, machine: Machine::default(), users }
    }

    fn set_machine(&mut self, machine: &Machine) {
        self.machine = machine.clone();
    }

    fn read(&self, frame: &Frame, sample: &mut Sample) {
        sample.read(frame);
    }

    fn rates(&self, previous: &Sample, current: &Sample, interval: Interval) -> Rates {
        let interval = self.recorded_interval(interval);
        between(previous, current, interval, &self.machine, &self.options, Past::Known)
    }

    fn first_rates(&self, previous: &Sample, current: &Sample, interval: Interval) -> Rates {
        // The Perl collectl also shows what ended in the first interval, and consumers of recordings expect it.
        let interval = self.recorded_interval(interval);
        let past = if self.machine.recorded { Past::First } else { Past::Known };
        between(previous, current, interval, &self.machine, &self.options, past)
    }

    fn apart(&self, _: Part) -> Apart {
        match &self.options {
            _ if self.machine.recorded => Apart::Headed,
            options if options.top.is_some() => Apart::Headed,
            options if options.filter.is_empty() => Apart::Separated,
            _ => Apart::No,
        }
    }

    fn heading(&self, _: Part, _: &Rates) -> Heading {
        show::heading(&self.options, self.per, self.options.top.map(|(key, _)| key))
    }

    fn rows(&self, _: Part, rates: &Rates, rows: &mut Rows<'_>) {
        for active in self.selected(rates) {
            rows.row(|line| self.shown(rates, active).row(line));
        }
    }

    fn figures(&self, _: Part, rates: &Rates, sheet: &mut Sheet<'_>) {
        let tasks = match sheet {
            Sheet::PlotLines(_) => rates.by_text(),
            _ => self.selected(rates),
        };
        let tasks: Vec<_> = tasks.into_iter().map(|active| self.shown(rates, active)).collect();
        sheet.many(&Shown::PROCESSES, tasks.iter().map(|task| (u64::from(task.active.task.pid), task)));
    }

    fn tables(_: Part) -> Vec<Table> {
        vec![Shown::PROCESSES.table()]
    }
}

impl Process {
    /// A task with what is needed to show it.
    fn shown<'a>(&'a self, rates: &'a Rates, active: &'a Active) -> Shown<'a> {
        let Self { options, machine, users, .. } = self;
        Shown { text: &rates.text, active, options, machine, users }
    }

    /// The tasks that are shown, in their order.
    fn selected<'a>(&self, rates: &'a Rates) -> Vec<&'a Active> {
        match self.options.top {
            None => rates.tasks.iter().collect(),
            Some((key, lines)) => rates.largest(key, lines, self.options.skip_zero),
        }
    }

    /// The divisor for the counters of processes. The Perl collectl uses the configured interval instead of the elapsed
    /// one. Its recordings are played the same way, unless samples are missing.
    fn recorded_interval(&self, interval: Interval) -> Interval {
        match self.machine.second_interval {
            Some(asked) if self.per == Per::Second && (interval.real - asked).abs() < asked / 2.0 => {
                Interval { seconds: asked, ..interval }
            }
            _ => interval,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recorded_counters_are_divided_by_the_configured_interval() {
        let mut process = Process::new(&Settings::default(), &ProcessOptions::default());
        let seconds =
            |process: &Process, real| process.recorded_interval(Interval { seconds: real, real }).seconds;
        assert_eq!(seconds(&process, 2.25), 2.25);
        process.machine.second_interval = Some(2.0);
        assert_eq!(seconds(&process, 2.25), 2.0);
        assert_eq!(seconds(&process, 4.0), 4.0);
    }
}
