//! From frames to the text of intervals: meters, a format, and the headers in between.

use jiff::tz::TimeZone;

use crate::cli::plan::{Headers, Plan};
use crate::frame::Frame;
use crate::render::brief;
use crate::render::stamp::StampFormat;
use crate::sink::Text;
use crate::subsystem::Meter;

/// Everything between a source and the sinks. Live and recorded frames take the same way through it.
pub struct Report {
    meters: Vec<Box<dyn Meter>>,
    stamp: StampFormat,
    headers: Headers,
    header: Vec<u8>,
    body: Vec<u8>,
    lines: u64,
}

impl Report {
    /// A report of `plan`, with times in `zone`.
    #[must_use]
    pub fn new(plan: &Plan, zone: TimeZone) -> Self {
        let meters: Vec<_> = plan.subsystems.iter().map(|entry| (entry.meter)()).collect();
        let (stamp, millis) = plan.stamp;
        let stamp = StampFormat { stamp, millis, zone };
        let header = brief::header(&stamp, &meters);
        Self { meters, stamp, headers: plan.headers, header, body: Vec::new(), lines: 0 }
    }

    /// The column headers.
    #[must_use]
    pub fn header(&self) -> &[u8] {
        &self.header
    }

    /// Intervals shown so far.
    #[must_use]
    pub fn intervals(&self) -> u64 {
        self.lines
    }

    /// Forgets the past: the next frame is a first one.
    pub fn forget(&mut self) {
        for meter in &mut self.meters {
            meter.forget();
        }
    }

    /// Shows times in `zone` from now on.
    pub fn set_zone(&mut self, zone: TimeZone) {
        self.stamp.zone = zone;
    }

    /// Takes the next frame, and returns the text of the interval that it ends. A first frame ends none.
    pub fn accept(&mut self, frame: &Frame) -> Option<Text> {
        for meter in &mut self.meters {
            meter.accept(frame);
        }
        self.body.clear();
        if !brief::line(&self.stamp, &self.meters, frame.time(), &mut self.body) {
            return None;
        }
        let header: &[u8] = if self.header_is_due() { &self.header } else { &[] };
        self.lines += 1;
        Some(Text::new(header, &self.body))
    }

    fn header_is_due(&self) -> bool {
        match self.headers {
            Headers::Never => false,
            Headers::Once => self.lines == 0,
            Headers::Every(lines) => self.lines.is_multiple_of(lines),
        }
    }
}
