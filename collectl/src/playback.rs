//! A playback: read recordings, render, send.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::cli::plan::Plan;
use crate::clock::Time;
use crate::frame::Frame;
use crate::report::Report;
use crate::sink::{Gone, Sink};
use crate::source::raw::reader::RawReader;

/// Why a playback failed.
#[derive(Debug, Error)]
pub enum PlaybackError {
    /// A recording that can't be read.
    #[error("reading {}: {error}", .path.display())]
    Read {
        /// The recording.
        path: PathBuf,
        /// The reason.
        error: io::Error,
    },
    /// The reader of the text is gone.
    #[error("writing the text")]
    Gone(Gone),
}

/// Plays `files` in their order. Where one goes on at the instant at which the one before it was closed, as files that
/// were rolled do, the interval across the two is shown like any other.
///
/// # Errors
/// A [`PlaybackError`] for a file that can't be read, and when there is no reader any more.
pub async fn play(plan: &Plan, files: &[PathBuf], mut sink: Sink) -> Result<(), PlaybackError> {
    let mut frame = Frame::default();
    let mut report = None;
    let mut closed: Option<Time> = None;
    for path in files {
        let failed = |error| PlaybackError::Read { path: path.clone(), error };
        let mut reader = RawReader::open(path).map_err(failed)?;
        let zone = reader.header().zone();
        let report = report.get_or_insert_with(|| {
            Report::new(plan, zone.clone(), reader.header().host().unwrap_or_default())
        });
        report.set_zone(zone);
        report.begin_file();
        if closed.is_none() || closed != reader.last_marker() {
            report.forget();
        }
        while reader.next(&mut frame).map_err(failed)? {
            if let Some(text) = report.accept(&frame) {
                sink.send(&text).map_err(PlaybackError::Gone)?;
                sink.drain().await.map_err(PlaybackError::Gone)?;
            }
        }
        closed = reader.last_marker();
    }
    Ok(())
}
