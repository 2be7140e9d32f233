//! Hosts of the same name: told apart in every view, with the same names when they come back, and reported.

use std::net::{IpAddr, Ipv4Addr};

use rustix::process::Signal;
use tests::peer::Peer;
use tests::port;
use tests::process::{Outcome, Process};
use tests::programs::{collectl, collectl_recv};

/// A receiver that listens on loopback, for hosts with their own addresses there.
struct Receiver {
    process: Process,
    port: u16,
}

impl Receiver {
    fn start(args: &str) -> Self {
        let mut process =
            Process::start(&mut collectl_recv(&format!("listen --bind 127.0.0.1 --port 0 {args}")));
        let said = process.stderr.wait_for("listening on port ");
        let port = said.rsplit(' ').next().and_then(|port| port.parse().ok()).expect("a port");
        Self { process, port }
    }

    /// A collector at 127.0.0.`host`.
    fn collector(&self, host: u8) -> Peer {
        Peer::connect_from(IpAddr::from([127, 0, 0, host]), (Ipv4Addr::LOCALHOST, self.port))
    }

    /// Lets `collector` send `text`, and waits for the resulting line.
    fn shows(&mut self, collector: &mut Peer, text: &str) -> String {
        collector.send(format!("{text}\n"));
        self.process.stdout.next_line().expect("the receiver continues")
    }

    fn interrupt(self) -> Outcome {
        self.process.signal(Signal::INT);
        self.process.finish()
    }
}

fn said<'a>(outcome: &'a Outcome, what: &str) -> Vec<&'a str> {
    outcome.stderr.iter().map(String::as_str).filter(|line| line.contains(what)).collect()
}

#[test]
fn a_cloned_machine_has_a_name_of_its_own_and_keeps_it() {
    let mut receiver = Receiver::start("");
    let (mut one, mut clone) = (receiver.collector(2), receiver.collector(3));
    assert_eq!(receiver.shows(&mut one, "n1 1"), "n1 1");
    assert_eq!(receiver.shows(&mut clone, "n1 2"), "n1#2 2");
    for (left, collector) in [(1, one), (2, clone)] {
        collector.close();
        let ends = |line: &&String| line.contains("connection closed");
        tests::deadline::until("the end was seen", tests::deadline::PATIENCE, || {
            receiver.process.stderr.so_far().iter().filter(ends).count() == left
        });
    }
    // The clone is back before the first host.
    let (mut clone, mut one) = (receiver.collector(3), receiver.collector(2));
    assert_eq!(receiver.shows(&mut clone, "n1 3"), "n1#2 3");
    assert_eq!(receiver.shows(&mut one, "n1 4"), "n1 4");
    let outcome = receiver.interrupt();
    let told = "collectl-recv: two hosts are called n1: 127.0.0.2 and 127.0.0.3, which is shown as n1#2";
    assert_eq!(said(&outcome, "two hosts"), [told]);
    let summary = "collectl-recv: 2 hosts were called n1: n1 is 127.0.0.2, n1#2 is 127.0.0.3";
    assert_eq!(said(&outcome, "were called"), [summary]);
}

#[test]
fn two_hosts_with_one_address_do_not_share_a_row() {
    let mut receiver = Receiver::start("");
    let (mut one, mut other) = (receiver.collector(2), receiver.collector(2));
    assert_eq!(receiver.shows(&mut one, "n1 1"), "n1 1");
    assert_eq!(receiver.shows(&mut other, "n1 2"), "n1#2 2");
    assert_eq!(receiver.shows(&mut one, "n1 3"), "n1 3");
    let outcome = receiver.interrupt();
    let told = "collectl-recv: two connections from 127.0.0.2 are called n1: the second is shown as n1#2";
    assert_eq!(said(&outcome, "two connections"), [told]);
}

#[test]
fn servers_of_one_name_are_told_apart_in_every_view() {
    let ports = [port::free(), port::free()];
    let serve = |format: &str| {
        ports.map(|port| {
            let args = format!("-sc -i.1 --hr 0 --hostname n1 {format} -A server:{port}");
            Process::start(&mut collectl(&args))
        })
    };
    let receive = |args: &str| {
        let [one, other] = ports;
        let args = format!("connect 127.0.0.1:{one} 127.0.0.1:{other} -n 5 {args}");
        let outcome = Process::start(&mut collectl_recv(&args)).finish();
        assert_eq!(outcome.code, 0, "{outcome:#?}");
        assert_eq!(said(&outcome, "two hosts are called n1: 127.0.0.1:").len(), 1, "{outcome:#?}");
        outcome.stdout
    };
    let both = |lines: &[String], one: &str, other: &str| {
        assert!(lines.iter().any(|line| line.contains(one)), "{one}: {lines:#?}");
        assert!(lines.iter().any(|line| line.contains(other)), "{other}: {lines:#?}");
    };
    let text = serve("");
    let folder = tempfile::tempdir().expect("a temporary folder");
    both(&receive(&format!("--record {}", folder.path().display())), "n1 ", "n1#2 ");
    let files = std::fs::read_dir(folder.path()).expect("the folder is there");
    let mut files: Vec<String> =
        files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned()).collect();
    files.retain(|file| file.ends_with(".txt"));
    files.sort();
    assert!(files.len() == 2 && files[0].starts_with("n1#2-") && files[1].starts_with("n1-"), "{files:?}");
    both(&receive("--view table"), "n1 ", "n1#2 ");
    both(&receive("--view columns --columns cpu"), "     n1 ", "   n1#2");
    both(&receive("--view json"), "\"host\":\"n1\"", "\"host\":\"n1#2\"");
    drop(text);
    let _json = serve("--export json");
    let objects = receive("--view json");
    both(&objects, "{\"host\":\"n1\",", "{\"host\":\"n1#2\",");
    assert_eq!(objects.len(), 10, "{objects:#?}");
}

#[test]
fn thousands_of_hosts_may_share_a_name() {
    const HOSTS: usize = 2000;
    let mut receiver = Receiver::start("");
    let names = (0..HOSTS).map(|_| tests::simulator::Strange::Named("n1".to_owned())).collect();
    let way = tests::simulator::Way::Connect((Ipv4Addr::LOCALHOST, receiver.port).into());
    let options = tests::simulator::Options { strange: names, ..tests::simulator::Options::new(HOSTS, way) };
    let simulator = tests::simulator::Simulator::start(options).expect("it begins");
    receiver.process.stdout.wait_for(&format!("n1#{HOSTS} "));
    simulator.stop().expect("it was well");
    let outcome = receiver.interrupt();
    assert_eq!(said(&outcome, "two hosts").len(), 1);
    assert_eq!(said(&outcome, "2000 hosts were called n1: n1 is 127.").len(), 1, "{:#?}", outcome.stderr);
}
