//! The format of a run, with its state.

use super::brief;
use super::json::Json;
use super::lexpr::Lexpr;
use super::plot::Plot;
use super::verbose::Verbose;
use crate::clock::Time;
use crate::render::line::Line;
use crate::render::stamp::StampFormat;
use crate::subsystem::Meter;

/// The format of a run, with its state.
#[derive(Debug)]
pub(super) enum Renderer {
    /// One line, a group of columns per subsystem.
    Brief(Line),
    /// A section per subsystem.
    Verbose(Verbose),
    /// One line of plain numbers.
    Plot(Plot),
    /// Lines of a name and a value.
    Lexpr(Lexpr),
    /// A JSON object in a line.
    Json(Json),
}

impl Renderer {
    /// The column headers that are repeated between intervals; empty if they are part of each interval.
    #[must_use]
    pub(super) fn header(&self, stamp: &StampFormat, meters: &[Box<dyn Meter>]) -> Vec<u8> {
        match self {
            Self::Brief(_) => brief::header(stamp, meters),
            Self::Verbose(verbose) => verbose.header(stamp, meters),
            Self::Plot(plot) => plot.header(meters),
            Self::Lexpr(_) | Self::Json(_) => Vec::new(),
        }
    }

    /// Takes the columns of an interval, shown or not. Returns whether headers are due whatever was asked for, because
    /// the last ones do not fit it.
    pub(super) fn take_columns(&mut self, meters: &[Box<dyn Meter>]) -> bool {
        match self {
            Self::Plot(plot) => plot.take_columns(meters),
            Self::Brief(_) | Self::Verbose(_) | Self::Lexpr(_) | Self::Json(_) => false,
        }
    }

    /// Whether the interval is shown at all: it is not where the user asked for some intervals only. (The plot format
    /// leaves out just the line: its header is shown in any case.)
    #[must_use]
    pub(super) fn shows(&self, meters: &[Box<dyn Meter>]) -> bool {
        match self {
            Self::Plot(_) | Self::Lexpr(_) | Self::Json(_) => true,
            Self::Brief(_) => meters.iter().all(|meter| meter.has_line()),
            Self::Verbose(_) => {
                meters.iter().any(|meter| meter.parts().iter().any(|part| meter.has_section(*part)))
            }
        }
    }

    /// Appends the interval that ended at `time`; `header_due` tells whether headers that are part of it are due.
    pub(super) fn interval(
        &mut self,
        stamp: &StampFormat,
        meters: &[Box<dyn Meter>],
        time: Time,
        header_due: bool,
        out: &mut Vec<u8>,
    ) {
        match self {
            Self::Brief(line) => {
                brief::line(stamp, meters, time, line);
                out.append(line.bytes());
            }
            Self::Verbose(verbose) => verbose.interval(stamp, meters, time, header_due, out),
            Self::Plot(plot) => plot.interval(stamp, meters, time, header_due, out),
            Self::Lexpr(lexpr) => lexpr.interval(meters, time, out),
            Self::Json(json) => json.interval(meters, time, out),
        }
    }
}
