//! Which hosts are meant.

use std::collections::HashSet;
use std::hash::Hash;

use super::PlanError;
use crate::cli::HostArgs;
use crate::hosts::Named;
use crate::hosts::gather::{HostsError, Wanted, gather};
use crate::hosts::surroundings::Machine;
use crate::plan::Called;

/// All hosts that were typed, read from files, or found.
pub(super) fn hosts(words: &[String], choice: &HostArgs) -> Result<Vec<Named>, HostsError> {
    gather(Wanted { words, excluded: &choice.exclude, slurm: choice.slurm }, &Machine)
}

/// What `read` makes of the hosts, those that are the same once; the first is kept.
pub(super) fn once_each<T: Clone + Eq + Hash>(
    hosts: Vec<Named>,
    read: impl Fn(&str) -> Result<T, PlanError>,
) -> Result<Vec<Called<T>>, PlanError> {
    let mut seen = HashSet::new();
    let mut kept = Vec::with_capacity(hosts.len());
    for Named { typed, alias } in hosts {
        let host = read(&typed)?;
        if seen.insert(host.clone()) {
            kept.push(Called { host, alias });
        }
    }
    Ok(kept)
}

/// Whether an ssh may be told to log in as `user`.
pub(super) fn is_user(user: &str) -> bool {
    !user.is_empty() && !user.starts_with('-') && user.bytes().all(|byte| byte.is_ascii_graphic())
}
