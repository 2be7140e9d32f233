//! From frames to the text of intervals: meters, a format, and the headers in between.

#[cfg(test)]
mod all_subsystems;
mod brief;
#[cfg(test)]
mod cases;
mod json;
mod lexpr;
mod plot;
mod renderer;
#[cfg(test)]
mod samples;
#[cfg(test)]
pub(crate) mod tests;
mod verbose;

use collectl_wire::display::sanitize_text;

use crate::choice::Choice;
use crate::choice::format::Format;
use crate::choice::selection::Chosen;
use crate::choice::stats::Stats;
use crate::clock::Time;
use crate::frame::Frame;
use crate::machine::Machine;
use crate::render::line::Line;
use crate::render::stamp::{Stamp, StampFormat};
use crate::subsystem::{Cadence, Meter, Part};
use crate::text::Text;
use json::Json;
use lexpr::Lexpr;
use plot::Plot;
use renderer::Renderer;
use verbose::Verbose;

/// What a report shows, and when it repeats its headers.
#[derive(Debug, Clone)]
pub struct View {
    /// The subsystems and the format.
    pub choice: Choice,
    /// The stamp before each line.
    pub stamp: Stamp,
    /// Whether the stamp has milliseconds.
    pub millis: bool,
    /// When headers are shown.
    pub headers: Headers,
}

/// When headers are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Headers {
    /// Never.
    Never,
    /// Before the first line.
    Once,
    /// Before the first line, and again after this many lines.
    Every(u64),
}

impl Headers {
    /// As `--hr` says. Without it every `lines` lines, and once in formats for programs.
    #[must_use]
    pub fn repeated(hr: Option<i64>, format: Format, lines: u64) -> Self {
        match hr {
            None if format.is_for_people() => Self::Every(lines),
            None | Some(0) => Self::Once,
            Some(..0) => Self::Never,
            Some(lines) => Self::Every(lines.unsigned_abs()),
        }
    }
}

/// The path from a source to the sinks. Live and recorded frames take the same path.
pub struct Report {
    meters: Vec<Box<dyn Meter>>,
    stamp: StampFormat,
    renderer: Renderer,
    headers: Headers,
    body: Vec<u8>,
    frames: u64,
    intervals: u64,
    /// Intervals since the last header.
    counted: u64,
    stats: Option<Stats>,
    span: Span,
}

/// The divisor of the sums of `--stats`.
#[derive(Debug)]
struct Span {
    /// The interval of the last recording.
    interval: f64,
    /// The seconds that were played, without this recording.
    played: f64,
    /// The ends of the first and last interval shown of this recording.
    shown: Option<(Time, Time)>,
    /// Whether this recording continues another one, up to its second interval.
    goes_on: bool,
}

impl Span {
    fn add(&mut self, end: Time) {
        let first = match self.shown {
            None => end,
            // The Perl collectl gives the interval across two recordings the usual length.
            Some(_) if std::mem::take(&mut self.goes_on) => {
                Time::from_micros(end.micros() - (self.interval * 1e6) as i64)
            }
            Some((first, _)) => first,
        };
        self.shown = Some((first, end));
    }
}

impl Report {
    /// A report on `host`, which `machine` describes.
    #[must_use]
    pub fn new(view: &View, machine: &Machine, host: &str) -> Self {
        let choice = &view.choice;
        let settings = &choice.settings;
        let meter = |chosen: &Chosen| chosen.configured.meter(settings, chosen.parts.clone());
        let meters = choice.subsystems.iter().map(meter).collect();
        let renderer = match choice.format {
            Format::Brief => Renderer::Brief(Line::new(settings.numbers)),
            Format::Verbose(records) => {
                let letters = choice.letters.clone();
                Renderer::Verbose(Verbose::new(settings, records, letters, host, machine))
            }
            Format::Lexpr { marked } => Renderer::Lexpr(Lexpr::new(marked, machine.recorded)),
            Format::Json => Renderer::Json(Json::new(host)),
            Format::Plot { separator, utc } => {
                let plot = Plot::new(settings, separator, utc);
                Renderer::Plot(if machine.recorded { plot.with_bare_heading() } else { plot })
            }
        };
        let mut report = Self {
            meters,
            stamp: StampFormat::new(view.stamp, view.millis, machine.zone.clone()),
            renderer,
            headers: view.headers,
            body: Vec::new(),
            frames: 0,
            intervals: 0,
            counted: 0,
            stats: choice.stats,
            span: Span { interval: 1.0, played: 0.0, shown: None, goes_on: false },
        };
        report.clear_totals();
        report.set_machine(machine);
        report
    }

    /// The same report for a file: it has no bare line above the names of the columns.
    #[must_use]
    pub fn in_file(mut self) -> Self {
        if let Renderer::Plot(plot) = &mut self.renderer {
            plot.bare_heading = false;
        }
        self
    }

    /// The column headers; empty until an interval has passed.
    #[must_use]
    pub fn header(&self) -> Vec<u8> {
        if !self.is_ready() {
            return Vec::new();
        }
        let mut header = self.renderer.header(&self.stamp, &self.meters);
        sanitize_text(&mut header);
        header
    }

    /// What the plot format has of intervals of which nothing is shown: a heading without columns.
    #[must_use]
    pub fn bare_header(&self) -> Vec<u8> {
        match &self.renderer {
            Renderer::Plot(plot) if self.frames > 1 && self.intervals == 0 => plot.header(&[]),
            _ => Vec::new(),
        }
    }

    /// Intervals shown so far.
    #[must_use]
    pub fn intervals(&self) -> u64 {
        self.intervals
    }

    /// Forgets the past: the next frame counts as the first.
    pub fn forget(&mut self) {
        self.frames = 0;
        self.span.goes_on = false;
        for meter in &mut self.meters {
            meter.forget();
        }
    }

    /// Numbers the records of the verbose format from the one after so many.
    pub fn number_after(&mut self, records: u64) {
        if let Renderer::Verbose(verbose) = &mut self.renderer {
            verbose.resume(records);
        }
    }

    /// Goes on as if so many intervals had been shown.
    pub fn resume(&mut self, intervals: u64) {
        self.intervals = intervals;
        self.counted = intervals;
        if let Renderer::Verbose(verbose) = &mut self.renderer {
            verbose.resume(intervals);
        }
    }

    /// The frames that follow are of `machine`.
    pub fn set_machine(&mut self, machine: &Machine) {
        self.stamp.zone = machine.zone.clone();
        self.span.interval = machine.interval.unwrap_or(1.0);
        for meter in &mut self.meters {
            meter.set_machine(machine);
        }
    }

    /// Continues with another recording, which was made on `host`. As in the Perl collectl, plot shows its headers
    /// again and verbose counts them from the start; brief does neither.
    pub fn begin_file(&mut self, host: &str) {
        self.span.goes_on = true;
        match &mut self.renderer {
            Renderer::Plot(_) => self.counted = 0,
            Renderer::Verbose(verbose) => {
                verbose.set_host(host);
                if let Headers::Every(_) = self.headers {
                    self.counted = 0;
                }
            }
            Renderer::Json(json) => json.set_host(host),
            Renderer::Brief(_) | Renderer::Lexpr(_) => {}
        }
    }

    /// Ends a recording whose last time was `end`. Returns its totals, if they are shown.
    pub fn end_file(&mut self, end: Time) -> Option<Text> {
        let (first, last) = self.span.shown.take()?;
        // Counted from the end of the first interval, as in the Perl collectl. At the end of a recording it shows
        // nothing of the last interval.
        self.span.played += end.seconds_since(first);
        self.stats.filter(|stats| stats.of_each_file)?;
        let text = self.totals(Some(last));
        self.clear_totals();
        text
    }

    /// The totals of all recordings, or of those not shown yet.
    pub fn end(&mut self) -> Option<Text> {
        self.totals(None)
    }

    fn totals(&mut self, time: Option<Time>) -> Option<Text> {
        let (stats, Renderer::Brief(line)) = (self.stats?, &mut self.renderer) else { return None };
        if line.totals()?.is_empty() {
            return None;
        }
        if stats.averages {
            let seconds = if self.span.played > 0.0 { self.span.played } else { self.span.interval };
            brief::totals(&self.stamp, &self.meters, ('A', time), seconds, line);
        }
        brief::totals(&self.stamp, &self.meters, ('T', time), self.span.interval, line);
        let text = Text::new(&[], line.bytes());
        line.bytes().clear();
        Some(text)
    }

    fn clear_totals(&mut self) {
        self.span.played = 0.0;
        if let (Some(_), Renderer::Brief(line)) = (self.stats, &mut self.renderer) {
            line.add_up();
        }
    }

    /// Takes a frame that is not shown. The next one is compared with it.
    pub fn prime(&mut self, frame: &Frame) {
        self.take(frame);
    }

    /// Returns whether the columns are others than those of the interval before.
    fn take(&mut self, frame: &Frame) -> bool {
        self.frames += 1;
        for meter in &mut self.meters {
            meter.accept(frame);
        }
        self.is_ready() && self.renderer.take_columns(&self.meters)
    }

    /// Takes the next frame, and returns the text of the interval that it ends. A first frame ends none, and some
    /// intervals are not shown.
    pub fn accept(&mut self, frame: &Frame) -> Option<Text> {
        let columns_changed = self.take(frame);
        if !self.is_ready() || !self.renderer.shows(&self.meters) {
            return None;
        }
        let due = self.header_is_due() || self.headers != Headers::Never && columns_changed;
        let header = if due { self.header() } else { Vec::new() };
        self.body.clear();
        self.renderer.interval(&self.stamp, &self.meters, frame.time(), due, &mut self.body);
        self.intervals += 1;
        self.counted += 1;
        self.span.add(frame.time());
        if self.stats.is_some_and(|stats| !stats.intervals) {
            self.body.clear();
        }
        sanitize_text(&mut self.body);
        let empty = header.is_empty() && self.body.is_empty();
        (!empty).then(|| Text::new(&header, &self.body))
    }

    /// Whether the last frame ended an interval with anything to show. The plot format has columns even for a subsystem
    /// of a longer interval.
    fn is_ready(&self) -> bool {
        let mut each = self.meters.iter().filter(|meter| meter.descriptor().cadence == Cadence::Each);
        let columns = matches!(self.renderer, Renderer::Plot(_))
            && self.meters.iter().any(|meter| {
                meter.descriptor().cadence == Cadence::Second && meter.parts().contains(&Part::Summary)
            });
        self.frames > 1
            && each.all(|meter| meter.is_ready())
            && (columns || self.shows_each_time() || self.meters.iter().any(|meter| meter.is_ready()))
    }

    fn shows_each_time(&self) -> bool {
        matches!(self.renderer, Renderer::Lexpr(_))
    }

    fn header_is_due(&self) -> bool {
        if self.stats.is_some_and(|stats| !stats.intervals) {
            return self.intervals == 0;
        }
        match self.headers {
            Headers::Never => false,
            Headers::Once => self.counted == 0,
            Headers::Every(lines) => self.counted.is_multiple_of(lines),
        }
    }
}
