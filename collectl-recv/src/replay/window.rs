//! The part of a recording that is shown.

use collectl_core::source::raw::timeframe::{Position, Timeframe};
use jiff::tz::TimeZone;
use thiserror::Error;

use crate::base::time::Time;

/// Times that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub(crate) struct WindowError(String);

/// `--from` and `--thru`, by this machine's clock.
#[derive(Debug, Clone)]
pub(crate) struct Window {
    timeframe: Timeframe,
    zone: TimeZone,
}

impl Window {
    /// Reads the values of the switches; without any, all is shown.
    ///
    /// # Errors
    /// Where one of them is no time, or both have an end.
    pub(crate) fn parse(from: Option<&str>, thru: Option<&str>) -> Result<Self, WindowError> {
        let timeframe = Timeframe::parse(from, thru).map_err(|error| WindowError(error.0))?;
        Ok(Self { timeframe, zone: TimeZone::system() })
    }

    /// Everything.
    pub(crate) fn everything() -> Self {
        Self { timeframe: Timeframe::default(), zone: TimeZone::system() }
    }

    /// Where `time` is.
    pub(super) fn position(&self, time: Time) -> Position {
        self.timeframe.position(time, &self.zone)
    }
}
