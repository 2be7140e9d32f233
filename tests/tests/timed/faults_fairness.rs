//! What one client of a server may cost the others.

use std::fs;
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tests::deadline::{PATIENCE, until};
use tests::peer::Peer;
use tests::port;
use tests::process::Process;
use tests::programs::collectl;

/// How long a normal client may wait for its first line from the past.
const FIRST_LINE: Duration = Duration::from_secs(8);
/// How long the cost of a client is measured.
const MEASURED: Duration = Duration::from_secs(3);
/// For how long clients may cost more.
const AT_ONCE: Duration = Duration::from_secs(5);
/// The share of a processor that the clients of an address may cost in the long run: a quarter for reading files, and a
/// twentieth for the rest, with a margin for the measurement.
const SHARE: f64 = 0.45;

fn server(args: &str) -> (Process, u16) {
    let port = port::free();
    let process = Process::start(&mut collectl(&format!("--hostname n7 -A server:{port} {args}")));
    until("the server listens", PATIENCE, || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok());
    (process, port)
}

fn hello(peer: &mut Peer, last: &str) {
    peer.send(format!("##hello name=test version=1{last}\n"));
}

/// Processor time that it has used, in seconds.
fn used(process: &Process) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{}/stat", process.pid())).expect("it runs");
    let fields: Vec<&str> = stat.rsplit(')').next().expect("it has fields").split_whitespace().collect();
    let ticks: f64 = fields[11..13].iter().map(|field| field.parse::<f64>().expect("a number")).sum();
    ticks / rustix::param::clock_ticks_per_second() as f64
}

/// The share of a processor that `process` uses from now on.
fn share(process: &Process) -> f64 {
    let (start, before) = (Instant::now(), used(process));
    std::thread::sleep(MEASURED);
    (used(process) - before) / start.elapsed().as_secs_f64()
}

/// The additional share of a processor that `process` uses while two threads repeat `attack`.
fn cost(process: &Process, attack: impl Fn() + Send + Sync + 'static) -> f64 {
    let usual = share(process);
    let stop = Arc::new(AtomicBool::new(false));
    let attack = Arc::new(attack);
    let attacking = [(); 2].map(|()| {
        let (stop, attack) = (Arc::clone(&stop), Arc::clone(&attack));
        std::thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                attack();
            }
        })
    });
    std::thread::sleep(AT_ONCE);
    let share = share(process) - usual;
    stop.store(true, Ordering::Relaxed);
    attacking.into_iter().for_each(|thread| thread.join().expect("the attack ends"));
    share
}

/// Samples of 60 KB, the memory of slabs, and a recording of them.
struct Large {
    _procfs: TempDir,
    _folder: TempDir,
    server: Process,
    address: (Ipv4Addr, u16),
    /// The hello of a client that has only the first interval.
    lacks_all: String,
}

impl Large {
    fn start() -> Self {
        let [procfs, folder] = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
        let name = "x".repeat(40);
        let caches: String = (0..700)
            .map(|cache| format!("{name}{cache} 7 9 64 64 1 : tunables 0 0 0 : slabdata 1 1 0\n"))
            .collect();
        fs::write(procfs.path().join("slabinfo"), format!("slabinfo - version: 2.1\n# name\n{caches}"))
            .expect("it can be written");
        let (server, port) = server(&format!(
            "-sY -i.1:.1 --procfs {} --nogzip --history 300K,1s -f {}/",
            procfs.path().display(),
            folder.path().display()
        ));
        let address = (Ipv4Addr::LOCALHOST, port);
        let mut first = Peer::connect(address);
        hello(&mut first, "");
        let mut marks = std::iter::from_fn(|| first.line()).filter(|line| line.contains(" ##interval "));
        let mark = marks.next().expect("there are intervals");
        let run = mark.split(' ').find_map(|word| word.strip_prefix("run=")).expect("it is numbered");
        let lacks_all = format!(" run={run} seq=1 time=0.000000");
        marks.nth(50).expect("there are more");
        Self { _procfs: procfs, _folder: folder, server, address, lacks_all }
    }
}

#[test]
fn clients_that_ask_for_everything_and_read_nothing_delay_no_other_client() {
    let Large { address, lacks_all, server: _server, .. } = &Large::start();
    let stuck: Vec<Peer> = (0..4)
        .map(|_| {
            let mut peer = Peer::connect_with_buffer(*address, 2048);
            hello(&mut peer, lacks_all);
            peer
        })
        .collect();
    let start = Instant::now();
    let mut honest = Peer::connect(*address);
    hello(&mut honest, lacks_all);
    let mark = std::iter::from_fn(|| honest.line()).find(|line| line.contains(" ##interval ")).unwrap();
    assert!(start.elapsed() < FIRST_LINE, "{:?}", start.elapsed());
    assert!(mark.contains(" seq=2 "), "{mark}");
    drop(stuck);
}

#[test]
fn garbage_costs_a_share_of_a_processor() {
    let (server, port) = server("-sc -i.1");
    let mut witness = Peer::connect((Ipv4Addr::LOCALHOST, port));
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    stream.set_write_timeout(Some(Duration::from_millis(100))).unwrap();
    let share = cost(&server, move || {
        // A server that reads nothing at present is what this test is about.
        let _ = (&stream).write(&[b'x'; 1 << 16]);
    });
    assert!(share < SHARE, "{share:.2} of a processor");
    witness.lines(40);
}

#[test]
fn asking_for_the_past_again_and_again_costs_a_share_of_a_processor() {
    let large = Large::start();
    let (address, hello) = (large.address, format!("##hello name=x version=1{}\n", large.lacks_all));
    let mut witness = Peer::connect(large.address);
    let share = cost(&large.server, move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        stream.write_all(hello.as_bytes()).unwrap();
        let (mut buffer, mut all) = ([0; 1 << 16], 0);
        while all < 2_000_000
            && let Ok(count @ 1..) = stream.read(&mut buffer)
        {
            all += count;
        }
    });
    assert!(share < SHARE, "{share:.2} of a processor");
    witness.lines(40);
}

#[test]
fn a_server_whose_places_are_taken_by_as_many_addresses_reports_it() {
    let (mut server, port) = server("-sc -i.1 --max-clients 8");
    until("all places are free", PATIENCE, || {
        let mut peer = Peer::connect((Ipv4Addr::LOCALHOST, port));
        peer.line().is_some_and(|line| !line.contains("Error"))
    });
    let from = |last| IpAddr::from(Ipv4Addr::new(127, 0, 0, last));
    let held: Vec<Peer> =
        (1..=12).map(|last| Peer::connect_from(from(last), (Ipv4Addr::LOCALHOST, port))).collect();
    let line = server.stderr.wait_for("clients rejected: all places are taken");
    assert!(line.contains(", the last from 127.0.0."), "{line}");
    drop(held);
}
