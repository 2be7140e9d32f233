//! What is fixed about a subsystem: its letters, its place in each format, the kernel files that it reads.

use crate::capture::Capture;
use crate::kernel::Roots;

/// What is shown of a subsystem: `-s` has a small letter for one and a capital for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The machine as a whole.
    Summary,
    /// Each instance: a processor, a disk.
    Detail,
}

/// Which selections include the summary of a subsystem without naming its letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Included {
    /// None.
    OnRequest,
    /// That of a daemon, and `--all`.
    Daemon,
    /// That of a terminal, too.
    Interactive,
}

/// At which samples a subsystem is captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cadence {
    /// At every sample.
    Each,
    /// When the second interval of `-i` has passed. Its interval is the time between the frames that have its lines,
    /// and at the others it shows nothing.
    Second,
    /// When the third one has passed. It measures levels: those of the last frame that has its lines stay in the
    /// columns of the plot format.
    Third,
}

/// What is fixed about a subsystem.
#[derive(Debug, Clone, Copy)]
pub struct Descriptor {
    /// What it is called where it is chosen by name.
    pub name: &'static str,
    /// What it measures, in a word or two, for help.
    pub about: &'static str,
    /// The letter of its summary, if it has one.
    pub summary: Option<char>,
    /// The letter of its detail, if it has one.
    pub detail: Option<char>,
    /// Which selections include its summary.
    pub included: Included,
    /// Whether `--ALL` includes its detail.
    pub details_in_all: bool,
    /// Rank of its group in the brief format; none if it has no brief form.
    pub brief: Option<u8>,
    /// Rank of its summary in the plot format, after those of lower rank.
    pub plot: u8,
    /// Rank of its details there, which come after all summaries.
    pub plot_detail: u8,
    /// The ending of the plot files with its detail.
    pub plot_file: Option<&'static str>,
    /// Whether its detail has plot lines of its own, one for each instance, in place of columns.
    pub own_plot_lines: bool,
    /// The kernel files that it may read.
    pub captures: &'static [&'static Capture],
    /// At which samples it is captured.
    pub cadence: Cadence,
    /// For what not every machine has: tells why there is nothing of it on the machine at these roots. A live run
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
    /// One without letters that is captured at every sample and has a place in no format.
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

    /// The parts that have a letter, and the letter, the summary first.
    pub fn parts(&self) -> impl Iterator<Item = (Part, char)> {
        [Part::Summary, Part::Detail].into_iter().filter_map(|part| Some((part, self.letter(part)?)))
    }
}
