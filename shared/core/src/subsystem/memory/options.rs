//! The switches of memory.

use std::sync::Arc;

use super::{VMSTAT, keep_vmstat};
use crate::capture::KeepRule;
use crate::usage::UsageError;

/// The switch of memory.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// P shows physical memory only, V swap and paging; p adds pages allocated and refilled, s pages stolen and
    /// scanned; R shows changes instead of levels
    #[arg(long, value_name = "LETTERS")]
    memopts: Option<String>,
}

/// The user's options for memory (`--memopts`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// `R`: changes of levels per second instead of levels.
    pub(crate) changes: bool,
    pub(super) physical: bool,
    pub(super) paging: bool,
    /// `p`: pages allocated and refilled.
    pub(super) pages: bool,
    /// `s`: pages stolen and scanned.
    pub(super) steals: bool,
}

impl Options {
    /// Reads the letters.
    ///
    /// # Errors
    /// A [`UsageError`] for unknown letters, and for those that exclude each other.
    pub(crate) fn resolve(args: &Args) -> Result<Self, UsageError> {
        let letters = args.memopts.as_deref().unwrap_or_default();
        if letters.contains(|letter| !"PVpsR".contains(letter)) {
            return Err(UsageError("invalid value for --memopts".to_owned()));
        }
        if letters.contains('R') && letters.contains(['P', 'V', 'p', 's']) {
            return Err(UsageError("--memopts R cannot be used with any of [psPV]".to_owned()));
        }
        let has = |letter| letters.contains(letter);
        Ok(Self {
            changes: has('R'),
            physical: has('P'),
            paging: has('V'),
            pages: has('p'),
            steals: has('s'),
        })
    }

    /// Whether there is no brief form.
    pub(crate) fn is_verbose(self) -> bool {
        self.physical || self.paging || self.pages || self.steals
    }

    /// Physical memory: `P`, or none of `PVps`.
    pub(super) fn shows_physical(self) -> bool {
        self.physical || !self.is_verbose()
    }

    /// Swap and paging: `V`, or none of `PVps`.
    pub(super) fn shows_paging(self) -> bool {
        self.paging || !self.is_verbose()
    }

    /// What is captured of vmstat, if not the default.
    pub(crate) fn keep_rule(self) -> Option<KeepRule> {
        let end: &[u8] = match (self.pages, self.steals) {
            (false, false) => return None,
            (true, false) => b"pgst",
            (_, true) => b"pginode",
        };
        Some(KeepRule { capture: &VMSTAT, keep: Arc::new(move |text, out| keep_vmstat(text, end, out)) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(letters: &str) -> Result<Options, UsageError> {
        Options::resolve(&Args { memopts: Some(letters.to_owned()) })
    }

    #[test]
    fn letters() {
        let options = resolve("Vs").unwrap();
        assert!(!options.shows_physical() && options.shows_paging() && options.is_verbose());
        let options = resolve("R").unwrap();
        assert!(options.shows_physical() && options.shows_paging() && !options.is_verbose());
        assert_eq!(resolve("x").unwrap_err().0, "invalid value for --memopts");
        assert_eq!(resolve("Rp").unwrap_err().0, "--memopts R cannot be used with any of [psPV]");
    }

    #[test]
    fn more_is_captured_if_it_is_shown() {
        let text = b"nr_free 1\nnr_shmem 2\npgpgin 3\npgrefill 4\npgsteal_kswapd 5\npginodesteal 6\nx 7\n";
        let kept = |letters: &str| {
            let mut out = Vec::new();
            match resolve(letters).unwrap().keep_rule() {
                Some(keep_rule) => (keep_rule.keep)(text, &mut out),
                None => (VMSTAT.keep)(text, &mut out),
            }
            String::from_utf8(out).unwrap().lines().count()
        };
        assert_eq!(["PV", "p", "s", "ps"].map(kept), [2, 3, 4, 4]);
    }
}
