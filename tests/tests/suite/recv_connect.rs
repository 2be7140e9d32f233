//! `collectl-recv connect`: servers that come and go.

use std::fs;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::Value;
use tests::brief::{Kind, kind};
use tests::listener::Listener;
use tests::netns::{self, Machine};
use tests::port;
use tests::process::Process;
use tests::programs::{collectl, collectl_recv, perl_collectl};
use tests::requirement::{self, Requirement};

/// How soon the receiver must end after a signal.
const ENDED: Duration = Duration::from_secs(2);
/// How soon it must notice that a server has vanished.
const VANISHED: Duration = Duration::from_secs(15);

fn server(port: u16, args: &str) -> Process {
    let mut process = Process::start(&mut collectl(&format!("{args} -A server:{port}")));
    process.stdout.wait_for("waiting for");
    process
}

fn receiver(args: &str) -> Process {
    Process::start(&mut collectl_recv(&format!("connect {args}")))
}

/// Ends it with Ctrl-C, quickly and with success.
fn interrupt(mut receiver: Process) {
    receiver.signal(Signal::INT);
    assert_eq!(receiver.wait_within(ENDED), 0);
}

#[test]
fn gathers_several_servers() {
    let ports = [port::free(), port::free()];
    let _servers = [("n1", ports[0]), ("n2", ports[1])]
        .map(|(name, port)| server(port, &format!("-scdnm -i.1 --hr 0 --hostname {name}")));
    let outcome = receiver(&format!("127.0.0.1:{} localhost:{} -n 3", ports[0], ports[1])).finish();
    assert_eq!(outcome.code, 0, "{outcome:#?}");
    for name in ["n1 ", "n2 "] {
        let own: Vec<Kind> =
            outcome.stdout.iter().filter_map(|line| line.strip_prefix(name)).map(kind).collect();
        let expected = [[Kind::Titles, Kind::Headings].as_slice(), &[Kind::Data; 3]].concat();
        assert_eq!(own, expected, "{outcome:#?}");
    }
    assert_eq!(outcome.stdout.len(), 10, "{outcome:#?}");
}

#[test]
fn a_line_of_half_a_megabyte_arrives_whole() {
    let procfs = tempfile::tempdir().unwrap();
    let name = "x".repeat(80);
    let caches: String = (0..1700)
        .map(|cache| format!("{name}{cache} 7 9 64 64 1 : tunables 0 0 0 : slabdata 1 1 0\n"))
        .collect();
    fs::write(procfs.path().join("slabinfo"), format!("slabinfo - version: 2.1\n# name\n{caches}")).unwrap();
    let port = port::free();
    let args = format!("-sY -i.1:.1 --procfs {} --export json --hostname n1", procfs.path().display());
    let _server = Process::start(&mut collectl(&format!("{args} -A server:{port}")));
    let outcome = receiver(&format!("127.0.0.1:{port} -n 2")).finish();
    assert_eq!((outcome.code, outcome.stdout.len()), (0, 2), "{:#?}", outcome.stderr);
    for line in outcome.stdout {
        assert!(line.len() > 500 << 10, "{} bytes", line.len());
        let object: Value = serde_json::from_str(line.strip_prefix("n1 ").unwrap()).unwrap();
        assert_eq!(object["slab_caches"].as_array().map(Vec::len), Some(1700));
    }
}

#[test]
fn reconnects_to_a_server_that_is_killed_ten_times() {
    let port = port::free();
    let mut receiver = receiver(&format!("127.0.0.1:{port} --retry-max 0.2"));
    for life in 0..10 {
        let mut server = server(port, &format!("-scdnm -i.1 --hr 0 --hostname life{life}"));
        let mut lines = std::iter::from_fn(|| receiver.stdout.next_line());
        for expected in [Kind::Titles, Kind::Headings, Kind::Data, Kind::Data] {
            let line =
                lines.find(|line| line.starts_with(&format!("life{life} "))).expect("the receiver continues");
            assert_eq!(kind(&line[6..]), expected, "'{line}'");
        }
        server.signal(Signal::KILL);
        server.wait();
    }
    interrupt(receiver);
}

#[test]
fn one_server_that_is_away_costs_the_others_nothing() {
    let (here, away) = (port::free(), port::free());
    let _server = server(here, "-sc -i.1 --hr 0 --hostname n1");
    let mut receiver = receiver(&format!("127.0.0.1:{away} 127.0.0.1:{here} --retry-max 0.2"));
    receiver.stderr.wait_for("refused");
    receiver.stdout.wait_for("n1 ");
    let _late = server(away, "-sc -i.1 --hr 0 --hostname n2");
    receiver.stdout.wait_for("n2 #");
    receiver.stdout.wait_for("n1 ");
    interrupt(receiver);
}

#[test]
fn a_perl_server_is_understood_and_named() {
    if !requirement::met(&[Requirement::PerlCollectl]) {
        return;
    }
    let port = port::free();
    let mut perl = Process::start(&mut perl_collectl(&format!("-scdnm -i.3 --hr 2 -A server:{port}")));
    perl.stdout.wait_for("waiting for");
    let mut receiver = receiver(&format!("localhost:{port} --retry-max 0.2"));
    let mut kinds = Vec::new();
    while !(kinds.contains(&Kind::Headings) && kinds.ends_with(&[Kind::Data; 2])) {
        let line = receiver.stdout.next_line().expect("the receiver continues");
        let bare = line.strip_prefix("localhost ").unwrap_or_else(|| panic!("'{line}' is not of localhost"));
        kinds.push(kind(bare));
        assert!(kinds.len() < 50, "{kinds:?}");
    }
    assert!(kinds.iter().all(|kind| *kind != Kind::Word), "{kinds:?}");
    interrupt(receiver);
}

#[test]
fn ends_as_documented() {
    let (here, away) = (port::free(), port::free());
    let _server = server(here, "-sc -i.1 --hr 0");
    for (args, code) in [
        (format!("127.0.0.1:{here} -n 2"), 0),
        (format!("127.0.0.1:{here} 127.0.0.1:{away} --for 1.5"), 2),
        (format!("127.0.0.1:{away} --for 0.5"), 3),
        (format!("127.0.0.1:{here} --port 0"), 1),
        ("127.0.0.1:nowhere".to_owned(), 1),
    ] {
        let outcome = receiver(&args).finish();
        assert_eq!(outcome.code, code, "{args}: {outcome:#?}");
    }
}

#[test]
fn ctrl_c_and_sigterm_end_it_while_it_waits() {
    let port = port::free();
    for signal in [Signal::INT, Signal::TERM] {
        let mut waits = receiver(&format!("127.0.0.1:{port}"));
        waits.stderr.wait_for("refused");
        waits.signal(signal);
        assert_eq!(waits.wait_within(ENDED), 0);
    }
    let silent = Listener::on("127.0.0.1");
    let mut hears_nothing = receiver(&format!("127.0.0.1:{}", silent.port()));
    let _peer = silent.accept();
    hears_nothing.signal(Signal::INT);
    assert_eq!(hears_nothing.wait_within(ENDED), 0);
}

#[test]
fn quiet_prints_only_data() {
    let port = port::free();
    let _server = server(port, "-sc -i.1 --hr 0 --hostname n1");
    let outcome = receiver(&format!("127.0.0.1:{port} -q -n 2")).finish();
    assert_eq!((outcome.code, outcome.stdout.len()), (0, 4), "{outcome:#?}");
    assert!(outcome.stderr.is_empty(), "{outcome:#?}");
}

/// The cable of the server is pulled: the receiver reports it in time.
#[test]
fn notices_a_server_that_vanished_silently() {
    if !requirement::met(netns::REQUIREMENTS) {
        return;
    }
    let machine = Machine::start();
    let port = port::free();
    let mut server =
        Process::start(&mut machine.run(&collectl(&format!("-sc -i.2 --hr 0 -A server:{port}"))));
    server.stdout.wait_for("waiting for");
    let mut receiver = receiver(&format!("{}:{port} --retry-max 1", machine.far()));
    receiver.stdout.wait_for(machine.name());
    receiver.stderr.wait_for("up");
    let start = std::time::Instant::now();
    machine.unplug();
    receiver.stderr.wait_for("lost");
    assert!(start.elapsed() < VANISHED, "after {:?}", start.elapsed());
    interrupt(receiver);
}
