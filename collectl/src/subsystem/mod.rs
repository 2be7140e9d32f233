//! What collectl measures: one file for each subsystem, and the registry of them all.
//!
//! A subsystem is a type that implements [`Subsystem`]: which kernel files it captures, how its part of a frame is read
//! into a sample, how two samples become rates, and how each format shows them. [`Meter`] is the same thing seen from
//! outside, without its types. To add one, write its file and its line in [`REGISTRY`].

pub mod analysis;
mod buddy;
pub(crate) mod cgroup;
mod counter;
pub(crate) mod cpu;
mod devices;
pub(crate) mod disk;
pub(crate) mod environment;
pub(crate) mod infiniband;
mod inode;
mod interrupts;
pub(crate) mod memory;
mod metered;
pub(crate) mod net;
mod nfs;
mod numa;
mod pressure;
pub mod process;
pub mod slab;
mod sock;
mod tcp;
#[cfg(test)]
mod tests;
pub mod top;
mod vmstat;

use crate::capture::{Capture, Probe};
use crate::figure::Table;
use crate::frame::Frame;
use crate::machine::Machine;
use crate::render::brief::BriefSheet;
use crate::render::json::Object;
use crate::render::lexpr::Pairs;
use crate::render::line::Line;
use crate::render::plot::{Names, PlotLines, Values};
use crate::render::sheet::Sheet;
use crate::render::verbose::{Heading, Rows};
use crate::settings::Settings;
use crate::source::live::Roots;

pub use analysis::Analysis;
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
    Entry::of::<environment::Environment>(),
    Entry::of::<infiniband::Infiniband>(),
    Entry::of::<pressure::Pressure>(),
    Entry::of::<cgroup::Cgroup>(),
    Entry::of::<slab::Slab>(),
    Entry::of::<process::Process>(),
];

/// Makes the analysis of processes, `--procanalyze`.
#[must_use]
pub fn analyse_processes(settings: &Settings) -> Box<dyn Analysis> {
    analysis::boxed::<process::Process>(settings)
}

/// Makes the analysis of slabs, `--slabanalyze`.
#[must_use]
pub fn analyse_slabs(settings: &Settings) -> Box<dyn Analysis> {
    analysis::boxed::<slab::Slab>(settings)
}

/// What `--export vmstat` shows.
pub static EXPORT_VMSTAT: Entry = Entry::of::<vmstat::Vmstat>();

/// What `--export vmsum` shows.
pub static EXPORT_VMSUM: Entry = Entry::of::<process::Machines>();

/// What `--export proctree` shows.
pub static EXPORT_PROCTREE: Entry = Entry::of::<process::Tree>();

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
    /// Where the third one has passed. It measures levels: those of the last frame that has its lines stay in the columns
    /// of the plot format.
    Third,
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

    /// The ending of the plot files with its detail.
    const PLOT_FILE: Option<&'static str> = None;

    /// For what not every machine has: tells why there is nothing of it on the machine at these roots. A live run goes on
    /// without it, and so does the playback of a recording that lacks it.
    const ABSENCE: Option<fn(&Roots) -> Option<&'static str>> = None;

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

    /// Adds its figures in a format that programs read.
    fn figures(&self, part: Part, rates: &Self::Rates, sheet: &mut Sheet<'_>) {
        match sheet {
            Sheet::PlotNames(names) => self.plot_names(part, rates, names),
            Sheet::Plot(values) => self.plot(part, rates, values),
            Sheet::PlotLines(lines) => self.plot_lines(rates, lines),
            Sheet::Lexpr(pairs) => self.lexpr(part, rates, pairs),
            Sheet::Json(object) => self.json(part, rates, object),
        }
    }

    /// The tables of these figures in the documentation of JSON.
    fn tables(_part: Part) -> Vec<Table> {
        Vec::new()
    }

    // What follows is of the subsystems whose figures are not declared yet.

    /// Adds the names of its columns in the plot format.
    fn plot_names(&self, _part: Part, _rates: &Self::Rates, _names: &mut Names) {}

    /// Adds their numbers.
    fn plot(&self, _part: Part, _rates: &Self::Rates, _values: &mut Values) {}

    /// Adds its own lines, where it has them.
    fn plot_lines(&self, _rates: &Self::Rates, _lines: &mut PlotLines<'_>) {}

    /// Adds what `--export lexpr` shows of it.
    fn lexpr(&self, _part: Part, _rates: &Self::Rates, _pairs: &mut Pairs) {}

    /// Adds what `--export json` shows of it, under keys of its own: an object for the summary, an array for the details.
    fn json(&self, _part: Part, _rates: &Self::Rates, _line: &mut Object) {}
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
    /// The time between the last two frames that it read.
    fn interval(&self) -> Interval;
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
    /// See [`Subsystem::figures`].
    fn figures(&self, part: Part, sheet: &mut Sheet<'_>);
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
    /// See [`Subsystem::PLOT_FILE`].
    pub plot_file: Option<&'static str>,
    /// See [`Subsystem::ABSENCE`].
    pub absence: Option<fn(&Roots) -> Option<&'static str>>,
    /// See [`Subsystem::probes`].
    pub probes: fn(&Settings, &Roots) -> Vec<Box<dyn Probe>>,
    /// See [`Subsystem::tables`].
    pub tables: fn(Part) -> Vec<Table>,
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
            plot_file: S::PLOT_FILE,
            absence: S::ABSENCE,
            probes: S::probes,
            tables: S::tables,
            meter: metered::boxed::<S>,
        }
    }
}
