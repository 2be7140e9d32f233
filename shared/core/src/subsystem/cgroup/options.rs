//! The switch of control groups.

use crate::filter::NameFilter;
use crate::usage::UsageError;

/// The switch of control groups.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// control groups to show and to add up, by path: patterns separated by commas, each selects the topmost groups
    /// that match; a ^ before the first excludes matching groups and all below them
    #[arg(long, value_name = "PATTERNS")]
    cgroupfilt: Option<String>,
}

/// The user's options for control groups.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    /// Paths of the groups to show and to add up.
    pub(super) filter: NameFilter,
}

impl Options {
    /// Reads the switch.
    ///
    /// # Errors
    /// A [`UsageError`] for text that is not a pattern.
    pub(crate) fn resolve(args: &Args) -> Result<Self, UsageError> {
        let text = args.cgroupfilt.as_deref().unwrap_or_default();
        Ok(Self { filter: NameFilter::parse("cgroupfilt", text)? })
    }
}
