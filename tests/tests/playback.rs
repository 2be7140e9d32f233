//! Recordings played back: the same text as the Perl collectl's, to the byte, but for the differences in
//! `goldens/differences.txt`, each a line `SAMPLE<TAB>CASE<TAB>REASON` with its reason from docs/differences.md. A case that
//! is listed and does not differ any more fails, too.

use std::collections::BTreeMap;
use std::fs;

use tests::{goldens, programs};

/// The cases of `sample` that are known to differ, and why.
fn differences(sample: &str) -> BTreeMap<String, String> {
    let text = fs::read_to_string(goldens::folder().join("differences.txt")).unwrap();
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .filter_map(|line| {
            let words: Vec<&str> = line.split('\t').collect();
            assert_eq!(words.len(), 3, "not SAMPLE<TAB>CASE<TAB>REASON: {line}");
            (words[0] == sample).then(|| (words[1].to_owned(), words[2].to_owned()))
        })
        .collect()
}

fn same_as_the_reference(sample: &str) {
    let program = programs::folder().join("collectl");
    let mut known = differences(sample);
    let mut wrong = Vec::new();
    for golden in goldens::read(sample).unwrap() {
        let played = goldens::play(&program, sample, &golden.case).unwrap();
        let differs = if golden.status == 0 { played.stdout != golden.text } else { played.status.success() };
        match (differs, known.remove(&golden.case)) {
            (true, None) => {
                let (line, expected, found) = goldens::first_difference(&golden.text, &played.stdout);
                wrong.push(format!(
                    "{}\n  line {line} reference: {expected}\n  line {line} ours:      {found}\n  {}",
                    golden.case,
                    String::from_utf8_lossy(&played.stderr)
                ));
            }
            (false, Some(reason)) => wrong.push(format!("{} no longer differs ({reason})", golden.case)),
            (true, Some(_)) | (false, None) => {}
        }
    }
    wrong.extend(known.keys().map(|case| format!("{case} is listed as differing, but is no case")));
    assert!(wrong.is_empty(), "{} cases of {sample}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn all_subsystems() {
    same_as_the_reference("A-main");
}

#[test]
fn slabs_and_processes_in_a_file_of_their_own() {
    same_as_the_reference("B-tworaw");
}

#[test]
fn five_samples_a_second() {
    same_as_the_reference("F-subsec");
}

#[test]
fn constructed_edge_cases() {
    same_as_the_reference("G-synth");
}

#[test]
fn three_files_that_were_rolled() {
    same_as_the_reference("H-rolled");
}

#[test]
fn old_kernel_with_hyperthreads() {
    same_as_the_reference("I-el6");
}

#[test]
fn arm_with_large_pages_and_four_memory_nodes() {
    same_as_the_reference("J-arm64");
}

#[test]
fn counters_that_wrap_and_devices_that_come_and_go() {
    same_as_the_reference("K-el7");
}

#[test]
fn a_processor_that_goes_off_and_processes_with_odd_names() {
    same_as_the_reference("L-k70");
}
