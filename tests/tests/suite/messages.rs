//! The log of `-m`.

use std::fs;
use std::path::{Path, PathBuf};

use rustix::process::Signal;
use tests::deadline::{self, PATIENCE};
use tests::process::Process;
use tests::programs;

/// The lines of the only log in `folder`, without the time.
fn log(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder is there").flatten();
    let is_log = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "log");
    let path = entries.map(|entry| entry.path()).find(is_log).expect("there is a log");
    let text = fs::read_to_string(path).expect("the log can be read");
    text.lines().map(|line| line["YYYYMMDD HH:MM:SS ".len()..].to_owned()).collect()
}

fn words(lines: &[String]) -> Vec<&str> {
    lines.iter().map(|line| line.split(" on ").next().unwrap_or_default()).collect()
}

#[test]
fn a_run_is_logged_from_beginning_to_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("new");
    let conf = folder.path().join("collectl.conf");
    fs::write(&conf, "Prt = 7\n").expect("a configuration");
    let args = format!("-C {} -sm -i1 -F0 --nogzip -m -f {}/", conf.display(), place.display());
    let recorded = Process::start(&mut programs::collectl(&args));
    let has_sample = |path: PathBuf| fs::read_to_string(path).is_ok_and(|text| text.contains(">>> "));
    deadline::until("a sample is recorded", PATIENCE, || {
        fs::read_dir(&place).is_ok_and(|entries| entries.flatten().any(|entry| has_sample(entry.path())))
    });
    recorded.signal(Signal::TERM);
    let outcome = recorded.finish();
    assert_eq!(outcome.code, 0);
    let version = format!("I-V{} Beginning execution", env!("CARGO_PKG_VERSION"));
    assert_eq!(
        words(&log(&place)),
        [
            &version,
            "W-collectl.conf line 1: unknown key 'Prt'",
            "W-Shutting down in response to signal TERM",
            "I-Terminating..."
        ]
    );
}
