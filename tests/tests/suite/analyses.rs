//! `--procanalyze` and `--slabanalyze`: the files that the Perl collectl writes, except for the differences in
//! docs/differences.md.

use std::fs;
use std::path::Path;
use std::process::Command;

use tests::goldens;
use tests::programs::{collectl, perl_collectl};
use tests::requirement::{self, Requirement};

/// What `program` writes for the one recording of `sample`, to the file that ends in `ending`.
fn analysis(program: fn(&str) -> Command, sample: &str, switch: &str, ending: &str) -> String {
    let recordings = goldens::folder().join("raw").join(sample);
    let folder = tempfile::tempdir().unwrap();
    let args = format!(
        "-p {}/*gz {switch} -oz -f {} --passwd {}",
        recordings.display(),
        folder.path().display(),
        goldens::folder().join("passwd").display()
    );
    let output = program(&args).env("TZ", "UTC").output().unwrap();
    assert!(output.status.success() && output.stdout.is_empty(), "{output:?}");
    let found = |path: &Path| path.extension().is_some_and(|found| found == ending);
    let mut files = fs::read_dir(folder.path()).unwrap().flatten().map(|entry| entry.path());
    fs::read_to_string(files.find(|path| found(path)).unwrap()).unwrap()
}

#[test]
fn slabs() {
    if !requirement::met(&[Requirement::PerlCollectl]) {
        return;
    }
    let text = |program| analysis(program, "A-main", "--slabanalyze", "slbs");
    let ours = text(collectl);
    assert!(ours.lines().count() > 100, "{ours}");
    assert_eq!(ours, text(perl_collectl));
}

/// The lines in order, without the differences: the percentage of a processor, and the lifetime CPU of a process that
/// existed only in the first interval.
fn comparable(text: &str) -> Vec<String> {
    let mut lines: Vec<_> = text
        .lines()
        .skip(1)
        .map(|line| {
            let mut words: Vec<_> = line.split_whitespace().collect();
            words.drain(21..23);
            words.join(" ")
        })
        .collect();
    lines.sort();
    lines
}

#[test]
fn processes() {
    if !requirement::met(&[Requirement::PerlCollectl]) {
        return;
    }
    for sample in ["A-main", "F-subsec"] {
        let text = |program| analysis(program, sample, "--procanalyze", "prcs");
        let (ours, theirs) = (text(collectl), text(perl_collectl));
        assert_eq!(ours.lines().next(), theirs.lines().next());
        let different: Vec<_> = comparable(&ours)
            .into_iter()
            .zip(comparable(&theirs))
            .filter(|(ours, theirs)| ours != theirs)
            .collect();
        assert!(ours.lines().count() > 100 && ours.lines().count() == theirs.lines().count());
        // A zombie has no command line and no memory: the Perl collectl shows it with those of its predecessor.
        assert!(different.iter().all(|(ours, _)| ours.contains(" 751 root ")), "{different:#?}");
    }
}
