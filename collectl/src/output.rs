//! What a run makes of its frames for its readers: the text of intervals, the frames themselves, or nothing.

use collectl_core::clock::Time;
use collectl_core::facts::Facts;
use collectl_core::frame::Frame;
use collectl_core::kernel::Roots;
use collectl_core::report::Report;
use collectl_core::source::raw::write::{marker, sample};
use collectl_core::text::Text;
use jiff::tz::TimeZone;

use crate::record::{Contents, Description};

/// What a run makes of its frames.
pub enum Output {
    /// Nothing: they are only recorded.
    Nothing,
    /// The text of intervals.
    Intervals(Box<Report>),
    /// A raw file that grows (`--export raw`).
    Raw(Box<RawStream>),
}

/// A raw file as a stream: header, samples, and at the end the marker that completes the last sample.
pub struct RawStream {
    description: Description,
    roots: Roots,
    /// Samples so far.
    samples: u64,
}

impl RawStream {
    /// A stream for the machine at `roots`.
    #[must_use]
    pub fn new(description: Description, roots: Roots) -> Self {
        Self { description, roots, samples: 0 }
    }

    fn header(&self) -> Vec<u8> {
        let facts = Facts::gather(&self.roots);
        self.description.block(&facts, Contents::All, Some(Time::now()), &TimeZone::system()).into_bytes()
    }
}

impl Output {
    /// Takes the next frame, and returns the text for the reader.
    pub fn accept(&mut self, frame: &Frame) -> Option<Text> {
        match self {
            Self::Nothing => None,
            Self::Intervals(report) => report.accept(frame),
            Self::Raw(stream) => {
                let header = if stream.samples == 0 { stream.header() } else { Vec::new() };
                stream.samples += 1;
                Some(Text::new(&header, &sample(frame, |_| true)))
            }
        }
    }

    /// Takes a frame that is not shown. The next one is compared with it.
    pub fn prime(&mut self, frame: &Frame) {
        if let Self::Intervals(report) = self {
            report.prime(frame);
        }
    }

    /// The header of all that follows, as far as it is known now.
    #[must_use]
    pub fn header(&self) -> Vec<u8> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Intervals(report) => report.header(),
            Self::Raw(stream) => stream.header(),
        }
    }

    /// Forgets the past: the next frame counts as the first.
    pub fn forget(&mut self) {
        if let Self::Intervals(report) = self {
            report.forget();
        }
    }

    /// Continues as if this many intervals had been returned.
    pub fn resume(&mut self, intervals: u64) {
        match self {
            Self::Nothing => {}
            Self::Intervals(report) => report.resume(intervals),
            Self::Raw(stream) => stream.samples = intervals,
        }
    }

    /// How many intervals were shown; none if no intervals are shown.
    #[must_use]
    pub fn intervals(&self) -> Option<u64> {
        match self {
            Self::Nothing => None,
            Self::Intervals(report) => Some(report.intervals()),
            Self::Raw(stream) => Some(stream.samples.saturating_sub(1)),
        }
    }

    /// The marker that ends a raw stream at `time`.
    #[must_use]
    pub fn end(&self, time: Time) -> Option<Text> {
        match self {
            Self::Raw(_) => Some(Text::new(&[], &marker(time))),
            Self::Nothing | Self::Intervals(_) => None,
        }
    }
}
