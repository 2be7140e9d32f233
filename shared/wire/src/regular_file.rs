//! Opens files in folders that others may write to: links are not followed, and pipes are not waited for.
//!
//! A link could lead to any of our files (`O_NOFOLLOW`), and opening a pipe blocks (`O_NONBLOCK`; open(2)).

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::OFlags;

/// Opens `path` for writing, with `options`. It must be a regular file or be created, and must not be a link.
///
/// # Errors
/// The error of the system, `ELOOP` for a link; [`io::ErrorKind::InvalidInput`] for anything else that is not a regular
/// file.
pub fn write(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    open(options, path, OFlags::NOFOLLOW | OFlags::NONBLOCK)
}

/// Opens `path` for reading. It must be a regular file, or a link to one.
///
/// # Errors
/// As for [`write()`], except for links.
pub fn read(path: &Path) -> io::Result<File> {
    open(OpenOptions::new().read(true), path, OFlags::NONBLOCK)
}

fn open(options: &mut OpenOptions, path: &Path, flags: OFlags) -> io::Result<File> {
    let file = options.custom_flags(flags.bits().cast_signed()).open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use rustix::fs::{CWD, FileType, Mode, mknodat};

    use super::*;

    #[test]
    fn links_and_pipes_are_rejected() {
        let folder = tempfile::tempdir().unwrap();
        let [file, link, pipe, new] = ["file", "link", "pipe", "new"].map(|name| folder.path().join(name));
        fs::write(&file, "kept").unwrap();
        symlink(&file, &link).unwrap();
        mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        let append = |path| write(OpenOptions::new().append(true).create(true), path);
        assert!(append(&file).is_ok() && append(&new).is_ok());
        assert!(append(&link).is_err() && append(folder.path()).is_err());
        assert!(read(&link).is_ok());
        assert_eq!(read(folder.path()).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        // A pipe with a reader could be written to.
        let _reader = OpenOptions::new().read(true).write(true).open(&pipe).unwrap();
        assert_eq!(append(&pipe).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        assert_eq!(read(&pipe).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        assert_eq!(fs::read(&file).unwrap(), b"kept");
    }
}
