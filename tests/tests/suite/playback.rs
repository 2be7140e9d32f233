//! Recordings played back: the same text as the Perl collectl's, to the byte, except for the differences in
//! `goldens/differences.txt`, each a line `SAMPLE<TAB>CASE<TAB>REASON` with its reason from docs/differences.md. A
//! listed case that no longer differs fails too. So does a case with another [`shape`], unless its reason is one of
//! [`OTHER_LAYOUT`]: a known difference in a figure must not hide a missing line or column.

use std::collections::BTreeMap;
use std::fs;

use tests::{columns, goldens, programs};

/// The reasons for which lines or columns differ on purpose.
const OTHER_LAYOUT: &[&str] = &[
    "buddy",
    "exports",
    "net-rows",
    "new-device",
    "node-changes",
    "nothing-recorded",
    "processors-off",
    "several-plot",
    "zombie-commands",
];

/// The main reason of several.
fn main_of(reasons: &str) -> &str {
    reasons.split(',').next().unwrap_or_default()
}

/// The columns in which a case may differ, by the reason: lines `REASON<TAB>COLUMN` of `goldens/columns.txt`.
struct Allowed(Vec<(String, String)>);

impl Allowed {
    fn read() -> Self {
        let text = fs::read_to_string(goldens::folder().join("columns.txt")).unwrap();
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        Self(lines.filter_map(|line| line.split_once('\t')).map(|(a, b)| (a.into(), b.into())).collect())
    }

    fn explain(&self, reasons: &str, column: &str) -> bool {
        let is_column = |known: &str| {
            known == column || known.strip_suffix('*').is_some_and(|start| column.starts_with(start))
        };
        self.0.iter().any(|(reason, known)| reasons.split(',').any(|one| one == reason) && is_column(known))
    }
}

/// `played` without the lines of headings that the reference lacks (`plot-columns` in docs/differences.md).
fn without_more_headings(played: &[u8], reference: &[u8]) -> Vec<u8> {
    // The first column after the stamp tells which heading it is.
    let heading = |line: &[u8]| {
        let words = line.split(|&byte| byte == b' ').map(<[u8]>::to_vec);
        (line.starts_with(b"#Date") || line.starts_with(b"#UTC")).then(|| words.take(3).collect::<Vec<_>>())
    };
    let mut expected = reference.split_inclusive(|&byte| byte == b'\n').peekable();
    let mut kept = Vec::new();
    for line in played.split_inclusive(|&byte| byte == b'\n') {
        let is_expected = expected.peek().is_some_and(|expected| heading(line) == heading(expected));
        if kept.is_empty() || heading(line).is_none() || is_expected {
            kept.extend_from_slice(line);
            expected.next();
        }
    }
    kept
}

/// The number of words in each line.
fn shape(text: &[u8]) -> Vec<usize> {
    text.split(|&byte| byte == b'\n')
        .map(|line| line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).count())
        .collect()
}

/// Where the shapes of two texts differ: the number of the line, and both lines.
fn first_other_shape(expected: &[u8], found: &[u8]) -> Option<(usize, String, String)> {
    let (shape_expected, shape_found) = (shape(expected), shape(found));
    let index = (0..shape_expected.len().max(shape_found.len()))
        .find(|&index| shape_expected.get(index) != shape_found.get(index))?;
    let line = |text: &[u8]| {
        let line = text.split(|&byte| byte == b'\n').nth(index);
        line.map_or_else(|| "(end)".to_owned(), |line| String::from_utf8_lossy(line).into_owned())
    };
    Some((index + 1, line(expected), line(found)))
}

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
    let allowed = Allowed::read();
    let mut wrong = Vec::new();
    for golden in goldens::read(sample).unwrap() {
        let mut played = goldens::play(&program, sample, &golden.case).unwrap();
        if golden.case.contains(" -P") {
            played.stdout = without_more_headings(&played.stdout, &golden.text);
        }
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
            (false, Some(reasons)) => wrong.push(format!("{} no longer differs ({reasons})", golden.case)),
            (true, Some(reasons)) if !OTHER_LAYOUT.contains(&main_of(&reasons)) => {
                let columns = columns::differing(&golden.text, &played.stdout);
                let unexplained: Vec<_> =
                    columns.iter().filter(|column| !allowed.explain(&reasons, column)).collect();
                if !unexplained.is_empty() {
                    wrong.push(format!(
                        "{} differs in other columns than {reasons} explains: {unexplained:?}",
                        golden.case
                    ));
                }
                if let Some((line, expected, found)) = first_other_shape(&golden.text, &played.stdout) {
                    wrong.push(format!(
                        "{} has another layout ({reasons})\n  line {line} reference: {expected}\n  line {line} ours:      {found}",
                        golden.case
                    ));
                }
            }
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
fn five_samples_per_second() {
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
