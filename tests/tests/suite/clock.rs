//! A recording in which the clock was set by an hour, forward and back: no interval is missing, and no figure is
//! nonsense.

use std::fs;
use std::path::Path;

use tests::process::Process;
use tests::programs::{collectl, collectl_recv};
use tests::recording::{figures, file, ours, perls, whole};
use tests::requirement::{self, Requirement};

/// Samples before the clock is set, and before it is set again.
const SET: [usize; 2] = [4, 8];

/// Makes a recording in `folder`, and next to it one of a machine whose clock was set by `hours`, and later set back by
/// the same.
fn record(folder: &Path, hours: i64) {
    let [real, set] = ["real", "set"].map(|name| folder.join(name));
    fs::create_dir(&real).unwrap();
    fs::create_dir(&set).unwrap();
    let mut command = collectl("-C /dev/null -scdnm -i.2 -c12 --nogzip --hostname n1 -f");
    assert_eq!(Process::start(command.arg(&real)).finish().code, 0);
    let path = file(&real, ".raw");
    let (mut text, mut samples) = (String::new(), 0);
    for line in whole(&path).lines() {
        if let Some((whole, rest)) = line.strip_prefix(">>> ").and_then(|time| time.split_once('.')) {
            let by = if (SET[0]..SET[1]).contains(&samples) { hours * 3600 } else { 0 };
            text += &format!(">>> {}.{rest}\n", whole.parse::<i64>().unwrap() + by);
            samples += 1;
        } else {
            text += &format!("{line}\n");
        }
    }
    assert_eq!(samples, 14);
    fs::write(set.join(path.file_name().unwrap()), text).unwrap();
}

#[test]
fn a_recording_shows_every_interval() {
    for hours in [1, -1] {
        let folder = tempfile::tempdir().unwrap();
        record(folder.path(), hours);
        let shown = |name: &str, args: &str| ours(folder.path().join(name).join("*.raw"), args);
        for args in ["-scdnm", "-P -scdnm", "-scdnm --verbose"] {
            let (real, set) = (shown("real", args), shown("set", args));
            assert_eq!(real.lines().count(), set.lines().count(), "{args}");
            assert!(
                !set.split_whitespace().any(|word| word.starts_with("-0") || word == "nan" || word == "inf"),
                "{set}"
            );
        }
        let (real, set) = (shown("real", "-scdnm"), shown("set", "-scdnm"));
        let (real, set) = (figures(&real), figures(&set));
        assert_eq!(real.len(), 12);
        for (number, (real, set)) in real.iter().zip(&set).enumerate() {
            // The intervals in which it was set count like others, but their length is not known.
            if !SET.contains(&(number + 1)) {
                assert_eq!(real, set, "interval {number}");
            }
        }
    }
}

#[test]
fn the_perl_collectl_shows_every_interval() {
    if !requirement::met(&[Requirement::PerlCollectl]) {
        return;
    }
    for hours in [1, -1] {
        let folder = tempfile::tempdir().unwrap();
        record(folder.path(), hours);
        let pattern = folder.path().join("set/*.raw");
        let (ours, perls) = (ours(&pattern, "-sc"), perls(&pattern, "-sc"));
        let (ours, perls) = (figures(&ours), figures(&perls));
        assert_eq!(ours.len(), perls.len());
        for (number, (ours, perls)) in ours.iter().zip(&perls).enumerate() {
            assert!(ours == perls || SET.contains(&(number + 1)), "{ours} {perls}");
        }
    }
}

#[test]
fn a_replay_shows_every_interval() {
    for hours in [1, -1] {
        let folder = tempfile::tempdir().unwrap();
        record(folder.path(), hours);
        let shown = |name: &str| {
            let mut command = collectl_recv("replay --speed 1000000");
            let outcome = Process::start(command.arg(folder.path().join(name))).finish();
            assert_eq!(outcome.code, 0, "{outcome:?}");
            figures(&outcome.stdout.join("\n")).len()
        };
        assert_eq!(shown("set"), shown("real"));
    }
}
