//! What a run recorded: its files, and what each program plays of them.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use flate2::read::MultiGzDecoder;

use crate::deadline::{PATIENCE, until};
use crate::process::Process;
use crate::programs;
use crate::requirement::{self, Requirement};

/// The files in `folder` with this ending, by name.
///
/// # Panics
/// If the folder can't be read.
#[must_use]
pub fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.flatten().map(|entry| entry.path());
    let mut paths: Vec<_> = paths.filter(|path| path.to_string_lossy().ends_with(ending)).collect();
    paths.sort();
    paths
}

/// The only file in `folder` with this ending.
///
/// # Panics
/// If there is none, or there are several.
#[must_use]
pub fn file(folder: &Path, ending: &str) -> PathBuf {
    let files = files(folder, ending);
    assert_eq!(files.len(), 1, "one file with *{ending}: {files:?}");
    files.into_iter().next().expect("there is one")
}

/// The text of a file, and whether it is complete: a compressed file may end early.
///
/// # Panics
/// If it can't be read.
#[must_use]
pub fn text(path: &Path) -> (String, bool) {
    let mut file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut bytes = Vec::new();
    let read = if path.extension() == Some(OsStr::new("gz")) {
        read_all(MultiGzDecoder::new(io::BufReader::new(file)), &mut bytes)
    } else {
        file.read_to_end(&mut bytes).map(drop)
    };
    (String::from_utf8_lossy(&bytes).into_owned(), read.is_ok())
}

/// The text of a complete file.
///
/// # Panics
/// If it is not complete.
#[must_use]
pub fn whole(path: &Path) -> String {
    let (text, is_whole) = text(path);
    assert!(is_whole, "{} ends early", path.display());
    text
}

/// The times of the markers of a raw file, in milliseconds since the epoch.
#[must_use]
pub fn markers(text: &str) -> Vec<i64> {
    let time = |line: &str| line.strip_prefix(">>> ")?.strip_suffix(" <<<")?.replace('.', "").parse().ok();
    text.lines().filter_map(time).collect()
}

/// Lines of a plot file, or of plots on standard output, that hold figures.
#[must_use]
pub fn figures(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.starts_with('#')).collect()
}

/// What our collectl plays of the files that `pattern` names.
///
/// # Panics
/// If it fails.
#[must_use]
pub fn ours(pattern: impl AsRef<OsStr>, args: &str) -> String {
    played(&mut programs::collectl("-p"), pattern.as_ref(), args)
}

/// What the Perl collectl plays of them.
///
/// # Panics
/// If it fails.
#[must_use]
pub fn perls(pattern: impl AsRef<OsStr>, args: &str) -> String {
    played(&mut programs::perl_collectl("-p"), pattern.as_ref(), args)
}

/// Starts our collectl, which records to `folder`.
#[must_use]
pub fn start(args: &str, folder: &Path) -> Process {
    Process::start(programs::collectl(args).arg("-f").arg(folder))
}

/// The samples in all files with this ending, as far as they can be read.
#[must_use]
pub fn samples(folder: &Path, ending: &str) -> usize {
    files(folder, ending).iter().map(|path| markers(&text(path).0).len()).sum()
}

/// Waits until files with this ending have this many samples that another process can read.
///
/// # Panics
/// If they don't in time.
pub fn wait_for_samples(folder: &Path, ending: &str, count: usize) {
    until(&format!("{count} samples in *{ending}"), PATIENCE, || samples(folder, ending) >= count);
}

/// A pattern for all files of `folder`.
#[must_use]
pub fn all(folder: &Path) -> String {
    folder.join("*").display().to_string()
}

/// Checks that both programs play this number of intervals of the files in `folder`, and the same ones.
///
/// # Panics
/// If not.
pub fn check_playback(folder: &Path, intervals: usize) {
    let pattern = all(folder);
    let ours = ours(&pattern, "-sc -P -oDm");
    assert_eq!(figures(&ours).len(), intervals, "{ours}");
    if requirement::met(&[Requirement::PerlCollectl]) {
        assert_eq!(ours, perls(&pattern, "-sc -P -oDm"));
    }
}

/// Bytes up to the end, or to the first error.
fn read_all(mut reader: impl Read, bytes: &mut Vec<u8>) -> io::Result<()> {
    let mut chunk = [0; 4096];
    loop {
        match reader.read(&mut chunk)? {
            0 => return Ok(()),
            count => bytes.extend_from_slice(&chunk[..count]),
        }
    }
}

fn played(command: &mut Command, pattern: &OsStr, args: &str) -> String {
    let command = command.arg(pattern).args(args.split_ascii_whitespace()).stdin(Stdio::null());
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
