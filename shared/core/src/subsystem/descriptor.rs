//! The fixed properties of a subsystem: its letters, its position in each format, its kernel files.

use crate::capture::Capture;
use crate::kernel::Roots;

/// The parts of a subsystem: `-s` has a small letter for the summary and a capital for the detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The machine as a whole.
    Summary,
    /// Each instance: a processor, a disk.
    Detail,
}

/// Which selections include the summary of a subsystem by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Included {
    /// None.
    OnRequest,
    /// That of a daemon, and `--all`.
    Daemon,
    /// Also that of a terminal.
    Interactive,
}

/// In which samples a subsystem is captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cadence {
    /// In every sample.
    Each,
    /// When the second interval of `-i` has passed. Its interval is the time between the frames that have its lines;
    /// other frames show nothing of it.
    Second,
    /// When the third interval has passed. It measures levels: the plot format repeats the last ones in between.
    Third,
}

/// The fixed properties of a subsystem.
#[derive(Debug, Clone, Copy)]
pub struct Descriptor {
    /// Its name in messages and exports.
    pub name: &'static str,
    /// What it measures, in a word or two, for help texts.
    pub about: &'static str,
    /// The letter of its summary, if it has one.
    pub summary: Option<char>,
    /// The letter of its detail, if it has one.
    pub detail: Option<char>,
    /// Which selections include its summary.
    pub included: Included,
    /// Whether `--ALL` includes its detail.
    pub details_in_all: bool,
    /// Rank of its group in the brief format; none without a brief form.
    pub brief: Option<u8>,
    /// Rank of its summary in the plot format, lowest first.
    pub plot: u8,
    /// Rank of its details there; they come after all summaries.
    pub plot_detail: u8,
    /// The ending of plot files with its detail.
    pub plot_file: Option<&'static str>,
    /// Whether its detail has its own plot lines, one per instance, instead of columns.
    pub own_plot_lines: bool,
    /// The kernel files that it may read.
    pub captures: &'static [&'static Capture],
    /// In which samples it is captured.
    pub cadence: Cadence,
    /// For a subsystem that not every machine has: returns why there is none on the machine at these roots. A live run
    /// continues without it, and so does the playback of a recording that lacks it.
    pub absence: Option<fn(&Roots) -> Option<&'static str>>,
}

impl PartialEq for Descriptor {
    /// Names are unique.
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Descriptor {
    /// A subsystem without letters, captured in every sample, without a position in any format.
    pub const EMPTY: Self = Self {
        name: "",
        about: "",
        summary: None,
        detail: None,
        included: Included::OnRequest,
        details_in_all: false,
        brief: None,
        plot: 0,
        plot_detail: 0,
        plot_file: None,
        own_plot_lines: false,
        captures: &[],
        cadence: Cadence::Each,
        absence: None,
    };

    /// The letter of a part.
    #[must_use]
    pub fn letter(&self, part: Part) -> Option<char> {
        match part {
            Part::Summary => self.summary,
            Part::Detail => self.detail,
        }
    }

    /// The parts that have a letter, with the letter, the summary first.
    pub fn parts(&self) -> impl Iterator<Item = (Part, char)> {
        [Part::Summary, Part::Detail].into_iter().filter_map(|part| Some((part, self.letter(part)?)))
    }
}
