//! Errors of a playback.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::sink::Gone;

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
    /// A file that can't be written.
    #[error("writing {}: {error}", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The reason.
        error: io::Error,
    },
    /// The reader of the text has gone.
    #[error("writing the text: {0}")]
    Gone(Gone),
}
