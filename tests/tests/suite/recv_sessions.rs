//! The ssh sessions that `collectl-recv launch` begins: which clients may connect, and what remains.

use std::fs;
use std::time::Duration;

use rustix::process::Signal;
use tests::cluster::{Cluster, collectors, end, is_possible, nothing_is_left, started};
use tests::count;
use tests::deadline::until;
use tests::peer::Peer;
use tests::port;
use tests::process::Process;
use tests::programs::{self, collectl, collectl_recv};

/// How soon sessions that are no longer needed must end.
const LEFT: Duration = Duration::from_secs(10);
/// How soon a Perl collectl must end after its receiver is gone: far sooner than after two of its own intervals.
const GONE: Duration = Duration::from_secs(15);

/// The ssh clients of a run.
fn clients(port: u16) -> usize {
    started(port).iter().filter(|line| line.contains("/ssh ")).count()
}

fn server_of(port: u16) -> std::net::SocketAddr {
    ([127, 0, 0, 1], port).into()
}

#[test]
fn no_ssh_stays_once_the_streams_are_up() {
    if !is_possible() {
        return;
    }
    let cluster = Cluster::start();
    let hosts = [&Cluster::OURS[..], &[Cluster::PERL]].concat();
    let mut receiver = cluster.launch(&hosts, "-- -scdnm -i4 --hr 0");
    until("all sessions are over", LEFT * 2, || collectors(cluster.port) == 5 && clients(cluster.port) == 0);
    // The streams continue without them.
    for _ in 0..2 * hosts.len() {
        receiver.stdout.wait_for("vm ");
    }
    assert_eq!(collectors(cluster.port), 5, "{:#?}", started(cluster.port));
    assert!(receiver.stderr.so_far().iter().all(|line| !line.contains("lost")), "{:#?}", receiver.stderr);
    receiver.signal(Signal::KILL);
    receiver.wait();
    nothing_is_left(cluster.port, GONE);
}

#[test]
fn hosts_that_have_only_perl_leave_their_sessions_too() {
    if !is_possible() {
        return;
    }
    let cluster = Cluster::start();
    let mut receiver = cluster.launch(&[Cluster::PERL], "-- -sc -i30 --hr 0");
    receiver.stderr.wait_for("up");
    until("it has connected", LEFT, || collectors(cluster.port) == 1);
    end(receiver, Signal::INT, cluster.port);
    let mut receiver = cluster.launch(&[Cluster::PERL], "-- -sc -i4 --hr 0");
    receiver.stdout.wait_for("vm ");
    until("its session is over", LEFT, || clients(cluster.port) == 0);
    assert_eq!(collectors(cluster.port), 1);
    receiver.signal(Signal::INT);
    receiver.wait();
    nothing_is_left(cluster.port, GONE);
}

#[test]
fn a_session_is_kept_on_request() {
    if !is_possible() {
        return;
    }
    let cluster = Cluster::start();
    let mut receiver = cluster.launch(&[Cluster::OURS[0]], "--keep-ssh -- -sc -i.2 --hr 0");
    for _ in 0..10 {
        receiver.stdout.wait_for("vm ");
    }
    assert_eq!(clients(cluster.port), 1);
    end(receiver, Signal::INT, cluster.port);
}

/// A collectl that writes the secret it gets to a file, and continues with it.
fn indiscreet(note: &std::path::Path) -> String {
    format!(
        "sh -c 's=$(cat /dev/fd/3); echo $s >{}; echo $s | exec {} \"$@\" 3<&0' sh",
        note.display(),
        programs::folder().join("collectl").display()
    )
}

#[test]
fn the_secret_is_in_no_command_line_and_no_environment_and_no_message() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let note = folder.path().join("note");
    let port = port::free();
    let mut command = collectl_recv(&format!("launch --port {port} 127.0.0.1 -n 4"));
    command.args(["--rsh", "sh -c", "--collectl", &indiscreet(&note), "--", "-sc", "-i.2", "--hr", "0"]);
    let mut receiver = Process::start(&mut command);
    receiver.stdout.wait_for("cpu");
    let secret = fs::read_to_string(&note).expect("it wrote it down");
    assert_eq!(secret.trim_end().len(), 32, "{secret}");
    assert_eq!(count::processes(secret.trim_end()), [""; 0]);
    let outcome = receiver.finish();
    assert_eq!(outcome.code, 0, "{outcome:#?}");
    let said = [outcome.stdout, outcome.stderr].concat();
    assert!(said.iter().all(|line| !line.contains(secret.trim_end()) && !line.contains("##")), "{said:#?}");
}

#[test]
fn unauthenticated_connections_are_closed_and_counted() {
    let port = port::free();
    let mut command =
        collectl_recv(&format!("launch --port {port} --bind 127.0.0.1 localhost --rsh x -- -sc -i.2"));
    let mut receiver = Process::start(&mut command);
    receiver.stdout.wait_for("cpu");
    let mut talker = Peer::connect(server_of(port));
    talker.send("evil 1 2 3\n");
    assert!(talker.is_closed());
    let mut liar = Peer::connect(server_of(port));
    liar.send(format!("vm ##launched name=collectl version=5.0.0 secret={}\n", "0".repeat(32)));
    assert!(liar.is_closed());
    let mut silent = Peer::connect(server_of(port));
    assert!(silent.is_closed(), "it was sent something");
    // What follows it was sent after the connection was closed.
    let count = receiver.stdout.so_far().len();
    until("lines go on", LEFT, || receiver.stdout.so_far().len() > count + 2);
    receiver.signal(Signal::INT);
    let outcome = receiver.finish();
    assert!(outcome.stdout.iter().all(|line| !line.contains("evil") && !line.contains("##")));
    let said = "3 connections without a secret closed";
    assert!(outcome.stderr.iter().any(|line| line.contains(said)), "{:#?}", outcome.stderr);
}

#[test]
fn a_perl_collectl_is_rejected_unless_that_is_allowed() {
    if !is_possible() {
        return;
    }
    let cluster = Cluster::start();
    let mut command = collectl_recv(&format!(
        "launch {} --port {} --start-timeout 5 -- -sc -i1",
        Cluster::PERL,
        cluster.port
    ));
    let outcome = Process::start(cluster.keys.with_ssh(&mut command)).finish();
    assert_eq!(outcome.code, 3, "{outcome:#?}");
    assert!(outcome.stderr.iter().any(|line| line.contains("--allow-plain")), "{outcome:#?}");
    assert_eq!(outcome.stdout, [""; 0]);
    nothing_is_left(cluster.port, GONE);
}

#[test]
fn all_data_can_go_through_ssh() {
    if !is_possible() {
        return;
    }
    let cluster = Cluster::start();
    let mut receiver = cluster.launch(&Cluster::OURS[..2], "--tunnel -- -sc -i.2 --hr 0");
    for _ in 0..10 {
        receiver.stdout.wait_for("vm ");
    }
    assert_eq!(clients(cluster.port), 2);
    // It connects to a port of the ssh server, which listens only on loopback.
    let collectors = count::processes("COLLECTL_LAUNCHED=stay");
    assert!(collectors.iter().any(|line| line.contains("collectl -sc -i.2")), "{collectors:#?}");
    assert!(collectors.iter().all(|line| !line.contains(&format!("-A 127.0.0.1:{}", cluster.port))));
    assert!(std::net::TcpStream::connect(("127.0.0.9", cluster.port)).is_err(), "it listens elsewhere");
    end(receiver, Signal::INT, cluster.port);
}

#[test]
fn servers_are_reached_through_ssh() {
    if !is_possible() {
        return;
    }
    let cluster = Cluster::start();
    let serve = || {
        Process::start(&mut collectl(&format!("-sc -i.2 --hr 0 --bind 127.0.0.1 -A server:{}", cluster.port)))
    };
    let mut server = serve();
    until("it listens", LEFT, || std::net::TcpStream::connect(server_of(cluster.port)).is_ok());
    let places = format!("{}:{} {}:{}", Cluster::OURS[0], cluster.port, Cluster::REFUSES, cluster.port);
    let mut command = collectl_recv(&format!("connect {places} --tunnel --retry-max 0.5"));
    let mut receiver = Process::start(cluster.keys.with_ssh(&mut command));
    receiver.stderr.wait_for("ssh: connection refused");
    receiver.stdout.wait_for("vm ");
    server.signal(Signal::KILL);
    server.wait();
    receiver.stderr.wait_for("lost");
    let _server = serve();
    receiver.stderr.wait_for("up");
    receiver.stdout.wait_for("vm ");
    receiver.signal(Signal::INT);
    receiver.wait();
    until("no ssh is left", LEFT, || clients(cluster.port) == 0);
}

/// A collectl linked statically, which cargo builds once into a folder of its own.
fn linked_statically() -> std::path::PathBuf {
    let folder = programs::folder().join("../static");
    let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // Other tests must not wait for it.
    let mut build = std::process::Command::new("nice");
    build
        .args(["-n", "15"])
        .arg(cargo)
        .args(["build", "--quiet", "-p", "collectl", "--target", &target, "--target-dir"])
        .arg(&folder);
    build.args(["--manifest-path", concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml")]);
    let built = build.env("RUSTFLAGS", "-C target-feature=+crt-static").status();
    assert!(built.is_ok_and(|status| status.success()), "{build:?}");
    folder.join(target).join("debug/collectl")
}

/// The folders of pushed programs that exist.
fn pushed() -> Vec<std::path::PathBuf> {
    let folders = ["/dev/shm", "/tmp", "/root"].map(fs::read_dir).into_iter().flatten().flatten();
    let paths = folders.filter_map(|entry| Some(entry.ok()?.path()));
    paths
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(".collectl.")))
        .collect()
}

#[test]
fn hosts_without_a_collectl_are_sent_one_that_leaves_no_file() {
    if !is_possible() {
        return;
    }
    let program = linked_statically();
    let cluster = Cluster::start();
    let push = format!("--push={} --collectl no-such-collectl -- -sc -i.2 --hr 0", program.display());
    let mut receiver = cluster.launch(&Cluster::OURS, &push);
    for _ in 0..20 {
        receiver.stdout.wait_for("vm ");
    }
    until("all sessions are over", LEFT, || collectors(cluster.port) == 4 && clients(cluster.port) == 0);
    assert!(pushed().is_empty(), "{:?}", pushed());
    end(receiver, Signal::INT, cluster.port);

    let bad = cluster.launch(
        &Cluster::OURS[..1],
        &format!("--push={} --collectl no-such-collectl -- -sQQ", program.display()),
    );
    let outcome = bad.finish();
    assert!(outcome.stderr.iter().any(|line| line.contains("invalid subsystem 'QQ'")), "{outcome:#?}");
    assert!(pushed().is_empty(), "{:?}", pushed());
}

#[test]
fn a_program_that_needs_libraries_is_not_pushed() {
    let outcome = Process::start(&mut collectl_recv("launch n1 --port 0 --push=/bin/sh -- -sc")).finish();
    assert_eq!(outcome.code, 1, "{outcome:#?}");
    assert!(outcome.stderr[0].contains("needs shared libraries"), "{outcome:#?}");
}
