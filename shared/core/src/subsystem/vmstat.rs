//! `--export vmstat`, `--vmstat`: the columns of vmstat(8). It has no letter.

use super::cpu::{self, Cpu, LOAD};
use super::memory::{self, MEMINFO, Memory, VMSTAT};
use super::stat::STAT;
use super::{Context, Descriptor, Interval, NoArgs, Part, Subsystem, Switches};
use crate::frame::Frame;
use crate::number::Scale;
use crate::render::brief::BriefSheet;
use crate::render::line::Line;
use crate::render::verbose::{Heading, Rows};
use crate::scan::Words;
use crate::settings::Settings;
use crate::usage::UsageError;

pub(crate) struct Vmstat {
    cpu: Cpu,
    memory: Memory,
}

#[derive(Debug, Default)]
pub(crate) struct Sample {
    cpu: cpu::Sample,
    memory: memory::Sample,
    /// kB.
    active: u64,
}

#[derive(Debug)]
pub(crate) struct Rates {
    cpu: cpu::Rates,
    memory: memory::Rates,
    active: u64,
}

impl Subsystem for Vmstat {
    type Args = NoArgs;
    type Options = (cpu::Options, memory::Options);
    type Sample = Sample;
    type Rates = Rates;

    const DESCRIPTOR: Descriptor = Descriptor {
        name: "vmstat",
        brief: Some(0),
        captures: &[&STAT, &LOAD, &MEMINFO, &VMSTAT],
        ..Descriptor::EMPTY
    };

    fn options(switches: &Switches, context: &Context<'_>) -> Result<Self::Options, UsageError> {
        Ok((Cpu::options(switches, context)?, Memory::options(switches, context)?))
    }

    fn new(settings: &Settings, (cpu, memory): &Self::Options) -> Self {
        Self { cpu: Cpu::new(settings, cpu), memory: Memory::new(settings, memory) }
    }

    fn read(&self, frame: &Frame, sample: &mut Sample) {
        self.cpu.read(frame, &mut sample.cpu);
        self.memory.read(frame, &mut sample.memory);
        let active = frame.lines(&MEMINFO).find_map(|line| line.strip_prefix(b"Active:"));
        sample.active = active.map_or(0, |rest| Words(rest).number());
    }

    fn rates(&self, previous: &Sample, current: &Sample, interval: Interval) -> Rates {
        Rates {
            cpu: self.cpu.rates(&previous.cpu, &current.cpu, interval),
            memory: self.memory.rates(&previous.memory, &current.memory, interval),
            active: current.active,
        }
    }

    fn brief_header(&self, _: &Rates, sheet: &mut BriefSheet) {
        sheet.group(
            "procs ---------------memory (KB)--------------- --swaps-- -----io---- --system-- ----cpu-----",
            " r  b   swpd   free   buff  cache  inact active   si   so    bi    bo   in    cs us sy  id wa",
        );
    }

    fn brief(&self, rates: &Rates, line: &mut Line) {
        let (cpu, memory) = (rates.cpu.vmstat(), rates.memory.vmstat());
        line.int(cpu.running, 2).text(" ").int(cpu.blocked, 2);
        let levels = [memory.swap_used, memory.free, memory.buffers, memory.cached, memory.inactive];
        for level in levels.into_iter().chain([rates.active as f64]) {
            line.text(" ").scaled(level, 6, 6, Scale::Memory);
        }
        line.text(" ").int(memory.swapped_in, 4).text(" ").int(memory.swapped_out, 4);
        line.text(" ").int(memory.paged_in, 5).text(" ").int(memory.paged_out, 5);
        line.text(" ").int(cpu.interrupts, 4).text(" ").int(cpu.switches, 5);
        line.text(" ").int(cpu.user, 2).text(" ").int(cpu.system, 2);
        line.text(" ").int(cpu.idle, 3).text(" ").int(cpu.wait, 2);
    }

    fn heading(&self, _: Part, _: &Rates) -> Heading {
        Heading::of("# VMSTAT", &[])
    }

    fn rows(&self, _: Part, _: &Rates, _: &mut Rows<'_>) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inactive_and_active_are_totals() {
        let text =
            "MemFree: 300 kB\nActive: 90 kB\nInactive: 70 kB\nActive(file): 1 kB\nInactive(file): 2 kB\n";
        let mut frame = Frame::default();
        frame.add(&MEMINFO, |out| out.extend_from_slice(text.as_bytes()));
        let vmstat = Vmstat::new(&Settings::default(), &Default::default());
        let mut sample = Sample::default();
        vmstat.read(&frame, &mut sample);
        let rates = vmstat.rates(&sample, &sample, Interval { seconds: 1.0, real: 1.0 });
        let mut line = Line::default();
        vmstat.brief(&rates, &mut line);
        let expected =
            " 0  0      0   300K      0      0    70K    90K    0    0     0     0    0     0  0  0   0  0";
        assert_eq!(String::from_utf8_lossy(line.bytes()), expected);
    }
}
