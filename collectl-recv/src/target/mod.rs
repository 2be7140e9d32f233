//! Which hosts a run is about, as the user names them.
//!
//! [`nodeset`] reads the notation of pdsh, ClusterShell and Slurm, and [`fold`] writes it. [`file`] reads lists of
//! hosts, [`groups`] the groups of ClusterShell, [`parse`] a single host; all are pure. [`gather`] puts them together
//! with what [`environment`] finds on this machine. [`roster`] is the file of a mixed run. None of this text is ever
//! run, or seen by a shell.

pub(crate) mod environment;
pub(crate) mod file;
pub(crate) mod fold;
pub(crate) mod gather;
pub(crate) mod groups;
pub(crate) mod host;
pub(crate) mod nodeset;
pub(crate) mod parse;
pub(crate) mod roster;

/// Largest number of hosts of a run, before repeats and exclusions are taken out.
pub(crate) const MAX_HOSTS: usize = 100_000;
