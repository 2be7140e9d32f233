//! What collectl-recv records when the disk is full, and from hosts and in folders that misbehave.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::os::unix::fs::symlink;
use std::path::Path;

use rustix::process::Signal;
use tests::deadline::{PATIENCE, until};
use tests::peer::Peer;
use tests::process::{Outcome, Process};
use tests::programs::{collectl_recv, command, folder};
use tests::recording::files;
use tests::requirement::{self, Requirement};

/// Bytes per line of the host that sends much.
const LINE: usize = 1000;

/// The port on which a receiver listens.
fn port_of(receiver: &mut Process) -> u16 {
    let said = receiver.stderr.wait_for("listening on port ");
    said.rsplit(' ').next().and_then(|port| port.parse().ok()).expect("a port")
}

/// Numbered lines of `host`, with this many bytes each.
fn numbered(host: &str, numbers: std::ops::Range<usize>, size: usize) -> String {
    numbers.fold(String::new(), |mut text, number| {
        let _ = writeln!(text, "{host} {number:>size$}");
        text
    })
}

/// The numbers in a recorded text; each line must be whole.
fn numbers(text: &str, size: usize) -> Vec<usize> {
    let number = |line: &str| {
        assert_eq!(line.len(), size, "a torn line: {line}");
        line.trim_start().parse().expect("a number")
    };
    text.lines().map(number).collect()
}

/// Fills the disk.
fn fill(filler: &Path) {
    let mut file = fs::File::create(filler).expect("a file on the disk");
    while file.write_all(&[0; 4096]).is_ok() {}
    while file.write_all(&[0]).is_ok() {}
}

#[test]
fn a_full_disk_costs_files_what_does_not_fit_and_the_view_nothing() {
    if !requirement::met(&[Requirement::Unshare, Requirement::Root]) {
        return;
    }
    let disk = tempfile::tempdir().expect("a folder");
    // Each program replaces the one before, so the process is the receiver's.
    let script = format!(
        "mount -t tmpfs -o size=8m none $1 && \
         exec {} listen --bind 127.0.0.1 --port 0 --record $1",
        folder().join("collectl-recv").display()
    );
    let mut shell = command("/usr/bin/unshare", "--mount /bin/bash -c");
    let mut receiver = Process::start(shell.arg(script).arg("sh").arg(disk.path()));
    let port = port_of(&mut receiver);
    let seen = Path::new("/proc").join(receiver.pid().to_string()).join("root");
    let seen = seen.join(disk.path().strip_prefix("/").expect("an absolute path"));
    let (mut much, mut little) =
        (Peer::connect((Ipv4Addr::LOCALHOST, port)), Peer::connect((Ipv4Addr::LOCALHOST, port)));
    let mut say = |from: std::ops::Range<usize>, lines: std::ops::Range<usize>| {
        much.send(numbered("n1", from.clone(), LINE));
        receiver.stdout.wait_for(&format!("n1 {:>LINE$}", from.end - 1));
        little.send(numbered("n2", lines.clone(), 20));
        receiver.stdout.wait_for(&format!("n2 {:>20}", lines.end - 1));
    };
    say(0..10, 0..10);
    until("two files", PATIENCE, || files(&seen, ".txt").len() == 2 && files(&seen, ".times").len() == 2);
    let filler = seen.join("filler");
    fill(&filler);
    // More than may wait for the disk.
    say(10..4000, 10..2000);
    receiver.stderr.wait_for("recording: ");
    fs::remove_file(&filler).expect("the filler");
    say(4000..4010, 2000..2010);
    much.close();
    little.close();
    for _ in 0..2 {
        receiver.stderr.wait_for("connection closed");
    }
    let text = |host: &str| {
        let of = |path: &&std::path::PathBuf| path.to_string_lossy().contains(&format!("{host}-"));
        let path = files(&seen, ".txt").iter().find(of).expect("its file").clone();
        fs::read_to_string(path).expect("the text")
    };
    until("the ends of both", PATIENCE, || {
        text("n1").ends_with(&format!("{:>LINE$}\n", 4009))
            && text("n2").ends_with(&format!("{:>20}\n", 2009))
    });
    let kept = numbers(&text("n1"), LINE);
    assert!(kept.is_sorted_by(|a, b| a < b) && kept.len() < 3900, "{} lines", kept.len());
    assert_eq!(
        (&kept[..10], &kept[kept.len() - 10..]),
        (&(0..10).collect::<Vec<_>>()[..], &(4000..4010).collect::<Vec<_>>()[..])
    );
    assert_eq!(numbers(&text("n2"), 20), (0..2010).collect::<Vec<_>>(), "what is little waits");
    let shown = tempfile::tempdir().expect("a folder");
    for path in [files(&seen, ".txt"), files(&seen, ".times")].concat() {
        fs::copy(&path, shown.path().join(path.file_name().expect("a name"))).expect("a copy");
    }
    receiver.signal(Signal::INT);
    let outcome = receiver.finish();
    let said = |text: &str| outcome.stderr.iter().filter(|line| line.contains(text)).count();
    assert_eq!((outcome.code, outcome.stdout.len()), (0, 4010 + 2010));
    assert_eq!(
        (said("No space left on device"), said("pieces could not be written")),
        (1, 1),
        "{:?}",
        outcome.stderr
    );
    let again = replay(shown.path(), "");
    assert_eq!((again.code, again.stdout.len()), (0, kept.len() + 2010));
}

fn replay(folder: &Path, args: &str) -> Outcome {
    Process::start(&mut collectl_recv(&format!("replay {} {args}", folder.display()))).finish()
}

#[test]
fn names_of_hosts_leave_no_folder_and_control_nothing() {
    let parent = tempfile::tempdir().expect("a folder");
    let records = parent.path().join("records");
    let args = format!("listen --bind 127.0.0.1 --port 0 --record {}", records.display());
    let mut receiver = Process::start(&mut collectl_recv(&args));
    let port = port_of(&mut receiver);
    let long = "x".repeat(200);
    let names = ["../x", "%n%s\x1b[31m", &long, "n1", "n1"];
    for name in names {
        let mut peer = Peer::connect((Ipv4Addr::LOCALHOST, port));
        peer.send(format!("{name} #cpu sys\n{name} 1 0\n"));
        peer.close();
        receiver.stderr.wait_for("connection closed");
    }
    receiver.signal(Signal::INT);
    assert_eq!(receiver.finish().code, 0);
    assert_eq!(fs::read_dir(parent.path()).expect("the folder").count(), 1, "nothing beside the folder");
    assert_eq!((files(&records, ".txt").len(), files(&records, ".times").len()), (5, 5));
    for view in ["lines", "table", "json", "columns --columns cpu"] {
        let again = replay(&records, &format!("--view {view}"));
        assert_eq!((again.code, &again.stderr[..]), (0, &[][..]), "{view}");
        assert!(
            !again.stdout.is_empty() && again.stdout.iter().all(|line| !line.contains('\x1b')),
            "{again:?}"
        );
    }
    let lines = replay(&records, "").stdout;
    let figures: Vec<&str> = lines.iter().filter(|line| line.ends_with(" 1 0")).map(String::as_str).collect();
    assert_eq!(figures.len(), 5, "{figures:?}");
}

#[test]
fn a_folder_of_any_files_shows_its_recordings() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let write = |name: &str, text: &[u8]| fs::write(path(name), text).expect("a file");
    for (host, figure) in [("n1", 1), ("growing", 2)] {
        write(
            &format!("{host}-20261122-101112.txt"),
            format!("#cpu sys\n{figure} 0\n{figure} 1\n").as_bytes(),
        );
        write(&format!("{host}-20261122-101112.times"), b"0 1795342272.000\n");
    }
    let growing = path("growing-20261122-101112.txt");
    fs::OpenOptions::new()
        .append(true)
        .open(&growing)
        .and_then(|mut file| file.write_all(b"half a li"))
        .expect("more");
    write("noise.txt", b"noise");
    write("n1-20261122-101112.raw.bz2", b"noise");
    write("n9-20261399-101112.txt", b"no date");
    write("bytes-20261122-101112.raw", &[0xff; 5000]);
    write("packed-20261122-101112.raw.gz", b"no gzip");
    write("alone-20261122-101112.txt", b"1 0\n");
    fs::create_dir(path("folder-20261122-101112.raw")).expect("a folder");
    symlink("nowhere", path("dangling-20261122-101112.raw")).expect("a link");
    symlink("loop-20261122-101112.raw", path("loop-20261122-101112.raw")).expect("a link");
    symlink(growing.file_name().expect("a name"), path("linked-20261122-101112.txt")).expect("a link");
    symlink("growing-20261122-101112.times", path("linked-20261122-101112.times")).expect("a link");
    let pipe = path("pipe-20261122-101112.raw");
    assert_eq!(Process::start(&mut command("/usr/bin/mkfifo", &pipe.display().to_string())).finish().code, 0);
    let shown = replay(folder.path(), "");
    let mut lines = shown.stdout.clone();
    lines.sort();
    let expected: Vec<String> = [("growing", 2), ("linked", 2), ("n1", 1)]
        .iter()
        .flat_map(|(host, figure)| {
            [format!("{host} #cpu sys"), format!("{host} {figure} 0"), format!("{host} {figure} 1")]
        })
        .collect();
    assert_eq!((shown.code, lines), (4, expected), "{shown:#?}");
    for name in ["packed", "alone", "folder", "dangling", "loop", "bytes", "pipe"] {
        let said = shown.stderr.iter().filter(|line| line.contains(&format!("{name}-2026"))).count();
        assert_eq!(said, 1, "{name}: {:#?}", shown.stderr);
    }
    assert_eq!(shown.stderr.len(), 7, "{:#?}", shown.stderr);
}
