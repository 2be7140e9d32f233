//! Files that a playback writes.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

/// A file that is being written, plain or gzip as its name says.
pub(super) struct Output(Box<dyn Finish>);

impl Output {
    /// Creates `path`; a file that was there is lost.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let file = BufWriter::new(File::create(path)?);
        let gzip = path.extension().is_some_and(|extension| extension == "gz");
        Ok(Self(if gzip { Box::new(GzEncoder::new(file, Compression::default())) } else { Box::new(file) }))
    }

    /// Writes what is still held back.
    pub(super) fn finish(self) -> io::Result<()> {
        self.0.finish()
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// What has an end to write.
trait Finish: Write {
    fn finish(self: Box<Self>) -> io::Result<()>;
}

impl Finish for BufWriter<File> {
    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.flush()
    }
}

impl Finish for GzEncoder<BufWriter<File>> {
    fn finish(self: Box<Self>) -> io::Result<()> {
        (*self).finish()?.flush()
    }
}
