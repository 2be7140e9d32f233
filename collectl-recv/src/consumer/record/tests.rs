//! Files of one connection, rolled at times that the tests choose.

use std::fs;
use std::path::Path;

use super::files::ConnectionFiles;
use super::roll::Roll;
use crate::base::time;
use crate::stream::classify::Classifier;
use crate::stream::lines::Lines;

/// Three minutes of the epoch, each the time at which files are rolled.
const MINUTES: [f64; 3] = [1_795_344_120.0, 1_795_344_180.0, 1_795_344_240.0];

/// The texts of the files with this extension, in the order of time.
fn texts(folder: &Path, extension: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|other| other == extension)).collect();
    paths.sort();
    paths.iter().map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// The lines of a stream, in pieces.
#[derive(Default)]
struct Source(Classifier);

impl Source {
    fn lines(&mut self, text: &str) -> Lines {
        Lines::of(text.as_bytes(), &mut self.0)
    }
}

/// Records what came, at which times.
fn record(folder: &Path, pieces: &[(f64, &str)]) -> (ConnectionFiles, Source) {
    let roll = Roll::parse("00:00,1").unwrap();
    let (mut files, mut source) = (ConnectionFiles::new("n1".into()), Source::default());
    for (seconds, text) in pieces {
        files.write(folder, &roll, &source.lines(text), time::at(*seconds)).unwrap();
    }
    files.flush().unwrap();
    (files, source)
}

#[test]
fn a_rolled_text_begins_with_its_last_headers_and_names_the_file_before() {
    let folder = tempfile::tempdir().unwrap();
    let [first, second, third] = MINUTES;
    let pieces = [
        (first, "#<-CPU->\n#cpu sys\n 1 1\n"),
        (second - 0.5, " 2 2\n#<-CPU->\n#cpu int\n 3 3\n"),
        (second, " 4 4\n"),
        (third + 0.25, " 5 5\n"),
    ];
    record(folder.path(), &pieces);
    let headers = "#<-CPU->\n#cpu int\n";
    assert_eq!(
        texts(folder.path(), "txt"),
        [format!("{}{}", pieces[0].1, pieces[1].1), format!("{headers} 4 4\n"), format!("{headers} 5 5\n")]
    );
    let times = texts(folder.path(), "times");
    let files = crate::consumer::record::name::of("n1", time::at(first), "txt");
    assert_eq!(times[1], format!("after {files}\n18 1795344180.000\n"));
    assert!(times[2].ends_with("\n18 1795344240.250\n"), "{times:?}");
}

#[test]
fn verbose_and_lexpr_are_rolled_between_their_records() {
    for start in ["### RECORD", "sample.time"] {
        let folder = tempfile::tempdir().unwrap();
        let [first, second, _] = MINUTES;
        let one = format!("{start} 1\na 1\n");
        let two = format!("b 1\n{start} 2\na 2\n");
        record(folder.path(), &[(first, &one), (second, "c 1\n"), (second + 1.0, &two)]);
        assert_eq!(
            texts(folder.path(), "txt"),
            [format!("{start} 1\na 1\nc 1\nb 1\n"), format!("{start} 2\na 2\n")]
        );
    }
}

#[test]
fn a_rolled_raw_file_has_its_header_and_the_marker_is_in_both() {
    let folder = tempfile::tempdir().unwrap();
    let [first, second, _] = MINUTES;
    let rule = "#".repeat(80);
    let header = |date: &str, seconds: u64| {
        format!("{rule}\n# Collectl:   V5.0.0\n# Date:       {date}  Secs: {seconds} TZ: +0000\n{rule}\n")
    };
    let begun = header("20261122-104200", 1_795_344_120);
    let pieces = [
        (first, format!("{begun}>>> 1795344120.001 <<<\nload 1\n")),
        (second - 0.1, "load 2\n".to_owned()),
        (second, "load 3\n>>> 1795344180.001 <<<\nload 4\n".to_owned()),
    ];
    let pieces: Vec<_> = pieces.iter().map(|(time, text)| (*time, text.as_str())).collect();
    record(folder.path(), &pieces);
    let marker = ">>> 1795344180.001 <<<\n";
    assert_eq!(
        texts(folder.path(), "raw"),
        [
            format!("{}load 2\nload 3\n{marker}", pieces[0].1),
            format!("{}{marker}load 4\n", header("20261122-104300", 1_795_344_180)),
        ]
    );
}

#[test]
fn what_follows_a_loss_begins_with_an_interval() {
    let folder = tempfile::tempdir().unwrap();
    let [first, ..] = MINUTES;
    let (mut files, mut source) = record(folder.path(), &[(first, "### RECORD 1\na 1\n")]);
    files.tear();
    let roll = Roll::parse("00:00,1").unwrap();
    for text in ["b 2\n", "c 2\n### RECORD 3\na 3\n"] {
        files.write(folder.path(), &roll, &source.lines(text), time::at(first + 1.0)).unwrap();
    }
    files.flush().unwrap();
    assert_eq!(texts(folder.path(), "txt"), ["### RECORD 1\na 1\n### RECORD 3\na 3\n"]);
}
