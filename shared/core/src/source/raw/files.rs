//! The files that `-p` names.

use std::path::{Path, PathBuf};

use jiff::civil::{Date, DateTime};
use thiserror::Error;

use super::reader::RawReader;
use crate::clock::Time;

/// Why `-p` names no files.
#[derive(Debug, Error)]
pub enum FilesError {
    /// The name of a file does not end like that of a recording.
    #[error("-p filename must end in '*', 'raw' or 'gz'")]
    Ending,
    /// No file matches.
    #[error("can't find any files matching '{0}'")]
    None(String),
    /// An invalid pattern.
    #[error("-p '{0}' is not a pattern: {1}")]
    Pattern(String, glob::PatternError),
}

/// The files named by `argument`: patterns separated by commas or blanks, each expanded in the order of the names. What
/// is there under the very name, with its blanks, commas and brackets, is no pattern. `TODAY` and `YESTERDAY` stand for
/// the dates of `today` and the day before. Only names with a date and time, `-YYYYMMDD-HHMMSS.raw`, are those of raw
/// files; empty files are left out.
///
/// # Errors
/// A [`FilesError`] for a name that is not that of a raw file, and for one that no file has.
pub fn expand(argument: &str, today: Date) -> Result<Vec<PathBuf>, FilesError> {
    let day = |date: Date| date.strftime("%Y%m%d").to_string();
    let argument = argument
        .replace("YESTERDAY", &today.yesterday().map(day).unwrap_or_default())
        .replace("TODAY", &day(today));
    let mut files = Vec::new();
    for pattern in names(&argument) {
        if !["*", "raw", "rawp", "gz"].iter().any(|ending| pattern.ends_with(ending)) {
            return Err(FilesError::Ending);
        }
        if exists(pattern) {
            files.push(PathBuf::from(pattern));
            continue;
        }
        let paths = glob::glob(pattern).map_err(|error| FilesError::Pattern(pattern.to_owned(), error))?;
        let before = files.len();
        files.extend(paths.flatten());
        if files.len() == before {
            return Err(FilesError::None(pattern.to_owned()));
        }
    }
    // What can't be read is left for the player to report.
    let is_empty = |path: &PathBuf| path.metadata().is_ok_and(|found| found.is_file() && found.len() == 0);
    files.retain(|path| is_raw_name(path) && !is_empty(path));
    Ok(files)
}

/// The names and patterns of `argument`, split no further than what is there.
fn names(argument: &str) -> Vec<&str> {
    let parts = parts_of(argument, ',').into_iter().flat_map(|part| parts_of(part, ' '));
    parts.filter(|name| !name.is_empty()).collect()
}

fn parts_of(text: &str, separator: char) -> Vec<&str> {
    if exists(text) { vec![text] } else { text.split(separator).collect() }
}

fn exists(path: &str) -> bool {
    Path::new(path).symlink_metadata().is_ok()
}

/// Puts the recordings that follow each other and are of one host in one folder into the order of their time, that of
/// their headers. The names don't have that order where the clock was set back an hour. Where a header has no time, the
/// order is left as it is.
pub fn sort_by_time(files: &mut [PathBuf]) {
    let begun = |path: &PathBuf| RawReader::open(path).ok().and_then(|reader| reader.header().begun());
    for of_host in files.chunk_by_mut(|a, b| stem(a) == stem(b)).filter(|files| files.len() > 1) {
        let times: Option<Vec<Time>> = of_host.iter().map(begun).collect();
        let Some(times) = times.filter(|times| !times.is_sorted()) else { continue };
        let mut timed: Vec<_> = times.into_iter().zip(of_host.iter().cloned()).collect();
        timed.sort_by_key(|(time, _)| *time);
        of_host.iter_mut().zip(timed).for_each(|(place, (_, path))| *place = path);
    }
}

/// The path of a recording up to its date.
fn stem(path: &Path) -> Option<&str> {
    let (stem, _) = path.to_str()?.rsplit_once(".raw")?;
    stem.get(..stem.len().checked_sub(16)?)
}

/// When the recording `path` was begun, by its name and its own wall clock.
#[must_use]
pub fn start(path: &Path) -> Option<DateTime> {
    let (stem, _) = path.file_name()?.to_str()?.split_once(".raw")?;
    DateTime::strptime("%Y%m%d-%H%M%S", stem.get(stem.len().checked_sub(15)?..)?).ok()
}

/// True if the name of the recording `path` names `host`, with or without a prefix before it.
#[must_use]
pub fn names_host(path: &Path, host: &str) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let stem = name.split_once(".raw").map_or(name, |(stem, _)| stem);
    let before = stem.len().checked_sub(16).and_then(|end| stem.get(..end)).unwrap_or_default();
    before.strip_suffix(host).is_some_and(|prefix| prefix.is_empty() || prefix.ends_with('-'))
}

/// True if `second` is the file of processes and slabs that was recorded along with `first` (`--tworaw`).
#[must_use]
pub fn is_pair(first: &Path, second: &Path) -> bool {
    let parts = |path: &'_ Path| {
        let name = path.file_name()?.to_str()?;
        let (stem, ending) = name.split_once(".raw")?;
        Some((path.with_file_name(stem), ending.starts_with('p')))
    };
    matches!((parts(first), parts(second)), (Some((one, false)), Some((other, true))) if one == other)
}

/// True for `[PREFIX-]HOST-YYYYMMDD-HHMMSS.raw[p][.gz]`.
fn is_raw_name(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
    let Some((stem, ending)) = name.split_once(".raw") else { return false };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    matches!(ending, "" | "p" | ".gz" | "p.gz")
        && stem.len() > 16
        && stem.is_char_boundary(stem.len() - 16)
        && matches!(
            stem[stem.len() - 16..].split('-').collect::<Vec<_>>()[..],
            ["", date, time] if date.len() == 8 && time.len() == 6 && digits(date) && digits(time)
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_and_days() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().to_str().unwrap();
        for name in [
            "a-20261122-101936.raw",
            "b-20261121-101936.raw.gz",
            "empty-20261122-101936.raw",
            "a-20261122.tab",
        ] {
            std::fs::write(folder.path().join(name), if name.starts_with("empty") { "" } else { "x" })
                .unwrap();
        }
        let today = jiff::civil::date(2026, 11, 22);
        let names = |argument: &str| -> Result<Vec<String>, String> {
            let files = expand(&argument.replace("ROOT", root), today).map_err(|error| error.to_string())?;
            Ok(files.iter().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect())
        };
        let (a, b) = ("a-20261122-101936.raw".to_owned(), "b-20261121-101936.raw.gz".to_owned());
        assert_eq!(names("ROOT/*"), Ok(vec![a.clone(), b.clone()]));
        assert_eq!(names("ROOT/*TODAY*"), Ok(vec![a.clone()]));
        assert_eq!(names("ROOT/*YESTERDAY*"), Ok(vec![b.clone()]));
        assert_eq!(names("ROOT/b*gz,ROOT/a*raw"), Ok(vec![b, a]));
        assert_eq!(names("ROOT/c*").unwrap_err(), format!("can't find any files matching '{root}/c*'"));
        assert!(names("/etc/passwd").unwrap_err().starts_with("-p filename must end"));
    }

    #[test]
    fn what_is_there_is_no_pattern() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("a b[1],c");
        std::fs::create_dir(&folder).unwrap();
        let [first, second] =
            ["a-20261122-101936.raw", "a-20261122-111936.raw"].map(|name| folder.join(name));
        std::fs::write(&first, "x").unwrap();
        std::fs::write(&second, "x").unwrap();
        let today = jiff::civil::date(2026, 11, 22);
        let found = |argument: String| expand(&argument, today).map_err(|error| error.to_string());
        assert_eq!(found(first.display().to_string()), Ok(vec![first.clone()]));
        let plain = parent.path().join("b-20261122-101936.raw");
        std::fs::write(&plain, "x").unwrap();
        let both = format!("{0} {0},{0}", plain.display());
        assert_eq!(found(both), Ok(vec![plain.clone(), plain.clone(), plain]));
    }

    #[test]
    fn what_can_not_be_read_is_not_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a-20261122-101936.raw");
        std::os::unix::fs::symlink(&path, &path).unwrap();
        let today = jiff::civil::date(2026, 11, 22);
        for argument in [path.display().to_string(), format!("{}/*", folder.path().display())] {
            assert_eq!(expand(&argument, today).unwrap(), std::slice::from_ref(&path));
        }
    }

    #[test]
    fn files_are_in_the_order_of_their_time() {
        let folder = tempfile::tempdir().unwrap();
        let header =
            |date: &str, seconds: &str| format!("# Host: a\n# Date: {date} Secs: {seconds} TZ: +0000\n");
        let mut files = Vec::new();
        for (name, seconds) in [
            ("a-20261025-020000.raw", "1792886400"),
            ("a-20261025-020001.raw", "1792890000"),
            ("a-20261025-023000.raw", "1792888200"),
            ("b-20261025-020000.raw", "1792880000"),
            ("c-20261025-020000.raw", "2"),
            ("c-20261025-020001.raw", "x"),
            ("c-20261025-020002.raw", "1"),
        ] {
            let path = folder.path().join(name);
            std::fs::write(&path, header("20261025-020000", seconds)).unwrap();
            files.push(path);
        }
        let mut expected = files.clone();
        expected.swap(1, 2);
        sort_by_time(&mut files);
        assert_eq!(files, expected);
    }

    #[test]
    fn starts_of_names() {
        let path = Path::new("dir/node-1-20261122-101936.raw.gz");
        assert_eq!(start(path), Some(jiff::civil::datetime(2026, 11, 22, 10, 19, 36, 0)));
        assert_eq!(start(Path::new("x.raw")), None);
    }

    #[test]
    fn pairs() {
        let pair = |first: &str, second: &str| is_pair(Path::new(first), Path::new(second));
        assert!(pair("d/n-20261122-101936.raw.gz", "d/n-20261122-101936.rawp.gz"));
        assert!(pair("n-20261122-101936.raw", "n-20261122-101936.rawp"));
        assert!(!pair("n-20261122-101936.raw", "n-20261122-101936.raw"));
        assert!(!pair("n-20261122-101936.rawp", "n-20261122-101936.raw"));
        assert!(!pair("d/n-20261122-101936.raw", "n-20261122-101936.rawp"));
    }

    #[test]
    fn hosts_of_names() {
        let path = Path::new("dir/pre-node-1-20261122-101936.raw.gz");
        assert!(names_host(path, "node-1") && names_host(path, "pre-node-1") && names_host(path, "1"));
        assert!(!names_host(path, "ode-1") && !names_host(path, "node-2"));
    }

    #[test]
    fn names_of_raw_files() {
        for name in
            ["node01-20261122-101936.raw.gz", "x-node01-20261122-101936.rawp.gz", "n-20261122-101936.raw"]
        {
            assert!(is_raw_name(Path::new(name)), "{name}");
        }
        for name in [
            "node01-20261122.tab",
            "n-20261122-1019.raw",
            "-20261122-101936.raw",
            "n-2026x122-101936.raw",
            "n-20261122-101936.raw.bz2",
        ] {
            assert!(!is_raw_name(Path::new(name)), "{name}");
        }
    }
}
