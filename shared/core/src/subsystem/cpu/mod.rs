//! `c`, `C`: processors, from `/proc/stat` and `/proc/loadavg` (proc_stat(5), proc_loadavg(5)).

mod json;
mod options;
mod shares;

use super::counter::rate;
use super::interrupts::{INTERRUPTS, Table};
use super::{Context, Descriptor, Included, Interval, Part, Subsystem, Switches};
use crate::capture::{Capture, Root, keep_tagged};
use crate::frame::Frame;
use crate::machine::Machine;
use crate::number::Scale;
use crate::render::brief::BriefSheet;
use crate::render::json::Object;
use crate::render::lexpr::Pairs;
use crate::render::line::Line;
use crate::render::plot::{Names, Values};
use crate::render::totals::Figure;
use crate::render::verbose::{Heading, Rows};
use crate::scan::{UNKNOWN, Words, number, whole_lines};
use crate::settings::{Per, Settings};
use crate::usage::UsageError;
pub(crate) use options::Options;
use shares::{Jiffies, Shares};

/// Processor lines, interrupts (the total alone), context switches and process counts.
pub(crate) static STAT: Capture = Capture {
    root: Root::Proc,
    path: "stat",
    optional: false,
    tags: &[b"cpu", b"intr ", b"ctxt ", b"processes ", b"procs_"],
    keep: keep_stat,
};

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
    /// How many the machine has, on or off; 0 if that is unknown.
    present: usize,
}

/// What headings say while a processor is switched off.
const DISABLED: &str = "*** One or more CPUs disabled ***";

/// Counters since boot, and levels.
#[derive(Debug, Default)]
pub(crate) struct Sample {
    total: Jiffies,
    /// By number; none for one that is switched off.
    each: Vec<Option<Jiffies>>,
    interrupts: u64,
    switches: u64,
    created: u64,
    running: u64,
    blocked: u64,
    load: [f64; 3],
    /// Tasks that run, and all tasks, as loadavg counts them.
    tasks: [u64; 2],
    /// Empty if they are not shown.
    table: Table,
}

#[derive(Debug)]
pub(crate) struct Rates {
    total: Shares,
    each: Vec<(usize, Shares)>,
    /// Interrupts by the second and by number of processor; empty if they are not shown.
    interrupts_each: Vec<f64>,
    processors: usize,
    interrupts: f64,
    switches: f64,
    created: f64,
    running: u64,
    blocked: u64,
    load: [f64; 3],
    tasks: [u64; 2],
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
        Self { per: settings.per, options: options.clone(), hyperthreads: false, present: 0 }
    }

    fn set_machine(&mut self, machine: &Machine) {
        self.hyperthreads = machine.hyperthreads;
        self.present = machine.processors;
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
                Some(b"cpu") => sample.total = words.counters(),
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
            let mut words = Words(line).skip(1);
            sample.load = std::array::from_fn(|_| decimal(words.next()));
            let mut tasks = words.next().unwrap_or_default().splitn(2, |&byte| byte == b'/').map(number);
            sample.tasks = std::array::from_fn(|_| tasks.next().unwrap_or(0));
        }
    }

    fn rates(&self, previous: &Sample, current: &Sample, interval: Interval) -> Rates {
        let past = |index: usize| previous.each.get(index).copied().flatten();
        let wanted = || {
            current.each.iter().enumerate().filter_map(|(index, now)| {
                let now = now.as_ref().filter(|_| self.options.wants(index))?;
                Some((index, past(index).unwrap_or(*now), now))
            })
        };
        let total = if self.options.wanted.is_some() {
            let (mut before, mut after) = (Jiffies::default(), Jiffies::default());
            for (_, past, now) in wanted() {
                for i in 0..before.len() {
                    before[i] = before[i].saturating_add(past[i]);
                    after[i] = after[i].saturating_add(now[i]);
                }
            }
            Shares::between(&before, &after, self.per)
        } else {
            Shares::between(&previous.total, &current.total, self.per)
        };
        Rates {
            total,
            each: wanted().map(|(index, past, now)| (index, Shares::between(&past, now, self.per))).collect(),
            interrupts_each: current
                .table
                .totals_since(&previous.table)
                .into_iter()
                .map(|count| count as f64 / interval.seconds)
                .collect(),
            processors: current.each.iter().flatten().count(),
            interrupts: rate(previous.interrupts, current.interrupts, interval.seconds),
            switches: rate(previous.switches, current.switches, interval.seconds),
            created: rate(previous.created, current.created, interval.seconds),
            // The process that reads the file is one of those that run.
            running: current.running.saturating_sub(1),
            blocked: current.blocked,
            load: current.load,
            tasks: [current.tasks[0].saturating_sub(1), current.tasks[1]],
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
        // As in the Perl collectl, interrupts and what a hypervisor took have no part in the totals.
        line.figure(Figure::LevelLike(user + nice + system)).int(rates.total.busy(), 3).text(" ");
        line.figure(Figure::LevelLike(system))
            .int(rates.total.all_system(), 3)
            .text(" ")
            .figure(Figure::Rate);
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
                for (index, shares) in rates.each.iter().filter(|(_, shares)| shown(shares)) {
                    rows.row(|line| {
                        detail_row(*index, shares, line);
                        if self.options.interrupts.is_some() {
                            line.text(" ").int(rates.interrupts_of(*index), 6);
                        }
                    });
                }
            }
        }
    }

    fn plot_names(&self, part: Part, rates: &Rates, names: &mut Names) {
        const SHARES: [&str; 11] = [
            "User%", "Nice%", "Sys%", "Wait%", "Irq%", "Soft%", "Steal%", "Idle%", "Totl%", "Guest%",
            "GuestN%",
        ];
        let per = self.per.word();
        match part {
            Part::Summary => {
                names.push("CPU", SHARES);
                names.push("CPU", ["Intrpt", "Ctx", "Proc"].map(|name| format!("{name}/{per}")));
                names.push("CPU", ["ProcQue", "ProcRun", "L-Avg1", "L-Avg5", "L-Avg15", "RunTot", "BlkTot"]);
            }
            Part::Detail => {
                for (index, _) in &rates.each {
                    names.push(&format!("CPU:{index}"), SHARES.into_iter().chain(["Intrpt"]));
                }
            }
        }
    }

    fn plot(&self, part: Part, rates: &Rates, values: &mut Values) {
        let shares = |shares: &Shares, values: &mut Values| {
            for value in shares.user_to_steal().into_iter().chain([shares.idle, shares.busy()]) {
                values.number(value);
            }
        };
        match part {
            Part::Summary => {
                shares(&rates.total, values);
                values.number(rates.total.guest).number(rates.total.guest_nice);
                values.number(rates.interrupts).number(rates.switches).number(rates.created);
                values.number(rates.tasks[1] as f64).number(rates.tasks[0] as f64);
                for load in rates.load {
                    values.fixed(load, 2);
                }
                values.integer(rates.running).integer(rates.blocked);
            }
            Part::Detail => {
                for (index, each) in &rates.each {
                    shares(each, values);
                    values.number(each.guest).number(each.guest_nice).number(rates.interrupts_of(*index));
                }
            }
        }
    }

    fn lexpr(&self, part: Part, rates: &Rates, pairs: &mut Pairs) {
        const SHARES: [&str; 7] = ["user", "nice", "sys", "wait", "irq", "soft", "steal"];
        match part {
            Part::Summary => {
                let total = &rates.total;
                pairs.push("cputotals.num", rates.processors as f64);
                pairs.push_all("cputotals.", &SHARES, &total.user_to_steal());
                pairs.push("cputotals.idle", total.idle);
                pairs.push("cputotals.systot", total.all_system());
                pairs.push("cputotals.usertot", total.user + total.nice);
                pairs.push("cputotals.total", total.busy());
                pairs.push("ctxint.ctx", rates.switches).push("ctxint.int", rates.interrupts);
                pairs.push("proc.creates", rates.created);
                pairs.push("proc.runq", rates.tasks[1] as f64).push("proc.run", rates.tasks[0] as f64);
                for (name, load) in ["cpuload.avg1", "cpuload.avg5", "cpuload.avg15"].iter().zip(rates.load) {
                    pairs.fixed(name, load, 2);
                }
            }
            Part::Detail => {
                for (index, each) in &rates.each {
                    let name = format!("cpu{index}");
                    let mut push = |field: &str, value| pairs.push_of(field, name.as_bytes(), value);
                    for (field, share) in SHARES.iter().zip(each.user_to_steal()) {
                        push(&format!("cpuinfo.{field}"), share);
                    }
                    push("cpuinfo.idle", each.idle);
                    push("cpuinfo.intrpt", rates.interrupts_of(*index));
                    push("cputotals.systot", each.all_system());
                    push("cputotals.usertot", each.user + each.nice);
                }
            }
        }
    }

    fn json(&self, part: Part, rates: &Rates, line: &mut Object) {
        self.push_json(part, rates, line);
    }
}

impl Sample {
    /// One of which no counter is known yet.
    fn unknown() -> Self {
        let total = [UNKNOWN; _];
        Self { total, interrupts: UNKNOWN, switches: UNKNOWN, created: UNKNOWN, ..Self::default() }
    }

    fn add_processor(&mut self, name: &[u8], mut counters: Words<'_>) {
        let Some(index) = processor(name) else { return };
        if self.each.len() <= index {
            self.each.resize(index + 1, None);
        }
        self.each[index] = Some(counters.counters());
    }
}

/// The number in the name of a processor; none for the sum of all, and for more processors than are told apart.
pub(super) fn processor(name: &[u8]) -> Option<usize> {
    const MAX_PROCESSORS: usize = 16_384;
    let digits = name.strip_prefix(b"cpu").filter(|digits| !digits.is_empty())?;
    Some(number(digits) as usize).filter(|index| *index < MAX_PROCESSORS)
}

impl Rates {
    /// As vmstat shows them: tasks that run and are blocked; interrupts and switches; user, system, idle and wait.
    pub(super) fn vmstat(&self) -> ([f64; 2], [f64; 2], [f64; 4]) {
        let total = &self.total;
        (
            [self.running as f64, self.blocked as f64],
            [self.interrupts, self.switches],
            [total.user + total.nice, total.all_system(), total.idle, total.wait],
        )
    }

    fn interrupts_of(&self, processor: usize) -> f64 {
        self.interrupts_each.get(processor).copied().unwrap_or(0.0)
    }

    fn summary_row(&self, line: &mut Line) {
        let total = &self.total;
        for share in total.user_to_steal().into_iter().chain([total.guest, total.guest_nice, total.idle]) {
            line.int(share, 6);
        }
        line.int(self.processors as f64, 6);
        line.blanks(2).scaled(self.interrupts, 4, 4, Scale::Count);
        line.blanks(3).scaled(self.switches, 4, 4, Scale::Count);
        line.blanks(2).int(self.created, 4);
        line.int(self.tasks[1] as f64, 6).int(self.tasks[0] as f64, 6);
        line.fixed(self.load[0], 7, 2).fixed(self.load[1], 6, 2).fixed(self.load[2], 6, 2);
        line.int(self.running as f64, 5).int(self.blocked as f64, 5);
    }
}

fn detail_row(index: usize, shares: &Shares, line: &mut Line) {
    line.int(index as f64, 7).int(shares.user, 6);
    for share in [shares.nice, shares.system, shares.wait, shares.irq, shares.soft] {
        line.int(share, 5);
    }
    for share in [shares.steal, shares.guest, shares.guest_nice] {
        line.int(share, 6);
    }
    line.int(shares.idle, 5);
}

fn decimal(word: Option<&[u8]>) -> f64 {
    word.and_then(|word| std::str::from_utf8(word).ok()?.parse().ok()).unwrap_or(0.0)
}

fn keep_stat(text: &[u8], out: &mut Vec<u8>) {
    for line in whole_lines(text) {
        if line.starts_with(b"intr ") {
            let digits = line[5..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            out.extend_from_slice(&line[..5 + digits]);
            out.push(b'\n');
        } else if line.starts_with(b"cpu") || line.starts_with(b"ctxt") || line.starts_with(b"proc") {
            out.extend_from_slice(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_raw_file_holds_of_stat() {
        let mut out = Vec::new();
        keep_stat(
            b"cpu  1 2\ncpu0 1 2\nintr 55 1 2 3\nctxt 7\nbtime 8\nprocesses 9\nsoftirq 1 2\n",
            &mut out,
        );
        assert_eq!(out, b"cpu  1 2\ncpu0 1 2\nintr 55\nctxt 7\nprocesses 9\n");
    }
}
