//! Analyses of whole recordings: one line per process or slab (`--procanalyze`, `--slabanalyze`).

use super::metered::interval;
use super::{Cadence, Interval, Subsystem};
use crate::clock::Time;
use crate::frame::Frame;
use crate::machine::Machine;
use crate::render::stamp::StampFormat;
use crate::settings::Settings;

/// How the lines of an analysis are written.
#[derive(Debug, Clone)]
pub struct Style {
    /// The separator between columns.
    pub separator: u8,
    /// How dates and times are written.
    pub stamp: StampFormat,
}

/// An interval that is added to an analysis.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    /// When it ended.
    pub(super) end: Time,
    pub(super) interval: Interval,
    /// Whether nothing is known about the time before it.
    pub(super) is_first: bool,
}

/// A subsystem whose recordings can be summarized.
pub(super) trait Summarize: Subsystem {
    /// The summary of a recording.
    type Summary: Default;

    /// The ending of the file name.
    const ENDING: &'static str;

    /// Adds what happened in an interval.
    fn add(&self, rates: &Self::Rates, step: Step, summary: &mut Self::Summary);

    /// Appends the headings and one line per instance.
    fn write(&self, summary: &Self::Summary, style: &Style, out: &mut Vec<u8>);
}

/// A running analysis, without the types of its subsystem.
pub trait Analysis {
    /// The ending of the name of its file.
    fn ending(&self) -> &'static str;
    /// The frames that follow are of `machine`.
    fn set_machine(&mut self, machine: &Machine);
    /// Takes the next frame. With `counts`, the interval that it ends belongs to the analysis.
    fn accept(&mut self, frame: &Frame, counts: bool);
    /// The next frame does not continue the last one.
    fn forget(&mut self);
    /// Whether any interval was added.
    fn is_empty(&self) -> bool;
    /// The contents of the file.
    fn text(&self, style: &Style) -> Vec<u8>;
}

/// Creates an empty analysis.
pub(super) fn boxed<S: Summarize>(settings: &Settings, options: &S::Options) -> Box<dyn Analysis> {
    Box::new(Summarizer::<S> {
        subsystem: S::new(settings, options),
        previous: S::Sample::default(),
        current: S::Sample::default(),
        time: None,
        is_first: true,
        summary: S::Summary::default(),
        intervals: 0,
    })
}

struct Summarizer<S: Summarize> {
    subsystem: S,
    previous: S::Sample,
    current: S::Sample,
    time: Option<Time>,
    is_first: bool,
    summary: S::Summary,
    intervals: u64,
}

impl<S: Summarize> Analysis for Summarizer<S> {
    fn ending(&self) -> &'static str {
        S::ENDING
    }

    fn set_machine(&mut self, machine: &Machine) {
        self.subsystem.set_machine(machine);
    }

    fn accept(&mut self, frame: &Frame, counts: bool) {
        if S::DESCRIPTOR.cadence == Cadence::Second
            && !S::DESCRIPTOR.captures.iter().any(|capture| frame.has(capture))
        {
            return;
        }
        std::mem::swap(&mut self.previous, &mut self.current);
        self.subsystem.read(frame, &mut self.current);
        self.subsystem.arrange(&self.previous, &mut self.current);
        let Some(last) = self.time.replace(frame.time()) else { return };
        if !counts {
            return;
        }
        let interval = interval(last, frame.time(), crate::settings::Per::Second);
        let is_first = std::mem::take(&mut self.is_first);
        let rates = if self.intervals == 0 {
            self.subsystem.first_rates(&self.previous, &self.current, interval)
        } else {
            self.subsystem.rates(&self.previous, &self.current, interval)
        };
        let step = Step { end: frame.time(), interval, is_first };
        self.subsystem.add(&rates, step, &mut self.summary);
        self.intervals += 1;
    }

    fn forget(&mut self) {
        self.time = None;
        self.is_first = true;
        self.current = S::Sample::default();
    }

    fn is_empty(&self) -> bool {
        self.intervals == 0
    }

    fn text(&self, style: &Style) -> Vec<u8> {
        let mut out = Vec::new();
        self.subsystem.write(&self.summary, style, &mut out);
        out
    }
}
