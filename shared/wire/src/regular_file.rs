//! Files in folders where others may write, too: what they put in the place of a file is neither followed nor waited
//! for.
//!
//! A link would lead to any file of ours (`O_NOFOLLOW`), and a pipe holds up whoever opens it (`O_NONBLOCK`; open(2)).

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::OFlags;

/// Opens `path` to write to it, as `options` say. It must be a regular file, or be made, and no link.
///
/// # Errors
/// What the system says, `ELOOP` of a link; [`io::ErrorKind::InvalidInput`] for anything else that is no regular file.
pub fn write(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    open(options, path, OFlags::NOFOLLOW | OFlags::NONBLOCK)
}

/// Opens `path` to read it. It must be a regular file, or a link to one.
///
/// # Errors
/// As for [`write()`], but for links.
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
    fn links_and_pipes_are_no_files() {
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
        // A pipe that somebody reads could be written to.
        let _reader = OpenOptions::new().read(true).write(true).open(&pipe).unwrap();
        assert_eq!(append(&pipe).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        assert_eq!(read(&pipe).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        assert_eq!(fs::read(&file).unwrap(), b"kept");
    }
}
