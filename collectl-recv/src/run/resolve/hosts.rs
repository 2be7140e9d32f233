//! Which hosts are meant.

use std::hash::Hash;

use super::PlanError;
use crate::run::cli::HostArgs;
use crate::target::environment::ThisMachine;
use crate::target::gather::{HostsError, Wanted, gather};
use crate::target::host::{Aliased, Typed};
use crate::target::parse::{HostError, distinct};

/// All hosts that were typed, read from files, or found.
pub(super) fn hosts(words: &[String], choice: &HostArgs) -> Result<Vec<Typed>, HostsError> {
    gather(Wanted { words, excluded: &choice.exclude, slurm: choice.slurm }, &ThisMachine)
}

/// The hosts that `read` returns, without repeats.
pub(super) fn each<T: Clone + Eq + Hash>(
    hosts: Vec<Typed>,
    read: impl Fn(&str) -> Result<T, HostError>,
) -> Result<Vec<Aliased<T>>, PlanError> {
    let read = |Typed { text, alias }: Typed| read(&text).map(|host| Aliased { host, alias });
    Ok(distinct(hosts.into_iter().map(read).collect::<Result<_, _>>()?))
}
