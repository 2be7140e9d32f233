//! `--slabopts`, `--slabfilt`, and the sort keys of `--top`.

use crate::subsystem::Context;
use crate::usage::UsageError;

/// The switches of slabs.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// slabs: s only those with slabs in memory, S only those that changed
    #[arg(long, value_name = "LETTERS")]
    slabopts: Option<String>,

    /// slabs: only those whose names start with one of these
    #[arg(long, value_name = "NAMES")]
    slabfilt: Option<String>,
}

/// What is shown of caches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SlabOptions {
    /// `s`: only caches that have any slabs.
    pub allocated_only: bool,
    /// `S`: only caches whose number of slabs changed.
    pub changed_only: bool,
    /// `--slabfilt`: only caches whose names start with one of these; empty for all.
    pub filter: Vec<String>,
    /// `--top`: the order, and how many are shown.
    pub top: Option<(Key, usize)>,
}

impl SlabOptions {
    /// Reads the switches.
    ///
    /// # Errors
    /// A [`UsageError`] for an unknown letter, and for switches that conflict with `--top` or a playback.
    pub(super) fn resolve(args: &Args, context: &Context<'_>) -> Result<Self, UsageError> {
        if args.slabopts.is_some() && context.top.is_some() {
            return Err(UsageError::new("you cannot mix --slabopts with --top"));
        }
        if args.slabfilt.is_some() && context.playback {
            return Err(UsageError::new("sorry, but --slabfilt not allowed in -p mode.  consider grep"));
        }
        let letters = args.slabopts.as_deref().unwrap_or_default();
        let options = Self::parse(letters, args.slabfilt.as_deref().unwrap_or_default())?;
        Ok(Self { top: context.top.and_then(|top| top.of_slabs()), ..options })
    }

    /// Reads the letters of `--slabopts` and the names of `--slabfilt`.
    ///
    /// # Errors
    /// A [`UsageError`] for an unknown letter.
    pub(super) fn parse(letters: &str, filter: &str) -> Result<Self, UsageError> {
        if letters.chars().any(|letter| !"sS".contains(letter)) {
            return Err(UsageError(format!("invalid slab option in '{}'", letters.escape_debug())));
        }
        Ok(Self {
            allocated_only: letters.contains('s'),
            changed_only: letters.contains('S'),
            filter: filter.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect(),
            top: None,
        })
    }
}

/// The sort keys of `--top`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "their names say it")]
pub enum Key {
    Objects,
    Active,
    ObjectSize,
    Slabs,
    PerSlab,
    TotalSize,
    Change,
    ChangePercent,
    Name,
}

impl Key {
    /// All keys with their names.
    pub const ALL: [(&'static str, &'static str, Self); 9] = [
        ("numobj", "objects", Self::Objects),
        ("actobj", "objects in use", Self::Active),
        ("objsize", "size of an object", Self::ObjectSize),
        ("numslab", "slabs", Self::Slabs),
        ("objslab", "objects in a slab", Self::PerSlab),
        ("totsize", "memory of all slabs", Self::TotalSize),
        ("totchg", "change of that memory", Self::Change),
        ("totpct", "change of that memory in percent", Self::ChangePercent),
        ("name", "name", Self::Name),
    ];

    /// The key named `name`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(typed, ..)| *typed == name).map(|(.., key)| *key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_names() {
        let options = SlabOptions::parse("sS", "nfs,tcp").unwrap();
        assert!(options.allocated_only && options.changed_only);
        assert_eq!(options.filter, ["nfs", "tcp"]);
        assert_eq!(SlabOptions::parse("q", "").unwrap_err().0, "invalid slab option in 'q'");
        assert_eq!(Key::parse("totchg"), Some(Key::Change));
        assert_eq!(Key::parse("time"), None);
    }
}
