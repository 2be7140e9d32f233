//! What the Perl collectl and colmux's users rely on besides the goldens: odd command lines, and recordings with little in
//! them.

use std::fs;
use std::path::{Path, PathBuf};

use tests::programs::collectl;
use tests::{goldens, recording};

fn sample(name: &str, file: &str) -> PathBuf {
    goldens::folder().join("raw").join(name).join(file)
}

/// What is shown of recordings, given with their switches.
fn played(files: &Path, switches: &str) -> String {
    let output = collectl(switches).arg("-p").arg(files).env("TZ", "UTC").output().unwrap();
    assert!(output.status.success(), "{switches}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The lines of A-main that `wanted` accepts, in a recording of their own.
fn part(folder: &Path, mut wanted: impl FnMut(&str) -> bool) -> PathBuf {
    let name = "node01-20261122-101936.raw";
    let (text, _) = recording::text(&sample("A-main", "node01-20261122-101936.raw.gz"));
    let lines: String = text.split_inclusive('\n').filter(|line| wanted(line)).collect();
    fs::write(folder.join(name), lines).unwrap();
    folder.join(name)
}

#[test]
fn a_stray_word_is_ignored() {
    let output = collectl("-sZ :1 -i.1:.1 -c1 --procfilt p1").output().unwrap();
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains("# PROCESS SUMMARY"));
    let warning = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(warning.contains("':1' is not a switch, and is ignored"), "{warning}");
}

#[test]
fn the_files_of_tworaw_are_one_recording() {
    let pair = sample("B-tworaw", "node01*");
    let rows = |switches: &str| -> Vec<String> {
        let text = played(&pair, switches);
        text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
    };
    let both = rows("-P -scy");
    let times: Vec<_> = both.iter().map(|row| row[..17].to_owned()).collect();
    assert_eq!(times.len(), 45);
    assert!(times.is_sorted());
    assert!(both.iter().all(|row| !row[17..].starts_with(" 0 0 0 0 0 0 0 0 0")));
    assert_eq!(both.iter().filter(|row| !row.ends_with(" 0 0 0 0 0 0 0 0 0 0")).count(), 22);
    assert_eq!(rows("-P -sy").len(), 22);
}

#[test]
fn a_recording_without_an_interval_shows_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for markers in [1, 2] {
        let mut seen = 0;
        let file = part(folder.path(), |line| {
            seen += usize::from(line.starts_with(">>>"));
            seen <= markers
        });
        for switches in ["-scd", "-P -scd", "-sc --verbose", "--export lexpr", "-sZ", "-sY -P"] {
            assert_eq!(played(&file, switches), "", "{switches}");
        }
        let outside = played(&file, "-scd --from 23:00");
        assert!(outside.starts_with("No records selected for playback!"), "{outside}");
    }
    let mut seen = 0;
    let file = part(folder.path(), |line| {
        seen += usize::from(line.starts_with(">>>"));
        seen <= 3
    });
    assert_eq!(played(&file, "-sY -P"), "#Date Time\n");
}

#[test]
fn grep_shows_the_samples_around_the_timeframe() {
    let file = sample("A-main", "node01-20261122-101936.raw.gz");
    let times = |switches: &str| -> Vec<String> {
        let text = played(&file, &format!("--grep ^load {switches}"));
        text.lines().map(|line| line[..8].to_owned()).collect()
    };
    assert_eq!(times("--from 10:20:00 --thru 10:20:01"), ["10:19:59", "10:20:00", "10:20:01", "10:20:02"]);
    assert_eq!(times("--thru 10:19:37"), ["10:19:37", "10:19:38"]);
    assert_eq!(times("--from 23:20:34"), ["No recor"]);
}

#[test]
fn headings_of_processes_and_slabs() {
    let file = sample("A-main", "node01-20261122-101936.raw.gz");
    let folder = tempfile::tempdir().unwrap();
    let plots = format!("-P -sYZ -oz -f {}", folder.path().display());
    assert_eq!(played(&file, &plots), "");
    for (ending, names) in [("prc", "#Date Time PID "), ("slb", "#Date Time SlabName ")] {
        let text = fs::read_to_string(recording::file(folder.path(), ending)).unwrap();
        let headings: Vec<_> = text.lines().filter(|line| line.starts_with("#Date")).collect();
        assert!(headings.len() == 1 && headings[0].starts_with(names), "{headings:?}");
    }
    assert!(played(&file, "-P -sZ").starts_with("#Date Time\n#Date Time PID "));
    let live = |switches: &str| {
        let output = collectl(&format!("{switches} -i.1:.1 -c2")).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        ["### RECORD", "# PROCESS SUMMARY"].map(|line| text.matches(line).count())
    };
    assert_eq!(live("-sZ"), [2, 2]);
    assert_eq!(live("-sZ --procfilt p1"), [0, 1]);
}

#[test]
fn the_header_of_a_recording_stands_before_plots() {
    let output = collectl("-sc -P -oi --utc -i.1 -c1 --quiet").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert!(lines[0].starts_with("####") && lines[1].starts_with("# Collectl:"), "{text}");
    assert!(lines[lines.len() - 2].starts_with("#UTC [CPU]User%"), "{text}");
}
