//! `collectl-recv mixed`: each host has its own method, as listed in a file that changes.

use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::process::Command;

use rustix::process::Signal;
use tempfile::TempDir;
use tests::count;
use tests::deadline::{PATIENCE, until};
use tests::peer::Peer;
use tests::port;
use tests::process::Process;
use tests::programs::{collectl, collectl_recv};

/// A receiver of a mixed run, and its file.
struct Receiver {
    process: Process,
    folder: TempDir,
    port: u16,
}

impl Receiver {
    fn start(roster: &str, args: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("roster"), roster).expect("a new folder can be written to");
        let port = port::free();
        let file = folder.path().join("roster");
        let args = format!("mixed {} --bind 127.0.0.1 --port {port} {args}", file.display());
        let mut process = Process::start(&mut collectl_recv(&args));
        process.stderr.wait_for("listening on port ");
        Self { process, folder, port }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("roster")
    }

    /// Rewrites the file, and waits until the change was noticed.
    fn change(&mut self, roster: &str, seen: &str) {
        fs::write(self.file(), roster).expect("the file can be written");
        self.process.stderr.wait_for(seen);
    }

    /// A collector at 127.0.0.`host` that was started elsewhere.
    fn guest(&self, host: u8) -> Peer {
        Peer::connect_from(IpAddr::from([127, 0, 0, host]), (Ipv4Addr::LOCALHOST, self.port))
    }

    fn shows(&mut self, text: &str) {
        self.process.stdout.wait_for(text);
    }

    /// How many collectors it started that still run.
    fn launched(&self) -> usize {
        let all = count::processes(&format!(":{}", self.port));
        all.iter().filter(|line| line.contains("collectl") && !line.contains("sh -c")).count()
    }
}

fn server(port: u16, name: &str) -> Process {
    let args = format!("-sc -i.1 --hr 0 --hostname {name} -A server:{port}");
    let mut process = Process::start(&mut collectl(&args));
    process.stdout.wait_for("waiting for");
    process
}

#[test]
fn each_host_has_its_own_method() {
    let served = port::free();
    let _server = server(served, "served");
    let roster = format!("launch localhost local # this one\nconnect 127.0.0.1:{served}\nlisten 127.0.0.2\n");
    let mut receiver = Receiver::start(&roster, "-- -sc -i.1 --hr 0");
    let mut guest = receiver.guest(2);
    guest.send("guest 1\n");
    let mut stranger = receiver.guest(3);
    stranger.send("stranger 1\n");
    for name in ["guest 1", "local ", "served "] {
        let receiver = &mut receiver;
        until(name, PATIENCE, || {
            receiver.process.stdout.next_line();
            receiver.process.stdout.so_far().iter().any(|line| line.starts_with(name))
        });
    }
    assert!(stranger.is_closed());
    receiver.process.signal(Signal::INT);
    let outcome = receiver.process.finish();
    assert_eq!(outcome.code, 0, "{outcome:#?}");
    assert!(!outcome.stdout.iter().any(|line| line.starts_with("stranger")), "{outcome:#?}");
    let counted = outcome.stderr.iter().any(|line| line.contains("1 connection without a secret closed"));
    assert!(counted, "{outcome:#?}");
}

#[test]
fn a_host_moves_from_launch_to_connect_and_back_and_stays_one_row() {
    let served = port::free();
    let stays = port::free();
    let (_server, _stays) = (server(served, "n1"), server(stays, "stays"));
    let launch = format!("launch localhost\nconnect 127.0.0.1:{stays}\n");
    let connect = format!("connect localhost:{served}\nconnect 127.0.0.1:{stays}\n");
    let mut receiver = Receiver::start(&launch, "-- -sc -i.1 --hr 0 --hostname n1");
    receiver.shows("n1 ");
    assert_eq!(receiver.launched(), 1);
    let seen = "the file has changed: 1 host moved, 0 new, 0 gone";
    receiver.change(&connect, seen);
    receiver.process.stderr.wait_for(&format!("localhost:{served}: up"));
    let launched = receiver.launched();
    until("the collectl that was started ends", PATIENCE, || receiver.launched() == 0);
    assert!(launched <= 1);
    receiver.shows("n1 #");
    receiver.shows("n1  ");
    receiver.change(&launch, seen);
    receiver.process.stderr.wait_for("localhost: up");
    receiver.shows("n1 #");
    receiver.process.signal(Signal::INT);
    let outcome = receiver.process.finish();
    assert_eq!(outcome.code, 0, "{outcome:#?}");
    assert!(!outcome.stdout.iter().any(|line| line.starts_with("n1#")), "{outcome:#?}");
    // The other host was left alone.
    let other: Vec<_> =
        outcome.stderr.iter().filter(|line| line.contains(&format!("127.0.0.1:{stays}"))).collect();
    assert_eq!(other.len(), 1, "{outcome:#?}");
    let headers = outcome.stdout.iter().filter(|line| line.starts_with("stays #cpu")).count();
    assert_eq!(headers, 1, "{outcome:#?}");
}

#[test]
fn hosts_come_and_go_and_a_wrong_file_changes_nothing() {
    let ports = [port::free(), port::free()];
    let _servers = [server(ports[0], "n1"), server(ports[1], "n2")];
    let (one, other) =
        (format!("connect 127.0.0.1:{}\n", ports[0]), format!("connect localhost:{}\n", ports[1]));
    let mut receiver = Receiver::start(&format!("{one}listen 127.0.0.2\n"), "");
    receiver.shows("n1 ");
    let mut guest = receiver.guest(2);
    guest.send("guest 1\n");
    receiver.shows("guest 1");
    receiver.change("connect n[1-\n", "'[' is not closed; nothing changes");
    receiver.shows("n1 ");
    guest.send("guest 2\n");
    receiver.shows("guest 2");
    receiver.change(&other, "the file has changed: 0 hosts moved, 1 new, 1 gone");
    assert!(guest.is_closed());
    receiver.shows("n2 ");
    receiver.process.stderr.wait_for(&format!("localhost:{}: up", ports[1]));
    fs::remove_file(receiver.file()).expect("it was there");
    receiver.process.stderr.wait_for("no such file or directory; nothing changes");
    receiver.shows("n2 ");
    assert!(Command::new("mkfifo").arg(receiver.file()).status().expect("mkfifo runs").success());
    receiver.process.stderr.wait_for("not a regular file; nothing changes");
    fs::remove_file(receiver.file()).expect("it was there");
    receiver.change(
        &format!("{other}connect 127.0.0.9:1\n"),
        "the file has changed: 0 hosts moved, 1 new, 0 gone",
    );
    receiver.process.signal(Signal::INT);
    let outcome = receiver.process.finish();
    let last = outcome.stdout.iter().rposition(|line| line.starts_with("n1 ")).expect("n1 was shown");
    let first = outcome.stdout.iter().position(|line| line.starts_with("n2 ")).expect("n2 was shown");
    assert!(last < first, "{outcome:#?}");
    assert_eq!(outcome.code, 0, "{outcome:#?}");
}

#[test]
fn a_host_that_is_no_longer_started_may_connect_under_its_name() {
    let mut receiver = Receiver::start("launch localhost\n", "-- -sc -i.1 --hr 0 --hostname n1");
    receiver.shows("n1 ");
    receiver.change("listen 127.0.0.0/8\n", "the file has changed: 0 hosts moved, 0 new, 1 gone");
    until("the collectl that was started ends", PATIENCE, || receiver.launched() == 0);
    let mut guest = receiver.guest(1);
    guest.send("n1 by itself\n");
    receiver.shows("n1 by itself");
    receiver.process.signal(Signal::INT);
    assert_eq!(receiver.process.finish().code, 0);
}

#[test]
fn ends_as_documented() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("roster");
    let run = |roster: &str, args: &str| {
        fs::write(&file, roster).expect("the file can be written");
        let port = port::free();
        let args = format!("mixed {} --bind 127.0.0.1 --port {port} {args}", file.display());
        Process::start(&mut collectl_recv(&args)).finish()
    };
    let here = port::free();
    let _server = server(here, "n1");
    let both = format!("launch localhost\nconnect 127.0.0.1:{here}\n");
    assert_eq!(run(&both, "-n 2 -- -sc -i.1").code, 0);
    assert_eq!(run(&format!("{both}connect 127.0.0.1:{}\n", port::free()), "--for 2 -- -sc -i.1").code, 2);
    assert_eq!(run("listen\n", "--for 0.2").code, 3);
    for wrong in ["", "# none\n", "n1\n", "launch\n", "connect a:x\n", "listen 10.0.0.0/40\n"] {
        let outcome = run(wrong, "");
        assert_eq!((outcome.code, outcome.stderr.len()), (1, 1), "{wrong}: {outcome:#?}");
    }
}
