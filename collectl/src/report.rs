//! From frames to the text of intervals: meters, a format, and the headers in between.

use collectl_wire::display::sanitize_text;

use crate::cli::plan::{Format, Headers, Plan};
use crate::cli::stats::Stats;
use crate::clock::Time;
use crate::frame::Frame;
use crate::machine::Machine;
use crate::render::json::Json;
use crate::render::lexpr::Lexpr;
use crate::render::line::Line;
use crate::render::plot::Plot;
use crate::render::stamp::StampFormat;
use crate::render::verbose::Verbose;
use crate::render::{Renderer, brief};
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
    stats: Option<Stats>,
    span: Span,
}

/// What the sums of `--stats` are divided by.
#[derive(Debug)]
struct Span {
    /// The interval of the last recording.
    interval: f64,
    /// The seconds that were played, without those of this recording.
    played: f64,
    /// The ends of the first and of the last interval of this recording that were shown.
    shown: Option<(Time, Time)>,
    /// Whether this recording goes on another, up to its second interval.
    goes_on: bool,
}

impl Span {
    fn add(&mut self, end: Time) {
        let first = match self.shown {
            None => end,
            // The Perl collectl takes the interval across two recordings for one of the usual length.
            Some(_) if std::mem::take(&mut self.goes_on) => {
                Time::from_micros(end.micros() - (self.interval * 1e6) as i64)
            }
            Some((first, _)) => first,
        };
        self.shown = Some((first, end));
    }
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
                Renderer::Verbose(Verbose::new(settings, records, letters, host, machine))
            }
            Format::Lexpr { marked } => Renderer::Lexpr(Lexpr::new(marked, machine.recorded)),
            Format::Json => Renderer::Json(Json::new(host)),
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
            stats: plan.choice.stats.filter(|_| !plan.headers_only),
            span: Span { interval: 1.0, played: 0.0, shown: None, goes_on: false },
        };
        report.clear_totals();
        report.set_machine(machine);
        report
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

    /// Intervals shown so far.
    #[must_use]
    pub fn intervals(&self) -> u64 {
        self.intervals
    }

    /// Forgets the past: the next frame is a first one.
    pub fn forget(&mut self) {
        self.frames = 0;
        self.span.goes_on = false;
        for meter in &mut self.meters {
            meter.forget();
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

    /// Takes the frames that follow as those of `machine`.
    pub fn set_machine(&mut self, machine: &Machine) {
        self.stamp.zone = machine.zone.clone();
        self.span.interval = machine.interval.unwrap_or(1.0);
        for meter in &mut self.meters {
            meter.set_machine(machine);
        }
    }

    /// Goes on to another recording, which was made on `host`. As in the Perl collectl, plot shows its headers again and
    /// verbose counts them anew; brief does neither.
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

    /// Ends a recording, of which `end` was the last time. Returns its totals, if they are to be shown.
    pub fn end_file(&mut self, end: Time) -> Option<Text> {
        let (first, last) = self.span.shown.take()?;
        // From the end of the first interval on, as in the Perl collectl: where its recordings end, nothing is shown of
        // the last interval.
        self.span.played += end.seconds_since(first);
        self.stats.filter(|stats| stats.of_each_file)?;
        let text = self.totals(Some(last));
        self.clear_totals();
        text
    }

    /// The totals of all recordings, or of those that were not shown yet.
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
        self.span.add(frame.time());
        if self.stats.is_some_and(|stats| !stats.intervals) {
            self.body.clear();
        }
        sanitize_text(&mut self.body);
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
                report.begin_file("host");
            }
            frame.restart(Time::from_micros(second * 1_000_000));
            shown.extend(report.accept(&frame).map(|text| text.whole().len() > text.body().len()));
        }
        shown
    }

    /// The text of five frames, a second apart, with totals as the letters of `--statopts` say.
    fn totals(args: &str, letters: &str) -> String {
        let args: Vec<String> = args.split_whitespace().map(str::to_owned).collect();
        let mut plan = Plan::resolve(&Literal::parse_from_args(&args).unwrap(), None).unwrap();
        let [averages, intervals, of_each_file] = ['a', 'i', 's'].map(|letter| letters.contains(letter));
        plan.choice.stats = Some(Stats { averages, intervals, of_each_file });
        let mut report = Report::new(&plan, &Machine::default(), "host");
        let mut frame = Frame::default();
        let mut shown = Vec::new();
        for second in 0..5 {
            frame.restart(Time::from_micros(second * 1_000_000));
            frame.add_line(&crate::subsystem::cpu::STAT, format!("ctxt {}\n", second * 10).as_bytes());
            shown.extend(report.accept(&frame).map(|text| text.whole()));
        }
        shown.extend(report.end_file(frame.time()).map(|text| text.whole()));
        // Another recording, which ends no interval.
        report.forget();
        report.accept(&frame);
        shown.extend(report.end_file(frame.time()).map(|text| text.whole()));
        shown.extend(report.end().map(|text| text.whole()));
        String::from_utf8(shown.concat()).unwrap()
    }

    #[test]
    fn totals_stand_in_place_of_intervals() {
        let header = "#<--------CPU-------->\n#cpu sys inter  ctxsw \n";
        assert_eq!(totals("-sc --hr -1", ""), format!("{header}T  0   0     0     40 \n"));
        let averages = "A  0   0     0     13 \nT  0   0     0     40 \n";
        assert_eq!(totals("-sc", "a"), format!("{header}{averages}"));
        let lines = "   0   0     0     10 \n".repeat(4);
        assert_eq!(totals("-sc", "ia"), format!("{header}{lines}{averages}"));
        let text = totals("-sc -oT", "s");
        assert!(text.ends_with("\n00:00:04 T  0   0     0     40 \n"), "{text}");
        let text = totals("-sc -oT", "");
        assert!(text.ends_with("\n         T  0   0     0     40 \n"), "{text}");
    }

    #[test]
    fn each_recording_has_its_own_host() {
        has_its_own_host("--export json -sc", |host| format!("{{\"host\":\"{host}\",\"time\":"));
        has_its_own_host("-scn --verbose", |host| format!("\n### RECORD    1 >>> {host} <<< ("));
    }

    /// Plays an interval of the host `one`, and one of `four`.
    fn has_its_own_host(args: &str, begin: impl Fn(&str) -> String) {
        let args: Vec<String> = args.split_whitespace().map(str::to_owned).collect();
        let plan = Plan::resolve(&Literal::parse_from_args(&args).unwrap(), None).unwrap();
        let mut report = Report::new(&plan, &Machine::default(), "one");
        let mut frame = Frame::default();
        let mut hosts = Vec::new();
        for (second, host) in ["one", "one", "four", "four"].into_iter().enumerate() {
            if second == 2 {
                report.begin_file("four");
                report.forget();
            }
            frame.restart(Time::from_micros(second as i64 * 1_000_000));
            hosts.extend(report.accept(&frame).map(|text| (host, text.body())));
        }
        assert_eq!(hosts.len(), 2);
        for (host, line) in hosts {
            assert!(line.starts_with(begin(host).as_bytes()), "{line:?}");
        }
    }

    #[test]
    fn the_time_that_was_played() {
        let mut span = Span { interval: 2.0, played: 0.0, shown: None, goes_on: true };
        let times = [10, 13, 15].map(|second| Time::from_micros(second * 1_000_000));
        times.iter().for_each(|&time| span.add(time));
        assert_eq!(span.shown, Some((Time::from_micros(11_000_000), times[2])));
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
