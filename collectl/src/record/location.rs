//! Where files are written, and how they are named (`-f`).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, AtFlags, CWD, accessat};
use rustix::io::Errno;

/// The folder of `-f`, and the prefix before the host in file names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    folder: PathBuf,
    prefix: Option<String>,
}

impl Location {
    /// Reads `DIR`, an existing folder or a name that ends with `/`, or a `PREFIX` of file names, with or without a
    /// folder.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let path = Path::new(text);
        if text.ends_with('/') || path.is_dir() {
            return Self { folder: path.to_owned(), prefix: None };
        }
        let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
        let prefix = path.file_name().map(|name| name.to_string_lossy().into_owned());
        Self { folder: folder.to_owned(), prefix }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Creates the folder, but not its parents.
    ///
    /// # Errors
    /// The error of the system if the folder does not exist and can't be created, or if no file can be created in it.
    pub fn create(&self) -> io::Result<()> {
        match fs::create_dir(&self.folder) {
            Err(_) if self.folder.is_dir() => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(Errno::NOTDIR.into());
            }
            made => made?,
        }
        let needed = Access::WRITE_OK | Access::EXEC_OK;
        Ok(accessat(CWD, &self.folder, needed, AtFlags::EACCESS)?)
    }

    /// `[PREFIX-]HOST`, the start of the name of every file of `host`.
    #[must_use]
    pub fn stem(&self, host: &str) -> String {
        self.prefix.as_ref().map_or_else(|| host.to_owned(), |prefix| format!("{prefix}-{host}"))
    }

    /// The path of the file `name`, which starts with the host.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(self.stem(name))
    }

    /// The path of the file of `host` that was started at `date`.
    #[must_use]
    pub fn path(&self, host: &str, date: &str, extension: &str) -> PathBuf {
        self.file(&format!("{host}-{date}.{extension}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_and_prefixes() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().to_str().unwrap();
        let path = |text: &str| Location::parse(text).path("node1", "20261122-101936", "raw.gz");
        let name = "node1-20261122-101936.raw.gz";
        assert_eq!(path(root), folder.path().join(name));
        assert_eq!(path(&format!("{root}/new/")), folder.path().join("new").join(name));
        assert_eq!(path(&format!("{root}/pre")), folder.path().join(format!("pre-{name}")));
        assert_eq!(path("pre"), Path::new("./").join(format!("pre-{name}")));
    }

    #[test]
    fn one_folder_is_created() {
        let folder = tempfile::tempdir().unwrap();
        let location = |name: &str| Location::parse(&format!("{}/{name}", folder.path().display()));
        location("new/").create().unwrap();
        location("new/").create().unwrap();
        assert_eq!(location("a/b/").create().unwrap_err().kind(), io::ErrorKind::NotFound);
        fs::write(folder.path().join("file"), "").unwrap();
        assert_eq!(location("file/").create().unwrap_err().kind(), io::ErrorKind::NotADirectory);
    }
}
