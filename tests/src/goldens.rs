//! What the Perl collectl showed for the recordings in `goldens/raw`, kept in files.
//!
//! `goldens/cases.txt` holds command lines, one each; `RAW` stands for the recordings of a sample and `PASSWD` for
//! `goldens/passwd`. `goldens/SAMPLE.gz` holds, for each case, a line `=== STATUS LENGTH CASE` and LENGTH bytes of
//! standard output. `cargo make-goldens` makes them again.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;

/// What a program showed for one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Golden {
    /// The command line.
    pub case: String,
    /// The exit status.
    pub status: i32,
    /// Standard output.
    pub text: Vec<u8>,
}

/// The folder of all goldens.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("goldens")
}

/// The names of the samples, in order.
///
/// # Errors
/// The error of reading the folder.
pub fn samples() -> io::Result<Vec<String>> {
    let entries: io::Result<Vec<_>> = fs::read_dir(folder().join("raw"))?.collect();
    let mut names: Vec<_> =
        entries?.iter().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    Ok(names)
}

/// The command lines.
///
/// # Errors
/// The error of reading the file.
pub fn cases() -> io::Result<Vec<String>> {
    let text = fs::read_to_string(folder().join("cases.txt"))?;
    Ok(text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect())
}

/// Runs `program` on one case of `sample`, within the folder of its recordings and in UTC.
///
/// # Errors
/// The error of starting the program.
pub fn play(program: &Path, sample: &str, case: &str) -> io::Result<Output> {
    let recordings = folder().join("raw").join(sample);
    let mut names: Vec<_> = fs::read_dir(&recordings)?
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let raw = if names.len() == 1 { names.remove(0) } else { "*raw*".to_owned() };
    let words = case.split_whitespace().map(|word| match word {
        "RAW" => raw.clone(),
        "PASSWD" => "../../passwd".to_owned(),
        word => word.to_owned(),
    });
    Command::new(program)
        .args(words)
        .current_dir(recordings)
        .env("TZ", "UTC")
        .env("LC_ALL", "C.UTF-8")
        .env("TERM", "dumb")
        .stdin(Stdio::null())
        .output()
}

/// Reads the goldens of `sample`.
///
/// # Errors
/// The error of reading the file, or `InvalidData`.
pub fn read(sample: &str) -> io::Result<Vec<Golden>> {
    let file = BufReader::new(File::open(folder().join(format!("{sample}.gz")))?);
    let mut input = BufReader::new(GzDecoder::new(file));
    let (mut goldens, mut line) = (Vec::new(), String::new());
    while input.read_line(&mut line)? > 0 {
        let mut words = line.trim_end().splitn(4, ' ');
        let golden =
            match (words.next(), words.next(), words.next(), words.next()) {
                (Some("==="), Some(status), Some(length), Some(case)) => {
                    status.parse().ok().zip(length.parse().ok()).map(|(status, length): (i32, usize)| {
                        Golden { case: case.to_owned(), status, text: vec![0; length] }
                    })
                }
                _ => None,
            };
        let mut golden = golden.ok_or(io::ErrorKind::InvalidData)?;
        input.read_exact(&mut golden.text)?;
        goldens.push(golden);
        line.clear();
    }
    Ok(goldens)
}

/// Writes the goldens of `sample`.
///
/// # Errors
/// The error of writing the file.
pub fn write(sample: &str, goldens: &[Golden]) -> io::Result<()> {
    let file = File::create(folder().join(format!("{sample}.gz")))?;
    let mut output = GzEncoder::new(file, Compression::best());
    for Golden { case, status, text } in goldens {
        writeln!(output, "=== {status} {} {case}", text.len())?;
        output.write_all(text)?;
    }
    output.finish()?.sync_all()
}

/// The number of the first line in which two texts differ, and both lines.
#[must_use]
pub fn first_difference(expected: &[u8], found: &[u8]) -> (usize, String, String) {
    let lines = |text: &[u8]| -> Vec<String> {
        text.split(|&byte| byte == b'\n').map(|line| String::from_utf8_lossy(line).into_owned()).collect()
    };
    let (expected, found) = (lines(expected), lines(found));
    let index = expected.iter().zip(&found).take_while(|(a, b)| a == b).count();
    let line = |lines: &[String]| lines.get(index).cloned().unwrap_or_else(|| "(end)".to_owned());
    (index + 1, line(&expected), line(&found))
}
