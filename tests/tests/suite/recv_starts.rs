//! `collectl-recv launch`: a window of starts, their deadline, and what is reported about each host at the end.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tests::process::{Outcome, Process};
use tests::programs::{self, collectl_recv};

/// A replacement for ssh, which treats a host as its name asks.
struct Rsh {
    folder: TempDir,
}

impl Rsh {
    fn new(script: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let this = Self { folder };
        fs::write(this.program(), format!("#!/bin/sh\n{script}\n")).expect("a new file can be written");
        fs::set_permissions(this.program(), fs::Permissions::from_mode(0o755)).expect("our file");
        this
    }

    fn program(&self) -> PathBuf {
        self.folder.path().join("rsh")
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn launch(&self, args: &str) -> Outcome {
        let mut command = collectl_recv("launch --bind 127.0.0.1 --port 0");
        let own = programs::folder().join("collectl");
        command.env("LOG", self.folder.path().join("log"));
        command.args(["--rsh", &format!("{} {{host}}", self.program().display())]);
        command.args(["--collectl", &format!("sh -c 'exec {} --hostname $H \"$@\"' sh", own.display())]);
        Process::start(command.args(args.split_ascii_whitespace())).finish()
    }
}

#[test]
fn every_host_is_accounted_for() {
    let rsh = Rsh::new(
        "export H=$1\ncase $1 in\n\
         none*) echo 'ssh: connect to host x port 22: Connection refused' >&2; exit 255;;\n\
         stuck*) exec sleep 60;;\n\
         *) exec sh -c \"$2\";;\nesac",
    );
    let start = Instant::now();
    let outcome =
        rsh.launch("good[08-10] none[1-3] stuck[1-2],none7 -n 2 --start-timeout 2 -- -sc -i.2 --hr 0");
    assert_eq!(outcome.code, 2, "{outcome:#?}");
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    for line in [
        "9 hosts: 3 up, 6 failed, 0 lost",
        "failed (ssh: connection refused): none[1-3,7]",
        "failed (started, but never connected back to 127.0.0.1:",
    ] {
        assert!(outcome.stderr.iter().any(|said| said.contains(line)), "{line}: {outcome:#?}");
    }
    assert!(outcome.stderr.iter().any(|said| said.ends_with("(a firewall?)): stuck[1-2]")), "{outcome:#?}");
    for host in ["good08 ", "good09 ", "good10 "] {
        let lines = outcome.stdout.iter().filter(|line| line.starts_with(host)).count();
        assert_eq!(lines, 4, "{outcome:#?}");
    }
}

#[test]
fn a_host_that_went_away_is_lost() {
    let rsh = Rsh::new(
        "export H=$1\ncase $1 in\nbad*) exec timeout -s KILL 2 sh -c \"$2\";;\n*) exec sh -c \"$2\";;\nesac",
    );
    let outcome = rsh.launch("good1,bad1 --keep-ssh --for 4 -- -sc -i.2");
    assert_eq!(outcome.code, 0, "{outcome:#?}");
    assert!(
        outcome.stderr.iter().any(|line| line.contains("2 hosts: 1 up, 0 failed, 1 lost")),
        "{outcome:#?}"
    );
    assert!(
        outcome.stderr.iter().any(|line| line.contains("lost (") && line.ends_with(": bad1")),
        "{outcome:#?}"
    );
}

#[test]
fn no_more_starts_are_under_way_than_allowed() {
    let rsh = Rsh::new("echo + >> \"$LOG\"; sleep .2; echo - >> \"$LOG\"; exit 255");
    let outcome = rsh.launch("n[1-7] --fanout 3 -- -sc");
    assert_eq!(outcome.code, 3, "{outcome:#?}");
    let (mut now, mut most, mut all) = (0, 0, 0);
    for line in rsh.log().lines() {
        now += if line == "+" { 1 } else { -1 };
        all += i32::from(line == "+");
        most = most.max(now);
    }
    assert_eq!((all, most, now), (7, 3, 0), "{:?}", rsh.log());
    assert!(
        outcome.stderr.iter().any(|line| line.contains("failed (ended with status 255): n[1-7]")),
        "{outcome:#?}"
    );
}
