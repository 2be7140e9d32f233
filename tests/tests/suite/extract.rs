//! `--extract`: a part of a recording shows what the whole recording shows for that time, in both programs.

use std::path::{Path, PathBuf};
use std::process::Command;

use tests::goldens;
use tests::programs::{self, collectl};
use tests::requirement::{self, Requirement};

const TIME: &str = "--from 10:19:51 --thru 10:20:01";

fn recording() -> PathBuf {
    goldens::folder().join("raw/A-main/node01-20261122-101936.raw.gz")
}

fn shown(mut program: Command, recording: &Path) -> String {
    let output = program.arg("-p").arg(recording).output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

/// What both programs must show.
const CASES: [&str; 4] = ["-scdnm -oT", "-sCDNjst -oT", "-P -scdnm", "-sdn --verbose"];

#[test]
fn ours_shows_the_same_of_the_part() {
    same_of_the_part(collectl);
}

#[test]
fn the_perl_program_shows_the_same_of_the_part() {
    if requirement::met(&[Requirement::PerlCollectl]) {
        same_of_the_part(programs::perl_collectl);
    }
}

fn same_of_the_part(program: fn(&str) -> Command) {
    let folder = tempfile::tempdir().unwrap();
    let extracting = collectl(&format!("{TIME} --extract {}", folder.path().display()));
    assert_eq!(shown(extracting, &recording()), "");
    let part = folder.path().join(recording().file_name().unwrap());
    for case in CASES {
        let whole = shown(program(&format!("{case} {TIME}")), &recording());
        assert!(whole.lines().count() > 10, "{case}: {whole}");
        assert_eq!(shown(program(&format!("{case} {TIME}")), &part), whole, "{case}");
        assert_eq!(shown(program(case), &part), whole, "{case}");
    }
}
