//! The part of the recording that is shown.

use collectl_core::source::raw::timeframe::Timeframe;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// `--from` and `--thru`, by this machine's clock.
#[derive(Debug, Clone)]
pub(crate) struct Window {
    timeframe: Timeframe,
    zone: TimeZone,
}

/// Where a time lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Before,
    Inside,
    Behind,
}

impl Window {
    /// That of `timeframe`.
    pub(crate) fn new(timeframe: Timeframe) -> Self {
        Self { timeframe, zone: TimeZone::system() }
    }

    /// Where `time` lies, in seconds of the epoch.
    pub(super) fn place(&self, time: f64) -> Place {
        let duration = SignedDuration::try_from_secs_f64(time).unwrap_or_default();
        let local =
            self.zone.to_datetime(Timestamp::from_duration(duration).unwrap_or(Timestamp::UNIX_EPOCH));
        if self.timeframe.ends_before(local) {
            Place::Behind
        } else if self.timeframe.starts_after(local) {
            Place::Before
        } else {
            Place::Inside
        }
    }
}
