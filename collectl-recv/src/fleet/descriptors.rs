//! The limit of open files: it is raised as far as possible, and compared with the need of a run.

use collectl_wire::display::counted;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::plan::{DialPlan, Mode, Plan, StartPlan};
use crate::target::host::{Aliased, Method};

/// Files for standard streams, the listener, timers, and unauthenticated connections.
const MARGIN: u64 = 64;
/// Files of the session of a launched host, besides its connection: input, output, and the handle of its process.
const SESSION: u64 = 3;
/// Files that one start needs for a moment: the other ends of the pipes, and the socket of the resolver.
const STARTING: u64 = 6;

/// Raises the limit to the hard limit; returns the limit, if there is one.
pub(crate) fn raise() -> Option<u64> {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, ..limit };
    // If this fails the limit stays as it was, which is enough for all but the largest clusters.
    if setrlimit(Resource::Nofile, raised).is_ok() { limit.maximum } else { limit.current }
}

/// A message if `plan` needs more open files than `limit`.
pub(crate) fn shortage(plan: &Plan, limit: Option<u64>) -> Option<String> {
    let (hosts, needed) = match &plan.mode {
        Mode::Launch(launch) => (launch.targets.len(), of_starts(launch.targets.len(), &launch.start)),
        Mode::Connect(connect) => (connect.servers.len(), of_dials(connect.servers.len(), &connect.dial)),
        Mode::Mixed(mixed) => {
            let hosts = mixed.members.hosts.len();
            let is_started = |host: &&Aliased<Method>| matches!(host.host, Method::Launch(_));
            let started = mixed.members.hosts.iter().filter(is_started).count();
            (hosts, of_starts(started, &mixed.start) + of_dials(hosts - started, &mixed.dial))
        }
        Mode::Listen(_) => return None,
    };
    let needed = needed + MARGIN;
    let limit = limit.filter(|&limit| limit < needed)?;
    Some(format!(
        "{} need {needed} open files, and {limit} are allowed: raise the hard limit (ulimit -Hn, or \
         LimitNOFILE= of a service)",
        counted(hosts as u64, "host")
    ))
}

/// Files for `hosts` that are started.
fn of_starts(hosts: usize, plan: &StartPlan) -> u64 {
    let starts = plan.fanout.min(hosts) as u64;
    let sessions = if plan.keep_ssh || plan.tunnel { hosts as u64 } else { starts };
    hosts as u64 + SESSION * sessions + STARTING * starts
}

/// Files for `hosts` that are connected to.
fn of_dials(hosts: usize, plan: &DialPlan) -> u64 {
    hosts as u64 + if plan.tunnel { SESSION * hosts as u64 } else { 0 }
}
