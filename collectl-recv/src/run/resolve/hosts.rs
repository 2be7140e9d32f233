//! Which hosts are meant.

use std::hash::Hash;

use super::PlanError;
use crate::run::cli::HostArgs;
use crate::target::Named;
use crate::target::gather::{HostsError, Wanted, gather};
use crate::target::host::Called;
use crate::target::surroundings::Machine;
use crate::target::typed::once_each;

/// All hosts that were typed, read from files, or found.
pub(super) fn hosts(words: &[String], choice: &HostArgs) -> Result<Vec<Named>, HostsError> {
    gather(Wanted { words, excluded: &choice.exclude, slurm: choice.slurm }, &Machine)
}

/// What `read` makes of the hosts, those that are the same once.
pub(super) fn each<T: Clone + Eq + Hash>(
    hosts: Vec<Named>,
    read: impl Fn(&str) -> Result<T, PlanError>,
) -> Result<Vec<Called<T>>, PlanError> {
    let read = |Named { typed, alias }: Named| read(&typed).map(|host| Called { host, alias });
    Ok(once_each(hosts.into_iter().map(read).collect::<Result<_, _>>()?))
}
