//! The switch of control groups.

use crate::cli::UsageError;
use crate::cli::literal::Literal;
use crate::filter::NameFilter;

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
    pub(crate) fn resolve(literal: &Literal) -> Result<Self, UsageError> {
        let text = literal.cgroupfilt.as_deref().unwrap_or_default();
        Ok(Self { filter: NameFilter::parse("cgroupfilt", text)? })
    }
}
