//! `collectl-recv launch`: a whole cluster is started, shown, and cleaned up.

use std::time::Duration;

use rustix::process::Signal;
use tests::brief::{Kind, kind};
use tests::cluster::{Cluster, collectors, end, is_possible, nothing_is_left, started};
use tests::port;
use tests::process::Process;
use tests::programs::{collectl_recv, command, folder};

/// How soon everything that a killed receiver started must have ended.
const GONE: Duration = Duration::from_secs(15);

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
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let port = port::free();
        // If this test runs under nohup, the receiver rightly ignores SIGHUP.
        let mut command = command("env", "--default-signal=HUP");
        command.arg(folder().join("collectl-recv"));
        let args = format!("launch localhost --port {port} -- -scdnm -i20");
        let mut receiver = Process::start(command.args(args.split_ascii_whitespace()));
        receiver.stderr.wait_for("up");
        assert_eq!(collectors(port), 1);
        end(receiver, signal, port);
    }
}

#[test]
fn switches_that_collectl_refuses_are_reported() {
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

#[test]
fn six_hosts_one_refuses_and_one_has_only_perl() {
    if !is_possible() {
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
    nothing_is_left(cluster.port, GONE);
}

#[test]
fn ctrl_c_leaves_nothing_on_any_host_at_a_long_interval() {
    if !is_possible() {
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
    if !is_possible() {
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
fn the_reason_of_a_failed_start_is_reported() {
    if !is_possible() {
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
fn an_unknown_host_key_is_not_accepted() {
    if !is_possible() {
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
    if !is_possible() {
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
