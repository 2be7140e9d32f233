//! `collectl-recv` and a whole cluster: many hosts that connect at once, some of which misbehave, and that come back.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::Value;
use tests::deadline::{PATIENCE, until};
use tests::process::{Outcome, Process};
use tests::programs::{collectl, collectl_recv};
use tests::simulator::{self, HEADER, Options, Report, STAMPED_HEADER, Simulator, Strange, Way};

/// Normal hosts.
const MANY: usize = 1000;
/// Longest pause between two retries, in the test of retries.
const CAP: Duration = Duration::from_secs(4);

/// A receiver that listens.
struct Receiver {
    process: Process,
    address: SocketAddr,
}

impl Receiver {
    fn start(args: &str) -> Self {
        let args = format!("listen --bind 127.0.0.1 --port 0 {args}");
        let mut process = Process::start(&mut collectl_recv(&args));
        let said = process.stderr.wait_for("listening on port ");
        let port: u16 = said.rsplit(' ').next().and_then(|port| port.parse().ok()).expect("a port");
        Self { process, address: (Ipv4Addr::LOCALHOST, port).into() }
    }

    /// Receives the crowd's lines for this time, and then those still on their way.
    fn hear(self, options: Options, time: Duration) -> (Report, Outcome) {
        let crowd = Simulator::start(options).expect("a simulator");
        std::thread::sleep(time);
        let report = crowd.stop().expect("a report");
        (report, self.finish())
    }

    /// Ends it after all connections have ended.
    fn finish(mut self) -> Outcome {
        let stderr = &mut self.process.stderr;
        until("all connections are closed", PATIENCE, || {
            let mut count = |what| stderr.so_far().iter().filter(|line| line.ends_with(what)).count();
            let opened = count(": connected");
            opened > 0 && opened == count("closed by the other end")
        });
        self.process.signal(Signal::INT);
        self.process.finish()
    }
}

/// A cluster whose first hosts are strange, and that connects within a second.
fn crowd(to: SocketAddr) -> Options {
    let named = Strange::Named("%n%s\u{1b}[31m".to_owned());
    let strange = vec![Strange::Stuck, Strange::Noise, Strange::Endless, Strange::Clock(7200.0), named];
    let hosts = MANY + strange.len();
    let connect_within = Duration::from_millis(900);
    Options { connect_within, stamped: true, strange, ..Options::new(hosts, Way::Connect(to)) }
}

/// Hosts whose lines are lines of a collectl, with the names that are shown, and how many lines each has sent.
fn speakers(report: &Report) -> BTreeMap<String, u64> {
    let names = report.hosts.iter().enumerate().map(|(index, host)| {
        // An invalid name is ignored: the host is named by its address.
        let name = if index == 4 { simulator::address(4).to_string() } else { host.name.clone() };
        (name, host.lines)
    });
    names.skip(3).collect()
}

/// Nothing in the output controls a terminal.
fn assert_harmless(outcome: &Outcome) {
    let steers = |c: char| c.is_control() && c != '\t';
    assert!(!outcome.stdout.iter().any(|line| line.contains(steers)));
}

#[test]
fn it_sends_what_collectl_sends() {
    let _turn = tests::turn::mine();
    for (switches, header) in [("-scdnm", HEADER), ("-scdnm -oT", STAMPED_HEADER)] {
        let outcome = Process::start(&mut collectl(&format!("{switches} -i.1 -c1"))).finish();
        let shown: String = outcome.stdout.iter().map(|line| format!("{line}\n")).collect();
        assert!(shown.contains(header), "{shown}");
    }
}

#[test]
fn a_thousand_hosts_are_in_the_table_in_the_second_interval() {
    let _turn = tests::turn::mine();
    let receiver = Receiver::start("--view table");
    let options = crowd(receiver.address);
    let (report, outcome) = receiver.hear(options, Duration::from_secs(4));
    assert!(report.connected.last().is_some_and(|last| *last < Duration::from_secs(1)));
    let blocks: Vec<&[String]> = outcome.stdout.split(String::is_empty).collect();
    let shown: BTreeSet<String> =
        blocks[1].iter().filter_map(|line| Some(line.split(' ').next()?.to_owned())).collect();
    let absent: Vec<String> = speakers(&report).into_keys().filter(|name| !shown.contains(name)).collect();
    assert!(absent.is_empty(), "{absent:?} of {}", blocks[1][0]);
    assert!(blocks[1][0].contains(" 0 late, 0 missing, 0 stale"), "{}", blocks[1][0]);
    assert_harmless(&outcome);
}

#[test]
fn a_thousand_hosts_are_objects_in_the_second_interval() {
    let _turn = tests::turn::mine();
    let receiver = Receiver::start("--view json");
    let options = crowd(receiver.address);
    let (report, outcome) = receiver.hear(options, Duration::from_secs(4));
    let mut moments: BTreeMap<u64, BTreeSet<String>> = BTreeMap::new();
    for line in &outcome.stdout {
        let object: Value = serde_json::from_str(line).expect("an object");
        let time = object["time"].as_f64().expect("a time").round();
        moments.entry(time as u64).or_default().insert(object["host"].as_str().expect("a host").to_owned());
    }
    let expected: BTreeSet<String> = speakers(&report).into_keys().collect();
    // The second interval at the latest is complete: then all have connected.
    let second = moments.values().nth(1).expect("two intervals");
    assert!(expected.is_subset(second), "{:?}", expected.difference(second).collect::<Vec<_>>());
}

#[test]
fn not_a_line_of_a_thousand_hosts_is_lost() {
    let _turn = tests::turn::mine();
    let receiver = Receiver::start("");
    let options = Options { reconnects: 20.0, stragglers: 0.1, burst: 2, ..crowd(receiver.address) };
    let (report, outcome) = receiver.hear(options, Duration::from_secs(5));
    let mut shown: BTreeMap<&str, u64> = BTreeMap::new();
    for line in &outcome.stdout {
        *shown.entry(line.split(' ').next().expect("a name")).or_default() += 1;
    }
    assert_eq!(report.hosts.iter().map(|host| host.dropped).sum::<u64>(), 0);
    for (name, lines) in speakers(&report) {
        assert_eq!(shown.get(&*name), Some(&lines), "{name}");
        assert!(lines >= 2, "{name} has sent its headers");
    }
    assert!(report.lines() > 4 * MANY as u64, "{} lines", report.lines());
    assert!(report.connected.len() > MANY + 20, "some have come again");
    assert_harmless(&outcome);
    assert!(
        outcome.stderr.iter().any(|line| line.contains("the connection ended within the line")),
        "{:?}",
        outcome.stderr.last()
    );
}

#[test]
fn two_hundred_real_collectors_are_received_to_the_end() {
    let _turn = tests::turn::mine();
    let mut receiver = Receiver::start("");
    let start = |host: usize| {
        let args = format!("-scdnm -c3 --hostname h{host} -A {}", receiver.address);
        Process::start(&mut collectl(&args))
    };
    let collectors: Vec<Process> = (0..200).map(start).collect();
    let mut shown: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..200 * 5 {
        let line = receiver.process.stdout.next_line().expect("the receiver continues");
        *shown.entry(line.split(' ').next().expect("a name").to_owned()).or_default() += 1;
    }
    let expected: BTreeMap<String, usize> = (0..200).map(|host| (format!("h{host}"), 5)).collect();
    assert_eq!(shown, expected);
    for collector in collectors {
        assert_eq!(collector.finish().code, 0);
    }
    assert_eq!(receiver.finish().stdout.len(), 200 * 5);
}

#[test]
fn a_cluster_that_was_away_reconnects_gradually() {
    let _turn = tests::turn::mine();
    let serve = |port| Simulator::start(Options::new(MANY, Way::Serve(port))).expect("servers");
    let cluster = serve(0);
    let port = cluster.address().port();
    let args = format!("connect {} --retry-max {}", simulator::servers(MANY, port), CAP.as_secs());
    let receiver = Process::start(&mut collectl_recv(&args));
    until("all are up", PATIENCE, || cluster.up() == MANY);
    let before = cluster.stop().expect("a report");
    // Away for so long that each pause reaches its maximum: 0.25, 0.5, 1, 2 and 4 seconds.
    assert!(!receiver.ends_within(Duration::from_secs(8)), "it continues");
    let (began, cluster) = (Instant::now(), serve(port));
    until("all are back", CAP + Duration::from_secs(2), || cluster.up() == MANY);
    let took = began.elapsed();
    // Two more intervals: the report would show a link that is lost again.
    std::thread::sleep(Duration::from_secs(2));
    let after = cluster.stop().expect("a report");
    let mut rates = [0usize; 10];
    for at in &after.connected {
        let tenth = (at.as_secs_f64() / CAP.as_secs_f64() * 10.0) as usize;
        rates[tenth.min(9)] += 1;
    }
    assert_eq!(after.connected.len(), MANY, "none was lost again");
    assert!(rates.iter().all(|rate| *rate < 3 * MANY / 10), "all back after {took:?}, by tenths: {rates:?}");
    receiver.signal(Signal::INT);
    let outcome = receiver.finish();
    let mut shown: BTreeMap<&str, u64> = BTreeMap::new();
    for (name, text) in outcome.stdout.iter().filter_map(|line| line.split_once(' ')) {
        *shown.entry(name).or_default() += u64::from(!text.starts_with('#'));
    }
    let headers = HEADER.lines().count() as u64;
    for (before, after) in before.hosts.iter().zip(&after.hosts) {
        let intervals = before.lines + after.lines - 2 * headers;
        assert_eq!(shown.get(&*before.name), Some(&intervals), "{}", before.name);
    }
}
