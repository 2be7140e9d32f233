//! One output file, plain or gzip.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use collectl_wire::regular_file;
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

/// A file that is written sequentially.
#[derive(Debug)]
pub struct OutFile {
    path: PathBuf,
    encoder: Encoder,
    /// Its length when it was opened, in bytes.
    start: u64,
}

/// Who may read a new file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Anyone that the umask allows.
    Umask,
    /// Only its owner and group: it holds processes of all users.
    Group,
}

impl Readers {
    fn mode(self) -> u32 {
        match self {
            Self::Umask => 0o666,
            Self::Group => 0o640,
        }
    }
}

#[derive(Debug)]
enum Encoder {
    Plain(File),
    Gzip(Box<GzEncoder<File>>),
}

impl OutFile {
    /// Creates a new file. A file whose name ends with `gz` is compressed.
    ///
    /// # Errors
    /// The error of the system; [`io::ErrorKind::AlreadyExists`] if the file exists.
    pub fn create(path: PathBuf, readers: Readers) -> io::Result<Self> {
        let file = OpenOptions::new().write(true).create_new(true).mode(readers.mode()).open(&path)?;
        Ok(Self::new(path, file))
    }

    /// Creates a file, replacing one of this name. A link or a pipe is left alone.
    ///
    /// # Errors
    /// The error of the system.
    pub fn replace(path: PathBuf) -> io::Result<Self> {
        // Not O_TRUNC: the kind of file must be checked first.
        let file = regular_file::write(OpenOptions::new().write(true).create(true).truncate(false), &path)?;
        file.set_len(0)?;
        Ok(Self::new(path, file))
    }

    /// Opens a file to append to it, or creates it. An incomplete end, from a crash or a full disk, is removed: the
    /// last line is whole, and a gzip file can be read past this point.
    ///
    /// # Errors
    /// The error of the system.
    pub fn append(path: PathBuf, readers: Readers) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true).mode(readers.mode());
        let mut file = regular_file::write(&mut options, &path)?;
        if is_gzip(&path) {
            if let Some(length) = cut_off(&mut file)? {
                file = rewrite(&path, &mut file, length)?;
            }
        } else {
            let length = whole_lines(&mut file)?;
            file.set_len(length)?;
        }
        Ok(Self::new(path, file))
    }

    fn new(path: PathBuf, file: File) -> Self {
        let start = file.metadata().map_or(0, |metadata| metadata.len());
        let encoder = if is_gzip(&path) {
            Encoder::Gzip(Box::new(GzEncoder::new(file, Compression::default())))
        } else {
            Encoder::Plain(file)
        };
        Self { path, encoder, start }
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes `bytes`. A compressed file keeps up to 32 KiB back until it is flushed.
    ///
    /// # Errors
    /// The error of the system; a part of `bytes` may have been written.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.encoder {
            Encoder::Plain(file) => file.write_all(bytes),
            Encoder::Gzip(encoder) => encoder.write_all(bytes),
        }
    }

    /// Makes everything written so far readable for others.
    ///
    /// # Errors
    /// The error of the system.
    pub fn flush(&mut self) -> io::Result<()> {
        match &mut self.encoder {
            Encoder::Plain(_) => Ok(()),
            Encoder::Gzip(encoder) => encoder.flush(),
        }
    }

    /// Like [`OutFile::flush`], and waits until the data would survive a power failure.
    ///
    /// # Errors
    /// The error of the system.
    pub fn sync(&mut self) -> io::Result<()> {
        self.flush()?;
        self.file().sync_data()
    }

    /// Ends the file.
    ///
    /// # Errors
    /// The error of the system.
    pub fn close(self) -> io::Result<()> {
        let file = match self.encoder {
            Encoder::Plain(file) => file,
            Encoder::Gzip(encoder) => encoder.finish()?,
        };
        file.sync_data()
    }

    /// Reverts what was written since the file was opened, and removes the file if nothing else was in it.
    pub fn undo(self) {
        let Self { path, start, .. } = &self;
        let (path, start, file) = (path.clone(), *start, self.file().try_clone());
        // A dropped encoder writes what it has buffered.
        drop(self);
        if start == 0 {
            let _ = fs::remove_file(path);
        } else if let Ok(file) = file {
            let _ = file.set_len(start);
        }
    }

    /// Whether the file has been removed from its folder.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.file().metadata().is_ok_and(|metadata| metadata.nlink() == 0)
    }

    fn file(&self) -> &File {
        match &self.encoder {
            Encoder::Plain(file) => file,
            Encoder::Gzip(encoder) => encoder.get_ref(),
        }
    }
}

impl Write for OutFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Self::write(self, bytes).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Self::flush(self)
    }
}

fn is_gzip(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "gz")
}

/// The length of a file up to its last line end.
fn whole_lines(file: &mut File) -> io::Result<u64> {
    const STEP: u64 = 4096;
    let mut end = file.metadata()?.len();
    let mut buffer = Vec::new();
    while end > 0 {
        let start = end.saturating_sub(STEP);
        file.seek(SeekFrom::Start(start))?;
        buffer.clear();
        (&mut *file).take(end - start).read_to_end(&mut buffer)?;
        if let Some(place) = buffer.iter().rposition(|&byte| byte == b'\n') {
            return Ok(start + place as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}

/// The length of the whole lines of a truncated gzip file; none if it is complete.
fn cut_off(file: &mut File) -> io::Result<Option<u64>> {
    if file.metadata()?.len() == 0 {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(0))?;
    let mut text = MultiGzDecoder::new(io::BufReader::new(&mut *file));
    let (mut length, mut whole) = (0, 0);
    let mut buffer = vec![0; 1 << 16];
    loop {
        match text.read(&mut buffer) {
            Ok(0) => return Ok(None),
            Ok(count) => {
                if let Some(place) = buffer[..count].iter().rposition(|&byte| byte == b'\n') {
                    whole = length + place as u64 + 1;
                }
                length += count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if is_damage(&error) => return Ok(Some(whole)),
            Err(error) => return Err(error),
        }
    }
}

/// Whether `error` means that a gzip stream is truncated or invalid.
fn is_damage(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData
    )
}

/// Replaces `path` by a complete gzip file with the first `length` bytes of the text of `file`, and opens it to append.
fn rewrite(path: &Path, file: &mut File, length: u64) -> io::Result<File> {
    let mut name = path.as_os_str().to_owned();
    name.push(".mending");
    let mended = PathBuf::from(name);
    // One that a crash left, or that another user created.
    let _ = fs::remove_file(&mended);
    let mode = file.metadata()?.mode() & 0o777;
    let mut new = OpenOptions::new().append(true).create_new(true).mode(mode).open(&mended)?;
    let done = mend(&mut new, file, length).and_then(|()| fs::rename(&mended, path));
    if let Err(error) = done {
        // There may be no space for two copies.
        let _ = fs::remove_file(&mended);
        return Err(error);
    }
    Ok(new)
}

fn mend(mended: &mut File, file: &mut File, length: u64) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    let mut text = MultiGzDecoder::new(io::BufReader::new(file)).take(length);
    let mut encoder = GzEncoder::new(&mut *mended, Compression::default());
    io::copy(&mut text, &mut encoder)?;
    encoder.finish()?.sync_data()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn text(path: &Path) -> Vec<u8> {
        let (mut text, bytes) = (Vec::new(), fs::read(path).unwrap());
        if is_gzip(path) {
            MultiGzDecoder::new(&bytes[..]).read_to_end(&mut text).unwrap();
            return text;
        }
        bytes
    }

    #[test]
    fn a_truncated_file_continues_after_its_last_whole_line() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.tab", "a.tab.gz"] {
            let path = folder.path().join(name);
            let mut file = OutFile::append(path.clone(), Readers::Umask).unwrap();
            file.write(b"one\ntwo\n").unwrap();
            file.flush().unwrap();
            file.write(b"thr").unwrap();
            file.flush().unwrap();
            std::mem::forget(file);
            let mut file = OutFile::append(path.clone(), Readers::Umask).unwrap();
            file.write(b"four\n").unwrap();
            file.close().unwrap();
            assert_eq!(text(&path), b"one\ntwo\nfour\n", "{name}");
            let mut file = OutFile::append(path.clone(), Readers::Umask).unwrap();
            file.write(b"five\n").unwrap();
            file.close().unwrap();
            assert_eq!(text(&path), b"one\ntwo\nfour\nfive\n", "{name}");
        }
    }

    #[test]
    fn a_started_write_can_be_reverted() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.tab", "a.tab.gz"] {
            let path = folder.path().join(name);
            let begin = |text: &[u8]| {
                let mut file = OutFile::append(path.clone(), Readers::Umask).unwrap();
                file.write(text).unwrap();
                file.flush().unwrap();
                file
            };
            begin(b"one\n").undo();
            assert!(!path.exists(), "{name}");
            begin(b"two\n").close().unwrap();
            begin(b"three\n").undo();
            assert_eq!(text(&path), b"two\n", "{name}");
        }
    }

    #[test]
    fn links_and_pipes_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let theirs = folder.path().join("theirs");
        fs::write(&theirs, "kept").unwrap();
        for name in ["a.tab", "a.tab.gz"] {
            let path = folder.path().join(name);
            symlink(&theirs, &path).unwrap();
            assert!(OutFile::create(path.clone(), Readers::Umask).is_err());
            assert!(OutFile::replace(path.clone()).is_err());
            assert!(OutFile::append(path.clone(), Readers::Umask).is_err());
        }
        // The temporary file in which a truncated gzip file is repaired.
        let path = folder.path().join("b.tab.gz");
        let mut file = OutFile::append(path.clone(), Readers::Umask).unwrap();
        file.write(b"one\n").unwrap();
        file.flush().unwrap();
        std::mem::forget(file);
        symlink(&theirs, folder.path().join("b.tab.gz.mending")).unwrap();
        let mut file = OutFile::append(path.clone(), Readers::Umask).unwrap();
        file.write(b"two\n").unwrap();
        file.close().unwrap();
        assert_eq!(text(&path), b"one\ntwo\n");
        assert_eq!(fs::read(&theirs).unwrap(), b"kept");
    }

    #[test]
    fn a_file_with_processes_is_for_its_owner_and_group() {
        let folder = tempfile::tempdir().unwrap();
        let mode = |path: PathBuf| fs::metadata(path).unwrap().mode() & 0o777;
        for name in ["a.raw", "a.raw.gz"] {
            let path = folder.path().join(name);
            OutFile::create(path.clone(), Readers::Group).unwrap();
            assert_eq!(mode(path) & !0o640, 0, "{name}");
        }
        let path = folder.path().join("a.prc.gz");
        let mut file = OutFile::append(path.clone(), Readers::Group).unwrap();
        file.write(b"one\n").unwrap();
        file.flush().unwrap();
        std::mem::forget(file);
        // The repair uses a temporary file.
        drop(OutFile::append(path.clone(), Readers::Group).unwrap());
        assert_eq!(mode(path) & !0o640, 0);
    }

    #[test]
    fn a_new_file_replaces_no_existing_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.raw");
        let file = OutFile::create(path.clone(), Readers::Umask).unwrap();
        assert_eq!(
            OutFile::create(path.clone(), Readers::Umask).unwrap_err().kind(),
            io::ErrorKind::AlreadyExists
        );
        assert!(!file.is_deleted());
        fs::remove_file(path).unwrap();
        assert!(file.is_deleted());
    }

    #[test]
    fn the_end_of_the_last_line_of_a_long_file() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&[b"a\n".to_vec(), vec![b'x'; 10_000]].concat()).unwrap();
        assert_eq!(whole_lines(&mut file).unwrap(), 2);
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&vec![b'x'; 10_000]).unwrap();
        assert_eq!(whole_lines(&mut file).unwrap(), 0);
    }
}
