//! `-p` with `-P` and `-f`: recordings are played into plot files, as the Perl collectl does.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tests::goldens;
use tests::programs::{collectl, perl_collectl};
use tests::recording::{figures, files, text};
use tests::requirement::{self, Requirement};

/// Plays the recordings of `sample` to files in `folder`, and returns the messages.
fn play(program: fn(&str) -> Command, sample: &str, args: &str, folder: &Path) -> String {
    let recordings = goldens::folder().join("raw").join(sample).join("*");
    let passwd = goldens::folder().join("passwd");
    let args = format!(
        "-p {} -P -f {} --passwd {} {args}",
        recordings.display(),
        folder.display(),
        passwd.display()
    );
    let output = program(&args).env("TZ", "UTC").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let name = |path: PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    files(folder, "").into_iter().map(name).collect()
}

#[test]
fn files_are_those_of_the_reference() {
    if !requirement::met(&[Requirement::PerlCollectl]) {
        return;
    }
    for (sample, args) in [
        ("H-rolled", "-scd -oz"),
        ("H-rolled", "-scd -ouz"),
        ("A-main", "-scdniCDNY -oz"),
        ("A-main", "-scdniDFMT -ouz --sep 9"),
        ("B-tworaw", "-scd -oz"),
        ("F-subsec", "-scnCN -omz"),
    ] {
        let (ours, perls) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        assert_eq!(play(collectl, sample, args, ours.path()), "", "{sample} {args}");
        assert_eq!(play(perl_collectl, sample, args, perls.path()), "", "{sample} {args}");
        assert_eq!(names(ours.path()), names(perls.path()), "{sample} {args}");
        for (ours, perls) in files(ours.path(), "").iter().zip(files(perls.path(), "")) {
            let [ours, perls] = [fs::read_to_string(ours).unwrap(), fs::read_to_string(perls).unwrap()];
            assert_eq!(figures(&ours), figures(&perls), "{sample} {args}");
            let columns = |text: &str| text.lines().rfind(|line| line.starts_with('#')).map(str::to_owned);
            assert_eq!(columns(&ours), columns(&perls), "{sample} {args}");
        }
    }
}

#[test]
fn the_header_tells_how_it_was_recorded_and_how_it_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    play(collectl, "H-rolled", "-scd -oz", folder.path());
    let plots = fs::read_to_string(&files(folder.path(), ".tab")[0]).unwrap();
    let head: Vec<&str> = plots.lines().take_while(|line| !line.starts_with("#Date")).collect();
    assert!(head[0].ends_with("# RECORDED ###################################"), "{head:?}");
    assert!(head[1].starts_with("# Collectl:   V4.3.1-1") && head[1].ends_with("Subsys: cdn"), "{head:?}");
    assert!(head[3].contains("-P -f"), "{head:?}");
    assert!(head.iter().any(|line| line.starts_with("# SubSys:     cd Options: z Interval: 1 ")), "{head:?}");
    assert_eq!(plots.lines().filter(|line| line.starts_with("#Date")).count(), 1);
}

#[test]
fn an_existing_file_is_left_alone_unless_a_switch_says_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let lines = || figures(&text(&files(folder.path(), "")[0]).0).len();
    assert_eq!(play(collectl, "H-rolled", "-scd", folder.path()), "");
    let once = lines();
    let said = play(collectl, "H-rolled", "-scd", folder.path());
    let reason = format!("  Plotfile '{}/node01-20261122' already exists", folder.path().display());
    assert_eq!(said.lines().filter(|line| line.starts_with(&reason)).count(), 3, "{said}");
    assert!(said.ends_with("No files selected contain the selected data.  Try again with -m.\n"), "{said}");
    assert_eq!(lines(), once);
    play(collectl, "H-rolled", "-scd -oa", folder.path());
    assert_eq!(lines(), 2 * once);
    play(collectl, "H-rolled", "-scd -oc", folder.path());
    assert_eq!(lines(), once);
}

/// Plain recordings of the sample, named as if `host` had made them.
fn of_host(host: &str, folder: &Path) -> Vec<PathBuf> {
    let recordings = files(&goldens::folder().join("raw/H-rolled"), ".gz");
    let write = |path: &PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().replace("node01", host);
        let copy = folder.join(name);
        fs::write(&copy, text(path).0.replace("# Host:       node01", &format!("# Host:       {host}")))
            .unwrap();
        copy
    };
    recordings.iter().map(write).collect()
}

/// Files that this playback has written are continued when recordings of the same host follow those of another one.
#[test]
fn hosts_by_turns_lose_nothing() {
    let (raw, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (a, b) = (of_host("a", raw.path()), of_host("b", raw.path()));
    let names: Vec<_> = [&a[0], &b[0], &a[1]].iter().map(|path| path.display().to_string()).collect();
    for option in ["-oz", "-ozc"] {
        let args = format!("-p {} -P -scd -f {} {option}", names.join(","), folder.path().display());
        let output = collectl(&args).env("TZ", "UTC").output().unwrap();
        assert!(output.status.success() && output.stdout.is_empty(), "{option}: {output:?}");
        let lines = |host: &str| {
            let plots = fs::read_to_string(folder.path().join(format!("{host}-20261122.tab"))).unwrap();
            figures(&plots).len()
        };
        let played = |path: &PathBuf| figures(&tests::recording::ours(path, "-P -scd")).len();
        assert_eq!([lines("a"), lines("b")], [played(&a[0]) + played(&a[1]), played(&b[0])], "{option}");
    }
}
