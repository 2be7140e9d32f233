//! Files of the kernel, and whatever may be in their places: neither opening nor reading ever waits.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::{OFlags, fstatfs};

/// Largest kernel file that is read; a larger one is an error.
const MAX_FILE: usize = 64 << 20;
/// Free room in the buffer, so that reads are seldom split.
pub(crate) const READ_SIZE: usize = 64 << 10;
/// Bytes that are requested at once from a file below `/proc/sys`. These files are short, and the kernel clears as much
/// memory as is requested (proc_sys_call_handler), which took a tenth of the CPU time of `-sbcdfijmnst`.
const SYSCTL_READ_SIZE: usize = 4 << 10;

/// The types of the kernel's file systems (statfs(2)): proc and sysfs.
const KERNEL_FILE_SYSTEMS: [u64; 2] = [0x9fa0, 0x6265_6572];

/// Opens a file for reading. A pipe without a writer is opened too, and gives an error or no text.
///
/// # Errors
/// As of `open(2)`.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let flags = OFlags::NONBLOCK.bits().cast_signed();
    OpenOptions::new().read(true).custom_flags(flags).open(path)
}

/// The text of a short file, of which at most `most` bytes are read.
///
/// # Errors
/// As of `open(2)` and `read(2)`.
pub(crate) fn read_short(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    open(path)?.take(most).read_to_end(&mut text)?;
    Ok(text)
}

/// A file that is read at each sample.
///
/// A file of the kernel stays open: reading it fails when it is gone. Any other file is opened each time, since one
/// that was removed or replaced would still show its old text.
#[derive(Debug, Default)]
pub(crate) struct KernelFile(Option<File>);

impl KernelFile {
    /// Reads the whole file into `buffer` after its first `start` bytes, and returns the total length.
    ///
    /// # Errors
    /// As of `open(2)` and `pread(2)`, or if it is not a file or too large.
    pub(crate) fn read(&mut self, path: &Path, buffer: &mut Vec<u8>, start: usize) -> io::Result<usize> {
        let (file, stays) = match self.0.take() {
            Some(file) => (file, true),
            None => open_whole(path)?,
        };
        let length = read_whole(&file, path.starts_with("/proc/sys"), buffer, start)?;
        self.0 = stays.then_some(file);
        Ok(length)
    }
}

/// The end of the last whole line read after `start`, and an error if there is more.
///
/// # Errors
/// As the second value, so that the whole lines can be used.
pub(crate) fn whole_lines(text: &[u8], start: usize) -> (usize, io::Result<()>) {
    let end = text[start..].iter().rposition(|&byte| byte == b'\n').map_or(start, |end| start + end + 1);
    let cut = || Err(io::Error::new(io::ErrorKind::UnexpectedEof, "ends within a line"));
    (end, if end < text.len() { cut() } else { Ok(()) })
}

/// Opens a file, and returns whether it may stay open.
fn open_whole(path: &Path) -> io::Result<(File, bool)> {
    let file = open(path)?;
    let kind = file.metadata()?.file_type();
    if !kind.is_file() && !kind.is_dir() {
        return Err(io::Error::other("not a file"));
    }
    let stays = fstatfs(&file)
        .is_ok_and(|system| KERNEL_FILE_SYSTEMS.iter().any(|kind| u64::try_from(system.f_type) == Ok(*kind)));
    Ok((file, stays))
}

fn read_whole(file: &File, is_sysctl: bool, buffer: &mut Vec<u8>, start: usize) -> io::Result<usize> {
    let mut length = start;
    loop {
        if buffer.len() - length < READ_SIZE / 2 {
            buffer.resize(buffer.len() + READ_SIZE, 0);
        }
        let end = if is_sysctl { length + SYSCTL_READ_SIZE } else { buffer.len() };
        match file.read_at(&mut buffer[length..end], (length - start) as u64) {
            Ok(0) => return Ok(length),
            Ok(count) => length += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if length > MAX_FILE {
            return Err(io::Error::other("larger than 64 MiB"));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use rustix::fs::{CWD, FileType, Mode, mknodat};

    use super::*;

    #[test]
    fn a_replaced_file_is_opened_again() {
        let folder = tempfile::tempdir().unwrap();
        let (path, new) = (folder.path().join("stat"), folder.path().join("new"));
        let (mut file, mut buffer) = (KernelFile::default(), Vec::new());
        for text in ["one\n", "another\n"] {
            fs::write(&new, text).unwrap();
            fs::rename(&new, &path).unwrap();
            let length = file.read(&path, &mut buffer, 0).unwrap();
            assert_eq!(&buffer[..length], text.as_bytes());
        }
        fs::remove_file(&path).unwrap();
        assert!(file.read(&path, &mut buffer, 0).is_err());
    }

    #[test]
    fn pipes_and_folders_are_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("stat");
        mknodat(CWD, &path, FileType::Fifo, Mode::RUSR, 0).unwrap();
        let error = KernelFile::default().read(&path, &mut Vec::new(), 0).unwrap_err();
        assert_eq!(error.to_string(), "not a file");
        assert_eq!(read_short(&path, 64).unwrap(), b"");
    }

    #[test]
    fn a_file_that_is_too_large_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("stat");
        File::create(&path).unwrap().set_len(MAX_FILE as u64 + 1).unwrap();
        let error = KernelFile::default().read(&path, &mut Vec::new(), 0).unwrap_err();
        assert_eq!(error.to_string(), "larger than 64 MiB");
    }
}
