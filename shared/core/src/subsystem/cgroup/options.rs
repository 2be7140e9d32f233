//! The switch of control groups.

use crate::filter::NameFilter;
use crate::usage::UsageError;

/// The switch of control groups.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// control groups to show and to add up, by their paths: patterns separated by commas, each of which chooses the
    /// topmost groups that match it; a ^ before the first excludes those that match, and all below them
    #[arg(long, value_name = "PATTERNS")]
    cgroupfilt: Option<String>,
}

/// What the user wants of control groups.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    /// Paths of groups to show and to add up.
    pub(super) filter: NameFilter,
}

impl Options {
    /// Reads the switch.
    ///
    /// # Errors
    /// A [`UsageError`] for a text that is no pattern.
    pub(crate) fn resolve(args: &Args) -> Result<Self, UsageError> {
        let text = args.cgroupfilt.as_deref().unwrap_or_default();
        Ok(Self { filter: NameFilter::parse("cgroupfilt", text)? })
    }
}
