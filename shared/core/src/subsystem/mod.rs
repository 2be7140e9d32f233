//! What collectl measures: a file or folder per subsystem.
//!
//! A subsystem is a type that implements [`Subsystem`]: its letters and switches, the kernel files it captures, how its
//! lines in a frame are read into a sample, how two samples become rates, and how each format shows them.
//! [`Configured`] and [`Meter`] are the same seen from outside, without its types. To add one, write its folder and its
//! line in [`crate::registry::REGISTRY`].

pub mod analysis;
pub(crate) mod buddy;
pub(crate) mod cgroup;
pub(crate) mod configured;
mod counter;
pub(crate) mod cpu;
mod descriptor;
mod devices;
pub(crate) mod disk;
pub(crate) mod environment;
pub(crate) mod infiniband;
pub(crate) mod inode;
pub(crate) mod interrupts;
pub(crate) mod memory;
mod metered;
pub(crate) mod net;
pub(crate) mod nfs;
pub(crate) mod numa;
pub mod options;
pub(crate) mod pressure;
pub mod process;
pub mod slab;
pub(crate) mod sock;
pub(crate) mod stat;
pub(crate) mod tcp;

pub mod top;
pub(crate) mod vmstat;

use std::fmt;

use crate::capture::{Capture, KeepRule, Probe};
use crate::figure::Table;
use crate::frame::Frame;
use crate::kernel::Roots;
use crate::machine::Machine;
use crate::render::brief::BriefSheet;
use crate::render::line::Line;
use crate::render::sheet::Sheet;
use crate::render::verbose::{Heading, Rows};
use crate::settings::Settings;
use crate::usage::UsageError;

pub use analysis::Analysis;
pub use configured::Configured;
pub use descriptor::{Cadence, Descriptor, Included, Part};
pub(crate) use options::{Context, NoArgs, Switches};

/// The time between two frames.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The divisor of counters: the seconds between the frames, or 1 to keep counts (`-on`). Above zero.
    pub seconds: f64,
    /// The seconds between the frames; zero or less if the clock did not advance.
    pub real: f64,
}

/// How a section that stands alone is set apart from that of the interval before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Apart {
    /// Its headings are repeated now and then.
    No,
    /// It has its headings at every interval, and a separator when it is played back.
    Headed,
    /// It has both, live, too.
    Separated,
}

/// Makes an analysis that has seen nothing yet.
pub type MakeAnalysis<Options> = fn(&Settings, &Options) -> Box<dyn Analysis>;

/// A subsystem, with its types.
///
/// Methods that show something have defaults that show nothing.
pub trait Subsystem: Sized + 'static {
    /// The counters and levels of one instant.
    type Sample: Default;
    /// The figures of one interval.
    type Rates;

    /// Its switches.
    type Args: clap::Args;
    /// The parsed switches.
    type Options: fmt::Debug + Send + Sync;

    /// Its fixed properties.
    const DESCRIPTOR: Descriptor;

    /// Creates an analysis of whole recordings, if there is one.
    const ANALYSIS: Option<MakeAnalysis<Self::Options>> = None;

    /// Reads the switches.
    ///
    /// # Errors
    /// A [`UsageError`] for values that can't be read, and for those that conflict with the selection.
    fn options(switches: &Switches, context: &Context<'_>) -> Result<Self::Options, UsageError>;

    /// The kernel files that it reads with these options.
    fn captures(_options: &Self::Options) -> &'static [&'static Capture] {
        Self::DESCRIPTOR.captures
    }

    /// What is kept of one of them, where that is not the default.
    fn keep_rule(_options: &Self::Options, _roots: &Roots) -> Option<KeepRule> {
        None
    }

    /// Probes for captures that are more than one file.
    fn probes(_options: &Self::Options, _roots: &Roots) -> Vec<Box<dyn Probe>> {
        Vec::new()
    }

    /// Whether the options need columns that the brief format does not have.
    fn needs_verbose(_options: &Self::Options) -> bool {
        false
    }

    /// A subsystem with the user's options.
    fn new(settings: &Settings, options: &Self::Options) -> Self;

    /// Sets the machine that frames come from, before the first of them.
    fn set_machine(&mut self, _machine: &Machine) {}

    /// Reads its lines of `frame` into `sample`, which holds an older sample: all of that must be replaced.
    fn read(&self, frame: &Frame, sample: &mut Self::Sample);

    /// Takes over from the previous sample what frames do not contain: the order in which devices were seen.
    fn arrange(&self, _previous: &Self::Sample, _current: &mut Self::Sample) {}

    /// The rates from `previous` to `current`.
    fn rates(&self, previous: &Self::Sample, current: &Self::Sample, interval: Interval) -> Self::Rates;

    /// Whether this part has anything to show in the brief and plot formats. The line is left out if no part of some
    /// subsystem has.
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

    /// The rates for a frame without its lines, if the plot format needs columns for them.
    fn idle(&self) -> Option<Self::Rates> {
        None
    }

    /// How its section is set apart from the interval before where it stands alone.
    fn apart(&self, _part: Part) -> Apart {
        Apart::No
    }

    /// Adds its group to a brief header.
    fn brief_header(&self, _rates: &Self::Rates, _sheet: &mut BriefSheet) {}

    /// Adds its numbers to a brief line.
    fn brief(&self, _rates: &Self::Rates, _line: &mut Line) {}

    /// The headings of its section in the verbose format.
    fn heading(&self, part: Part, rates: &Self::Rates) -> Heading;

    /// Adds the rows of its section.
    fn rows(&self, part: Part, rates: &Self::Rates, rows: &mut Rows<'_>);

    /// Adds its figures in a format that programs read.
    fn figures(&self, _part: Part, _rates: &Self::Rates, _sheet: &mut Sheet<'_>) {}

    /// The tables of these figures in the documentation of JSON.
    fn tables(_part: Part) -> Vec<Table> {
        Vec::new()
    }
}

/// A subsystem in use, without its types.
pub trait Meter {
    /// Its fixed properties.
    fn descriptor(&self) -> &'static Descriptor;
    /// The parts that were selected.
    fn parts(&self) -> &[Part];
    /// See [`Subsystem::set_machine`].
    fn set_machine(&mut self, machine: &Machine);
    /// Takes the next frame. There are rates from the second frame on.
    fn accept(&mut self, frame: &Frame);
    /// Forgets the past: the next frame counts as the first.
    fn forget(&mut self);
    /// Whether there are rates of an interval that ended with the last frame. Without them the methods below do
    /// nothing, except that the plot format may have columns ([`Subsystem::idle`]).
    fn is_ready(&self) -> bool;
    /// The time between the last two frames that it read.
    fn interval(&self) -> Interval;
    /// Whether one of the selected parts [has a line](Subsystem::has_line).
    fn has_line(&self) -> bool;
    /// See [`Subsystem::has_section`].
    fn has_section(&self, part: Part) -> bool;
    /// See [`Subsystem::apart`].
    fn apart(&self, part: Part) -> Apart;
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
