//! Strange clients of `collectl-recv listen`: whatever they do, no line of the collector is lost.

use std::io::Write;
use std::net::{Ipv4Addr, TcpStream};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use socket2::SockRef;
use tests::process::Process;
use tests::programs::{collectl, collectl_recv};
use tests::recording::{file, markers, whole};

#[test]
fn five_hundred_strange_clients_per_second() {
    const STRANGERS: u32 = 1500;
    const PACE: Duration = Duration::from_millis(2);
    let mut receiver = Process::start(&mut collectl_recv("listen --bind 127.0.0.1 --port 0"));
    let said = receiver.stderr.wait_for("listening on port ");
    let port: u16 = said.rsplit(' ').next().and_then(|port| port.parse().ok()).expect("a port");
    let folder = tempfile::tempdir().unwrap();
    let args = format!("-sc -i.1 --export raw --nogzip --hostname n7 -A 127.0.0.1:{port} -f");
    let collector = Process::start(collectl(&args).arg(format!("{}/", folder.path().display())));
    receiver.stdout.wait_for("n7 >>> ");

    let start = Instant::now();
    let mut silent = Vec::new();
    for number in 0..STRANGERS {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("it takes connections");
        match number % 10 {
            0 => silent.push(stream),
            1..5 => stream.write_all(b"x half a line").expect("it reads"),
            5 => stream.write_all(&[b'x'; 100_000]).expect("it reads"),
            _ => SockRef::from(&stream).set_linger(Some(Duration::ZERO)).expect("a socket can be reset"),
        }
        std::thread::sleep((PACE * number).saturating_sub(start.elapsed()));
    }
    for _ in 0..10 {
        receiver.stdout.wait_for("n7 >>> ");
    }
    collector.signal(Signal::TERM);
    assert_eq!(collector.finish().code, 0);
    receiver.stderr.wait_for("connection closed");
    drop(silent);
    receiver.signal(Signal::INT);
    let outcome = receiver.finish();
    assert_eq!(outcome.code, 0);
    assert!(outcome.stdout.iter().all(|line| line.starts_with("n7 ")), "half a line is not shown");
    let connected = outcome.stderr.iter().filter(|line| line.ends_with(": connected")).count();
    assert!(connected > STRANGERS as usize / 2, "{connected} strangers came through");
    let shown: Vec<i64> =
        outcome.stdout.iter().filter_map(|line| line.strip_prefix("n7 ")).flat_map(markers).collect();
    let recorded = markers(&whole(&file(folder.path(), ".raw")));
    assert!(shown.len() > 20);
    let begin = recorded.iter().position(|time| *time == shown[0]).expect("what is shown was recorded");
    assert_eq!(shown, recorded[begin..begin + shown.len()]);
}
