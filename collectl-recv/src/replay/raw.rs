//! Raw files, as collectl plays them.

use std::io::{self, BufReader};
use std::path::Path;

use collectl_core::frame::Frame;
use collectl_core::machine::Machine;
use collectl_core::report::Report;
use collectl_core::source::raw::reader::RawReader;
use collectl_core::source::raw::timeframe::Position;
use collectl_wire::regular_file;
use jiff::tz::TimeZone;

use super::switches::Switches;
use super::window::Window;
use crate::base::time::{self, Time};
use crate::stream::classify::Classifier;
use crate::stream::lines::Lines;

/// Buffer of a file; there may be thousands.
const BUFFER: usize = 32 << 10;
/// Seconds between the first sample of a host and the beginning of its file, beyond its interval, up to which its clock is
/// taken for right.
const TRUSTED: f64 = 2.0;

/// A raw file.
pub(crate) struct RawPlayback {
    reader: RawReader,
    report: Report,
    /// The letters of the subsystems that are shown.
    letters: String,
    frame: Frame,
    /// Seconds that the host's clock was ahead of the receiver's.
    ahead: f64,
    classifier: Classifier,
}

/// Where a raw file ended.
pub(super) struct Seam(Option<(String, Time)>);

impl RawPlayback {
    /// Opens the raw file `path`, which was begun at `begun`. None if nothing of what is to be shown was recorded.
    ///
    /// # Errors
    /// What reading returns, and damage that leaves nothing to be shown.
    pub(super) fn open(path: &Path, begun: Time, switches: &Switches) -> io::Result<Option<Self>> {
        let reader = read(path)?;
        match reader.damage().filter(|_| switches.for_recording(reader.header()).is_none()) {
            Some(damage) => Err(io::Error::other(damage)),
            None => Ok(Self::new(reader, begun, switches)),
        }
    }

    /// Plays what `reader` reads, of a file that was begun at `begun`. None if nothing of what is to be shown was recorded.
    pub(crate) fn new(reader: RawReader, begun: Time, switches: &Switches) -> Option<Self> {
        let view = switches.for_recording(reader.header())?;
        let machine = Machine::recorded(reader.header());
        let host = reader.header().host().unwrap_or_default().to_owned();
        let ahead = ahead(&reader, &machine, begun);
        let report = Report::new(&view, &machine, &host);
        let letters = view.choice.letters;
        let (frame, classifier) = (Frame::default(), Classifier::default());
        Some(Self { reader, report, letters, frame, ahead, classifier })
    }

    /// Continues in `path`, if that begins where this ended.
    pub(super) fn continue_in(&mut self, path: &Path, seam: &Seam, switches: &Switches) -> io::Result<bool> {
        let reader = read(path)?;
        let same =
            switches.for_recording(reader.header()).is_some_and(|view| view.choice.letters == self.letters);
        if !same || seam.0.is_none() || reader.seam() != seam.0 {
            return Ok(false);
        }
        self.report.set_machine(&Machine::recorded(reader.header()));
        self.reader = reader;
        Ok(true)
    }

    /// The next interval's lines, and its time by the receiver's clock; none at the end. A sample that was cut off is left
    /// out.
    pub(crate) fn next(&mut self, window: &Window) -> io::Result<Option<(Time, Lines)>> {
        while self.reader.next(&mut self.frame)? {
            let time = time::after(self.frame.time(), -self.ahead);
            match window.position(time) {
                Position::After => return Ok(None),
                Position::Before => self.report.prime(&self.frame),
                Position::Inside => {
                    if let Some(text) = self.report.accept(&self.frame) {
                        return Ok(Some((time, Lines::of(&text.whole(), &mut self.classifier))));
                    }
                }
            }
        }
        match self.reader.damage() {
            Some(damage) => Err(io::Error::new(io::ErrorKind::InvalidData, damage)),
            None => Ok(None),
        }
    }

    /// What of it was found to be damaged, as far as it was read.
    pub(super) fn damage(&self) -> Option<String> {
        self.reader.damage()
    }

    /// Where it ended.
    pub(super) fn seam(&self) -> Seam {
        Seam(self.reader.seam())
    }
}

/// When the first sample of the raw file `path` was taken, by the clock of its host.
pub(super) fn first_time(path: &Path) -> Option<Time> {
    read(path).ok()?.last_marker()
}

fn read(path: &Path) -> io::Result<RawReader> {
    let file = regular_file::read(path)?;
    if path.extension().is_some_and(|extension| extension == "gz") {
        return RawReader::open(path);
    }
    RawReader::new(Box::new(BufReader::with_capacity(BUFFER, file)))
}

/// Seconds that the host's clock was ahead. A receiver names files by its own clock, collectl by that of the host.
fn ahead(reader: &RawReader, machine: &Machine, begun: Time) -> f64 {
    let Some(first) = reader.last_marker() else { return 0.0 };
    let trusted = TRUSTED + machine.interval.unwrap_or(1.0).clamp(0.0, 3600.0);
    let near = |begun: Time| first.seconds_since(begun).abs() <= trusted;
    if near(begun) || on_clock_of(&reader.header().zone(&TimeZone::system()), begun).is_some_and(near) {
        0.0
    } else {
        first.seconds_since(begun)
    }
}

/// When a clock in `zone` shows what ours shows at `time`.
fn on_clock_of(zone: &TimeZone, time: Time) -> Option<Time> {
    let there = zone.to_timestamp(TimeZone::system().to_datetime(time::timestamp(time))).ok()?;
    Some(Time::from_micros(there.as_microsecond()))
}
