//! `--stats`, `--statopts`: the totals of a playback.

use super::UsageError;
use super::literal::Literal;
use super::plan::Format;

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
    /// None if the user wants no totals, or in a format that has none.
    ///
    /// # Errors
    /// A [`UsageError`] for unknown letters, and where there can be no totals.
    pub fn resolve(literal: &Literal, format: Format) -> Result<Option<Self>, UsageError> {
        let letters = literal.statopts.as_deref().unwrap_or_default();
        if !literal.stats {
            return match letters {
                "" => Ok(None),
                _ => Err(UsageError::new("--statopts required --stats")),
            };
        }
        if !letters.chars().all(|letter| "ais".contains(letter)) {
            return Err(UsageError::new("valid --statopts are [ais]"));
        }
        if literal.playback.is_none() {
            return Err(UsageError::new("statistics not allowed interactively"));
        }
        let stats = Self {
            averages: letters.contains('a'),
            intervals: letters.contains('i'),
            of_each_file: letters.contains('s'),
        };
        match format {
            Format::Brief => Ok(Some(stats)),
            Format::Verbose(_) => Err(UsageError::new("statistics not allowed in verbose mode")),
            Format::Plot { .. } | Format::Lexpr { .. } | Format::Json => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::choice::Choice;

    fn resolve(line: &str) -> Result<Option<Stats>, String> {
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let choice =
            Literal::parse_from_args(&args).and_then(|literal| Choice::resolve(&literal, None, None));
        choice.map(|choice| choice.stats).map_err(|error| error.0)
    }

    #[test]
    fn totals_are_of_brief_playbacks() {
        let all = Stats { averages: true, intervals: true, of_each_file: true };
        assert_eq!(resolve("-p x.raw -scd --stats"), Ok(Some(Stats::default())));
        assert_eq!(resolve("-p x.raw -scd --stats --statopts sia"), Ok(Some(all)));
        assert_eq!(resolve("-p x.raw -sc -P --stats"), Ok(None));
        for (line, message) in [
            ("-p x.raw -sc --statopts s", "--statopts required --stats"),
            ("-p x.raw -sc --stats --statopts x", "valid --statopts are [ais]"),
            ("-p x.raw -sC --stats", "statistics not allowed in verbose mode"),
            ("-p x.raw -sc --verbose --stats", "statistics not allowed in verbose mode"),
            ("-sc --stats", "statistics not allowed interactively"),
        ] {
            assert_eq!(resolve(line), Err(message.to_owned()));
        }
    }
}
