//! `collectl -A server`: the long-lived mode, with the tests as its clients.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use tests::brief::{Kind, kind, seconds};
use tests::deadline::{PATIENCE, until};
use tests::peer::Peer;
use tests::port;
use tests::process::Process;
use tests::programs::collectl;
use tests::requirement::{self, Requirement};

/// How soon a server must end after a signal.
const ENDED: Duration = Duration::from_secs(1);

/// A server that is up.
struct Server {
    process: Process,
    port: u16,
}

impl Server {
    fn start(args: &str) -> Self {
        Self::start_at(port::free(), args)
    }

    fn start_at(port: u16, args: &str) -> Self {
        let mut process = Process::start(&mut collectl(&format!("{args} --hostname n7 -A server:{port}")));
        process.stdout.wait_for("waiting for");
        Self { process, port }
    }

    fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    fn client(&self) -> Client {
        Client(Peer::connect(self.address()))
    }
}

/// A client that checks the prefix of each line and removes it.
struct Client(Peer);

impl Client {
    fn lines(&mut self, count: usize) -> Vec<String> {
        self.0.lines(count).iter().map(|line| bare(line)).collect()
    }

    fn line(&mut self) -> String {
        self.lines(1).remove(0)
    }
}

fn bare(line: &str) -> String {
    line.strip_prefix("n7 ").unwrap_or_else(|| panic!("'{line}' does not begin with 'n7 '")).to_owned()
}

fn kinds(lines: &[String]) -> Vec<Kind> {
    lines.iter().map(|line| kind(line)).collect()
}

const HEADER: [Kind; 2] = [Kind::Titles, Kind::Headings];

/// Checks that all streams show parts of one sequence of intervals, without gaps, and returns that sequence.
fn agree(streams: &[Vec<String>]) -> Vec<String> {
    let mut all = streams.iter().min_by_key(|stream| stamp(&stream[0])).expect("a stream").clone();
    for stream in streams {
        let start = all.windows(2).position(|lines| lines == &stream[..2]).expect("streams overlap");
        let differ = all[start..].iter().zip(stream).find(|(one, other)| one != other);
        assert!(differ.is_none(), "{differ:#?}");
        all.extend(stream.iter().skip(all.len() - start).cloned().collect::<Vec<_>>());
    }
    let disorder = all.windows(2).find(|lines| stamp(&lines[0]) > stamp(&lines[1]));
    assert!(disorder.is_none(), "{disorder:#?}");
    all
}

/// Date and time of a line with `-oDm`, which sort as text.
fn stamp(line: &str) -> &str {
    &line[.."20261122 11:20:40.800".len()]
}

/// The whole promise at once: whatever 3 of 50 clients do, the others get every interval in time.
#[test]
fn fifty_clients_are_served_whatever_some_of_them_do() {
    const LINES: usize = 8;
    let server = Server::start("-scdnm -i.5 -oDm --hr 0");
    let _never_reads = Peer::connect_with_buffer(server.address(), 2048);
    let mut half_a_line = server.client();
    half_a_line.0.send("hello");
    let resets = server.client();
    let mut others: Vec<Client> = (0..47).map(|_| server.client()).collect();
    let connected = Instant::now();
    let headers: Vec<_> = others.iter_mut().map(|client| client.lines(2)).collect();
    assert!(headers.iter().all(|header| kinds(header) == HEADER && *header == headers[0]), "{headers:#?}");
    let mut streams: Vec<_> = others.iter_mut().map(|client| vec![client.line()]).collect();
    assert!(connected.elapsed() < Duration::from_millis(1500), "all are served at the next interval");
    resets.0.reset();
    for (stream, client) in streams.iter_mut().zip(&mut others) {
        stream.extend(client.lines(LINES - 1));
    }
    half_a_line.lines(2);
    streams.push(half_a_line.lines(LINES));

    let sequence = agree(&streams);
    let stamps: Vec<f64> = sequence.iter().filter_map(|line| seconds(line)).collect();
    for pair in stamps.windows(2) {
        let step = (pair[1] - pair[0]).rem_euclid(86_400.0);
        assert!((0.25..0.75).contains(&step), "an interval is missing: {sequence:#?}");
    }
    assert!(sequence.len() <= LINES + 2, "all were served from the next interval on: {sequence:#?}");
}

#[test]
fn a_client_that_is_stuck_costs_the_others_nothing() {
    // Three lines per interval, so that the queue of the stuck client soon overflows.
    let mut server = Server::start("-scdnm -i.001 -oDm --hr 1");
    let (mut first, mut second) = (server.client(), server.client());
    let stuck = Peer::connect_with_buffer(server.address(), 2048);
    let mut streams = [Vec::new(), Vec::new()];
    let mut read_on = || {
        for (stream, client) in streams.iter_mut().zip([&mut first, &mut second]) {
            for _ in 0..200 {
                let interval = client.lines(3);
                assert_eq!(kinds(&interval), [Kind::Titles, Kind::Headings, Kind::Data]);
                stream.extend(interval.into_iter().skip(2));
            }
        }
    };
    let start = Instant::now();
    while server.process.stderr.so_far().is_empty() {
        read_on();
        assert!(start.elapsed() < 2 * PATIENCE, "the queue never overflowed");
    }
    read_on();
    agree(&streams);
    let told = server.process.stderr.so_far();
    assert!(told.len() == 1 && told[0].contains("reads too slowly"), "{told:#?}");
    assert!(told[0].contains(&stuck.local().port().to_string()), "{told:#?}, not {}", stuck.local());
}

#[test]
fn a_late_client_gets_the_header_first_and_once() {
    for (repeat, after) in
        [("--hr 0", vec![Kind::Data; 3]), ("--hr 1", [&[Kind::Data], &HEADER[..]].concat())]
    {
        let server = Server::start(&format!("-scdnm -i.1 -oDm {repeat}"));
        let mut early = server.client();
        early.lines(9);
        let mut late = server.client();
        let lines = late.lines(5);
        assert_eq!(kinds(&lines), [&HEADER[..], &after].concat(), "{repeat}: {lines:#?}");
        let first = &lines[2];
        assert!((0..50).any(|_| early.line() == *first), "the same line went to both");
    }
}

#[test]
fn a_client_may_leave_in_any_way_and_the_others_stay() {
    let server = Server::start("-scdnm -i.05 -oDm --hr 0");
    let mut stays = server.client();
    stays.lines(2);
    let mut stream = Vec::new();
    for round in 0..30 {
        let mut leaves = server.client();
        match round % 3 {
            0 => leaves.0.reset(),
            1 => leaves.0.close(),
            _ => {
                leaves.lines(3);
                leaves.0.reset();
            }
        }
        stream.extend(stays.lines(1));
    }
    let mut witness = server.client();
    witness.lines(2);
    let seen = witness.lines(5);
    while stream.last() != seen.last() {
        stream.push(stays.line());
        assert!(stream.len() < 1000, "{stream:#?}");
    }
    assert_eq!(stream[stream.len() - 5..], seen);
    agree(&[stream]);
}

/// A server with a client that is stuck (bytes wait for it), one that got part of a line, and one that reads.
fn beset() -> (Server, Vec<Peer>) {
    let mut server = Server::start("-scdnm -i.001 --hr 1");
    let stuck = Peer::connect_with_buffer(server.address(), 2048);
    let mut half_a_line = server.client();
    half_a_line.0.send("hello");
    server.process.stderr.wait_for("reads too slowly");
    (server, vec![stuck, half_a_line.0])
}

#[test]
fn sigterm_ends_it_whatever_clients_do() {
    let (mut server, _clients) = beset();
    server.process.signal(Signal::TERM);
    assert_eq!(server.process.wait_within(ENDED), 0);
}

#[test]
fn sigint_ends_it_whatever_clients_do() {
    let (mut server, _clients) = beset();
    server.process.signal(Signal::INT);
    assert_eq!(server.process.wait_within(ENDED), 0);
}

#[test]
fn a_signal_ends_it_within_a_long_interval_and_clients_see_the_end() {
    let mut server = Server::start("-sc -i100 --max-clients 1");
    let mut client = server.client();
    // That a second client is refused shows that the first one was accepted.
    assert_eq!(Peer::connect(server.address()).to_end().len(), 1);
    server.process.signal(Signal::TERM);
    assert_eq!(server.process.wait_within(ENDED), 0);
    assert_eq!(kinds(&client.lines(2)), HEADER);
    assert_eq!(client.0.line(), None);
}

#[test]
fn one_client_too_many_is_refused_with_a_message() {
    let server = Server::start("-sc -i.1 --hr 0 --max-clients 2");
    let (mut first, mut second) = (server.client(), server.client());
    first.lines(2);
    second.lines(2);
    let refused = Peer::connect(server.address()).to_end();
    assert_eq!(refused.len(), 1, "{refused:#?}");
    assert!(bare(&refused[0]).starts_with("Error: 2 clients are connected"), "{refused:#?}");
    first.lines(3);
    second.0.close();
    until("the place of one that left is free", PATIENCE, || {
        server.client().0.lines(1)[0].starts_with("n7 #")
    });
    first.lines(3);
}

#[test]
fn it_listens_on_the_given_address() {
    let server = Server::start("-sc -i.1 --bind 127.0.0.2");
    let elsewhere = Ipv4Addr::new(127, 0, 0, 2);
    assert_eq!(kinds(&Client(Peer::connect((elsewhere, server.port))).lines(2)), HEADER);
    let refused = TcpStream::connect(server.address()).expect_err("nothing else listens on that port");
    assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
}

#[test]
fn it_listens_on_ipv6_and_ipv4() {
    if !requirement::met(&[Requirement::Ipv6]) {
        return;
    }
    let both = Server::start("-sc -i.1");
    let six: IpAddr = "::1".parse().expect("an address");
    for ip in [six, Ipv4Addr::LOCALHOST.into()] {
        assert_eq!(kinds(&Client(Peer::connect((ip, both.port))).lines(2)), HEADER);
    }
    let one = Server::start("-sc -i.1 --bind [::1]");
    assert_eq!(kinds(&Client(Peer::connect((six, one.port))).lines(2)), HEADER);
    assert!(TcpStream::connect(one.address()).is_err());
}

#[test]
fn a_port_in_use_is_an_error() {
    let server = Server::start("-sc -i.1");
    let outcome = Process::start(&mut collectl(&format!("-sc -A server:{}", server.port))).finish();
    assert_eq!(outcome.code, 1);
    assert!(outcome.stderr[0].contains(&server.port.to_string()), "{outcome:?}");
    assert!(outcome.stderr[0].contains("in use"), "{outcome:?}");
}

#[test]
fn it_starts_again_on_the_same_port_at_once() {
    let mut server = Server::start("-sc -i.1");
    for signal in [Signal::TERM, Signal::KILL, Signal::INT] {
        let mut client = server.client();
        client.lines(3);
        server.process.signal(signal);
        server.process.wait();
        server = Server::start_at(server.port, "-sc -i.1");
    }
    server.client().lines(3);
}

#[test]
fn without_clients_it_continues_to_sample() {
    let server = Server::start("-scdnm -i.1 -oDm --hr 0");
    let mut client = server.client();
    client.lines(2);
    let last = client.line();
    client.0.close();
    let mut next = server.client();
    next.lines(2);
    let line = next.line();
    assert!(stamp(&line) > stamp(&last), "'{line}' after '{last}'");
    let count = Process::start(&mut collectl(&format!("-sc -i.05 -c5 -A server:{}", port::free()))).finish();
    assert_eq!((count.code, count.stderr), (0, vec![]));
}
