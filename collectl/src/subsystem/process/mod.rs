//! `Z`: processes and threads, from `/proc/PID/{stat,status,cmdline,io}` (proc_pid_stat(5) and its neighbours).

mod analysis;
mod capture;
mod command;
mod filter;
mod json;
mod key;
mod machines;
mod options;
mod parse;
mod plot;
mod rates;
mod show;
mod tree;
mod users;

pub use filter::Filter;
pub use key::Key;
pub(super) use machines::Machines;
pub use options::{Layout, ProcessOptions, StartTime, States};
pub(super) use tree::Tree;

use super::{Cadence, Interval, Part, Place, Subsystem};
use crate::capture::{Capture, Probe, Root};
use crate::frame::Frame;
use crate::machine::Machine;
use crate::render::json::Object;
use crate::render::plot::{Names, PlotLines, Values};
use crate::render::verbose::{Heading, Rows};
use crate::settings::{Per, Settings};
use crate::source::live::Roots;
use parse::Sample;
use rates::{Active, Past, Rates, between};
use users::Users;

/// The lines of all processes, `proc:PID KEY ...`, and behind them those of threads, `procT:TID KEY ...`.
pub(crate) const PROCESSES: Capture = Capture {
    rank: 170,
    root: Root::Proc,
    path: "",
    optional: false,
    tags: &[b"proc:", b"procT:"],
    keep: |text, out| out.extend_from_slice(text),
};

pub(crate) struct Process {
    options: ProcessOptions,
    top: Option<(Key, usize)>,
    per: Per,
    machine: Machine,
    users: Users,
}

impl Subsystem for Process {
    type Sample = Sample;
    type Rates = Rates;

    const PLACE: Place = Place {
        name: "processes",
        summary: None,
        detail: Some('Z'),
        brief: None,
        plot: 130,
        plot_detail: 90,
    };
    const CAPTURES: &'static [&'static Capture] = &[&PROCESSES];
    const PLOT_FILE: Option<&'static str> = Some("prc");
    const CADENCE: Cadence = Cadence::Second;
    const OWN_PLOT_LINES: bool = true;

    fn probes(settings: &Settings, roots: &Roots) -> Vec<Box<dyn Probe>> {
        vec![Box::new(capture::ProcessProbe::new(&roots.proc, &settings.process))]
    }

    fn new(settings: &Settings) -> Self {
        let top = settings.top.and_then(|top| top.of_processes());
        let mut options = settings.process.clone();
        options.switches |= top.is_some_and(|(key, _)| key.is_of_switches());
        let users = Users::new(&settings.process.passwd);
        Self { options, top, per: settings.per, machine: Machine::default(), users }
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
        // The Perl collectl shows what ended in the first interval, too, and consumers of played back files know it so.
        let interval = self.recorded_interval(interval);
        let past = if self.machine.recorded { Past::First } else { Past::Known };
        between(previous, current, interval, &self.machine, &self.options, past)
    }

    fn is_set_apart(&self, _: Part) -> bool {
        true
    }

    fn heading(&self, _: Part, _: &Rates) -> Heading {
        show::heading(&self.options, self.per, self.top.map(|(key, _)| key))
    }

    fn rows(&self, _: Part, rates: &Rates, rows: &mut Rows<'_>) {
        let row = |task| {
            let shown = show::Shown {
                text: &rates.text,
                active: task,
                options: &self.options,
                machine: &self.machine,
                users: &self.users,
            };
            rows.row(|line| shown.row(line));
        };
        self.shown(rates).into_iter().for_each(row);
    }

    fn plot_names(&self, _: Part, _: &Rates, names: &mut Names) {
        names.push_bare(plot::NAMES);
    }

    fn plot(&self, _: Part, _: &Rates, _: &mut Values) {}

    fn plot_lines(&self, rates: &Rates, lines: &mut PlotLines<'_>) {
        for task in plot::in_order(rates) {
            lines.line(|values| plot::line(&rates.text, task, &self.machine, &self.users, values));
        }
    }

    fn json(&self, _: Part, rates: &Rates, line: &mut Object) {
        self.push_json(rates, line);
    }
}

impl Process {
    /// The tasks that are shown in their order.
    fn shown<'a>(&self, rates: &'a Rates) -> Vec<&'a Active> {
        match self.top {
            None => rates.tasks.iter().collect(),
            Some((key, lines)) => rates.largest(key, lines, self.options.skip_zero),
        }
    }

    /// What the counters of processes are divided by. The Perl collectl takes the interval that was asked for and not the
    /// one that passed: so do we for what it recorded, unless samples were missed.
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
    fn recorded_counters_are_by_the_interval_that_was_asked_for() {
        let mut process = Process::new(&Settings::default());
        let seconds =
            |process: &Process, real| process.recorded_interval(Interval { seconds: real, real }).seconds;
        assert_eq!(seconds(&process, 2.25), 2.25);
        process.machine.second_interval = Some(2.0);
        assert_eq!(seconds(&process, 2.25), 2.0);
        assert_eq!(seconds(&process, 4.0), 4.0);
    }
}
