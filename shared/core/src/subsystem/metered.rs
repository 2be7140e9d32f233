//! A subsystem in use: its last two samples, and the rates between them.

use super::{Apart, Cadence, Descriptor, Interval, Meter, Part, Subsystem};
use crate::clock::Time;
use crate::frame::Frame;
use crate::machine::Machine;
use crate::render::brief::BriefSheet;
use crate::render::line::Line;
use crate::render::sheet::Sheet;
use crate::render::verbose::{Heading, Rows};
use crate::settings::Per;

pub(super) struct Metered<S: Subsystem> {
    subsystem: S,
    parts: Vec<Part>,
    per: Per,
    previous: S::Sample,
    current: S::Sample,
    time: Option<Time>,
    rates: Option<S::Rates>,
    interval: Interval,
    /// Whether the rates are of an interval that ended with the last frame.
    ready: bool,
    /// Whether rates were shown since the first frame.
    started: bool,
}

impl<S: Subsystem> Metered<S> {
    /// A meter of some parts, without samples yet.
    pub(super) fn new(subsystem: S, parts: Vec<Part>, per: Per) -> Self {
        Self {
            subsystem,
            parts,
            per,
            previous: S::Sample::default(),
            current: S::Sample::default(),
            time: None,
            rates: None,
            interval: Interval { seconds: 1.0, real: 1.0 },
            ready: false,
            started: false,
        }
    }
}

impl<S: Subsystem> Meter for Metered<S> {
    fn descriptor(&self) -> &'static Descriptor {
        &const { S::DESCRIPTOR }
    }

    fn parts(&self) -> &[Part] {
        &self.parts
    }

    fn set_machine(&mut self, machine: &Machine) {
        self.subsystem.set_machine(machine);
    }

    fn apart(&self, part: Part) -> Apart {
        self.subsystem.apart(part)
    }

    fn accept(&mut self, frame: &Frame) {
        if S::DESCRIPTOR.cadence != Cadence::Each
            && !S::DESCRIPTOR.captures.iter().any(|capture| frame.has(capture))
        {
            self.ready = false;
            if S::DESCRIPTOR.cadence == Cadence::Second {
                self.rates = self.subsystem.idle();
            }
            return;
        }
        std::mem::swap(&mut self.previous, &mut self.current);
        self.subsystem.read(frame, &mut self.current);
        self.subsystem.arrange(&self.previous, &mut self.current);
        let last = self.time.replace(frame.time());
        let rates = last.map(|last| {
            let interval = interval(last, frame.time(), self.per);
            self.interval = interval;
            if std::mem::replace(&mut self.started, true) {
                self.subsystem.rates(&self.previous, &self.current, interval)
            } else {
                self.subsystem.first_rates(&self.previous, &self.current, interval)
            }
        });
        self.ready = rates.is_some();
        if S::DESCRIPTOR.cadence == Cadence::Third && !self.ready {
            let none = Interval { seconds: 1.0, real: 0.0 };
            self.rates = Some(self.subsystem.rates(&self.previous, &self.current, none));
        } else if self.ready || S::DESCRIPTOR.cadence != Cadence::Each {
            self.rates = rates;
        }
    }

    fn forget(&mut self) {
        self.time = None;
        // Other subsystems keep the last rates, to write totals after a recording that ended no interval.
        if S::DESCRIPTOR.cadence != Cadence::Each {
            self.rates = None;
        }
        self.current = S::Sample::default();
        self.ready = false;
        self.started = false;
    }

    fn is_ready(&self) -> bool {
        self.ready
    }

    fn interval(&self) -> Interval {
        self.interval
    }

    fn has_line(&self) -> bool {
        let has_line = |rates| self.parts.iter().any(|part| self.subsystem.has_line(*part, rates));
        self.rates.as_ref().map_or(S::DESCRIPTOR.cadence == Cadence::Third, has_line)
    }

    fn has_section(&self, part: Part) -> bool {
        self.rates.as_ref().is_some_and(|rates| self.subsystem.has_section(part, rates))
    }

    fn brief_header(&self, sheet: &mut BriefSheet) {
        if let Some(rates) = &self.rates {
            self.subsystem.brief_header(rates, sheet);
        }
    }

    fn brief(&self, line: &mut Line) {
        if let Some(rates) = &self.rates {
            if let Some(totals) = line.totals() {
                totals.begin_group(self.interval.seconds);
            }
            self.subsystem.brief(rates, line);
        }
    }

    fn heading(&self, part: Part) -> Option<Heading> {
        self.rates.as_ref().filter(|_| self.ready).map(|rates| self.subsystem.heading(part, rates))
    }

    fn rows(&self, part: Part, rows: &mut Rows<'_>) {
        if let Some(rates) = &self.rates {
            self.subsystem.rows(part, rates, rows);
        }
    }

    fn figures(&self, part: Part, sheet: &mut Sheet<'_>) {
        if let Some(rates) = &self.rates {
            self.subsystem.figures(part, rates, sheet);
        }
    }
}

/// Frames with equal times, or with times that go backwards, count as a second apart, as in the Perl collectl.
pub(super) fn interval(earlier: Time, later: Time, per: Per) -> Interval {
    let real = later.seconds_since(earlier);
    let seconds = if per == Per::Interval || real <= 0.0 { 1.0 } else { real };
    Interval { seconds, real }
}
