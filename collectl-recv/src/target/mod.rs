//! The hosts of a run, as the user names them.
//!
//! [`nodeset`] reads the notation of pdsh, ClusterShell and Slurm and [`fold`] writes it, [`file`] reads lists of hosts,
//! [`groups`] the groups of ClusterShell; all are pure. [`gather`] puts them together, with what [`surroundings`] finds
//! on this machine. Nothing of it is ever run, or seen by a shell.

pub(crate) mod file;
pub(crate) mod fold;
pub(crate) mod gather;
pub(crate) mod groups;
pub(crate) mod host;
pub(crate) mod nodeset;
pub(crate) mod roster;
pub(crate) mod surroundings;
pub(crate) mod typed;

/// Most hosts of a run, before repeats and exclusions are taken out.
pub(crate) const MAX_HOSTS: usize = 100_000;

/// A host as it was typed, a whole nodeset being many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    /// `[USER@]HOST[:PORT]`, not checked yet.
    pub(crate) typed: String,
    /// What it is to be called, where a file says so.
    pub(crate) alias: Option<String>,
}
