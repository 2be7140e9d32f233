//! `--nfsfilt` and `--nfsopts`: which versions and sides of NFS.

use super::kind::KINDS;
use crate::header::Header;
use crate::usage::UsageError;

/// The switches of NFS.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// what to show of NFS: c or s for client or server and a version, separated by commas, as in c3,c4
    #[arg(long, value_name = "KINDS")]
    nfsfilt: Option<String>,

    /// z omits details of unused NFS versions
    #[arg(long, value_name = "LETTERS")]
    nfsopts: Option<String>,
}

/// What is shown of NFS.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct NfsOptions {
    /// Positions in [`KINDS`]; empty for all.
    kinds: Vec<usize>,
    /// As typed, for headers.
    filter: String,
    active_only: bool,
}

impl NfsOptions {
    /// The options from the switches; without a filter, what was recorded.
    ///
    /// # Errors
    /// A [`UsageError`] for values that can't be read.
    pub(super) fn resolve(args: &Args, recorded: Option<&Header>) -> Result<Self, UsageError> {
        let options = args.nfsopts.as_deref().unwrap_or_default();
        let recorded = recorded.and_then(|header| header.word("NfsFilt"));
        let of_recording = || Self::parse(recorded?, options).ok().map(Self::unnamed);
        match (args.nfsfilt.as_deref(), of_recording()) {
            (None, Some(recorded)) => Ok(recorded),
            (filter, _) => Self::parse(filter.unwrap_or_default(), options).map_err(UsageError),
        }
    }

    /// Reads a filter, `c` or `s` and a version, several separated by commas (empty for all), and options: `z` omits
    /// the details of unused versions.
    ///
    /// # Errors
    /// What is wrong with them.
    pub(super) fn parse(filter: &str, options: &str) -> Result<Self, String> {
        let find = |name: &str| {
            KINDS.iter().position(|kind| kind.name == name).ok_or_else(|| {
                format!("--nfsfilt option '{}' not one of 'c2,s2,c3,s3,c4,s4'", name.escape_debug())
            })
        };
        let kinds: Result<Vec<_>, _> = filter.split(',').filter(|_| !filter.is_empty()).map(find).collect();
        if options.chars().any(|option| option != 'z') {
            return Err("invalid value for --nfsopts".to_owned());
        }
        Ok(Self { kinds: kinds?, filter: filter.to_owned(), active_only: !options.is_empty() })
    }

    /// The same, without the filter in headings.
    fn unnamed(self) -> Self {
        Self { filter: String::new(), ..self }
    }

    /// Whether a kind, given by its position in [`KINDS`], is shown.
    pub(super) fn shows(&self, kind: usize) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    /// Whether a kind of this side is shown.
    pub(super) fn shows_side(&self, server: bool) -> bool {
        KINDS.iter().enumerate().any(|(index, kind)| kind.is_server() == server && self.shows(index))
    }

    /// The filter as typed; empty without one.
    pub(super) fn filter(&self) -> &str {
        &self.filter
    }

    /// Whether the details of unused versions are omitted.
    pub(super) fn active_only(&self) -> bool {
        self.active_only
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_sides() {
        let shown = |filter: &str| {
            let options = NfsOptions::parse(filter, "").unwrap();
            (
                (0..6).filter(|kind| options.shows(*kind)).count(),
                options.shows_side(false),
                options.shows_side(true),
            )
        };
        assert_eq!(shown(""), (6, true, true));
        assert_eq!(shown("c3,c4"), (2, true, false));
        assert_eq!(shown("s2"), (1, false, true));
        assert_eq!(shown("c2,s2"), (2, true, true));
    }

    #[test]
    fn refused() {
        assert_eq!(
            NfsOptions::parse("c5", "").unwrap_err(),
            "--nfsfilt option 'c5' not one of 'c2,s2,c3,s3,c4,s4'"
        );
        assert!(NfsOptions::parse(",c3", "").is_err());
        assert_eq!(NfsOptions::parse("", "q").unwrap_err(), "invalid value for --nfsopts");
        assert!(NfsOptions::parse("", "z").unwrap().active_only());
    }
}
