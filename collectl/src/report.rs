//! From frames to the text of intervals: meters, a format, and the headers in between.

use crate::cli::plan::{Format, Headers, Plan};
use crate::frame::Frame;
use crate::machine::Machine;
use crate::render::Renderer;
use crate::render::lexpr::Lexpr;
use crate::render::line::Line;
use crate::render::plot::Plot;
use crate::render::stamp::StampFormat;
use crate::render::verbose::Verbose;
use crate::sink::Text;
use crate::subsystem::{Cadence, Meter, Part};

/// Everything between a source and the sinks. Live and recorded frames take the same way through it.
pub struct Report {
    meters: Vec<Box<dyn Meter>>,
    stamp: StampFormat,
    renderer: Renderer,
    headers: Headers,
    body: Vec<u8>,
    frames: u64,
    intervals: u64,
    /// Intervals since the headers began to be counted.
    counted: u64,
}

impl Report {
    /// A report of `plan` on `host`, which `machine` describes.
    #[must_use]
    pub fn new(plan: &Plan, machine: &Machine, host: &str) -> Self {
        let settings = &plan.choice.settings;
        let meters =
            plan.choice.subsystems.iter().map(|chosen| (chosen.entry.meter)(settings, chosen.parts.clone()));
        let renderer = match plan.choice.format {
            Format::Brief => Renderer::Brief(Line::new(settings.numbers)),
            Format::Verbose(records) => {
                let letters = plan.choice.letters.clone();
                Renderer::Verbose(Verbose::new(settings, records, letters, host, machine.recorded))
            }
            Format::Lexpr { marked } => Renderer::Lexpr(Lexpr::new(marked)),
            Format::Plot { separator, utc } => Renderer::Plot(Plot::new(settings, separator, utc)),
        };
        let (stamp, millis) = plan.stamp;
        let mut report = Self {
            meters: meters.collect(),
            stamp: StampFormat::new(stamp, millis, machine.zone.clone()),
            renderer,
            headers: plan.headers,
            body: Vec::new(),
            frames: 0,
            intervals: 0,
            counted: 0,
        };
        report.set_machine(machine);
        report
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
        self.frames = 0;
        for meter in &mut self.meters {
            meter.forget();
        }
    }

    /// Takes the frames that follow as those of `machine`.
    pub fn set_machine(&mut self, machine: &Machine) {
        self.stamp.zone = machine.zone.clone();
        for meter in &mut self.meters {
            meter.set_machine(machine);
        }
    }

    /// Goes on to another recording. As in the Perl collectl, plot shows its headers again and verbose counts them anew;
    /// brief does neither.
    pub fn begin_file(&mut self) {
        match (&self.renderer, self.headers) {
            (Renderer::Plot(_), _) | (Renderer::Verbose(_), Headers::Every(_)) => self.counted = 0,
            (Renderer::Verbose(_) | Renderer::Brief(_) | Renderer::Lexpr(_), _) => {}
        }
    }

    /// Takes a frame that is not to be shown, only to be compared with.
    pub fn prime(&mut self, frame: &Frame) {
        self.frames += 1;
        for meter in &mut self.meters {
            meter.accept(frame);
        }
    }

    /// Takes the next frame, and returns the text of the interval that it ends. A first frame ends none,
    /// and some intervals are not shown.
    pub fn accept(&mut self, frame: &Frame) -> Option<Text> {
        self.prime(frame);
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

    /// Whether the last frame ended an interval of which something is to be shown. In the plot format, a subsystem that is
    /// captured less often has columns all the same.
    fn is_ready(&self) -> bool {
        let mut each = self.meters.iter().filter(|meter| meter.cadence() == Cadence::Each);
        let columns = matches!(self.renderer, Renderer::Plot(_))
            && self
                .meters
                .iter()
                .any(|meter| meter.cadence() == Cadence::Second && meter.parts().contains(&Part::Summary));
        self.frames > 1
            && each.all(|meter| meter.is_ready())
            && (columns || self.meters.iter().any(|meter| meter.is_ready()))
    }

    fn header_is_due(&self) -> bool {
        match self.headers {
            Headers::Never => false,
            Headers::Once => self.counted == 0,
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
        let mut report = Report::new(&plan, &Machine::default(), "host");
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
