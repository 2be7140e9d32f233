//! Recordings of InfiniBand can be played, also by the Perl collectl.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use tests::deadline::{PATIENCE, until};
use tests::process::Process;
use tests::programs::{collectl, perl_collectl};
use tests::requirement::{self, Requirement};

/// The counters of traffic: words in and out, packets in and out.
const COUNTERS: [&str; 4] = ["port_rcv_data", "port_xmit_data", "port_rcv_packets", "port_xmit_packets"];

/// A /sys with two devices of two ports: the first port of one device is active, and the second port of the other.
fn sysfs() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (port, state) in [
        ("mlx5_0/ports/1", "4: ACTIVE\n"),
        ("mlx5_0/ports/2", "1: DOWN\n"),
        ("mlx5_1/ports/1", "1: DOWN\n"),
        ("mlx5_1/ports/2", "4: ACTIVE\n"),
    ] {
        let folder = root.path().join("class/infiniband").join(port);
        fs::create_dir_all(folder.join("counters")).unwrap();
        fs::write(folder.join("state"), state).unwrap();
        set(&root, port, [0; 4]);
    }
    root
}

/// Sets the counters of a port, each in one step.
fn set(root: &TempDir, port: &str, counters: [u64; 4]) {
    let folder = root.path().join("class/infiniband").join(port).join("counters");
    for (name, count) in COUNTERS.into_iter().zip(counters) {
        fs::write(root.path().join("new"), format!("{count}\n")).unwrap();
        fs::rename(root.path().join("new"), folder.join(name)).unwrap();
    }
}

/// Records these devices, whose counters change once, and returns the folder and the recording.
fn recorded() -> (TempDir, PathBuf) {
    let (sysfs, folder) = (sysfs(), tempfile::tempdir().unwrap());
    let file = || fs::read_dir(folder.path()).unwrap().flatten().map(|entry| entry.path()).next();
    let place = (folder.path().display(), sysfs.path().display());
    let args = format!("-sxX -i.5 -c4 -F0 --nogzip --hostname node07 -f {} --sysfs {}", place.0, place.1);
    let recorder = Process::start(&mut collectl(&args));
    let samples = || file().map_or(0, |path| fs::read_to_string(path).unwrap().matches(" <<<").count());
    until("a sample is recorded", PATIENCE, || samples() > 0);
    set(&sysfs, "mlx5_0/ports/1", [512_000, 256_000, 2000, 1000]);
    set(&sysfs, "mlx5_1/ports/2", [1024, 2048, 30, 40]);
    assert_eq!(recorder.finish().code, 0);
    let path = file().unwrap();
    (folder, path)
}

/// The sums of the columns of the plot format that these arguments show, without date and time.
fn sums(mut program: Command, recording: &Path) -> Vec<u64> {
    let output = program.arg("-p").arg(recording).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut sums = Vec::new();
    for line in text.lines().filter(|line| line.starts_with("20")) {
        let values = line.split(' ').skip(2).map(|value| value.parse::<u64>().unwrap());
        for (index, value) in values.enumerate() {
            sums.resize(sums.len().max(index + 1), 0);
            sums[index] += value;
        }
    }
    sums
}

fn is_played(program: fn(&str) -> Command) {
    let (_folder, recording) = recorded();
    // Packets in and out, kB in and out, errors.
    assert_eq!(sums(program("-sx -P -on"), &recording), [2030, 1040, 2004, 1008, 0]);
    let each = sums(program("-sX -P -on"), &recording);
    // Each has its number before its figures, in each interval.
    assert_eq!((&each[1..6], &each[7..]), (&[2000, 1000, 2000, 1000, 0][..], &[30, 40, 4, 8, 0][..]));
}

#[test]
fn ours_plays_it() {
    is_played(collectl);
}

#[test]
fn the_perl_program_plays_it() {
    if requirement::met(&[Requirement::PerlCollectl]) {
        is_played(perl_collectl);
    }
}
