//! Limits of the system, damage in files, and peers that disconnect at once.

use std::fs;
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use rustix::process::Signal;
use socket2::SockRef;
use tests::deadline::{PATIENCE, until};
use tests::port;
use tests::process::{Outcome, Process};
use tests::programs::{self, collectl, collectl_recv, command};
use tests::recording;

/// The program `name` with `args` under a limit of the shell.
fn limited(limit: &str, name: &str, args: &str) -> Command {
    let mut shell = command("/bin/bash", "-c");
    shell.arg(format!("ulimit {limit}; exec \"$@\"")).arg("sh").arg(programs::folder().join(name));
    shell.args(args.split(' '));
    shell
}

#[test]
fn a_limit_of_file_sizes_is_like_a_full_disk() {
    let folder = tempfile::tempdir().unwrap();
    let args = format!("-scdnm -i.02 --nogzip -F0 -f {}/", folder.path().display());
    let mut process = Process::start(&mut limited("-f 30", "collectl", &args));
    process.stderr.wait_for("File too large (os error 27); recording continues when possible");
    process.stderr.wait_for("recording continues in");
    process.signal(Signal::TERM);
    let outcome = process.finish();
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert!(outcome.stderr.iter().any(|line| line.contains("samples are missing")), "{outcome:?}");
}

#[test]
fn a_limit_of_file_sizes_is_like_a_full_disk_for_the_receiver() {
    let folder = tempfile::tempdir().unwrap();
    let port = port::free();
    let args = format!("listen --bind 127.0.0.1 --port {port} --record {}/r", folder.path().display());
    let mut process = Process::start(&mut limited("-f 30", "collectl-recv", &args));
    until("it listens", PATIENCE, || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok());
    let mut host = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    let long = "x".repeat(500);
    until("it is reported", PATIENCE, || {
        for _ in 0..20 {
            host.write_all(format!("h {long}\n").as_bytes()).unwrap();
        }
        process.stderr.so_far().iter().any(|line| line.contains("File too large (os error 27)"))
    });
    host.write_all(b"h last\n").unwrap();
    process.stdout.wait_for("h last");
    process.signal(Signal::TERM);
    let _ = process.finish();
}

#[test]
fn too_few_open_files_are_an_error_that_tells_what_to_do() {
    for files in 5..12 {
        for (name, args) in [("collectl", "-sc -c1 -i.1"), ("collectl-recv", "listen --port 1")] {
            let outcome = Process::start(&mut limited(&format!("-n {files}"), name, args)).finish();
            assert_eq!(outcome.code, 1, "{files}: {outcome:?}");
            let text = outcome.stderr.join("\n");
            assert!(text.contains("raise the limit of open files (ulimit -n)"), "{files}: {text}");
        }
    }
}

fn plays(path: &Path) -> Outcome {
    Process::start(collectl("-scdn -P -p").arg(path)).finish()
}

fn replays(folder: &Path) -> Outcome {
    Process::start(collectl_recv("replay --view json").arg(folder)).finish()
}

#[test]
fn damage_within_a_recording_costs_what_it_covers_and_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let args = format!("-scdn -i.05 -c20 --rawtoo -P -f {}/", folder.path().display());
    assert_eq!(Process::start(&mut collectl(&args)).wait(), 0);
    let packed = recording::file(folder.path(), ".raw.gz");
    let text = recording::whole(&packed);
    let lines = plays(&packed).stdout.len();
    let bytes = fs::read(&packed).unwrap();
    let name = packed.file_name().unwrap().to_str().unwrap().to_owned();

    let cut = text.find(">>> ").unwrap() + text[text.find(">>> ").unwrap()..].len() / 2;
    let cut = cut + text[cut..].find(">>> ").unwrap();
    let zeros = [&text.as_bytes()[..cut], &vec![0; 9 << 20], &text.as_bytes()[cut..]].concat();
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join(name.trim_end_matches(".gz"));
    fs::write(&path, zeros).unwrap();
    let outcome = plays(&path);
    assert_eq!(outcome.stdout.len(), lines, "nothing that is sound is missing");
    assert!(outcome.stderr[0].contains("it is damaged: 9437184 bytes"), "{:?}", outcome.stderr);
    let outcome = replays(place.path());
    assert!(outcome.stderr[0].contains("it is damaged: 9437184 bytes"), "{:?}", outcome.stderr);

    let mut flipped = bytes.clone();
    // The checksum.
    let last = flipped.len() - 6;
    flipped[last] ^= 1;
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join(&name);
    fs::write(&path, flipped).unwrap();
    for outcome in [plays(&path), replays(place.path())] {
        assert!(outcome.stderr[0].contains("it is damaged"), "{:?}", outcome.stderr);
    }
    // A killed run leaves a file that is only cut off.
    fs::write(&path, &bytes[..bytes.len() - 100]).unwrap();
    assert_eq!(plays(&path).stderr, [""; 0]);
}

#[test]
fn an_initiator_that_resets_at_once_is_no_error() {
    const ROUNDS: usize = 30;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let resets = std::thread::spawn(move || {
        for stream in listener.incoming().take(ROUNDS) {
            let stream = stream.unwrap();
            SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
        }
    });
    for round in 0..ROUNDS {
        let outcome = Process::start(&mut collectl(&format!("-sc -i.1 -A 127.0.0.1:{port}"))).finish();
        assert_eq!((outcome.code, &outcome.stderr[..]), (0, &[][..]), "round {round}");
    }
    resets.join().unwrap();
}
