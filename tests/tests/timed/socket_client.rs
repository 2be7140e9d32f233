//! `collectl -A ADDR`: the short-lived mode, with the test as the initiator.

use std::time::{Duration, Instant};

use tests::brief::{Kind, cells, kind, seconds};
use tests::deadline::PATIENCE;
use tests::listener::Listener;
use tests::netns::{self, Machine};
use tests::peer::Peer;
use tests::port;
use tests::process::Process;
use tests::programs::collectl;
use tests::requirement::{self, Requirement};

/// How soon collectl must notice that its initiator has closed or reset the connection.
const NOTICED: Duration = Duration::from_secs(1);
/// How soon it must notice that its initiator has vanished.
const VANISHED: Duration = Duration::from_secs(15);

/// The line without its prefix, which it must have.
fn bare<'a>(line: &'a str, host: &str) -> &'a str {
    let rest = line.strip_prefix(host).and_then(|rest| rest.strip_prefix(' '));
    rest.unwrap_or_else(|| panic!("'{line}' does not begin with '{host} '"))
}

fn own_name() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").expect("this machine has a name");
    name.trim_end().split('.').next().unwrap_or_default().to_owned()
}

/// Two lines of header and five of figures, all with the prefix, and a normal end.
fn five_intervals(ip: &str, address: &str) {
    let listener = Listener::on(ip);
    let args = format!("-scdnm -i.1 -c5 -A {address}:{}", listener.port());
    let mut process = Process::start(&mut collectl(&args));
    let lines = listener.accept().to_end();
    assert_eq!(process.wait(), 0, "{args}");
    let host = own_name();
    let lines: Vec<&str> = lines.iter().map(|line| bare(line, &host)).collect();
    let [titles, headings, data @ ..] = &lines[..] else { panic!("{args}: {lines:#?}") };
    assert_eq!((kind(titles), kind(headings), data.len()), (Kind::Titles, Kind::Headings, 5), "{lines:#?}");
    for line in data {
        assert_eq!(cells(line, titles, headings).map(|cells| cells.len()), Ok(18));
    }
}

#[test]
fn five_intervals_to_an_address() {
    five_intervals("127.0.0.1", "127.0.0.1");
}

#[test]
fn five_intervals_to_a_name_without_dots() {
    five_intervals("127.0.0.1", "localhost");
}

#[test]
fn five_intervals_over_ipv6() {
    if requirement::met(&[Requirement::Ipv6]) {
        five_intervals("::1", "[::1]");
    }
}

#[test]
fn the_prefix_is_the_name_up_to_its_first_dot() {
    let listener = Listener::on("127.0.0.1");
    let args = format!("-sc -i.1 -c1 --hostname n7.x.y -A 127.0.0.1:{}", listener.port());
    let mut process = Process::start(&mut collectl(&args));
    let lines = listener.accept().to_end();
    assert_eq!(lines.len(), 3, "{lines:#?}");
    for line in &lines {
        bare(line, "n7");
    }
    assert_eq!(process.wait(), 0);
}

#[test]
fn a_refused_port_is_an_error() {
    let address = format!("127.0.0.1:{}", port::free());
    let outcome = Process::start(&mut collectl(&format!("-sc -A {address}"))).finish();
    assert_eq!(outcome.code, 1);
    assert!(outcome.stdout.is_empty(), "{outcome:?}");
    assert!(outcome.stderr[0].contains(&address), "{outcome:?}");
    assert!(outcome.stderr[0].contains("refused"), "{outcome:?}");
}

#[test]
fn usage_errors_reach_the_initiator_too() {
    for (wrong, word) in
        [("--nosuchswitch", "nosuchswitch"), ("-sQQ", "'QQ'"), ("-i0.0.1", "interval"), ("-oQ", "")]
    {
        let listener = Listener::on("127.0.0.1");
        let args = format!("--hostname n7 -A 127.0.0.1:{} {wrong}", listener.port());
        let process = Process::start(&mut collectl(&args));
        let sent = listener.accept().to_end();
        let outcome = process.finish();
        assert_eq!(outcome.code, 1, "{args}");
        let sent: Vec<&str> = sent.iter().map(|line| bare(line, "n7")).collect();
        assert_eq!(sent, outcome.stderr, "{args}");
        assert!(sent[0].starts_with("Error: ") && sent[0].contains(word), "{args}: {sent:#?}");
        assert!(outcome.stdout.is_empty(), "{args}: {outcome:?}");
    }
}

#[test]
fn requested_texts_go_to_the_initiator() {
    for (switch, word) in
        [("-v", "collectl V"), ("-h", "Usage"), ("-V", "Default"), ("-scdn --showcolheaders", "#")]
    {
        let listener = Listener::on("127.0.0.1");
        let args = format!("--hostname n7 {switch} -A 127.0.0.1:{}", listener.port());
        let process = Process::start(&mut collectl(&args));
        let sent = listener.accept().to_end();
        let outcome = process.finish();
        assert_eq!((outcome.code, outcome.stdout, outcome.stderr), (0, vec![], vec![]), "{args}");
        assert!(sent.iter().any(|line| bare(line, "n7").contains(word)), "{args}: {sent:#?}");
    }
}

/// A connected collectl that waits in a long interval.
fn waiting(interval: u32) -> (Process, Peer) {
    let listener = Listener::on("127.0.0.1");
    let args = format!("-scdnm -i{interval} -A 127.0.0.1:{}", listener.port());
    let mut process = Process::start(&mut collectl(&args));
    let peer = listener.accept();
    process.stdout.wait_for("waiting for");
    (process, peer)
}

#[test]
fn ends_within_a_second_of_a_fin_at_any_interval() {
    let (mut process, peer) = waiting(100);
    peer.close();
    assert_eq!(process.wait_within(NOTICED), 0);
    assert!(process.stderr.to_end().is_empty());
}

#[test]
fn ends_within_a_second_of_a_reset_at_any_interval() {
    let (mut process, peer) = waiting(100);
    peer.reset();
    assert_eq!(process.wait_within(NOTICED), 0);
    assert!(process.stderr.to_end().is_empty());
}

#[test]
fn ends_within_a_second_of_an_initiator_that_only_finishes_sending() {
    let (mut process, peer) = waiting(100);
    peer.finish_sending();
    assert_eq!(process.wait_within(NOTICED), 0);
}

#[test]
fn ends_within_a_second_while_data_flows() {
    let listener = Listener::on("127.0.0.1");
    let args = format!("-scdnm -i.01 -A 127.0.0.1:{}", listener.port());
    let mut process = Process::start(&mut collectl(&args));
    let mut peer = listener.accept();
    peer.lines(10);
    peer.reset();
    assert_eq!(process.wait_within(NOTICED), 0);
}

#[test]
fn what_the_initiator_sends_makes_no_difference() {
    let listener = Listener::on("127.0.0.1");
    let args = format!("-sc -i.1 -c5 --hr 0 --hostname n7 -A 127.0.0.1:{}", listener.port());
    let mut process = Process::start(&mut collectl(&args));
    let mut peer = listener.accept();
    peer.send("half a line");
    peer.lines(3);
    peer.send("GET / HTTP/1.1\r\n\r\n\0\u{1b}[31m");
    assert_eq!(peer.to_end().len(), 4);
    assert_eq!(process.wait(), 0);
}

/// An initiator that stops reading for longer than the kernel's timeout (TCP_USER_TIMEOUT) stays connected, loses only
/// whole intervals, and then gets new ones.
#[test]
fn an_initiator_that_stops_reading_is_not_cut_off() {
    const STOP: Duration = Duration::from_secs(20);
    const DROP: Duration = Duration::from_secs(5);
    let listener = Listener::with_buffer("127.0.0.1", 8192);
    // Three lines per interval, a thousand intervals per second: the queue is full after some seconds.
    let args = format!("-scdnm -oTm --hr 1 -i.001 --hostname n7 -A 127.0.0.1:{}", listener.port());
    let mut process = Process::start(&mut collectl(&args));
    let mut peer = listener.accept();
    let header: Vec<String> = peer.lines(3).drain(..2).collect();
    let stopped = Instant::now();
    process.stderr.wait_for("reads too slowly");
    let rest = STOP.saturating_sub(stopped.elapsed()).max(DROP);
    assert!(!process.ends_within(rest), "{:#?}", process.stderr.so_far());

    let (titles, headings) = (bare(&header[0], "n7"), bare(&header[1], "n7"));
    let (mut last, resumed) = (None, Instant::now());
    // The gap is where intervals were dropped: what arrives after it was sampled after that.
    loop {
        let interval = peer.lines(3);
        assert_eq!(interval[..2], header[..]);
        let line = bare(&interval[2], "n7");
        cells(line, titles, headings).unwrap();
        let now = seconds(line).unwrap();
        if last.replace(now).is_some_and(|last| (1.0..86_000.0).contains(&(now - last).rem_euclid(86_400.0)))
        {
            break;
        }
        assert!(resumed.elapsed() < PATIENCE, "no intervals were dropped, up to '{line}'");
    }
    peer.close();
    assert_eq!(process.wait_within(NOTICED), 0);
    let told = process.stderr.to_end();
    assert!(told.iter().any(|line| line.contains("intervals were dropped")), "{told:#?}");
}

/// A collectl on another machine, whose cable is pulled.
fn unplugged(interval: &str) {
    if !requirement::met(netns::REQUIREMENTS) {
        return;
    }
    let machine = Machine::start();
    let listener = Listener::on(&machine.near());
    let args = format!("-scdnm -i{interval} -A {}:{}", machine.near(), listener.port());
    let mut process = Process::start(&mut machine.run(&collectl(&args)));
    let mut peer = listener.accept();
    process.stdout.wait_for("waiting for");
    if interval.starts_with('.') {
        peer.lines(5);
    }
    machine.unplug();
    process.wait_within(VANISHED);
}

#[test]
fn ends_within_15_seconds_of_a_machine_that_vanished_while_data_flowed() {
    unplugged(".1");
}

#[test]
fn ends_within_15_seconds_of_a_machine_that_vanished_in_silence() {
    unplugged("100");
}

/// An initiator that had stopped reading before it vanished.
#[test]
fn ends_within_15_seconds_of_a_machine_that_was_stuck_and_vanished() {
    if !requirement::met(netns::REQUIREMENTS) {
        return;
    }
    let machine = Machine::start();
    let listener = Listener::with_buffer(&machine.near(), 8192);
    let args = format!("-scdnm --hr 1 -i.001 -A {}:{}", machine.near(), listener.port());
    let mut process = Process::start(&mut machine.run(&collectl(&args)));
    let _stuck = listener.accept();
    process.stderr.wait_for("reads too slowly");
    machine.unplug();
    process.wait_within(VANISHED);
}

/// An initiator that launched collectl gets a proof first, and numbered intervals after it has sent a hello.
#[test]
fn a_launched_collectl_proves_itself_and_numbers_its_intervals() {
    const SECRET: &str = "00112233445566778899aabbccddeeff";
    let listener = Listener::on("127.0.0.1");
    let ours = tests::programs::folder().join("collectl");
    let args = format!("-sc -i.2 --hostname n7 -A 127.0.0.1:{}", listener.port());
    let script = format!("echo {SECRET} | exec {} {args} 3<&0", ours.display());
    let mut command = tests::programs::command("sh", "-c");
    let mut process = Process::start(command.arg(script).env("COLLECTL_LAUNCHED", "leave"));
    let mut peer = listener.accept();
    let proof = peer.lines(1).remove(0);
    assert!(proof.starts_with("n7 ##launched name=collectl version="), "{proof}");
    assert!(proof.ends_with(&format!(" secret={SECRET}")), "{proof}");
    peer.send("##hello name=test version=1\n");
    let welcome = peer.lines(1).remove(0);
    assert!(welcome.starts_with("n7 ##welcome") && welcome.contains(" next=1"), "{welcome}");
    for (number, lines) in [(1, 3), (2, 1), (3, 1)] {
        let mark = peer.lines(1).remove(0);
        assert!(mark.starts_with("n7 ##interval") && mark.contains(&format!(" seq={number} ")), "{mark}");
        peer.lines(lines);
    }
    drop(peer);
    assert_eq!(process.wait_within(NOTICED), 0);
}

#[test]
fn a_launch_without_a_secret_is_an_error() {
    let listener = Listener::on("127.0.0.1");
    let mut command = collectl(&format!("-sc -A 127.0.0.1:{}", listener.port()));
    let outcome = Process::start(command.env("COLLECTL_LAUNCHED", "leave")).finish();
    assert_eq!(outcome.code, 1, "{outcome:#?}");
    assert!(outcome.stderr[0].contains("/dev/fd/3"), "{outcome:#?}");
}
