//! Where is recorded to.

use std::path::PathBuf;

use super::roll::Roll;

/// What is kept of all that comes.
#[derive(Debug, PartialEq)]
pub(crate) struct Record {
    pub(crate) folder: PathBuf,
    /// When files are closed, and others begun.
    pub(crate) roll: Roll,
}
