//! What collectl measures: one file for each subsystem, and the registry of them all.
//!
//! A subsystem is a type that implements [`Subsystem`]: which kernel files it captures, how its part of a frame is read
//! into a sample, how two samples become rates, and which columns show them. [`Meter`] is the same thing seen from
//! outside, without its types. To add one, write its file and its line in [`REGISTRY`].

mod counter;
mod cpu;
mod devices;
mod disk;
mod memory;
mod net;

use crate::capture::Capture;
use crate::clock::Time;
use crate::frame::Frame;
use crate::render::brief::{Brief, BriefSheet};

/// All subsystems. Their order is the order of the columns in the brief format.
pub static REGISTRY: &[Entry] = &[
    Entry::of::<cpu::Cpu>(),
    Entry::of::<memory::Memory>(),
    Entry::of::<disk::Disk>(),
    Entry::of::<net::Net>(),
];

/// A subsystem, with its types.
pub trait Subsystem: 'static {
    /// The counters and levels of one instant.
    type Sample: Default;
    /// What is shown of one interval.
    type Rates;

    /// Letter that selects it with `-s`.
    const LETTER: char;
    /// What it is called in help and messages.
    const NAME: &'static str;
    /// The kernel files that it reads.
    const CAPTURES: &'static [&'static Capture];
    /// Its columns in the brief format.
    const BRIEF: Brief<Self::Rates>;

    /// Reads its sections of `frame` into `sample`, which holds an older sample: nothing of that may stay.
    fn read(frame: &Frame, sample: &mut Self::Sample);

    /// What happened from `previous` to `current`, `seconds` later. `seconds` is above zero.
    fn rates(previous: &Self::Sample, current: &Self::Sample, seconds: f64) -> Self::Rates;
}

/// A subsystem at work, without its types.
pub trait Meter {
    /// Takes the next frame. Rates exist from the second frame on.
    fn accept(&mut self, frame: &Frame);
    /// Forgets the past: the next frame is a first one.
    fn forget(&mut self);
    /// Adds its headings to a brief header.
    fn brief_header(&self, sheet: &mut BriefSheet);
    /// Adds its cells to a brief line. Returns false if there are no rates yet.
    fn brief_cells(&self, line: &mut Vec<u8>) -> bool;
}

/// One line of the registry.
#[derive(Debug)]
pub struct Entry {
    /// Letter that selects it with `-s`.
    pub letter: char,
    /// What it is called in help and messages.
    pub name: &'static str,
    /// The kernel files that it reads.
    pub captures: &'static [&'static Capture],
    /// Makes a meter that has seen nothing yet.
    pub meter: fn() -> Box<dyn Meter>,
}

impl Entry {
    const fn of<S: Subsystem>() -> Self {
        Self {
            letter: S::LETTER,
            name: S::NAME,
            captures: S::CAPTURES,
            meter: || Box::new(Metered::<S>::new()),
        }
    }
}

struct Metered<S: Subsystem> {
    previous: S::Sample,
    current: S::Sample,
    time: Option<Time>,
    rates: Option<S::Rates>,
}

impl<S: Subsystem> Metered<S> {
    fn new() -> Self {
        Self { previous: S::Sample::default(), current: S::Sample::default(), time: None, rates: None }
    }
}

impl<S: Subsystem> Meter for Metered<S> {
    fn accept(&mut self, frame: &Frame) {
        std::mem::swap(&mut self.previous, &mut self.current);
        S::read(frame, &mut self.current);
        let last = self.time.replace(frame.time());
        self.rates = last.map(|last| S::rates(&self.previous, &self.current, interval(last, frame.time())));
    }

    fn forget(&mut self) {
        self.time = None;
        self.rates = None;
    }

    fn brief_header(&self, sheet: &mut BriefSheet) {
        S::BRIEF.header(sheet);
    }

    fn brief_cells(&self, line: &mut Vec<u8>) -> bool {
        self.rates.as_ref().map(|rates| S::BRIEF.cells(rates, line)).is_some()
    }
}

/// Seconds between two frames. Frames with one time, or with times that run backwards, count as a second apart, as in
/// the Perl collectl.
fn interval(earlier: Time, later: Time) -> f64 {
    let seconds = later.seconds_since(earlier);
    if seconds > 0.0 { seconds } else { 1.0 }
}
