//! `c`: processors, from `/proc/stat` and `/proc/loadavg` (proc_stat(5), proc_loadavg(5)).

use super::Subsystem;
use super::counter::{increase, rate};
use crate::capture::{Capture, Root, keep_tagged};
use crate::frame::Frame;
use crate::render::brief::{Brief, BriefColumn, Style};
use crate::scan::Words;

/// Processor lines, interrupts (the total alone), context switches and process counts.
pub(crate) const STAT: Capture = Capture {
    rank: 20,
    root: Root::Proc,
    path: "stat",
    tags: &[b"cpu", b"intr ", b"ctxt ", b"processes ", b"procs_"],
    keep: keep_stat,
};

/// Load averages and tasks.
pub(crate) const LOAD: Capture = Capture {
    rank: 50,
    root: Root::Proc,
    path: "loadavg",
    tags: &[b"load "],
    keep: |text, out| keep_tagged(text, b"load", |_| true, out),
};

pub(crate) struct Cpu;

/// Jiffies and events since boot.
#[derive(Debug, Default)]
pub(crate) struct Sample {
    /// user, nice, system, idle, iowait, irq, softirq, steal
    jiffies: [u64; 8],
    interrupts: u64,
    switches: u64,
}

/// Shares of processor time in percent of all, and events by the second.
#[derive(Debug, PartialEq)]
pub(crate) struct Rates {
    user: f64,
    nice: f64,
    system: f64,
    irq: f64,
    soft: f64,
    steal: f64,
    interrupts: f64,
    switches: f64,
}

impl Rates {
    /// Time not spent on user programs: the kernel's own, interrupts, and what a hypervisor took.
    fn all_system(&self) -> f64 {
        self.system + self.irq + self.soft + self.steal
    }

    fn busy(&self) -> f64 {
        self.user + self.nice + self.all_system()
    }
}

impl Subsystem for Cpu {
    type Sample = Sample;
    type Rates = Rates;

    const LETTER: char = 'c';
    const NAME: &'static str = "CPU";
    const CAPTURES: &'static [&'static Capture] = &[&STAT, &LOAD];
    const BRIEF: Brief<Rates> = Brief {
        title: "<--------CPU-------->",
        columns: &[
            BriefColumn { heading: "cpu", style: Style::Percent, value: Rates::busy },
            BriefColumn { heading: "sys", style: Style::Percent, value: Rates::all_system },
            BriefColumn { heading: "inter", style: Style::Count, value: |rates| rates.interrupts },
            BriefColumn { heading: " ctxsw", style: Style::Count, value: |rates| rates.switches },
        ],
    };

    fn read(frame: &Frame, sample: &mut Sample) {
        *sample = Sample::default();
        for line in frame.lines(&STAT) {
            let mut words = Words(line);
            match words.next() {
                Some(b"cpu") => sample.jiffies = words.numbers(),
                Some(b"intr") => sample.interrupts = words.number(),
                Some(b"ctxt") => sample.switches = words.number(),
                _ => {}
            }
        }
    }

    fn rates(previous: &Sample, current: &Sample, seconds: f64) -> Rates {
        let spent: [u64; 8] = std::array::from_fn(|i| increase(previous.jiffies[i], current.jiffies[i]));
        let total = spent.iter().sum::<u64>().max(1) as f64;
        let [user, nice, system, _idle, _wait, irq, soft, steal] =
            spent.map(|jiffies| 100.0 * jiffies as f64 / total);
        Rates {
            user,
            nice,
            system,
            irq,
            soft,
            steal,
            interrupts: rate(previous.interrupts, current.interrupts, seconds),
            switches: rate(previous.switches, current.switches, seconds),
        }
    }
}

fn keep_stat(text: &[u8], out: &mut Vec<u8>) {
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        if line.starts_with(b"intr ") {
            let end = line
                .iter()
                .enumerate()
                .skip(5)
                .find(|(_, byte)| !byte.is_ascii_digit())
                .map_or(line.len(), |(i, _)| i);
            out.extend_from_slice(&line[..end]);
            out.push(b'\n');
        } else if line.starts_with(b"cpu") || line.starts_with(b"ctxt") || line.starts_with(b"proc") {
            out.extend_from_slice(line);
        }
    }
}
