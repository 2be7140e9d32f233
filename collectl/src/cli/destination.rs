//! `--extract`: where a playback writes files of its own.

use std::path::{MAIN_SEPARATOR_STR, Path, PathBuf};

use super::UsageError;
use super::literal::Literal;

/// Where files are written: a folder, or a folder and the prefix of their names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination(String);

impl Destination {
    /// Reads `DIR`, `DIR/` or `[DIR/]PREFIX`. What is no folder is a prefix.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let folder = text.ends_with(MAIN_SEPARATOR_STR) || Path::new(text).is_dir();
        Self(format!("{}{}", text.trim_end_matches('/'), if folder { MAIN_SEPARATOR_STR } else { "-" }))
    }

    /// The path of the file `name`.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        PathBuf::from(format!("{}{name}", self.0))
    }

    /// Where `--extract` writes a part of recordings, if it is given.
    ///
    /// # Errors
    /// A [`UsageError`] where there is nothing to extract from, and for switches that choose more than a timeframe.
    pub fn of_extract(literal: &Literal) -> Result<Option<Self>, UsageError> {
        let Some(text) = literal.extract.as_deref() else { return Ok(None) };
        let refused = if literal.playback.is_none() {
            "--extract only applies to playback mode"
        } else if literal.subsys.is_some() {
            "-s not allowed in 'extract' mode"
        } else if literal.from.is_none() && literal.thru.is_none() {
            "--from OR --thru required in 'extract' mode"
        } else if text.is_empty() {
            "--extract needs a folder or a prefix"
        } else {
            return Ok(Some(Self::new(text)));
        };
        Err(UsageError::new(refused))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_and_prefixes() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().to_str().unwrap();
        let file = |text: &str| {
            let path = Destination::new(&format!("{root}{text}")).file("name.raw");
            path.to_str().unwrap().strip_prefix(root).unwrap().to_owned()
        };
        assert_eq!([file(""), file("/")], ["/name.raw", "/name.raw"]);
        assert_eq!([file("/new/"), file("/pre")], ["/new/name.raw", "/pre-name.raw"]);
        assert_eq!(Destination::new("/").file("x"), PathBuf::from("/x"));
    }

    #[test]
    fn refused() {
        for (line, message) in [
            ("--extract x", "--extract only applies to playback mode"),
            ("-p a.raw --extract x --from 1:00 -sc", "-s not allowed in 'extract' mode"),
            ("-p a.raw --extract x", "--from OR --thru required in 'extract' mode"),
        ] {
            let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            let error = Destination::of_extract(&Literal::parse_from_args(&args).unwrap()).unwrap_err();
            assert_eq!(error.0, message);
        }
    }
}
