//! What one client of a server may cost the others.

use std::fs;
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tests::deadline::{PATIENCE, until};
use tests::peer::Peer;
use tests::port;
use tests::process::Process;
use tests::programs::collectl;

/// How long an honest client may wait for its first line from the past.
const FIRST_LINE: Duration = Duration::from_secs(8);
/// How long the cost of a client is measured.
const MEASURED: Duration = Duration::from_secs(3);
/// The share of a processor that a client may cost; one of 2 % is what a run without clients takes.
const SHARE: f64 = 0.4;

fn server(args: &str) -> (Process, u16) {
    let port = port::free();
    let process = Process::start(&mut collectl(&format!("--hostname n7 -A server:{port} {args}")));
    until("the server listens", PATIENCE, || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok());
    (process, port)
}

fn hello(peer: &mut Peer, last: &str) {
    peer.send(format!("##hello name=test version=1{last}\n"));
}

/// Seconds of a processor that it has used.
fn used(process: &Process) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{}/stat", process.pid())).expect("it runs");
    let fields: Vec<&str> = stat.rsplit(')').next().expect("it has fields").split_whitespace().collect();
    let ticks: f64 = fields[11..13].iter().map(|field| field.parse::<f64>().expect("a number")).sum();
    ticks / rustix::param::clock_ticks_per_second() as f64
}

/// The share of a processor that `process` uses while `attack` goes on in a thread of its own, until it is told to stop.
fn cost(process: &Process, attack: impl Fn(&AtomicBool) + Send + 'static) -> f64 {
    let stop = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&stop);
    let attacking = std::thread::spawn(move || attack(&told));
    // What is allowed at once.
    std::thread::sleep(Duration::from_secs(2));
    let (start, before) = (Instant::now(), used(process));
    std::thread::sleep(MEASURED);
    let share = (used(process) - before) / start.elapsed().as_secs_f64();
    stop.store(true, Ordering::Relaxed);
    attacking.join().expect("the attack ends");
    share
}

#[test]
fn clients_that_ask_for_everything_and_read_nothing_keep_nobody_waiting() {
    let procfs = tempfile::tempdir().unwrap();
    let name = "x".repeat(40);
    let caches: String = (0..700)
        .map(|cache| format!("{name}{cache} 7 9 64 64 1 : tunables 0 0 0 : slabdata 1 1 0\n"))
        .collect();
    fs::write(procfs.path().join("slabinfo"), format!("slabinfo - version: 2.1\n# name\n{caches}")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (_server, port) = server(&format!(
        "-sY -i.05:.05 --procfs {} --nogzip --history 300K,1s -f {}/",
        procfs.path().display(),
        folder.path().display()
    ));
    let address = (Ipv4Addr::LOCALHOST, port);
    let mut first = Peer::connect(address);
    hello(&mut first, "");
    let mark = std::iter::from_fn(|| first.line()).find(|line| line.contains(" ##interval ")).unwrap();
    let run = mark.split(' ').find_map(|word| word.strip_prefix("run=")).unwrap().to_owned();
    let mut intervals = 0;
    while intervals < 100 {
        intervals += usize::from(first.line().expect("there is more").contains(" ##interval "));
    }
    let everything = format!(" run={run} seq=1 time=0.000000");
    let stuck: Vec<Peer> = (0..4)
        .map(|_| {
            let mut peer = Peer::connect_with_buffer(address, 2048);
            hello(&mut peer, &everything);
            peer
        })
        .collect();
    let start = Instant::now();
    let mut honest = Peer::connect(address);
    hello(&mut honest, &everything);
    let mark = std::iter::from_fn(|| honest.line()).find(|line| line.contains(" ##interval ")).unwrap();
    assert!(start.elapsed() < FIRST_LINE, "{:?}", start.elapsed());
    assert!(mark.contains(" seq=2 "), "{mark}");
    drop(stuck);
}

#[test]
fn garbage_costs_a_share_of_a_processor() {
    let (server, port) = server("-sc -i.1");
    let mut witness = Peer::connect((Ipv4Addr::LOCALHOST, port));
    let share = cost(&server, move |stop| {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        stream.set_write_timeout(Some(Duration::from_millis(100))).unwrap();
        while !stop.load(Ordering::Relaxed) {
            // A server that takes nothing for now is what this is about.
            let _ = stream.write(&[b'x'; 1 << 16]);
        }
    });
    assert!(share < SHARE, "{share:.2} of a processor");
    witness.lines(40);
}

#[test]
fn asking_for_the_past_again_and_again_costs_a_share_of_a_processor() {
    let (server, port) = server("-scCdDnN --verbose -i.01");
    let mut witness = Peer::connect((Ipv4Addr::LOCALHOST, port));
    witness.lines(4000);
    let share = cost(&server, move |stop| {
        while !stop.load(Ordering::Relaxed) {
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
            stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
            stream.write_all(b"##hello name=x version=1 run=0000000000000001 seq=1 time=0.000000\n").unwrap();
            let (mut buffer, mut all) = ([0; 1 << 16], 0);
            while all < 200_000
                && let Ok(count @ 1..) = stream.read(&mut buffer)
            {
                all += count;
            }
        }
    });
    assert!(share < 2.0 * SHARE, "{share:.2} of a processor");
    witness.lines(40);
}

#[test]
fn addresses_of_the_server_itself_take_its_places_and_that_is_reported() {
    let (mut server, port) = server("-sc -i.1 --max-clients 8");
    until("all places are free", PATIENCE, || {
        let mut peer = Peer::connect((Ipv4Addr::LOCALHOST, port));
        peer.line().is_some_and(|line| !line.contains("Error"))
    });
    let from = |last| IpAddr::from(Ipv4Addr::new(127, 0, 0, last));
    let held: Vec<Peer> =
        (1..=12).map(|last| Peer::connect_from(from(last), (Ipv4Addr::LOCALHOST, port))).collect();
    let line = server.stderr.wait_for("clients turned away, since all places are taken");
    assert!(line.contains(", the last from 127.0.0."), "{line}");
    drop(held);
}
