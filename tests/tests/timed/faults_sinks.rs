//! Every destination of output may be stuck: standard error, standard output, the socket of the service manager.
//! Samples, clients, recordings and signals don't wait for it. (A disk that hangs: `disk.rs`.)

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::net::{IpAddr, Ipv4Addr, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::Signal;
use tests::deadline::{PATIENCE, until};
use tests::peer::Peer;
use tests::port;
use tests::process::Process;
use tests::programs::{collectl, collectl_recv};
use tests::recording;

/// How soon a signal ends a program.
const ENDS: Duration = Duration::from_secs(3);
/// An address that `--allow` excludes, so that each of its connections causes a message.
const STRANGER: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

/// A descriptor that accepts no more bytes, and the other end, which is never read.
type Stuck = (OwnedFd, OwnedFd);

fn fill(mut writer: impl Write) {
    for size in [4096, 1] {
        loop {
            match writer.write(&[b'x'; 4096][..size]) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => panic!("{error}"),
            }
        }
    }
}

/// A pipe that is completely full, like that of `collectl 2>&1 | less`.
fn pipe() -> Stuck {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    let file = File::from(OwnedFd::from(writer));
    rustix::io::ioctl_fionbio(&file, true).expect("it can be set");
    fill(&file);
    rustix::io::ioctl_fionbio(&file, false).expect("it can be set");
    (file.into(), reader.into())
}

/// A full stream socket, like that of a journald that hangs.
fn socket() -> Stuck {
    let (reader, writer) = UnixStream::pair().expect("a pair of sockets");
    writer.set_nonblocking(true).expect("it can be set");
    fill(&writer);
    writer.set_nonblocking(false).expect("it can be set");
    (writer.into(), reader.into())
}

fn samples(folder: &Path) -> usize {
    recording::files(folder, ".raw")
        .first()
        .map_or(0, |path| recording::markers(&recording::text(path).0).len())
}

#[test]
fn a_reader_of_standard_error_that_is_stuck_delays_nothing() {
    for (kind, (writer, _reader)) in [("pipe", pipe()), ("socket", socket())] {
        let folder = tempfile::tempdir().unwrap();
        let port = port::free();
        let args = format!("-scdnm -i.05 -A server:{port} --allow 127.0.0.1 --nogzip -F0 -f");
        let mut command = collectl(&args);
        command.arg(folder.path());
        let process = Process::start_writing_to(&mut command, Stdio::null(), writer.into());
        let address = (Ipv4Addr::LOCALHOST, port);
        until("the server listens", PATIENCE, || TcpStream::connect(address).is_ok());
        let mut client = Peer::connect(address);
        client.lines(5);
        assert!(Peer::is_refused_from(STRANGER, address), "{kind}");
        client.lines(20);
        let recorded = samples(folder.path());
        until("more is recorded", PATIENCE, || samples(folder.path()) > recorded + 5);
        process.signal(Signal::TERM);
        assert!(process.ends_within(ENDS), "{kind}: SIGTERM waits");
    }
}

#[test]
fn a_standard_output_that_is_stuck_delays_nothing() {
    for (kind, (writer, _reader)) in [("pipe", pipe()), ("socket", socket())] {
        let folder = tempfile::tempdir().unwrap();
        let mut command = collectl("-sc -i.05 --export lexpr --nogzip -F0 -f");
        command.arg(folder.path());
        let process = Process::start_writing_to(&mut command, writer.into(), Stdio::null());
        until("samples are recorded", PATIENCE, || samples(folder.path()) > 20);
        process.signal(Signal::TERM);
        assert!(process.ends_within(ENDS), "{kind}: SIGTERM waits");
    }
}

#[test]
fn standard_output_that_is_a_socket_or_a_file_gets_every_line() {
    let (reader, writer) = UnixStream::pair().expect("a pair of sockets");
    let stdout = OwnedFd::from(writer).into();
    let mut process = Process::start_writing_to(&mut collectl("-sc -i.05 -c9"), stdout, Stdio::null());
    let lines = tests::lines::Lines::of(reader).to_end().len();
    assert_eq!((process.wait(), lines), (0, 12));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out");
    let stdout = File::create(&path).unwrap().into();
    let mut process = Process::start_writing_to(&mut collectl("-sc -i.05 -c9"), stdout, Stdio::null());
    assert_eq!(process.wait(), 0);
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 12);
}

#[test]
fn a_full_socket_of_the_service_manager_delays_nothing_and_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let manager = UnixDatagram::bind(&path).unwrap();
    let filler = UnixDatagram::unbound().unwrap();
    filler.set_nonblocking(true).unwrap();
    while filler.send_to(b"x", &path).is_ok() {}
    let port = port::free();
    let mut command = collectl(&format!("-sc -i.05 -A server:{port}"));
    command.env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", "300000");
    let process = Process::start(&mut command);
    let address = (Ipv4Addr::LOCALHOST, port);
    until("the server listens", PATIENCE, || TcpStream::connect(address).is_ok());
    Peer::connect(address).lines(20);
    manager.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut said = [0; 99];
    for expected in ["READY=1", "WATCHDOG=1"] {
        loop {
            let length = manager.recv(&mut said).expect("a message comes");
            if &said[..length] == expected.as_bytes() {
                break;
            }
        }
    }
    filler.set_nonblocking(true).unwrap();
    while filler.send_to(b"x", &path).is_ok() {}
    process.signal(Signal::TERM);
    assert!(process.ends_within(ENDS), "SIGTERM waits");
}

#[test]
fn a_reader_of_the_receivers_standard_error_that_is_stuck_delays_nothing() {
    for (kind, (writer, _reader)) in [("pipe", pipe()), ("socket", socket())] {
        let port = port::free();
        let (output, stdout) = UnixStream::pair().expect("a pair of sockets");
        let mut command = collectl_recv(&format!("listen --bind 127.0.0.1 --port {port}"));
        let process = Process::start_writing_to(&mut command, OwnedFd::from(stdout).into(), writer.into());
        let address = (Ipv4Addr::LOCALHOST, port);
        until("the receiver listens", PATIENCE, || TcpStream::connect(address).is_ok());
        let mut host = TcpStream::connect(address).unwrap();
        for _ in 0..200 {
            drop(TcpStream::connect(address).unwrap());
        }
        let mut lines = tests::lines::Lines::of(output);
        for number in 0..30 {
            host.write_all(format!("good {number}\n").as_bytes()).unwrap();
            lines.wait_for(&format!("good {number}"));
        }
        process.signal(Signal::TERM);
        assert!(process.ends_within(ENDS), "{kind}: SIGTERM waits");
    }
}
