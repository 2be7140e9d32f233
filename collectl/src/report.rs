//! From frames to the text of intervals: meters, a format, and the headers in between.

use jiff::tz::TimeZone;

use crate::cli::plan::{Format, Headers, Plan};
use crate::frame::Frame;
use crate::render::Renderer;
use crate::render::line::Line;
use crate::render::plot::Plot;
use crate::render::stamp::StampFormat;
use crate::render::verbose::Verbose;
use crate::sink::Text;
use crate::subsystem::Meter;

/// Everything between a source and the sinks. Live and recorded frames take the same way through it.
pub struct Report {
    meters: Vec<Box<dyn Meter>>,
    stamp: StampFormat,
    renderer: Renderer,
    headers: Headers,
    body: Vec<u8>,
    intervals: u64,
    /// Of these, those that decide when the header is repeated.
    counted: u64,
}

impl Report {
    /// A report of `plan` on `host`, with times in `zone`.
    #[must_use]
    pub fn new(plan: &Plan, zone: TimeZone, host: &str) -> Self {
        let settings = &plan.settings;
        let meters =
            plan.subsystems.iter().map(|chosen| (chosen.entry.meter)(settings, chosen.parts.clone()));
        let renderer = match plan.format {
            Format::Brief => Renderer::Brief(Line::new(settings.numbers)),
            Format::Verbose(records) => {
                Renderer::Verbose(Verbose::new(settings, records, plan.letters.clone(), host))
            }
            Format::Plot { separator, utc } => Renderer::Plot(Plot::new(settings, separator, utc)),
        };
        let (stamp, millis) = plan.stamp;
        Self {
            meters: meters.collect(),
            stamp: StampFormat::new(stamp, millis, zone),
            renderer,
            headers: plan.headers,
            body: Vec::new(),
            intervals: 0,
            counted: 0,
        }
    }

    /// The column headers; empty until an interval has passed.
    #[must_use]
    pub fn header(&self) -> Vec<u8> {
        if self.is_ready() { self.renderer.header(&self.stamp, &self.meters) } else { Vec::new() }
    }

    /// Intervals shown so far.
    #[must_use]
    pub fn intervals(&self) -> u64 {
        self.intervals
    }

    /// Forgets the past: the next frame is a first one.
    pub fn forget(&mut self) {
        for meter in &mut self.meters {
            meter.forget();
        }
    }

    /// Begins another recording. Headers are counted from there anew, but in the brief format.
    pub fn begin_file(&mut self) {
        if !matches!(self.renderer, Renderer::Brief(_)) {
            self.counted = 0;
        }
    }

    /// Shows times in `zone` from now on.
    pub fn set_zone(&mut self, zone: TimeZone) {
        self.stamp.zone = zone;
    }

    /// Takes the next frame, and returns the text of the interval that it ends. A first frame ends none, and some intervals
    /// are not shown.
    pub fn accept(&mut self, frame: &Frame) -> Option<Text> {
        for meter in &mut self.meters {
            meter.accept(frame);
        }
        if !self.is_ready() || !self.renderer.shows(&self.meters) {
            return None;
        }
        let due = self.header_is_due();
        let header = if due { self.header() } else { Vec::new() };
        self.body.clear();
        self.renderer.interval(&self.stamp, &self.meters, frame.time(), due, &mut self.body);
        self.intervals += 1;
        self.counted += 1;
        let empty = header.is_empty() && self.body.is_empty();
        (!empty).then(|| Text::new(&header, &self.body))
    }

    fn is_ready(&self) -> bool {
        self.meters.iter().all(|meter| meter.is_ready())
    }

    fn header_is_due(&self) -> bool {
        match self.headers {
            Headers::Never => false,
            // The plot format has one for each recording: its columns may be others.
            Headers::Once if matches!(self.renderer, Renderer::Plot(_)) => self.counted == 0,
            Headers::Once => self.intervals == 0,
            Headers::Every(lines) => self.counted.is_multiple_of(lines),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::literal::Literal;
    use crate::clock::Time;

    /// Which of four intervals, the third of which begins another recording, have a header before them.
    fn headers(args: &str) -> Vec<bool> {
        let args: Vec<String> = args.split_whitespace().map(str::to_owned).collect();
        let plan = Plan::resolve(&Literal::parse_from_args(&args).unwrap(), None).unwrap();
        let mut report = Report::new(&plan, TimeZone::UTC, "host");
        let mut frame = Frame::default();
        let mut shown = Vec::new();
        for second in 0..5 {
            if second == 3 {
                report.begin_file();
            }
            frame.restart(Time::from_micros(second * 1_000_000));
            shown.extend(report.accept(&frame).map(|text| text.whole().len() > text.body().len()));
        }
        shown
    }

    #[test]
    fn another_recording_has_headers_of_its_own_but_in_the_brief_format() {
        assert_eq!(headers("-sc"), [true, false, false, false]);
        assert_eq!(headers("-sc --verbose"), [true, false, true, false]);
        assert_eq!(headers("-P -scC"), [true, false, true, false]);
        assert_eq!(headers("-sc --verbose --hr 0"), [true, false, false, false]);
        assert_eq!(headers("-P -sc --hr -1"), [false; 4]);
    }
}
