//! `collectl-recv connect` over a bad network: no interval is missing and none is shown twice, or the gap is reported.
//!
//! A witness knows all intervals: a plain client on a good network.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use collectl_wire::display::counted;
use rustix::process::Signal;
use tests::brief::{Kind, kind};
use tests::deadline::{PATIENCE, until};
use tests::netns::{self, Machine};
use tests::peer::Peer;
use tests::port;
use tests::process::{Outcome, Process};
use tests::programs::{collectl, collectl_recv};
use tests::proxy::Proxy;
use tests::requirement;

/// Long enough for several intervals.
const SHORT_OUTAGE: Duration = Duration::from_millis(300);

/// Longer than a memory of one second. This is the fault itself; nothing is waited for.
const LONG_OUTAGE: Duration = Duration::from_secs(3);

fn server(port: u16, args: &str) -> Process {
    let mut process = Process::start(&mut collectl(&format!("{args} --hostname n7 -A server:{port}")));
    process.stdout.wait_for("waiting for");
    process
}

/// A plain client, which reads in a thread.
fn witness(port: u16) -> std::thread::JoinHandle<Vec<String>> {
    let mut peer = Peer::connect((Ipv4Addr::LOCALHOST, port));
    std::thread::spawn(move || peer.to_end())
}

fn receiver(port: u16, args: &str) -> Process {
    Process::start(&mut collectl_recv(&format!("connect 127.0.0.1:{port} --retry-max 0.2 {args}")))
}

/// Waits until the receiver has shown this many more lines of data.
fn data(receiver: &mut Process, count: usize) {
    let mut lines = std::iter::from_fn(|| receiver.stdout.next_line());
    for _ in 0..count {
        lines.find(|line| is_data(line)).expect("the receiver continues");
    }
}

fn is_data(line: &str) -> bool {
    line.strip_prefix("n7 ").is_some_and(|bare| kind(bare) == Kind::Data || bare.starts_with('{'))
}

fn only_data(lines: &[String]) -> Vec<&str> {
    lines.iter().map(String::as_str).filter(|line| is_data(line)).collect()
}

/// Ends the receiver with Ctrl-C, and returns everything it wrote.
fn interrupt(receiver: Process) -> Outcome {
    receiver.signal(Signal::INT);
    let outcome = receiver.finish();
    assert_eq!(outcome.code, 0, "{:#?}", outcome.stderr);
    assert!(outcome.stdout.iter().all(|line| line.starts_with("n7 ") && !line.contains("##")));
    outcome
}

/// Ends the server, and returns all data that it sent.
fn end(mut server: Process, witness: std::thread::JoinHandle<Vec<String>>) -> Vec<String> {
    server.signal(Signal::TERM);
    server.wait();
    let lines = witness.join().expect("the witness reads to the end");
    assert!(lines.iter().all(|line| !line.contains("##")), "a plain client gets plain text");
    only_data(&lines).into_iter().map(str::to_owned).collect()
}

/// Checks that `seen` is a part of `all` without gaps.
fn assert_complete(seen: &[&str], all: &[String]) {
    let first = all.iter().position(|line| line == seen[0]).expect("the witness saw the first line");
    assert!(all.len() >= first + seen.len(), "{} of {} lines from {first} on", seen.len(), all.len());
    if let Some(index) = (0..seen.len()).find(|&index| all[first + index] != seen[index]) {
        panic!("'{}' in place of '{}'", seen[index], all[first + index]);
    }
}

#[test]
fn a_connection_that_breaks_again_and_again_loses_nothing() {
    let port = port::free();
    let server = server(port, "-scdnm -i.05 -oDm --hr 7");
    let witness = witness(port);
    let proxy = Proxy::to(port);
    let mut receiver = receiver(proxy.port(), "");
    for round in 0..12 {
        data(&mut receiver, 4);
        let before = proxy.connections();
        match round % 3 {
            0 => proxy.cut(),
            1 => {
                proxy.swallow();
                std::thread::sleep(SHORT_OUTAGE);
                proxy.cut();
            }
            _ => {
                proxy.close();
                std::thread::sleep(SHORT_OUTAGE);
                proxy.open();
            }
        }
        until("the receiver is back", PATIENCE, || proxy.connections() > before);
    }
    data(&mut receiver, 30);
    let outcome = interrupt(receiver);
    let all = end(server, witness);
    assert_complete(&only_data(&outcome.stdout), &all);
    assert!(!outcome.stdout.iter().any(|line| line.contains("gap")), "{outcome:#?}");
}

#[test]
fn an_outage_that_is_longer_than_the_memory_is_a_gap() {
    for history in ["1s", "0"] {
        let port = port::free();
        let server = server(port, &format!("-sc -i.05 -oDm --hr 0 --history {history}"));
        let witness = witness(port);
        let proxy = Proxy::to(port);
        let mut receiver = receiver(proxy.port(), "");
        data(&mut receiver, 5);
        proxy.close();
        std::thread::sleep(LONG_OUTAGE);
        proxy.open();
        data(&mut receiver, 20);
        let outcome = interrupt(receiver);
        let all = end(server, witness);
        let seen = only_data(&outcome.stdout);
        let place = |line: &str| all.iter().position(|other| other == line).expect("the witness saw it");
        let distance = |pair: &&[&str]| place(pair[1]) - place(pair[0]);
        let hole = seen.windows(2).max_by_key(distance).expect("several lines");
        let missing = distance(&hole) - 1;
        assert!(missing > 0, "the outage is longer than the memory");
        let gaps: Vec<_> = outcome.stdout.iter().filter(|line| line.contains("gap")).collect();
        let intervals = counted(missing as u64, "interval");
        let begin = format!("n7 # gap: {intervals}, ");
        assert!(gaps.len() == 1 && gaps[0].starts_with(&begin), "{gaps:?}, not '{begin}'");
        let seconds: f64 = gaps[0][begin.len()..].split(' ').next().unwrap().parse().unwrap();
        let stamp = |line: &str| tests::brief::seconds(&line[3..]).expect("a time");
        let span = (stamp(hole[1]) - stamp(hole[0])).rem_euclid(86_400.0);
        assert!((0.0..0.5).contains(&(span - seconds)), "{gaps:?}, and {hole:?}");
        let summary = outcome.stderr.last().expect("a summary");
        assert!(summary.contains(&format!("1 gap not filled: {intervals}")), "{summary}");
    }
}

#[test]
fn a_collectl_that_was_restarted_is_no_gap_and_nothing_of_it_is_lost() {
    let port = port::free();
    let proxy = Proxy::to(port);
    let mut first = server(port, "-sc -i.05 -oDm --hr 0");
    let mut receiver = receiver(proxy.port(), "");
    data(&mut receiver, 20);
    proxy.close();
    first.signal(Signal::KILL);
    first.wait();
    let second = server(port, "-sc -i.05 -oDm --hr 0");
    let witness = witness(port);
    std::thread::sleep(SHORT_OUTAGE);
    proxy.open();
    data(&mut receiver, 20);
    let outcome = interrupt(receiver);
    let all = end(second, witness);
    assert!(!outcome.stdout.iter().any(|line| line.contains("gap")), "{outcome:#?}");
    let seen = only_data(&outcome.stdout);
    let begin = seen.iter().position(|line| *line == all[0]).expect("the first one, too");
    assert_complete(&seen[begin..], &all);
}

#[test]
fn more_than_may_wait_for_a_client_comes_out_of_the_memory() {
    let procfs = tempfile::tempdir().unwrap();
    let name = "x".repeat(80);
    let caches: String = (0..1700)
        .map(|cache| format!("{name}{cache} 7 9 64 64 1 : tunables 0 0 0 : slabdata 1 1 0\n"))
        .collect();
    fs::write(procfs.path().join("slabinfo"), format!("slabinfo - version: 2.1\n# name\n{caches}")).unwrap();
    let port = port::free();
    let args = format!("-sY -i.2:.2 --procfs {} --export json", procfs.path().display());
    let server =
        Process::start(&mut collectl(&format!("{args} --hostname n7 --history 64M -A server:{port}")));
    until("the server is there", PATIENCE, || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
    let witness = witness(port);
    let proxy = Proxy::with_pieces(port, 1 << 16);
    let mut receiver = receiver(proxy.port(), "");
    data(&mut receiver, 2);
    proxy.close();
    std::thread::sleep(LONG_OUTAGE);
    proxy.open();
    data(&mut receiver, 20);
    let outcome = interrupt(receiver);
    let all = end(server, witness);
    assert_complete(&only_data(&outcome.stdout), &all);
}

#[test]
fn what_a_client_sends_besides_a_hello_changes_nothing() {
    let port = port::free();
    let server = server(port, "-sc -i.05 -oDm --hr 0");
    let witness = witness(port);
    let noise = vec![b'x'; 1 << 20];
    for said in [
        &b"GET / HTTP/1.1\r\n\r\n##hello name=x version=1\n"[..],
        b"##hello name=x\n",
        b"##hello name=x version=1 run=7\n",
        b"##interval run=0000000000000001 seq=1 time=1.000000 lines=0+1\n",
        b"\n##hello name=x version=1\n",
        b"\xff\x00\n",
        &noise,
    ] {
        let mut client = Peer::connect((Ipv4Addr::LOCALHOST, port));
        client.send(said);
        let lines = client.lines(8);
        assert!(lines.iter().all(|line| !line.contains("##")), "{lines:#?}");
        assert_eq!(only_data(&lines).len(), 6, "{lines:#?}");
    }
    end(server, witness);
}

/// The cable is pulled without a FIN, and plugged in again after both ends have noticed.
#[test]
fn a_cable_that_is_pulled_for_a_while_loses_nothing() {
    if !requirement::met(netns::REQUIREMENTS) {
        return;
    }
    let machine = Machine::start();
    let port = port::free();
    let args = format!("-sc -i.1 -oDm --hr 0 --hostname n7 -A server:{port}");
    let mut server = Process::start(&mut machine.run(&collectl(&args)));
    server.stdout.wait_for("waiting for");
    let place = format!("{}:{port}", machine.far());
    let mut receiver = Process::start(&mut collectl_recv(&format!("connect {place} --retry-max 1")));
    data(&mut receiver, 10);
    machine.unplug();
    receiver.stderr.wait_for("lost");
    machine.plug();
    data(&mut receiver, 50);
    let outcome = interrupt(receiver);
    let seen = only_data(&outcome.stdout);
    let last = seen.last().expect("something came");
    let all = remembered(&place, last);
    assert_complete(&seen, &all);
}

/// Everything that the server has measured, up to a line: it remembers it.
fn remembered(place: &str, last: &str) -> Vec<String> {
    let connect = |hello: &str| {
        let mut peer = Peer::connect(place.parse::<SocketAddr>().expect("an address"));
        peer.send(format!("##hello name=test version=1{hello}\n"));
        peer
    };
    let mut lines = std::iter::repeat_with(|| connect("").lines(3)).take(100).flatten();
    let welcome = lines.find(|line| line.contains("##welcome")).expect("an answer");
    let run = welcome.split(' ').find(|word| word.starts_with("run=")).expect("the run has a number");
    let mut peer = connect(&format!(" {run} seq=0 time=0.000000"));
    let mut all = Vec::new();
    while all.last().is_none_or(|line| line != last) {
        all.extend(peer.lines(1).into_iter().filter(|line| is_data(line)));
    }
    all
}
