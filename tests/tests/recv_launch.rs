//! `collectl-recv launch`: a whole cluster started, shown, and cleaned up behind.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use tempfile::TempDir;
use tests::brief::{Kind, kind};
use tests::count;
use tests::deadline::until;
use tests::port;
use tests::process::Process;
use tests::programs::{self, collectl_recv};
use tests::requirement::{self, Requirement};
use tests::sshd::{self, Keys, Sshd};

/// How soon the receiver must have ended that was told to, with all that it started.
const ENDED: Duration = Duration::from_secs(2);
/// How soon nothing may be left of what a killed receiver started.
const GONE: Duration = Duration::from_secs(15);

/// All processes that were started to send to `port`: ssh, shells, collectors.
fn started(port: u16) -> Vec<String> {
    count::processes(&format!(":{port}"))
}

fn collectors(port: u16) -> usize {
    started(port).iter().filter(|line| line.contains("collectl") && !line.contains("sh -c")).count()
}

/// Waits until nothing is left of them: the far end of an ssh needs a moment to see that its near end has gone.
fn nothing_is_left(port: u16, within: Duration) {
    until("no ssh, shell or collector is left", within, || started(port).is_empty());
}

/// Ends `receiver` with `signal`, with all that it started, in time.
fn end(mut receiver: Process, signal: Signal, port: u16) {
    let start = Instant::now();
    receiver.signal(signal);
    assert_eq!(receiver.wait_within(ENDED), 0);
    nothing_is_left(port, ENDED.saturating_sub(start.elapsed()));
}

#[test]
fn this_machine_needs_no_ssh() {
    let outcome = Process::start(&mut collectl_recv("launch localhost -n 3 -- -scdnm -i.1")).finish();
    assert_eq!(outcome.code, 0, "{outcome:#?}");
    let kinds: Vec<Kind> =
        outcome.stdout.iter().map(|line| kind(line.split_once(' ').map_or("", |(_, rest)| rest))).collect();
    assert_eq!(kinds, [[Kind::Titles, Kind::Headings].as_slice(), &[Kind::Data; 3]].concat(), "{outcome:#?}");
}

#[test]
fn ctrl_c_leaves_nothing_of_this_machines_collectl() {
    for signal in [Signal::INT, Signal::TERM] {
        let port = port::free();
        let mut receiver =
            Process::start(&mut collectl_recv(&format!("launch localhost --port {port} -- -scdnm -i20")));
        receiver.stderr.wait_for("up");
        assert_eq!(collectors(port), 1);
        end(receiver, signal, port);
    }
}

#[test]
fn switches_that_collectl_refuses_are_said() {
    let outcome = Process::start(&mut collectl_recv("launch localhost -- -sQQ")).finish();
    assert_eq!(outcome.code, 3, "{outcome:#?}");
    assert!(outcome.stderr.iter().any(|line| line.contains("invalid subsystem 'QQ'")), "{outcome:#?}");
}

#[test]
fn a_killed_receiver_leaves_nothing_of_this_machines_collectl() {
    let port = port::free();
    let mut receiver =
        Process::start(&mut collectl_recv(&format!("launch localhost --port {port} -- -sc -i100")));
    receiver.stderr.wait_for("up");
    receiver.signal(Signal::KILL);
    receiver.wait();
    nothing_is_left(port, GONE);
}

/// Six "hosts" on loopback: four have our collectl, one has no ssh server, and one only the Perl collectl.
struct Cluster {
    _server: Sshd,
    keys: Keys,
    _perl_only: TempDir,
    port: u16,
}

impl Cluster {
    const OURS: [&str; 4] = ["127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5"];
    const REFUSES: &str = "127.0.0.6";
    const PERL: &str = "127.0.0.7";

    fn start() -> Self {
        let keys = Keys::generate();
        let perl_only = tempfile::tempdir().expect("a temporary folder");
        let perl = perl_only.path().join("collectl");
        std::os::unix::fs::symlink("/usr/bin/collectl", perl).expect("a new folder can be written to");
        let addresses = [&Self::OURS[..], &[Self::PERL]].concat();
        let server = keys.serve(None, &addresses, programs::folder(), Some((Self::PERL, perl_only.path())));
        Self { _server: server, keys, _perl_only: perl_only, port: port::free() }
    }

    fn launch(&self, hosts: &[&str], args: &str) -> Process {
        let mut command =
            collectl_recv(&format!("launch {} --allow-plain --port {} {args}", hosts.join(" "), self.port));
        Process::start(self.keys.with_ssh(&mut command))
    }

    fn all() -> Vec<&'static str> {
        [&Self::OURS[..], &[Self::REFUSES, Self::PERL]].concat()
    }
}

fn cluster_is_possible() -> bool {
    requirement::met(sshd::REQUIREMENTS) && requirement::met(&[Requirement::PerlCollectl])
}

#[test]
fn six_hosts_one_refuses_and_one_has_only_perl() {
    if !cluster_is_possible() {
        return;
    }
    let cluster = Cluster::start();
    let outcome = cluster.launch(&Cluster::all(), "-n 4 -- -scdnm -i.5 -oT --hr 0").finish();
    assert_eq!(outcome.code, 2, "{outcome:#?}");
    let refused: Vec<_> =
        outcome.stderr.iter().filter(|line| line.contains("failed: ssh: connection refused")).collect();
    assert!(refused.len() == 1 && refused[0].contains(Cluster::REFUSES), "{outcome:#?}");
    for host in [&Cluster::OURS[..], &[Cluster::PERL]].concat() {
        assert!(
            outcome.stderr.iter().any(|line| line.contains(&format!("{host}: up"))),
            "{host}: {outcome:#?}"
        );
    }
    let of = |wanted| {
        let bare = |line: &String| line.split_once(' ').map(|(_, rest)| kind(rest));
        outcome.stdout.iter().filter(|line| bare(line) == Some(wanted)).count()
    };
    assert_eq!((of(Kind::Titles), of(Kind::Headings), of(Kind::Data)), (5, 5, 20), "{outcome:#?}");
    nothing_is_left(cluster.port, ENDED);
}

#[test]
fn ctrl_c_leaves_nothing_on_any_host_at_a_long_interval() {
    if !cluster_is_possible() {
        return;
    }
    let cluster = Cluster::start();
    let mut receiver = cluster.launch(&Cluster::all(), "-- -scdnm -i20");
    for _ in 0..5 {
        receiver.stderr.wait_for("up");
    }
    assert!(collectors(cluster.port) >= 5, "{:#?}", started(cluster.port));
    end(receiver, Signal::INT, cluster.port);
}

#[test]
fn a_killed_receiver_leaves_nothing_on_any_host() {
    if !cluster_is_possible() {
        return;
    }
    let cluster = Cluster::start();
    let mut receiver = cluster.launch(&Cluster::all(), "-- -scdnm -i20");
    for _ in 0..5 {
        receiver.stderr.wait_for("up");
    }
    receiver.signal(Signal::KILL);
    receiver.wait();
    nothing_is_left(cluster.port, GONE);
}

#[test]
fn what_stops_a_start_is_said_in_words() {
    if !cluster_is_possible() {
        return;
    }
    let cluster = Cluster::start();
    let host = Cluster::OURS[0];
    for (hosts, args, word) in [
        (Cluster::REFUSES, "-- -sc", "connection refused"),
        ("no-such-host.invalid", "-- -sc", "unknown host"),
        (host, "-- -sQQ", "invalid subsystem 'QQ'"),
        (host, "--collectl no-such-command -- -sc", "no such command"),
        ("no-such-user@127.0.0.2", "-- -sc", "permission denied"),
    ] {
        let outcome = cluster.launch(&[hosts], args).finish();
        assert_eq!(outcome.code, 3, "{hosts} {args}: {outcome:#?}");
        assert!(outcome.stderr.iter().any(|line| line.contains(word)), "{hosts} {args}: {outcome:#?}");
    }
}

#[test]
fn a_host_key_that_is_not_known_is_not_accepted() {
    if !cluster_is_possible() {
        return;
    }
    let cluster = Cluster::start();
    let mut command = collectl_recv(&format!("launch 127.0.0.2 --port {} -n 1 -- -sc", cluster.port));
    let outcome = Process::start(cluster.keys.with_ssh_of_a_stranger(&mut command)).finish();
    assert_eq!(outcome.code, 3, "{outcome:#?}");
    assert!(outcome.stderr.iter().any(|line| line.contains("host key")), "{outcome:#?}");
}

#[test]
fn a_host_whose_collectl_ended_is_started_again() {
    if !cluster_is_possible() {
        return;
    }
    let cluster = Cluster::start();
    let mut receiver =
        cluster.launch(&[Cluster::OURS[0]], "--restart --retry-max 0.2 -- -sc -i.1 -c3 --hr 0");
    for _ in 0..3 {
        receiver.stdout.wait_for("#cpu");
        receiver.stderr.wait_for("up");
    }
    end(receiver, Signal::INT, cluster.port);
}
