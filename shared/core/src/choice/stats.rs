//! `--stats`, `--statopts`: the totals of a playback.

use super::format::Format;
use crate::usage::UsageError;

/// What is shown of totals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stats {
    /// Averages, too.
    pub averages: bool,
    /// The intervals, too.
    pub intervals: bool,
    /// Totals of each recording, in place of those of all.
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

    /// The same in this format; none where it has no totals.
    ///
    /// # Errors
    /// A [`UsageError`] where there can be none.
    pub(super) fn shown_in(self, format: Format) -> Result<Option<Self>, UsageError> {
        match format {
            Format::Brief => Ok(Some(self)),
            Format::Verbose(_) => Err(UsageError::new("statistics not allowed in verbose mode")),
            Format::Plot { .. } | Format::Lexpr { .. } | Format::Json => Ok(None),
        }
    }
}
