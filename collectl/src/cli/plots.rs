//! `-P -f` with `-p`: recordings are converted to plot files.

use collectl_core::choice::options::{Existing, Options};
use collectl_core::usage::UsageError;

use super::literal::Literal;
use crate::record::Location;

/// Where plots of recordings are written, and how.
#[derive(Debug, Clone)]
pub struct PlotFiles {
    /// The folder, and how file names start.
    pub location: Location,
    /// Whether files are compressed (not with `-oz`).
    pub compressed: bool,
    /// What is done with existing files (`-oa`, `-oc`).
    pub existing: Existing,
    /// Whether each recording has its own files, with the time in their names (`-ou`).
    pub of_instant: bool,
    /// The arguments, for the headers.
    pub arguments: String,
    /// Letters of `-o`, for the headers.
    pub options: String,
}

impl PlotFiles {
    /// The plot files that a playback writes, if any.
    ///
    /// # Errors
    /// A [`UsageError`] for files without plots.
    pub fn resolve(literal: &Literal, options: &Options) -> Result<Option<Self>, UsageError> {
        let Some(filename) = &literal.filename else { return Ok(None) };
        if !literal.shown.plot {
            return Err(UsageError::new("MUST specify -P if -p and -f"));
        }
        Ok(Some(Self {
            location: Location::parse(filename),
            compressed: !options.uncompressed,
            existing: options.existing,
            of_instant: options.of_instant,
            arguments: literal.line.clone(),
            options: literal.shown.options.clone().unwrap_or_default(),
        }))
    }
}
