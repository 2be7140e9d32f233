//! `--slabopts`, `--slabfilt`, and the orders of `--top`.

use crate::cli::UsageError;

/// What is shown of caches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SlabOptions {
    /// `s`: only those that hold any slabs.
    pub allocated_only: bool,
    /// `S`: only those whose slabs became more or fewer.
    pub changed_only: bool,
    /// `--slabfilt`: only those whose names begin with one of these; all if there are none.
    pub filter: Vec<String>,
}

impl SlabOptions {
    /// Reads the letters of `--slabopts` and the names of `--slabfilt`.
    ///
    /// # Errors
    /// A [`UsageError`] for an unknown letter.
    pub fn parse(letters: &str, filter: &str) -> Result<Self, UsageError> {
        if letters.chars().any(|letter| !"sS".contains(letter)) {
            return Err(UsageError(format!("invalid slab option in '{}'", letters.escape_debug())));
        }
        Ok(Self {
            allocated_only: letters.contains('s'),
            changed_only: letters.contains('S'),
            filter: filter.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect(),
        })
    }
}

/// What decides the order of `--top`.
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
    /// All keys, as they are typed.
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

    /// The key that is typed as `name`.
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
