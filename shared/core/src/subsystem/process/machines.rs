//! `--export vmsum`: the virtual machines on this host, which are QEMU or KVM processes. It has no letter.

use collectl_wire::display::sanitize;

use super::rates::{Active, Rates as ProcessRates};
use super::show::{lifetime, seconds};
use super::{PROCESSES, Process, ProcessOptions};
use crate::capture::{Capture, Probe};
use crate::frame::Frame;
use crate::kernel::Roots;
use crate::machine::Machine;
use crate::number::Scale;
use crate::render::line::Line;
use crate::render::verbose::{Heading, Rows};
use crate::settings::{Per, Settings};
use crate::subsystem::net::{self, NET_DEV, Net};
use crate::subsystem::{Cadence, Context, Descriptor, Interval, NoArgs, Part, Subsystem, Switches};
use crate::usage::UsageError;

pub(crate) struct Machines {
    process: Process,
    net: Net,
    per: Per,
}

#[derive(Debug, Default)]
pub(crate) struct Sample {
    process: super::parse::Sample,
    net: net::Sample,
}

#[derive(Debug)]
pub(crate) struct Rates {
    process: ProcessRates,
    net: net::Rates,
}

impl Subsystem for Machines {
    type Args = NoArgs;
    type Options = (ProcessOptions, net::Options);
    type Sample = Sample;
    type Rates = Rates;

    const DESCRIPTOR: Descriptor =
        Descriptor { name: "vmsum", captures: &[&PROCESSES], cadence: Cadence::Second, ..Descriptor::EMPTY };

    fn options(switches: &Switches, context: &Context<'_>) -> Result<Self::Options, UsageError> {
        Ok((Process::options(switches, context)?, Net::options(switches, context)?))
    }

    /// Interfaces are read as well, but a frame without processes does not count.
    fn captures(_: &Self::Options) -> &'static [&'static Capture] {
        const { &[&NET_DEV, &PROCESSES] }
    }

    fn probes((options, _): &Self::Options, roots: &Roots) -> Vec<Box<dyn Probe>> {
        Process::probes(options, roots)
    }

    fn new(settings: &Settings, (process, net): &Self::Options) -> Self {
        Self { process: Process::new(settings, process), net: Net::new(settings, net), per: settings.per }
    }

    fn set_machine(&mut self, machine: &Machine) {
        self.process.set_machine(machine);
    }

    fn read(&self, frame: &Frame, sample: &mut Sample) {
        self.process.read(frame, &mut sample.process);
        self.net.read(frame, &mut sample.net);
    }

    fn arrange(&self, previous: &Sample, current: &mut Sample) {
        self.net.arrange(&previous.net, &mut current.net);
    }

    fn rates(&self, previous: &Sample, current: &Sample, interval: Interval) -> Rates {
        Rates {
            process: self.process.rates(&previous.process, &current.process, interval),
            net: self.net.rates(&previous.net, &current.net, interval),
        }
    }

    fn heading(&self, _: Part, _: &Rates) -> Heading {
        let title = format!("# PROCESS SUMMARY (counters are /{})", self.per.word());
        let columns =
            " PID  THRD S   VSZ   RSS CP  SysT  UsrT Pct  N   AccumTim DskI DskO NetI NetO Instance";
        Heading::of(&title, &[columns]).without_stamp()
    }

    fn rows(&self, _: Part, rates: &Rates, rows: &mut Rows<'_>) {
        for active in &rates.process.tasks {
            let command = active.task.command.clone().map(|range| &rates.process.text[range]);
            if let Some(guest) = command.and_then(Guest::read) {
                rows.row(|line| self.row(active, &guest, &rates.net, line));
            }
        }
    }
}

impl Machines {
    fn row(&self, active: &Active, guest: &Guest<'_>, net: &net::Rates, line: &mut Line) {
        let task = &active.task;
        line.int(f64::from(task.pid), 5).int(active.more_threads() as f64, 6).text(" ").text([task.state]);
        for size in [task.memory.vmsize, task.memory.vmrss] {
            line.text(" ").scaled(size as f64, 5, 4, Scale::Memory);
        }
        line.int(task.processor as f64, 3);
        for jiffies in [active.system, active.user] {
            line.text(" ").right(seconds(jiffies, &self.process.machine), 5);
        }
        line.int(active.percent / guest.processors as f64, 4).int(guest.processors as f64, 3);
        line.right(lifetime(active.total, &self.process.machine), 11);
        for rate in [active.io.read_kb, active.io.write_kb] {
            line.text(" ").scaled(rate, 4, 4, Scale::Kilobytes);
        }
        match guest.interface.and_then(|name| net.kilobytes(name)) {
            Some(rates) => {
                for rate in rates {
                    line.text(" ").scaled(rate, 4, 4, Scale::Kilobytes);
                }
            }
            // It is unknown which interface belongs to it.
            None => {
                line.text("  !!!  !!!");
            }
        }
        line.text(" ").text(sanitize(guest.name).as_bytes());
    }
}

/// What is in the command line of a virtual machine.
#[derive(Debug, PartialEq, Eq)]
struct Guest<'a> {
    /// The number of an OpenStack instance, its UUID, or its name.
    name: &'a [u8],
    processors: u64,
    /// The host's end of its network interface.
    interface: Option<&'a [u8]>,
}

impl<'a> Guest<'a> {
    /// Parses a command line of QEMU or KVM (qemu(1)); none for any other.
    fn read(command: &'a [u8]) -> Option<Self> {
        let words: Vec<&[u8]> = command.split(|&byte| byte == b' ').filter(|word| !word.is_empty()).collect();
        let program = words.first()?.rsplit(|&byte| byte == b'/').next()?;
        if !contains(program, b"qemu") && !contains(program, b"kvm") {
            return None;
        }
        let value = |option: &[u8]| words.windows(2).find(|pair| pair[0] == option).map(|pair| pair[1]);
        let name = value(b"-name").map(|name| field(name, b"guest=").unwrap_or_else(|| first_field(name)));
        let instance = name.and_then(|name| name.strip_prefix(b"instance-"));
        let name = instance.or_else(|| value(b"-uuid")).or(name)?;
        let processors = value(b"-smp")
            .and_then(|text| number(field(text, b"cpus=").unwrap_or_else(|| first_field(text))));
        let interface = words.iter().find_map(|word| field(word, b"ifname="));
        Some(Self { name, processors: processors.unwrap_or(1).max(1), interface })
    }
}

/// The value after `key` among fields separated by commas.
fn field<'a>(text: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    text.split(|&byte| byte == b',').find_map(|field| field.strip_prefix(key))
}

fn first_field(text: &[u8]) -> &[u8] {
    text.split(|&byte| byte == b',').next().unwrap_or_default()
}

fn number(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn guest(command: &str) -> Option<(String, u64, Option<String>)> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Guest::read(command.as_bytes())
            .map(|guest| (text(guest.name), guest.processors, guest.interface.map(text)))
    }

    #[test]
    fn what_is_in_a_command_line() {
        let line = "/usr/bin/kvm -S -smp 4,sockets=4 -name instance-0000001f -uuid 4444 -netdev tap,ifname=tap1,id=h ";
        assert_eq!(guest(line), Some(("0000001f".into(), 4, Some("tap1".into()))));
        let line = "/usr/libexec/qemu-kvm -name guest=web,debug-threads=on -smp cpus=2,cores=2 -uuid 1-2 ";
        assert_eq!(guest(line), Some(("1-2".into(), 2, None)));
        assert_eq!(guest("qemu-system-x86_64 -name plain "), Some(("plain".into(), 1, None)));
        assert_eq!(guest("qemu-img convert -O raw a b "), None);
        assert_eq!(guest("/bin/vi /etc/qemu -name x "), None);
        assert_eq!(guest(""), None);
    }

    proptest! {
        #[test]
        fn any_command_line_is_read(
            tail in prop::collection::vec("(-smp|-name|-uuid|ifname=|,|guest=|[0-9]{0,30}| )", 0..9),
        ) {
            let _ = Guest::read(format!("kvm {}", tail.concat()).as_bytes());
        }
    }
}
