//! The limit of open files: raised as far as we may, and compared with what a run needs.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::fleet::plan::{Dialling, Mode, Plan, Start};
use crate::target::host::{Called, Way};

/// Standard streams, the listener, timers, and connections of strangers.
const MARGIN: u64 = 64;
/// What the session of a launched host holds beside the connection: its input, its output, and the handle of its process.
const SESSION: u64 = 3;
/// What one start holds besides, for a moment: the other ends of the pipes, and the name server's socket.
const STARTING: u64 = 6;

/// Raises the limit to the hard one; returns what it is now, none where there is none.
pub(crate) fn raise() -> Option<u64> {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, ..limit };
    // Where this fails the limit stays as it was, which serves all but the largest clusters.
    if setrlimit(Resource::Nofile, raised).is_ok() { limit.maximum } else { limit.current }
}

/// Says so where `plan` needs more open files than `limit`.
pub(crate) fn shortage(plan: &Plan, limit: Option<u64>) -> Option<String> {
    let (hosts, needed) = match &plan.mode {
        Mode::Launch(launch) => (launch.targets.len(), of_starts(launch.targets.len(), &launch.start)),
        Mode::Connect(connect) => (connect.servers.len(), of_dials(connect.servers.len(), &connect.dialling)),
        Mode::Mixed(mixed) => {
            let hosts = mixed.members.hosts.len();
            let is_started = |called: &&Called<Way>| matches!(called.host, Way::Launch(_));
            let started = mixed.members.hosts.iter().filter(is_started).count();
            (hosts, of_starts(started, &mixed.start) + of_dials(hosts - started, &mixed.dialling))
        }
        Mode::Listen(_) => return None,
    };
    let needed = needed + MARGIN;
    let limit = limit.filter(|&limit| limit < needed)?;
    Some(format!(
        "{hosts} hosts need {needed} open files, and {limit} are allowed: raise the hard limit (ulimit -Hn, or \
         LimitNOFILE= of a service)"
    ))
}

/// What so many hosts need that are started.
fn of_starts(hosts: usize, plan: &Start) -> u64 {
    let starts = plan.fanout.min(hosts) as u64;
    let sessions = if plan.keep_ssh || plan.tunnel { hosts as u64 } else { starts };
    hosts as u64 + SESSION * sessions + STARTING * starts
}

/// What so many hosts need that are connected to.
fn of_dials(hosts: usize, plan: &Dialling) -> u64 {
    hosts as u64 + if plan.tunnel { SESSION * hosts as u64 } else { 0 }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    fn said(line: &str, limit: Option<u64>) -> Option<String> {
        let cli = crate::run::cli::Cli::try_parse_from(line.split(' ')).unwrap();
        shortage(&crate::run::resolve::resolve(cli).unwrap().gather(), limit)
    }

    #[test]
    fn what_is_needed_is_said_where_it_is_not_there() {
        let text = said("r connect n[1-1000]", Some(1024)).unwrap();
        assert!(text.starts_with("1000 hosts need 1064 open files, and 1024 are allowed"), "{text}");
        assert_eq!(said("r connect n[1-900]", Some(1024)), None);
        assert_eq!(said("r connect n[1-1000]", None), None);
        assert_eq!(said("r listen", Some(10)), None);
        let text = said("r launch n[1-1000] --keep-ssh", Some(4096)).unwrap();
        assert!(text.contains("need 4448 open files"), "{text}");
        let text = said("r launch n[1-1000]", Some(1024)).unwrap();
        assert!(text.contains("need 1640 open files"), "{text}");
    }
}
