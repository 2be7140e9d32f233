//! Faults of clients that read from `collectl -A server`, one at a time in [`Scene`], and the three questions.

use std::fs;
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use socket2::SockRef;
use tempfile::TempDir;
use tests::peer::Peer;
use tests::scene::Scene;

/// Resets a connection (RST).
fn reset(stream: &TcpStream) {
    SockRef::from(stream).set_linger(Some(Duration::ZERO)).expect("a socket can be reset");
}

/// A /proc where each sample is 60 KB of text, from slabs.
fn large_samples() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let name = "x".repeat(40);
    let caches: String = (0..700)
        .map(|cache| format!("{name}{cache} 7 9 64 64 1 : tunables 0 0 0 : slabdata 1 1 0\n"))
        .collect();
    fs::write(folder.path().join("slabinfo"), format!("slabinfo - version: 2.1\n# name\n{caches}")).unwrap();
    folder
}

/// Ten minutes of an ordinary client are less than the 1 MiB that may wait for it. Here that fills within seconds, and
/// then overflows for the same time.
#[test]
fn a_reader_that_stops() {
    let procfs = large_samples();
    let mut scene = Scene::start(&format!("-sY -i.1:.1 --procfs {}", procfs.path().display()));
    let stuck = scene.narrow(2048);
    scene.server.stderr.wait_for("reads too slowly");
    scene.wait_for_intervals(40);
    stuck.shutdown(std::net::Shutdown::Both).unwrap();
    drop(stuck);
    let dropped = scene.server.stderr.wait_for("intervals were dropped");
    let count: usize = dropped.split(' ').rev().nth(3).unwrap().parse().unwrap();
    assert!(count >= 30, "{dropped}");
    scene.end().check("a reader that stops, and 1 MiB overflows");
}

#[test]
fn a_reader_of_single_bytes() {
    let mut scene = Scene::start("-scdnm -i.1");
    let mut slow = scene.narrow(2048);
    let reading = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        for _ in 0..2000 {
            let mut byte = [0];
            slow.read_exact(&mut byte).expect("there is always one more");
            bytes.extend(byte);
            std::thread::sleep(Duration::from_millis(1));
        }
        String::from_utf8(bytes).expect("text")
    });
    scene.wait_for_intervals(30);
    let text = reading.join().unwrap();
    assert!(text.lines().all(|line| line.starts_with("n7 ") || text.ends_with(line)), "{text}");
    scene.end().check("a reader of one byte per millisecond");
}

#[test]
fn clients_that_send_half_a_line_and_lines_without_an_end() {
    let mut scene = Scene::start("-scdnm -i.1");
    let mut half = TcpStream::connect(scene.address()).unwrap();
    half.write_all(b"##hello name=x ver").unwrap();
    let mut endless = TcpStream::connect(scene.address()).unwrap();
    let writing = std::thread::spawn(move || {
        // If the server did not read, this would block.
        for _ in 0..256 {
            endless.write_all(&[b'x'; 1 << 15]).expect("the server takes what is sent");
        }
        endless
    });
    scene.wait_for_intervals(20);
    let mut endless = writing.join().unwrap();
    for stream in [&mut half, &mut endless] {
        let mut beginning = [0; 3];
        stream.read_exact(&mut beginning).expect("it is served as any other");
        assert_eq!(&beginning, b"n7 ");
    }
    scene.end().check("half a line; 8 MiB without a line end");
}

#[test]
fn resets_in_the_middle_of_an_interval() {
    let mut scene = Scene::start("-scdnm -i.1");
    for round in 0..60 {
        let mut client = scene.narrow(2048);
        let mut part = vec![0; 100 + round * 37];
        client.read_exact(&mut part).expect("it is served");
        if part.last() == Some(&b'\n') {
            client.read_exact(&mut [0]).expect("the next line follows");
        }
        reset(&client);
    }
    scene.wait_for_intervals(5);
    scene.end().check("60 clients that reset within an interval");
}

#[test]
fn five_hundred_connections_per_second() {
    const CONNECTIONS: u32 = 1500;
    const PACE: Duration = Duration::from_millis(2);
    let mut scene = Scene::start("-scdnm -i.1");
    let address = scene.address();
    let storm = std::thread::spawn(move || {
        let start = Instant::now();
        for number in 0..CONNECTIONS {
            let stream = TcpStream::connect(address).expect("the server takes connections");
            if number % 2 == 0 {
                reset(&stream);
            }
            drop(stream);
            std::thread::sleep((PACE * number).saturating_sub(start.elapsed()));
        }
        f64::from(CONNECTIONS) / start.elapsed().as_secs_f64()
    });
    scene.wait_for_intervals(30);
    let rate = storm.join().unwrap();
    scene.end().check(&format!("{CONNECTIONS} connections, {rate:.0} a second"));
}

/// Connections to many ports that are reset at once, and then more silent connections than the server has places: all
/// from one address, which leaves room for others.
#[test]
fn a_port_scan_and_silent_connections() {
    let mut scene = Scene::start("-scdnm -i.1");
    let address = scene.address();
    let mut hits = 0;
    for _ in 0..5 {
        for port in address.port() - 100..address.port() + 100 {
            if let Ok(stream) = TcpStream::connect(SocketAddr::new(address.ip(), port)) {
                hits += usize::from(port == address.port());
                reset(&stream);
            }
        }
    }
    assert_eq!(hits, 5);
    let stranger = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 9));
    let _silent: Vec<_> = (0..100).map(|_| Peer::connect_from(stranger, address)).collect();
    scene.wait_for_intervals(10);
    let mut honest = Peer::connect_from(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 3)), address);
    let line = honest.line().expect("it is served");
    assert!(!line.contains("Error"), "{line}");
    scene
        .server
        .stderr
        .wait_for("clients evicted for clients from other addresses: 1, the last from 127.0.0.9");
    scene.end().check("a port scan; 100 silent connections of one address");
}
