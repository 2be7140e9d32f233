//! Raw files, as collectl plays them.

use std::io::{self, BufReader};
use std::path::Path;

use collectl_core::clock::Time;
use collectl_core::frame::Frame;
use collectl_core::machine::Machine;
use collectl_core::report::Report;
use collectl_core::source::raw::reader::RawReader;
use collectl_wire::regular;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::switches::Switches;
use super::window::{Place, Window};

/// Buffer of a file; there may be thousands.
const BUFFER: usize = 32 << 10;
/// Seconds by which the first sample of a host may lie off the time at which its file was begun, beside its interval,
/// without its clock being taken for wrong.
const TRUSTED: f64 = 2.0;

/// A raw file.
pub(crate) struct RawTrack {
    reader: RawReader,
    report: Report,
    /// The letters of the subsystems that are shown.
    letters: String,
    frame: Frame,
    /// Seconds that the host's clock was ahead of the receiver's.
    ahead: f64,
}

/// Where a raw file ended.
pub(super) struct Seam(Option<(String, Time)>);

impl RawTrack {
    /// Opens the raw file `path`, which was begun at `begun`. None if nothing of what is to be shown was recorded.
    pub(super) fn open(path: &Path, begun: f64, switches: &Switches) -> io::Result<Option<Self>> {
        Ok(Self::new(read(path)?, begun, switches))
    }

    /// Plays what `reader` reads, of a file that was begun at `begun`. None if nothing of what is to be shown was recorded.
    pub(crate) fn new(reader: RawReader, begun: f64, switches: &Switches) -> Option<Self> {
        let view = switches.for_recording(reader.header())?;
        let machine = Machine::recorded(reader.header());
        let host = reader.header().host().unwrap_or_default().to_owned();
        let ahead = ahead(&reader, &machine, begun);
        let report = Report::new(&view, &machine, &host);
        Some(Self { reader, report, letters: view.choice.letters, frame: Frame::default(), ahead })
    }

    /// Goes on in `path`, if that begins where this ended.
    pub(super) fn go_on(&mut self, path: &Path, seam: &Seam, switches: &Switches) -> io::Result<bool> {
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

    /// The next interval's text, and its time by the receiver's clock, in seconds of the epoch; none at the end. A sample
    /// that was cut off is left out.
    pub(crate) fn next(&mut self, window: &Window) -> io::Result<Option<(f64, Vec<u8>)>> {
        while self.reader.next(&mut self.frame)? {
            let time = self.frame.time().seconds() - self.ahead;
            match window.place(time) {
                Place::Behind => return Ok(None),
                Place::Before => self.report.prime(&self.frame),
                Place::Inside => {
                    if let Some(text) = self.report.accept(&self.frame) {
                        return Ok(Some((time, text.whole().to_vec())));
                    }
                }
            }
        }
        Ok(None)
    }

    /// Where it ended.
    pub(super) fn seam(&self) -> Seam {
        Seam(self.reader.seam())
    }
}

fn read(path: &Path) -> io::Result<RawReader> {
    let file = regular::read(path)?;
    if path.extension().is_some_and(|extension| extension == "gz") {
        return RawReader::open(path);
    }
    RawReader::new(Box::new(BufReader::with_capacity(BUFFER, file)))
}

/// Seconds that the host's clock was ahead. A receiver names files by its own clock, collectl by that of the host.
fn ahead(reader: &RawReader, machine: &Machine, begun: f64) -> f64 {
    let Some(first) = reader.last_marker().map(Time::seconds) else { return 0.0 };
    let trusted = TRUSTED + machine.interval.unwrap_or(1.0).clamp(0.0, 3600.0);
    let near = |begun: f64| (first - begun).abs() <= trusted;
    if near(begun) || on_wall_of(&reader.header().zone(), begun).is_some_and(near) {
        0.0
    } else {
        first - begun
    }
}

/// When a clock on the wall in `zone` says what ours says at `time`.
fn on_wall_of(zone: &TimeZone, time: f64) -> Option<f64> {
    let time = Timestamp::from_duration(SignedDuration::try_from_secs_f64(time).ok()?).ok()?;
    let there = zone.to_timestamp(TimeZone::system().to_datetime(time)).ok()?;
    Some(there.as_duration().as_secs_f64())
}
