//! Folders where anybody may write: links and pipes instead of files that are about to be made.
//!
//! No link is followed, so nothing of ours is overwritten, and nothing waits for the other end of a pipe.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use rustix::fs::{CWD, FileType, Mode, mknodat};
use tests::process::{Outcome, Process};
use tests::programs::{collectl, collectl_recv};
use tests::recording::{files, markers, whole};
use tests::requirement::{self, Requirement};

/// A user without privileges.
const NOBODY: u32 = 65_534;
/// The file that must not be touched.
const PRECIOUS: &str = "precious\n";
/// Seconds for which names with a time are planted.
const AHEAD: u64 = 30;

/// A folder where anybody may write, without the sticky bit: there the kernel protects no file (proc_sys_fs(5)).
struct Open {
    folder: tempfile::TempDir,
}

/// What is planted instead of a file.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Planted {
    Link,
    Pipe,
}

impl Open {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let open = Self { folder };
        fs::write(open.victim(), PRECIOUS).unwrap();
        fs::create_dir(open.place()).unwrap();
        fs::set_permissions(open.place(), fs::Permissions::from_mode(0o777)).unwrap();
        open
    }

    fn place(&self) -> PathBuf {
        self.folder.path().join("place")
    }

    fn victim(&self) -> PathBuf {
        self.folder.path().join("victim")
    }

    fn plant(&self, what: Planted, name: &str) {
        let path = self.place().join(name);
        match what {
            Planted::Link => symlink(self.victim(), path).unwrap(),
            Planted::Pipe => mknodat(CWD, &path, FileType::Fifo, Mode::from_raw_mode(0o666), 0).unwrap(),
        }
    }

    /// Plants names for today and tomorrow, or for each of the next seconds.
    fn plant_dated(&self, what: Planted, before: &str, format: &str, after: &str) {
        let step = if format.contains("%S") { 1 } else { 86_400 };
        let count = if step == 1 { AHEAD } else { 2 };
        for number in 0..count {
            self.plant(what, &format!("{before}{}{after}", date(format, number * step)));
        }
    }

    /// Checks that it had no effect except `outcome`.
    fn check(&self, outcome: &Outcome) {
        assert_eq!(fs::read_to_string(self.victim()).unwrap(), PRECIOUS, "{outcome:?}");
    }
}

/// The local date this many seconds from now.
fn date(format: &str, seconds: u64) -> String {
    let time = SystemTime::now() + Duration::from_secs(seconds);
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let output =
        Command::new("/bin/date").arg(format!("-d@{since}")).arg(format!("+{format}")).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Runs `command` to its end, in time.
fn run(command: &mut Command) -> Outcome {
    Process::start(command).finish()
}

fn told(outcome: &Outcome, what: &str) -> bool {
    outcome.stderr.iter().any(|line| line.contains(what))
}

#[test]
fn plots_and_logs_are_not_written_through() {
    for what in [Planted::Link, Planted::Pipe] {
        for (ending, zip) in [(".tab", ""), (".tab.gz", "z")] {
            let open = Open::new();
            open.plant_dated(what, "n1-", "%Y%m%d", ending);
            open.plant(what, &format!("n1-collectl-{}.log", date("%Y%m", 0)));
            let oz = if zip.is_empty() { "-oz" } else { "" };
            let mut command = collectl(&format!("-C /dev/null -sc -P {oz} -m -i.1 -c5 --hostname n1 -f"));
            let outcome = run(command.arg(open.place()));
            assert!(told(&outcome, ending) && told(&outcome, ".log"), "{what:?} {outcome:?}");
            open.check(&outcome);
        }
    }
}

#[test]
fn raw_files_take_another_name() {
    for what in [Planted::Link, Planted::Pipe] {
        let open = Open::new();
        open.plant_dated(what, "n1-", "%Y%m%d-%H%M%S", ".raw.gz");
        let outcome = run(collectl("-C /dev/null -sc -i.1 -c5 --hostname n1 -f").arg(open.place()));
        open.check(&outcome);
        let regular = |path: &PathBuf| fs::symlink_metadata(path).unwrap().is_file();
        let made: Vec<_> = files(&open.place(), ".raw.gz").into_iter().filter(regular).collect();
        assert_eq!(made.len(), 1, "{outcome:?}");
        assert!(markers(&whole(&made[0])).len() > 4);
    }
}

/// A recording of `n1`.
fn recorded(folder: &Path) -> PathBuf {
    let outcome = run(collectl("-C /dev/null -scZ -i.1:.1 -c3 --hostname n1 -f").arg(folder));
    assert_eq!(outcome.code, 0, "{outcome:?}");
    files(folder, ".raw.gz").remove(0)
}

#[test]
fn what_playback_makes_is_not_written_through() {
    let folder = tempfile::tempdir().unwrap();
    let path = recorded(folder.path());
    let stem = path.file_name().unwrap().to_str().unwrap().to_owned();
    for what in [Planted::Link, Planted::Pipe] {
        for (args, name) in [
            ("-P -ozc -sc -f", format!("n1-{}.tab", &stem[3..11])),
            ("-P -oza -sc -f", format!("n1-{}.tab", &stem[3..11])),
            ("--procanalyze -ozc -f", format!("n1-{}.prcs", &stem[3..11])),
            ("--from 0:00 --extract", stem.clone()),
        ] {
            let open = Open::new();
            open.plant(what, &name);
            let outcome = run(collectl(args).arg(open.place()).arg("-p").arg(&path));
            open.check(&outcome);
            assert!(!outcome.stderr.is_empty(), "{args} {what:?}: {outcome:?}");
        }
    }
}

#[test]
fn a_pid_file_of_another_user_is_not_written_through() {
    if !requirement::met(&[Requirement::Root]) {
        return;
    }
    for what in [Planted::Link, Planted::Pipe] {
        let open = Open::new();
        chown(open.victim(), Some(NOBODY), Some(NOBODY)).unwrap();
        let program = open.folder.path().join("collectl");
        tests::programs::copy(&tests::programs::folder().join("collectl"), &program);
        open.plant(what, "collectl-planted.pid");
        let mut command = tests::programs::command(
            &program,
            &format!("-D -C /dev/null --runas {NOBODY} --pname planted -sc -i.1 -f"),
        );
        let outcome = run(command.arg(open.place()));
        assert!(outcome.code == 1 && told(&outcome, "collectl-planted.pid"), "{what:?} {outcome:?}");
        open.check(&outcome);
    }
}

#[test]
fn a_receiver_records_and_replays_beside_them() {
    for what in [Planted::Link, Planted::Pipe] {
        let open = Open::new();
        for ending in [".txt", ".times", ".raw"] {
            open.plant_dated(what, "n1-", "%Y%m%d-%H%M%S", ending);
        }
        let program = tests::programs::folder().join("collectl");
        let mut command = collectl_recv("launch n1 --rsh");
        command
            .args(["sh -c", "--advertise", "127.0.0.1", "--collectl"])
            .arg(&program)
            .arg("--record")
            .arg(open.place());
        let outcome = run(command.args(["--", "-sc", "-i.1", "-c5", "--hostname", "n1"]));
        open.check(&outcome);
        let regular = |path: &PathBuf| fs::symlink_metadata(path).unwrap().is_file();
        let made: Vec<_> = files(&open.place(), ".txt").into_iter().filter(regular).collect();
        assert_eq!(made.len(), 1, "{outcome:?}");
        assert!(fs::read_to_string(&made[0]).unwrap().lines().count() > 5);
        let replayed = run(collectl_recv("replay --speed 1000").arg(open.place()));
        open.check(&replayed);
        assert!(!replayed.stdout.is_empty(), "{replayed:?}");
    }
}
