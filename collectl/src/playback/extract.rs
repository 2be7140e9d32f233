//! `--extract`: the part of a recording inside a timeframe, as a new recording.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use collectl_core::clock::Time;
use collectl_core::source::raw::reader::{Item, RawReader};
use collectl_core::source::raw::timeframe::Position;
use collectl_core::source::raw::write::marker;

use crate::record::OutFile;

/// Most bytes that are kept back before a write.
const BUFFER: usize = 64 << 10;

/// Which side of a copy failed.
#[derive(Debug)]
pub(super) enum Failure {
    Reading(io::Error),
    Writing(io::Error),
}

/// Copies the header of `reader`, its samples inside the timeframe, the one before them, which the first is compared
/// with, and the marker after them, which completes the last one. `open` is called if there are any. Returns the
/// output.
pub(super) fn copy<W: Write>(
    reader: &mut RawReader,
    position: impl Fn(Time) -> Position,
    open: impl FnOnce() -> io::Result<W>,
) -> Result<Option<W>, Failure> {
    let mut before = Vec::new();
    let (mut open, mut output) = (Some(open), None);
    let mut start = reader.last_marker();
    let mut end = None;
    while let Some(time) = start {
        let mut sample = marker(time);
        start = read_sample(reader, &mut sample).map_err(Failure::Reading)?;
        match position(time) {
            // A sample without a marker after it is incomplete.
            _ if start.is_none() => {}
            Position::Before => std::mem::swap(&mut before, &mut sample),
            Position::Inside => {
                if let Some(open) = open.take() {
                    let output = output.insert(open().map_err(Failure::Writing)?);
                    let header: String =
                        reader.header().lines().iter().map(|line| format!("{line}\n")).collect();
                    write(output, header.as_bytes())?;
                    write(output, &before)?;
                }
                output.as_mut().map_or(Ok(()), |output| write(output, &sample))?;
                end = start;
            }
            Position::After => break,
        }
    }
    if let (Some(output), Some(end)) = (&mut output, end) {
        write(output, &marker(end))?;
    }
    Ok(output)
}

fn write(output: &mut impl Write, bytes: &[u8]) -> Result<(), Failure> {
    output.write_all(bytes).map_err(Failure::Writing)
}

/// Appends the lines up to the next marker, and returns its time; none at the end.
fn read_sample(reader: &mut RawReader, sample: &mut Vec<u8>) -> io::Result<Option<Time>> {
    loop {
        match reader.item()? {
            Some(Item::Line(line)) => sample.extend_from_slice(line),
            Some(Item::Marker(time)) => return Ok(Some(time)),
            None => return Ok(None),
        }
    }
}

/// Creates `path`, unless it is the recording `source` itself.
pub(super) fn create(path: &Path, source: &Path) -> io::Result<BufWriter<OutFile>> {
    if is_same(path, source)? {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "it is the recording being played"));
    }
    OutFile::replace(path.to_owned()).map(|file| BufWriter::with_capacity(BUFFER, file))
}

/// Writes what is kept back, and ends the file.
pub(super) fn close(file: BufWriter<OutFile>) -> io::Result<()> {
    file.into_inner().map_err(io::IntoInnerError::into_error)?.close()
}

fn is_same(path: &Path, source: &Path) -> io::Result<bool> {
    let source = fs::metadata(source)?;
    Ok(fs::metadata(path).is_ok_and(|path| (path.dev(), path.ino()) == (source.dev(), source.ino())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Extracts from `text` the samples between `from` and `to`, in seconds.
    fn extract(text: &str, from: i64, thru: i64) -> Option<String> {
        let mut reader = RawReader::new(Box::new(io::Cursor::new(text.as_bytes().to_vec()))).unwrap();
        let position = |time: Time| match time.micros() / 1_000_000 {
            second if second < from => Position::Before,
            second if second > thru => Position::After,
            _ => Position::Inside,
        };
        let output = copy(&mut reader, position, || Ok(Vec::new())).unwrap();
        output.map(|bytes| String::from_utf8(bytes).unwrap())
    }

    const RECORDING: &str =
        "# Host: a\n>>> 1.001 <<<\nx 1\n>>> 2.001 <<<\nx 2\n# c\n>>> 3.001 <<<\nx 3\n>>> 4 <<<\nx 4\n";

    #[test]
    fn the_samples_inside_and_the_one_before() {
        let expected = "# Host: a\n>>> 1.001 <<<\nx 1\n>>> 2.001 <<<\nx 2\n# c\n>>> 3.001 <<<\n";
        assert_eq!(extract(RECORDING, 2, 2).unwrap(), expected);
        let expected = "# Host: a\n>>> 2.001 <<<\nx 2\n# c\n>>> 3.001 <<<\nx 3\n>>> 4.000 <<<\n";
        assert_eq!(extract(RECORDING, 3, 9).unwrap(), expected);
    }

    #[test]
    fn no_file_is_opened_without_samples() {
        assert_eq!(
            [extract(RECORDING, 4, 9), extract(RECORDING, 0, 0), extract("", 0, 9)],
            [None, None, None]
        );
    }

    #[test]
    fn a_recording_is_not_written_over_itself() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.raw");
        fs::write(&path, "x").unwrap();
        assert!(create(&folder.path().join("./a.raw"), &path).is_err());
        assert_eq!(fs::read(&path).unwrap(), b"x");
        let other = folder.path().join("b.raw.gz");
        let mut file = create(&other, &path).unwrap();
        file.write_all(b"text").unwrap();
        close(file).unwrap();
        let mut text = String::new();
        let mut decoder = flate2::read::GzDecoder::new(fs::File::open(&other).unwrap());
        io::Read::read_to_string(&mut decoder, &mut text).unwrap();
        assert_eq!(text, "text");
    }
}
