//! Which users may read what a run records and serves, what signals do to it, and when `-c` ends it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use rustix::process::Signal;
use tests::deadline::{PATIENCE, until};
use tests::port;
use tests::process::Process;
use tests::programs::collectl;
use tests::recording::{file, files, wait_for_samples};
use tests::requirement::{self, Requirement};

/// The permissions of the files that a run of `args` makes under a umask of 022, by their endings.
fn modes(args: &str, endings: &[&str]) -> Vec<u32> {
    let folder = tempfile::tempdir().unwrap();
    let mut shell = tests::programs::command("/bin/sh", "-c");
    shell.args(["umask 022; exec \"$@\"", "sh"]).arg(tests::programs::folder().join("collectl"));
    shell.args(args.split(' ')).arg(format!("-f{}/", folder.path().display()));
    let outcome = Process::start(&mut shell).finish();
    assert_eq!(outcome.code, 0, "{outcome:?}");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    endings.iter().map(|ending| mode(&file(folder.path(), ending))).collect()
}

#[test]
fn files_with_processes_are_for_owner_and_group() {
    assert_eq!(modes("-scZ -i.1:.1 -c2", &[".raw.gz"]), [0o640]);
    assert_eq!(modes("-sc -i.1 -c2", &[".raw.gz"]), [0o644]);
    assert_eq!(modes("-scZ -i.1:.1 -c2 --tworaw", &[".raw.gz", ".rawp.gz"]), [0o644, 0o640]);
    assert_eq!(modes("-scZ -i.1:.1 -c2 -P -oz", &[".tab", ".prc"]), [0o644, 0o640]);
    if requirement::met(&[Requirement::Root]) {
        assert_eq!(modes("-scZ -i.1:.1 -c2 --umask 022", &[".raw.gz"]), [0o644]);
    }
}

#[test]
fn a_server_of_processes_warns_where_all_addresses_may_connect() {
    let warns = |args: &str| {
        let args = format!("{args} -c1 -A server:{}", port::free());
        let outcome = Process::start(&mut collectl(&args)).finish();
        assert_eq!(outcome.code, 0, "{outcome:?}");
        outcome.stderr.iter().any(|line| line.contains("restrict access with --allow"))
    };
    assert!(warns("-scZ -i.1:.1"));
    assert!(!warns("-scZ -i.1:.1 --allow 127.0.0.1") && !warns("-sc -i.1"));
}

#[test]
fn the_service_of_a_server_names_allowed_networks() {
    let unit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/systemd/collectl-server.service");
    let unit = fs::read_to_string(unit).unwrap();
    let start =
        unit.lines().find_map(|line| line.strip_prefix("ExecStart=/usr/local/bin/collectl ")).unwrap();
    let args = format!("{start} -i.1 -c1").replace("-A server", &format!("-A server:{}", port::free()));
    assert!(args.contains(" --allow "));
    let outcome = Process::start(&mut collectl(&args)).finish();
    assert_eq!((outcome.code, &outcome.stderr[..]), (0, &[][..]));
}

#[test]
fn sigusr1_ends_no_run() {
    for args in ["-sc -i.05", &format!("-sc -i.05 -A server:{}", port::free())] {
        let mut process = Process::start(&mut collectl(args));
        process.stdout.wait_for("waiting for");
        process.signal(Signal::USR1);
        assert!(!process.ends_within(Duration::from_millis(300)), "{args}");
        process.signal(Signal::TERM);
        assert_eq!(process.wait(), 0, "{args}");
    }
}

#[test]
fn sigusr1_flushes_a_recording_and_is_logged() {
    let folder = tempfile::tempdir().unwrap();
    let process =
        Process::start(collectl("-sc -i.05 -m -F600 -f").arg(format!("{}/", folder.path().display())));
    until("there is a file", PATIENCE, || !files(folder.path(), ".raw.gz").is_empty());
    process.signal(Signal::USR1);
    let log = || fs::read_to_string(file(folder.path(), ".log")).unwrap();
    until("it is logged", PATIENCE, || log().contains(" I-Flushing buffers in response to signal USR1\n"));
    wait_for_samples(folder.path(), ".raw.gz", 1);
    process.signal(Signal::TERM);
    assert_eq!(process.finish().code, 0);
}

#[test]
fn intervals_of_which_nothing_is_shown_count() {
    for args in [
        "-sZ -i.2:.2 -c2 --procfilt cnosuch",
        "-sZ -i.2:.2 -c2 --procfilt cnosuch -P",
        "-sZ -i.2:.2 -c2 --procfilt cnosuch --export json",
        "--top time,5 -i.2:.2 -c2 --procfilt cnosuch",
        "-sY -i.2:.2 -c2 --slabfilt nosuch",
        "-sy -i.2:.2 -c2 --procfs /nonexistent",
        "-sc -i.2 -c2",
    ] {
        let start = std::time::Instant::now();
        let outcome = Process::start(&mut collectl(args)).finish();
        assert_eq!(outcome.code, 0, "{args}: {outcome:?}");
        // The first sample ends no interval.
        assert!(start.elapsed() > Duration::from_millis(390), "{args}: {:?}", start.elapsed());
    }
}
