//! Faults of the processes at both ends of the socket, one at a time in [`Scene`], and the three questions. What is
//! shown of other hosts lacks nothing.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};

use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, prlimit};
use tests::deadline::{PATIENCE, until};
use tests::peer::Peer;
use tests::port;
use tests::process::{Outcome, Process};
use tests::programs::{collectl, collectl_recv, command};
use tests::recording::markers;
use tests::requirement::{self, Requirement};
use tests::scene::{INTERVAL, Scene, wait_for_markers};

/// How often a process is killed; 200 times takes a minute.
fn kills() -> usize {
    std::env::var("COLLECTL_TESTS_KILLS").map_or(40, |count| count.parse().expect("a number"))
}

fn server(place: SocketAddr, name: &str) -> Process {
    let (ip, port) = (place.ip(), place.port());
    let args = format!("-sc -i.1 --export raw --hostname {name} -A server:{port} --bind {ip}");
    let process = Process::start(&mut collectl(&args));
    until("it listens", PATIENCE, || TcpStream::connect(place).is_ok());
    process
}

fn loopback(last: u8, port: u16) -> SocketAddr {
    (Ipv4Addr::new(127, 0, 0, last), port).into()
}

fn receiver(places: &str) -> Process {
    Process::start(&mut collectl_recv(&format!("connect {places} --retry-max 0.2")))
}

/// Ends it with Ctrl-C.
fn interrupt(receiver: Process) -> Outcome {
    receiver.signal(Signal::INT);
    let outcome = receiver.finish();
    assert_eq!(outcome.code, 0, "{outcome:#?}");
    outcome
}

/// Stops it, and waits until it has stopped (proc_pid_stat(5), field 3).
fn stop(process: &Process) {
    process.signal(Signal::STOP);
    until("it is stopped", PATIENCE, || {
        let stat = fs::read_to_string(format!("/proc/{}/stat", process.pid())).expect("it is there");
        stat.rsplit_once(") ").is_some_and(|(_, fields)| fields.starts_with('T'))
    });
}

/// Allows it to open no more files, or as many as this process.
fn limit_files(process: &Process, may_open: bool) {
    let pid = Pid::from_raw(process.pid().cast_signed()).expect("a process number");
    let maximum = getrlimit(Resource::Nofile).maximum;
    let current = if may_open { maximum } else { Some(0) };
    prlimit(Some(pid), Resource::Nofile, Rlimit { current, maximum }).expect("a limit can be set");
}

#[test]
fn a_receiver_that_is_stopped_for_a_while() {
    let mut scene = Scene::start("-scdnm -i.1");
    let mut receiver = receiver(&scene.address().to_string());
    wait_for_markers(&mut receiver.stdout, 5);
    stop(&receiver);
    scene.wait_for_intervals(40);
    receiver.signal(Signal::CONT);
    wait_for_markers(&mut receiver.stdout, 50);
    let outcome = interrupt(receiver);
    let answers = scene.end();
    answers.check_shown(&outcome.stdout);
    answers.check("SIGSTOP of the receiver for 4 seconds");
}

#[test]
fn a_server_that_is_stopped_for_a_while() {
    let mut scene = Scene::start("-scdnm -i.1");
    let place = loopback(1, port::free());
    let sleeper = server(place, "sleeper");
    let mut receiver = receiver(&format!("{} {place}", scene.address()));
    receiver.stdout.wait_for("sleeper >>> ");
    stop(&sleeper);
    scene.wait_for_intervals(40);
    sleeper.signal(Signal::CONT);
    receiver.stdout.so_far();
    for _ in 0..10 {
        receiver.stdout.wait_for("sleeper >>> ");
    }
    let outcome = interrupt(receiver);
    let answers = scene.end();
    answers.check_shown(&outcome.stdout);
    // What was missed is skipped: no boundary has two samples.
    let sleepers = outcome.stdout.iter().filter_map(|line| line.strip_prefix("sleeper "));
    let times: Vec<i64> = sleepers.flat_map(markers).collect();
    let steps: Vec<i64> = times.windows(2).map(|pair| pair[1] / INTERVAL - pair[0] / INTERVAL).collect();
    assert!(steps.iter().all(|&step| step > 0) && steps.iter().any(|&step| step > 35), "{times:?}");
    answers.check("SIGSTOP of another server for 4 seconds");
}

#[test]
fn receivers_that_are_killed() {
    let mut scene = Scene::start("-scdnm -i.1");
    for _ in 0..kills() {
        let mut receiver = receiver(&scene.address().to_string());
        receiver.stdout.wait_for("n7 ");
        receiver.signal(Signal::KILL);
        assert_eq!(receiver.wait(), -1);
    }
    scene.wait_for_intervals(1);
    let answers = scene.end();
    assert_eq!(answers.outcome.stderr, [""; 0]);
    answers.check(&format!("kill -9 of {} receivers", kills()));
}

#[test]
fn a_server_that_is_killed_again_and_again() {
    let scene = Scene::start("-scdnm -i.1");
    let place = loopback(1, port::free());
    let mut receiver = receiver(&format!("{} {place}", scene.address()));
    for life in 0..kills() {
        let mut victim = server(place, &format!("life{life}"));
        receiver.stdout.wait_for(&format!("life{life} >>> "));
        victim.signal(Signal::KILL);
        assert_eq!(victim.wait(), -1);
    }
    let outcome = interrupt(receiver);
    let answers = scene.end();
    answers.check_shown(&outcome.stdout);
    answers.check(&format!("kill -9 of another server, {} times", kills()));
}

/// The receiver has its own mount namespace with its own names.
#[test]
fn a_name_that_fails_returns_and_moves() {
    if !requirement::met(&[Requirement::Root, Requirement::Unshare]) {
        return;
    }
    let scene = Scene::start("-scdnm -i.1");
    let folder = tempfile::tempdir().unwrap();
    let [hosts, resolver] = ["hosts", "resolv.conf"].map(|name| folder.path().join(name));
    fs::write(&hosts, "127.0.0.1 localhost\n").unwrap();
    // Nothing answers there, and that is known at once.
    fs::write(&resolver, "nameserver 127.0.0.1\n").unwrap();
    let port = port::free();
    let receiver = collectl_recv(&format!("connect {} moving.test:{port} --retry-max 0.2", scene.address()));
    let mut inside = command("unshare", "-m sh -c");
    inside
        .arg("mount --bind \"$0\" /etc/hosts && mount --bind \"$1\" /etc/resolv.conf && shift && exec \"$@\"")
        .args([&hosts, &resolver])
        .arg(receiver.get_program())
        .args(receiver.get_args());
    let mut receiver = Process::start(&mut inside);
    receiver.stderr.wait_for("moving.test");
    for last in [2, 3] {
        let mut server = server(loopback(last, port), &format!("at{last}"));
        fs::write(&hosts, format!("127.0.0.1 localhost\n127.0.0.{last} moving.test\n")).unwrap();
        receiver.stdout.wait_for(&format!("at{last} >>> "));
        server.signal(Signal::KILL);
        server.wait();
    }
    let outcome = interrupt(receiver);
    let answers = scene.end();
    answers.check_shown(&outcome.stdout);
    answers.check("a host name that fails, returns and moves");
}

#[test]
fn a_server_without_descriptors() {
    let mut scene = Scene::start("-scdnm -i.1");
    limit_files(&scene.server, false);
    let mut clients: Vec<_> = (0..10).map(|_| Peer::connect(scene.address())).collect();
    let said = scene.server.stderr.wait_for("accepting clients: ");
    assert!(said.contains("Too many open files"), "{said}");
    scene.wait_for_intervals(20);
    limit_files(&scene.server, true);
    for client in &mut clients {
        assert!(client.line().is_some_and(|line| line.starts_with("n7 ")));
    }
    scene.end().check("a server without descriptors for 2 seconds");
}

/// It can't dial, and continues to show connected hosts.
#[test]
fn a_receiver_without_descriptors() {
    let mut scene = Scene::start("-scdnm -i.1");
    let place = loopback(1, port::free());
    let mut first = server(place, "first");
    let mut receiver = receiver(&format!("{} {place}", scene.address()));
    receiver.stdout.wait_for("first >>> ");
    limit_files(&receiver, false);
    first.signal(Signal::KILL);
    first.wait();
    receiver.stderr.wait_for("lost");
    let _second = server(place, "second");
    // Ten times the receiver's pause between two dials.
    scene.wait_for_intervals(20);
    assert!(!receiver.stdout.so_far().iter().any(|line| line.starts_with("second ")), "it has descriptors");
    limit_files(&receiver, true);
    receiver.stdout.wait_for("second >>> ");
    let outcome = interrupt(receiver);
    let answers = scene.end();
    answers.check_shown(&outcome.stdout);
    answers.check("a receiver without descriptors for 2 seconds");
}
