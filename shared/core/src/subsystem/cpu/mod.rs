//! `c`, `C`: processors, from `/proc/stat` and `/proc/loadavg` (proc_stat(5), proc_loadavg(5)).

mod figures;
mod options;
mod shares;
mod vmstat;

use super::counter::{Counters, change};
use super::interrupts::{INTERRUPTS, Table};
use super::stat::{STAT, processor};
use super::{Context, Descriptor, Included, Interval, Part, Subsystem, Switches};
use crate::capture::{Capture, Root, keep_tagged};
use crate::figure::Table as FigureTable;
use crate::frame::Frame;
use crate::machine::Machine;
use crate::number::Scale;
use crate::render::brief::BriefSheet;
use crate::render::line::Line;
use crate::render::sheet::Sheet;
use crate::render::totals::Sum;
use crate::render::verbose::{Heading, Rows};
use crate::scan::{UNKNOWN, Words, number};
use crate::settings::{Per, Settings};
use crate::usage::UsageError;
pub(crate) use options::Options;
use shares::{CpuTime, Shares};

/// Load averages and tasks.
pub(crate) static LOAD: Capture = Capture {
    root: Root::Proc,
    path: "loadavg",
    optional: false,
    tags: &[b"load "],
    keep: |text, out| keep_tagged(text, b"load", |_| true, out),
};

pub(crate) struct Cpu {
    per: Per,
    options: Options,
    /// Whether each core counts as two processors.
    hyperthreads: bool,
    /// How many processors the machine has, on or off; 0 if unknown.
    present: usize,
    /// Jiffies of a second.
    ticks: u64,
}

/// The warning in headings while a processor is off.
const DISABLED: &str = "*** One or more CPUs disabled ***";

/// Counters since boot, and levels.
#[derive(Debug, Default)]
pub(crate) struct Sample {
    total: CpuTime,
    /// By number; none for a processor that is off.
    each: Vec<Option<CpuTime>>,
    interrupts: u64,
    switches: u64,
    created: u64,
    running: u64,
    blocked: u64,
    load: Load,
    /// Empty if they are not shown.
    table: Table,
}

#[derive(Debug)]
pub(crate) struct Rates {
    total: Shares,
    each: Vec<Processor>,
    processors: usize,
    interrupts: f64,
    switches: f64,
    created: f64,
    running: u64,
    blocked: u64,
    load: Load,
}

/// The figures of one processor.
#[derive(Debug)]
struct Processor {
    number: usize,
    shares: Shares,
    /// Per second; none if not shown.
    interrupts: Option<f64>,
}

/// Load averages of 1, 5 and 15 minutes, and tasks.
#[derive(Debug, Default, Clone, Copy)]
struct Load {
    one: f64,
    five: f64,
    fifteen: f64,
    running: u64,
    tasks: u64,
}

impl Subsystem for Cpu {
    type Args = options::Args;
    type Options = Options;
    type Sample = Sample;
    type Rates = Rates;

    const DESCRIPTOR: Descriptor = Descriptor {
        name: "cpu",
        about: "CPU",
        summary: Some('c'),
        detail: Some('C'),
        included: Included::Interactive,
        details_in_all: true,
        brief: Some(10),
        plot: 10,
        plot_detail: 10,
        captures: &[&STAT, &LOAD, &INTERRUPTS],
        plot_file: Some("cpu"),
        ..Descriptor::EMPTY
    };

    fn options(switches: &Switches, context: &Context<'_>) -> Result<Options, UsageError> {
        Options::resolve(&switches.get()?, switches, context)
    }

    fn captures(options: &Options) -> &'static [&'static Capture] {
        if options.interrupts.is_some() { Self::DESCRIPTOR.captures } else { const { &[&STAT, &LOAD] } }
    }

    fn new(settings: &Settings, options: &Options) -> Self {
        Self { per: settings.per, options: options.clone(), hyperthreads: false, present: 0, ticks: 100 }
    }

    fn set_machine(&mut self, machine: &Machine) {
        self.hyperthreads = machine.hyperthreads;
        self.present = machine.processors;
        self.ticks = machine.ticks;
    }

    fn read(&self, frame: &Frame, sample: &mut Sample) {
        let (mut each, mut table) = (std::mem::take(&mut sample.each), std::mem::take(&mut sample.table));
        each.clear();
        if let Some(filter) = &self.options.interrupts {
            table.read(frame, filter);
        }
        *sample = Sample { each, table, ..Sample::unknown() };
        for line in frame.lines(&STAT) {
            let mut words = Words(line);
            match words.next() {
                Some(b"cpu") => sample.total = CpuTime::read(words),
                Some(b"intr") => sample.interrupts = words.counter(),
                Some(b"ctxt") => sample.switches = words.counter(),
                Some(b"processes") => sample.created = words.counter(),
                Some(b"procs_running") => sample.running = words.number(),
                Some(b"procs_blocked") => sample.blocked = words.number(),
                Some(name) => sample.add_processor(name, words),
                None => {}
            }
        }
        for line in frame.lines(&LOAD) {
            sample.load = Load::read(line);
        }
    }

    fn rates(&self, previous: &Sample, current: &Sample, interval: Interval) -> Rates {
        let past = |index: usize| previous.each.get(index).copied().flatten();
        let wanted = || {
            current.each.iter().enumerate().filter_map(|(index, now)| {
                let now = now.as_ref().filter(|_| self.options.wants(index))?;
                Some((index, now.changes(&past(index).unwrap_or(*now))))
            })
        };
        let elapsed = interval.real * self.ticks as f64;
        let total = if self.options.wanted.is_some() {
            let (mut spent, mut processors) = (CpuTime::default(), 0);
            for (_, each) in wanted() {
                spent.add(&each);
                processors += 1;
            }
            Shares::of(&spent, elapsed * f64::from(processors), self.per)
        } else {
            let processors = current.each.iter().flatten().count().max(1);
            Shares::of(&current.total.changes(&previous.total), elapsed * processors as f64, self.per)
        };
        let rate = |before, now| match change(before, now) {
            UNKNOWN => f64::NAN,
            count => count as f64 / interval.seconds,
        };
        let interrupts = current.table.totals_since(&previous.table);
        let of = |number: usize| interrupts.get(number).copied().unwrap_or(0) as f64 / interval.seconds;
        let processor = |number, shares| Processor {
            number,
            shares,
            interrupts: self.options.interrupts.is_some().then(|| of(number)),
        };
        let mut each: Vec<_> = wanted()
            .map(|(number, spent)| processor(number, Shares::of(&spent, elapsed, self.per)))
            .collect();
        let mut processors = current.each.iter().flatten().count();
        // A recording without lines of processors does not mean that they are off.
        if processors == 0 {
            processors = self.present;
            let unknown = (0..self.present).filter(|number| self.options.wants(*number));
            each.extend(unknown.map(|number| processor(number, Shares::default())));
        }
        Rates {
            total,
            each,
            processors,
            interrupts: rate(previous.interrupts, current.interrupts),
            switches: rate(previous.switches, current.switches),
            created: rate(previous.created, current.created),
            // The process that reads the file is one of those that run.
            running: current.running.saturating_sub(1),
            blocked: current.blocked,
            load: Load { running: current.load.running.saturating_sub(1), ..current.load },
        }
    }

    fn brief_header(&self, rates: &Rates, sheet: &mut BriefSheet) {
        if rates.processors < self.present {
            sheet.warning(DISABLED);
        }
        let title = if self.hyperthreads { "<----CPU[HYPER]----->" } else { "<--------CPU-------->" };
        sheet.group(title, "cpu sys inter  ctxsw ");
    }

    fn brief(&self, rates: &Rates, line: &mut Line) {
        let Shares { user, nice, system, .. } = rates.total;
        // As in the Perl collectl, interrupts and stolen time are not part of the totals.
        line.sum(Sum::LevelLike(user + nice + system)).int(rates.total.busy(), 3).text(" ");
        line.sum(Sum::LevelLike(system)).int(rates.total.all_system(), 3).text(" ").sum(Sum::Rate);
        line.scaled(rates.interrupts, 5, 5, Scale::Count).text(" ");
        line.scaled(rates.switches, 6, 6, Scale::Count).text(" ");
    }

    fn heading(&self, part: Part, rates: &Rates) -> Heading {
        let kind = if self.hyperthreads { "[HYPER]" } else { "" };
        let disabled = if rates.processors < self.present { format!(": {DISABLED}") } else { String::new() };
        match part {
            Part::Summary => Heading::of(
                &format!("# CPU{kind} SUMMARY (INTR, CTXSW & PROC /{}){disabled}", self.per.word()),
                &[
                    " User  Nice   Sys  Wait   IRQ  Soft Steal Guest NiceG  Idle  CPUs  Intr  Ctxsw  Proc  RunQ   Run   Avg1  \
                   Avg5 Avg15 RunT BlkT",
                ],
            ),
            Part::Detail => {
                let interrupts = if self.options.interrupts.is_some() { " Intrpt" } else { "" };
                let columns = "   Cpu  User Nice  Sys Wait IRQ  Soft Steal Guest NiceG Idle";
                let title = format!("# SINGLE CPU{kind} STATISTICS");
                Heading::new(&title, vec![format!("{columns}{interrupts}")])
            }
        }
    }

    fn rows(&self, part: Part, rates: &Rates, rows: &mut Rows<'_>) {
        match part {
            Part::Summary => rows.row(|line| rates.summary_row(line)),
            Part::Detail => {
                let shown = |shares: &Shares| !(self.options.skip_idle && shares.is_idle());
                for processor in rates.each.iter().filter(|processor| shown(&processor.shares)) {
                    rows.row(|line| detail_row(processor, line));
                }
            }
        }
    }

    fn figures(&self, part: Part, rates: &Rates, sheet: &mut Sheet<'_>) {
        match part {
            Part::Summary => sheet.one(&figures::CPU, rates),
            Part::Detail => sheet.many(&figures::CPUS, rates.each.iter().map(|cpu| (cpu.number, cpu))),
        }
    }

    fn tables(part: Part) -> Vec<FigureTable> {
        match part {
            Part::Summary => vec![figures::CPU.table()],
            Part::Detail => vec![figures::CPUS.table()],
        }
    }
}

impl Sample {
    /// A processor without known counters.
    fn unknown() -> Self {
        Self {
            total: CpuTime::UNKNOWN,
            interrupts: UNKNOWN,
            switches: UNKNOWN,
            created: UNKNOWN,
            ..Self::default()
        }
    }

    fn add_processor(&mut self, name: &[u8], counters: Words<'_>) {
        let Some(index) = processor(name) else { return };
        if self.each.len() <= index {
            self.each.resize(index + 1, None);
        }
        self.each[index] = Some(CpuTime::read(counters));
    }
}

impl Rates {
    fn summary_row(&self, line: &mut Line) {
        let total = &self.total;
        for share in [total.user, total.nice, total.system, total.wait, total.irq, total.soft, total.steal] {
            line.int(share, 6);
        }
        line.int(total.guest, 6).int(total.guest_nice, 6).int(total.idle, 6);
        line.int(self.processors as f64, 6);
        line.blanks(2).scaled(self.interrupts, 4, 4, Scale::Count);
        line.blanks(3).scaled(self.switches, 4, 4, Scale::Count);
        line.blanks(2).int(self.created, 4);
        let load = &self.load;
        line.int(load.tasks as f64, 6).int(load.running as f64, 6);
        line.fixed(load.one, 7, 2).fixed(load.five, 6, 2).fixed(load.fifteen, 6, 2);
        line.int(self.running as f64, 5).int(self.blocked as f64, 5);
    }
}

fn detail_row(Processor { number, shares, interrupts }: &Processor, line: &mut Line) {
    line.int(*number as f64, 7).int(shares.user, 6);
    for share in [shares.nice, shares.system, shares.wait, shares.irq, shares.soft] {
        line.int(share, 5);
    }
    for share in [shares.steal, shares.guest, shares.guest_nice] {
        line.int(share, 6);
    }
    line.int(shares.idle, 5);
    if let Some(interrupts) = interrupts {
        line.text(" ").int(*interrupts, 6);
    }
}

impl Load {
    /// Reads `load 0.11 0.20 0.15 2/345 6789`.
    fn read(line: &[u8]) -> Self {
        let mut words = Words(line).skip(1);
        let [one, five, fifteen] = std::array::from_fn(|_| decimal(words.next()));
        let mut tasks = words.next().unwrap_or_default().splitn(2, |&byte| byte == b'/').map(number);
        let [running, tasks] = std::array::from_fn(|_| tasks.next().unwrap_or(0));
        Self { one, five, fifteen, running, tasks }
    }
}

fn decimal(word: Option<&[u8]>) -> f64 {
    word.and_then(|word| std::str::from_utf8(word).ok()?.parse().ok()).unwrap_or(0.0)
}
