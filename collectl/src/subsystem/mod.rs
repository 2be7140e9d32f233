//! What collectl measures: one file for each subsystem, and the registry of them all.
//!
//! A subsystem is a type that implements [`Subsystem`]: which kernel files it captures, how its part of a frame is read
//! into a sample, how two samples become rates, and how each format shows them. [`Meter`] is the same thing seen from
//! outside, without its types. To add one, write its file and its line in [`REGISTRY`].

mod buddy;
mod counter;
pub(crate) mod cpu;
mod devices;
pub(crate) mod disk;
mod inode;
mod interrupts;
pub(crate) mod memory;
mod metered;
pub(crate) mod net;
mod nfs;
mod numa;
pub mod process;
pub mod slab;
mod sock;
mod tcp;
pub mod top;
mod vmstat;

use crate::capture::{Capture, Probe};
use crate::frame::Frame;
use crate::machine::Machine;
use crate::render::brief::BriefSheet;
use crate::render::lexpr::Pairs;
use crate::render::line::Line;
use crate::render::plot::{Names, PlotLines, Values};
use crate::render::verbose::{Heading, Rows};
use crate::settings::Settings;
use crate::source::live::Roots;

pub use interrupts::InterruptFilter;
pub use nfs::NfsOptions;
pub use tcp::TcpFilter;

/// All subsystems. Their order is the order of the sections in the verbose format.
pub static REGISTRY: &[Entry] = &[
    Entry::of::<cpu::Cpu>(),
    Entry::of::<interrupts::Interrupts>(),
    Entry::of::<disk::Disk>(),
    Entry::of::<nfs::Nfs>(),
    Entry::of::<inode::Inode>(),
    Entry::of::<memory::Memory>(),
    Entry::of::<numa::Numa>(),
    Entry::of::<buddy::Buddy>(),
    Entry::of::<net::Net>(),
    Entry::of::<sock::Sock>(),
    Entry::of::<tcp::Tcp>(),
    Entry::of::<slab::Slab>(),
    Entry::of::<process::Process>(),
];

/// What `--export vmstat` shows.
pub static EXPORT_VMSTAT: Entry = Entry::of::<vmstat::Vmstat>();

/// What is shown of a subsystem: `-s` has a small letter for the one and a capital for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The machine as a whole.
    Summary,
    /// Each instance: a processor, a disk.
    Detail,
}

/// Where a subsystem stands, and which letters select it.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// What it is called in help and messages.
    pub name: &'static str,
    /// The letter of its summary, if it has one.
    pub summary: Option<char>,
    /// The letter of its detail, if it has one.
    pub detail: Option<char>,
    /// Rank of its group in the brief format; none if it has no brief form.
    pub brief: Option<u8>,
    /// Rank of its summary in the plot format, below those of lower rank.
    pub plot: u8,
    /// Rank of its details there, which stand behind all summaries.
    pub plot_detail: u8,
}

impl Place {
    /// The letter of a part.
    #[must_use]
    pub fn letter(&self, part: Part) -> Option<char> {
        match part {
            Part::Summary => self.summary,
            Part::Detail => self.detail,
        }
    }
}

/// At which samples a subsystem is captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cadence {
    /// At each.
    Each,
    /// Where the second interval of `-i` has passed. Its interval is the time between the frames that have its lines,
    /// and at the others it shows nothing.
    Second,
}

/// The time between two frames.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// What counters are divided by: the seconds between the frames, or 1 to leave them whole (`-on`). Above zero.
    pub seconds: f64,
    /// The seconds between the frames; zero or less if the clock stood or went back.
    pub real: f64,
}

/// A subsystem, with its types.
///
/// All that shows something has a default that shows nothing.
pub trait Subsystem: Sized + 'static {
    /// The counters and levels of one instant.
    type Sample: Default;
    /// What is shown of one interval.
    type Rates;

    /// Its letters and its place in each format.
    const PLACE: Place;
    /// The kernel files that it may read.
    const CAPTURES: &'static [&'static Capture];

    /// Those of them that it reads with these settings.
    fn captures(_settings: &Settings) -> &'static [&'static Capture] {
        Self::CAPTURES
    }

    /// At which samples it is captured.
    const CADENCE: Cadence = Cadence::Each;
    /// Whether its detail has plot lines of its own, one for each instance, in place of columns.
    const OWN_PLOT_LINES: bool = false;

    /// What reads those of its captures that are more than one file.
    fn probes(_settings: &Settings, _roots: &Roots) -> Vec<Box<dyn Probe>> {
        Vec::new()
    }

    /// A subsystem that follows the user's settings.
    fn new(settings: &Settings) -> Self;

    /// Takes what is to be known of the machine that frames come from, before the first of them.
    fn set_machine(&mut self, _machine: &Machine) {}

    /// Reads its lines of `frame` into `sample`, which holds an older sample: nothing of that may stay.
    fn read(&self, frame: &Frame, sample: &mut Self::Sample);

    /// Carries over from the sample before what is not in a frame: the order in which devices were seen.
    fn arrange(&self, _previous: &Self::Sample, _current: &mut Self::Sample) {}

    /// What happened from `previous` to `current`.
    fn rates(&self, previous: &Self::Sample, current: &Self::Sample, interval: Interval) -> Self::Rates;

    /// Whether this part gives the interval a line in the brief and plot formats. The line is left out if there is a
    /// subsystem none of whose parts does.
    fn has_line(&self, _part: Part, _rates: &Self::Rates) -> bool {
        true
    }

    /// Whether the interval has this section in the verbose format.
    fn has_section(&self, _part: Part, _rates: &Self::Rates) -> bool {
        true
    }

    /// Like [`Subsystem::rates`], for a first interval.
    fn first_rates(
        &self,
        previous: &Self::Sample,
        current: &Self::Sample,
        interval: Interval,
    ) -> Self::Rates {
        self.rates(previous, current, interval)
    }

    /// What the plot format has for a frame without its lines, where it has columns for them.
    fn idle(&self) -> Option<Self::Rates> {
        None
    }

    /// Whether its section has its headings at every interval, and a separator when played back, even alone.
    fn is_set_apart(&self, _part: Part) -> bool {
        false
    }

    /// Adds its group to a brief header.
    fn brief_header(&self, _rates: &Self::Rates, _sheet: &mut BriefSheet) {}

    /// Adds its numbers to a brief line.
    fn brief(&self, _rates: &Self::Rates, _line: &mut Line) {}

    /// What stands above its section in the verbose format.
    fn heading(&self, part: Part, rates: &Self::Rates) -> Heading;

    /// Adds the rows of its section.
    fn rows(&self, part: Part, rates: &Self::Rates, rows: &mut Rows<'_>);

    /// Adds the names of its columns in the plot format.
    fn plot_names(&self, part: Part, rates: &Self::Rates, names: &mut Names);

    /// Adds their numbers.
    fn plot(&self, part: Part, rates: &Self::Rates, values: &mut Values);

    /// Adds its own lines, where it has them.
    fn plot_lines(&self, _rates: &Self::Rates, _lines: &mut PlotLines<'_>) {}

    /// Adds what `--export lexpr` shows of it.
    fn lexpr(&self, _part: Part, _rates: &Self::Rates, _pairs: &mut Pairs) {}
}

/// A subsystem at work, without its types.
pub trait Meter {
    /// Its letters and its place in each format.
    fn place(&self) -> &'static Place;
    /// The parts that were selected.
    fn parts(&self) -> &[Part];
    /// At which samples it is captured.
    fn cadence(&self) -> Cadence;
    /// See [`Subsystem::OWN_PLOT_LINES`].
    fn has_own_plot_lines(&self) -> bool;
    /// See [`Subsystem::set_machine`].
    fn set_machine(&mut self, machine: &Machine);
    /// Takes the next frame. Rates exist from the second frame on.
    fn accept(&mut self, frame: &Frame);
    /// Forgets the past: the next frame is a first one.
    fn forget(&mut self);
    /// Whether there are rates of an interval that ended with the last frame. Nothing below does anything without, but
    /// that the plot format may have columns nevertheless ([`Subsystem::idle`]).
    fn is_ready(&self) -> bool;
    /// Whether one of the selected parts [has a line](Subsystem::has_line).
    fn has_line(&self) -> bool;
    /// See [`Subsystem::has_section`].
    fn has_section(&self, part: Part) -> bool;
    /// See [`Subsystem::is_set_apart`].
    fn is_set_apart(&self, part: Part) -> bool;
    /// See [`Subsystem::brief_header`].
    fn brief_header(&self, sheet: &mut BriefSheet);
    /// See [`Subsystem::brief`].
    fn brief(&self, line: &mut Line);
    /// See [`Subsystem::heading`].
    fn heading(&self, part: Part) -> Option<Heading>;
    /// See [`Subsystem::rows`].
    fn rows(&self, part: Part, rows: &mut Rows<'_>);
    /// See [`Subsystem::plot_names`].
    fn plot_names(&self, part: Part, names: &mut Names);
    /// See [`Subsystem::plot`].
    fn plot(&self, part: Part, values: &mut Values);
    /// See [`Subsystem::plot_lines`].
    fn plot_lines(&self, lines: &mut PlotLines<'_>);
    /// See [`Subsystem::lexpr`].
    fn lexpr(&self, part: Part, pairs: &mut Pairs);
}

/// One line of the registry.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// Its letters and its place in each format.
    pub place: Place,
    /// The kernel files that it reads.
    pub captures: &'static [&'static Capture],
    /// See [`Subsystem::captures`].
    pub captures_with: fn(&Settings) -> &'static [&'static Capture],
    /// At which samples it is captured.
    pub cadence: Cadence,
    /// See [`Subsystem::OWN_PLOT_LINES`].
    pub own_plot_lines: bool,
    /// See [`Subsystem::probes`].
    pub probes: fn(&Settings, &Roots) -> Vec<Box<dyn Probe>>,
    /// Makes a meter of some parts that has seen nothing yet.
    pub meter: fn(&Settings, Vec<Part>) -> Box<dyn Meter>,
}

impl Entry {
    const fn of<S: Subsystem>() -> Self {
        Self {
            place: S::PLACE,
            captures: S::CAPTURES,
            captures_with: S::captures,
            cadence: S::CADENCE,
            own_plot_lines: S::OWN_PLOT_LINES,
            probes: S::probes,
            meter: metered::boxed::<S>,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::clock::Time;
    use crate::render::Renderer;
    use crate::render::plot::Plot;
    use crate::render::stamp::{Stamp, StampFormat};
    use crate::render::verbose::{Records, Verbose};

    /// Adds a line to the capture with the longest tag that it begins with, if there is one.
    fn add_line(frame: &mut Frame, line: &[u8]) {
        let tags = |capture: &&'static Capture| {
            let capture = *capture;
            capture.tags.iter().filter(|tag| line.starts_with(tag)).map(move |tag| (tag.len(), capture))
        };
        let owners = REGISTRY.iter().flat_map(|entry| entry.captures).flat_map(tags);
        if let Some((_, capture)) = owners.max_by_key(|(length, _)| *length) {
            frame.add_line(capture, line);
        }
    }

    /// Shows `frames` in every format, with everything selected.
    fn show(settings: &Settings, frames: &[(i64, Vec<Vec<u8>>)]) -> usize {
        let parts = |entry: &Entry| {
            let both = [Part::Summary, Part::Detail];
            both.into_iter().filter(|part| entry.place.letter(*part).is_some()).collect()
        };
        let mut meters: Vec<_> = REGISTRY.iter().map(|entry| (entry.meter)(settings, parts(entry))).collect();
        let stamp = StampFormat::new(Stamp::Date, true, jiff::tz::TimeZone::UTC);
        let mut renderers = [
            Renderer::Brief(Line::new(settings.numbers)),
            Renderer::Verbose(Verbose::new(settings, Records::Full, String::new(), "host", false)),
            Renderer::Plot(Plot::new(settings, b' ', false)),
        ];
        let mut out = Vec::new();
        let mut frame = Frame::default();
        for (millis, lines) in frames {
            frame.restart(Time::from_micros(millis * 1000));
            for line in lines {
                add_line(&mut frame, line);
            }
            meters.iter_mut().for_each(|meter| meter.accept(&frame));
            let mut each = meters.iter().filter(|meter| meter.cadence() == Cadence::Each);
            if each.all(|meter| meter.is_ready()) {
                for renderer in &mut renderers {
                    out.extend_from_slice(&renderer.header(&stamp, &meters));
                    if renderer.shows(&meters) {
                        renderer.interval(&stamp, &meters, frame.time(), true, &mut out);
                    }
                }
            }
        }
        out.len()
    }

    /// The plot and verbose text of what `args` select, of recorded lines that are a second apart.
    fn shown(args: &str, samples: &[&str]) -> Vec<String> {
        let args: Vec<String> = args.split_whitespace().map(str::to_owned).collect();
        let literal = crate::cli::literal::Literal::parse_from_args(&args).unwrap();
        let plan = crate::cli::plan::Plan::resolve(&literal, None).unwrap();
        let mut report = crate::report::Report::new(&plan, &Machine::default(), "host");
        let mut text = Vec::new();
        for (seconds, sample) in samples.iter().enumerate() {
            let mut frame = Frame::default();
            frame.restart(Time::from_micros(seconds as i64 * 1_000_000));
            for line in sample.lines() {
                add_line(&mut frame, format!("{line}\n").as_bytes());
            }
            if let Some(interval) = report.accept(&frame) {
                text.extend_from_slice(&interval.body());
            }
        }
        String::from_utf8(text).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn columns_of_processors_hold_what_their_names_say() {
        let samples = ["cpu0 0 0 0 0 0 0 0 0 0 0", "cpu0 10 0 0 60 0 0 0 0 20 10"];
        assert_eq!(shown("-P -sC", &samples), ["19700101 00:00:01 14 0 0 0 0 0 0 86 14 29 14 0"]);
    }

    #[test]
    fn every_whole_disk_is_in_the_totals() {
        let disks = |sectors: u32| {
            let names = ["sda", "sda1", "dm-0", "nvme0n1", "nvme10n1", "nvme0n12", "mmcblk0", "loop0"];
            names.map(|name| format!("disk 8 0 {name} 0 0 {sectors} 0 0 0 0 0 0 0 0")).join("\n")
        };
        let samples = [disks(0), disks(20)];
        let lines = shown("-P -sd", &[&samples[0], &samples[1]]);
        assert_eq!(lines, ["19700101 00:00:01 0 0 0 50 0 50 0 0 0"]);
        let lines = shown("-P -sd --dskremap nvme:x", &[&samples[0], &samples[1]]);
        assert_eq!(lines, ["19700101 00:00:01 0 0 0 50 0 50 0 0 0"]);
    }

    #[test]
    fn counters_that_went_back_say_nothing() {
        let samples = ["disk 8 0 sda 100 0 9000 0 0 0 0 0 0 0 0", "disk 8 0 sda 1 0 8 0 0 0 0 0 0 0 0"];
        assert_eq!(shown("-P -sd", &samples), ["19700101 00:00:01 0 0 0 0 0 0 0 0 0"]);
    }

    #[test]
    fn exported_times_are_not_divided_again() {
        let samples = ["disk 8 0 sda 0", "disk 8 0 sda 4 0 16 20 0 0 0 0 0 500 1000"];
        let lines = shown("--export lexpr -sD", &samples);
        let all = "sample.time 1.000,diskinfo.reads.sda 4,diskinfo.readkbs.sda 8,diskinfo.readw.sda 5,\
            diskinfo.writes.sda 0,diskinfo.writekbs.sda 0,diskinfo.writew.sda 0,diskinfo.quelen.sda 2,\
            diskinfo.wait.sda 5,diskinfo.svctime.sda 125,diskinfo.util.sda 50";
        assert_eq!(lines, all.split(',').collect::<Vec<_>>());
    }

    #[test]
    fn errors_stand_below_their_names() {
        let samples = ["Net eth0: 0", "Net eth0: 0 0 1 2 3 4 0 0 0 0 5 6 7 8 9 0"];
        assert_eq!(
            shown("-sN --netopts e", &samples),
            ["   0   eth0:       1       2       3       4         5       6       7       8       9"]
        );
    }

    #[test]
    fn an_interface_that_came_later_is_measured() {
        let samples = ["Net lo: 0", "Net lo: 0\nNet eth1: 1024 5", "Net lo: 0\nNet eth1: 3072 7"];
        assert_eq!(
            shown("-P -sn", &samples),
            ["19700101 00:00:01 0 0 0 0 0 0 0 0 0", "19700101 00:00:02 2 0 2 0 0 0 0 0 0"]
        );
    }

    #[test]
    fn frames_of_one_time_are_a_second_apart() {
        let frames =
            [0, 1].map(|i| (1000, vec![format!("disk 8 0 sda {i} 0 0 0 0 0 0 0 0 7 0\n").into_bytes()]));
        assert!(show(&Settings::default(), &frames) > 0);
    }

    fn any_settings() -> impl Strategy<Value = Settings> {
        let switches = prop::collection::vec(
            prop::sample::select(vec![
                "--iosize",
                "--dskopts=fiz",
                "--dskopts=F",
                "--dskremap=sd:x,:y",
                "--dskfilt=^sd,nvme",
                "--netopts=eEiow9",
                "--netfilt=eth,lo",
                "--memopts=R",
                "--memopts=PVps",
                "--cpuopts=z",
                "--cpufilt=0-2",
                "-on",
                "-ogx",
                "-oG2",
                "-w",
            ]),
            0..5,
        );
        let resolve = |switches: Vec<&str>| {
            let args: Vec<String> = ["-scCdDnNmM"].into_iter().chain(switches).map(str::to_owned).collect();
            let literal = crate::cli::literal::Literal::parse_from_args(&args).unwrap();
            crate::cli::plan::Plan::resolve(&literal, None).unwrap().choice.settings
        };
        switches.prop_map(resolve)
    }

    /// A line with the beginning of one that the kernel writes, and then words, numbers of any size, or anything.
    fn any_line() -> impl Strategy<Value = Vec<u8>> {
        let beginnings: Vec<&[u8]> = REGISTRY
            .iter()
            .flat_map(|entry| entry.captures)
            .flat_map(|capture| capture.tags)
            .copied()
            .chain([
                &b"cpu0 "[..],
                b"cpu7 ",
                b"cpu99999999999 ",
                b"intr ",
                b"disk 8 0 sda ",
                b"disk 8 16 sdb ",
                b"disk 259 0 nvme10n1 ",
                b"Net eth0:",
                b"Net   lo: ",
                b"Net \x1b[31m\xff\xc3\xa9 :",
                b"MemTotal: ",
                b"MemFree: ",
                b"pgpgin ",
                b"pswpin ",
                b"numai Node 0 MemFree: ",
                b"numas Node 1 numa_hit ",
            ])
            .collect();
        let word = prop_oneof![
            5 => any::<u64>().prop_map(|number| format!("{number} ").into_bytes()),
            5 => (0u64..1000).prop_map(|number| format!("{number} ").into_bytes()),
            1 => prop::collection::vec(any::<u8>().prop_filter("line ends", |&byte| byte != b'\n'), 0..9),
        ];
        (prop::sample::select(beginnings), prop::collection::vec(word, 0..20))
            .prop_map(|(beginning, words)| [beginning, &words.concat(), b"\n"].concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn nothing_that_a_frame_holds_panics(
            settings in any_settings(),
            frames in prop::collection::vec(
                (prop_oneof![Just(5000i64), 0i64..10_000, Just(1i64 << 50)], prop::collection::vec(any_line(), 0..40)),
                2..5,
            ),
        ) {
            show(&settings, &frames);
        }
    }

    #[test]
    fn two_thousand_disks_that_change_places() {
        let frame = |seconds: i64, names: &mut dyn Iterator<Item = u32>| {
            let line = |name| format!("disk 8 0 sd{name}x 1 2 3 4 5 6 7 8 9 10 11\n").into_bytes();
            (seconds * 1000, names.map(line).collect())
        };
        let frames = [
            frame(1, &mut (0..2000)),
            frame(2, &mut (0..2000).rev()),
            frame(3, &mut (0..1000)),
            frame(4, &mut (500..2500)),
        ];
        assert!(show(&Settings::default(), &frames) > 1_000_000);
    }
}
