//! `--stats`, `--statopts`: the totals of a playback.

use super::format::Format;
use crate::usage::UsageError;

/// Which totals are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stats {
    /// Also averages.
    pub averages: bool,
    /// Also the intervals.
    pub intervals: bool,
    /// Totals of each recording instead of those of all.
    pub of_each_file: bool,
}

impl Stats {
    /// Reads the letters of `--statopts`.
    ///
    /// # Errors
    /// A [`UsageError`] for unknown letters.
    pub fn parse(letters: &str) -> Result<Self, UsageError> {
        if !letters.chars().all(|letter| "ais".contains(letter)) {
            return Err(UsageError::new("valid --statopts are [ais]"));
        }
        Ok(Self {
            averages: letters.contains('a'),
            intervals: letters.contains('i'),
            of_each_file: letters.contains('s'),
        })
    }

    /// The totals in this format; none if it has no totals.
    ///
    /// # Errors
    /// A [`UsageError`] for a format that can't have totals.
    pub(super) fn shown_in(self, format: Format) -> Result<Option<Self>, UsageError> {
        match format {
            Format::Brief => Ok(Some(self)),
            Format::Verbose(_) => Err(UsageError::new("statistics not allowed in verbose mode")),
            Format::Plot { .. } | Format::Lexpr { .. } | Format::Json => Ok(None),
        }
    }
}
