//! Which files `-p` names.

use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why `-p` names no files.
#[derive(Debug, Error)]
pub enum FilesError {
    /// The name of a file tells nothing of its kind.
    #[error("-p filename must end in '*', 'raw' or 'gz'")]
    Ending,
    /// A pattern that can't be read.
    #[error("-p '{0}' is not a pattern: {1}")]
    Pattern(String, glob::PatternError),
}

/// The files named by `argument`: patterns separated by commas or blanks, each expanded in the order of the names.
/// Only names with a date and time, `-YYYYMMDD-HHMMSS.raw`, are raw files.
///
/// # Errors
/// A [`FilesError`] for a name that can't be that of a raw file.
pub fn expand(argument: &str) -> Result<Vec<PathBuf>, FilesError> {
    let mut files = Vec::new();
    for pattern in argument.split([',', ' ']).filter(|pattern| !pattern.is_empty()) {
        if !["*", "raw", "rawp", "gz"].iter().any(|ending| pattern.ends_with(ending)) {
            return Err(FilesError::Ending);
        }
        let paths = glob::glob(pattern).map_err(|error| FilesError::Pattern(pattern.to_owned(), error))?;
        files.extend(paths.flatten().filter(|path| is_raw_name(path)));
    }
    Ok(files)
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
