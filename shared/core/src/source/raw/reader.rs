//! Reads the frames of one raw file, plain or gzip, complete or truncated.

use std::io::{self, BufReader, Read};
use std::path::Path;

use collectl_wire::regular_file;
use flate2::bufread::MultiGzDecoder;

use super::lines::Lines;
use super::tags::owner;
use crate::clock::Time;
use crate::frame::Frame;
use crate::header::Header;
use crate::registry::position;

/// Largest sample that is read: room for a hundred thousand processes.
const MAX_SAMPLE: usize = 256 << 20;
/// Compressed bytes per read.
const BUFFER: usize = 256 << 10;

/// A recording, read from its start.
pub struct RawReader {
    lines: Lines,
    header: Header,
    marker: Option<Time>,
    /// The second file of `--tworaw`, if both are read as one.
    second: Option<Second>,
}

/// The second file of a pair.
struct Second {
    reader: Box<RawReader>,
    /// Its next sample.
    frame: Frame,
    /// Whether there is one.
    waits: bool,
}

/// A part of a recording after its header.
#[derive(Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// A sample starts.
    Marker(Time),
    /// A line of the sample with its end.
    Line(&'a [u8]),
}

impl RawReader {
    /// Opens `path` and reads its header.
    ///
    /// # Errors
    /// What opening or reading the file returns.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = regular_file::read(path)?;
        let gzip = path.extension().is_some_and(|extension| extension == "gz");
        Self::new(if gzip {
            Box::new(MultiGzDecoder::new(BufReader::with_capacity(BUFFER, file)))
        } else {
            Box::new(file)
        })
    }

    /// Reads the header of `input`.
    ///
    /// # Errors
    /// What reading returns.
    pub fn new(input: Box<dyn Read>) -> io::Result<Self> {
        let (mut lines, mut header, mut start) = (Lines::new(input), Header::default(), None);
        while start.is_none()
            && let Some(line) = lines.next()?
        {
            start = marker(line);
            if start.is_none() {
                header.push(line);
            }
        }
        Ok(Self { lines, header, marker: start, second: None })
    }

    /// What the recording says about itself.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Reads `second` along with this file: the samples of one time are one.
    ///
    /// # Errors
    /// What reading it returns.
    pub fn join(&mut self, mut second: Self) -> io::Result<()> {
        self.header.join(&second.header);
        let mut frame = Frame::default();
        let waits = second.next(&mut frame)?;
        self.second = Some(Second { reader: Box::new(second), frame, waits });
        Ok(())
    }

    /// Fills `frame` with the next whole sample. Returns false at the end: a sample that no marker follows was not
    /// written to its end.
    ///
    /// # Errors
    /// What reading returns.
    pub fn next(&mut self, frame: &mut Frame) -> io::Result<bool> {
        let Some(time) = self.marker else { return Ok(false) };
        frame.restart(time);
        loop {
            match self.item()? {
                Some(Item::Marker(_)) => {
                    self.second.as_mut().map_or(Ok(()), |second| second.add(frame))?;
                    return Ok(true);
                }
                Some(Item::Line(line)) => {
                    if let Some(capture) = owner(line) {
                        frame.add_line(capture, line);
                    }
                    if frame.text().len() > MAX_SAMPLE {
                        return Err(io::Error::other("a sample is larger than 256 MiB"));
                    }
                }
                None => return Ok(false),
            }
        }
    }

    /// Reads the next marker or line after the header; none at the end.
    ///
    /// # Errors
    /// What reading returns.
    pub fn item(&mut self) -> io::Result<Option<Item<'_>>> {
        let Some(line) = self.lines.next()? else { return Ok(None) };
        Ok(Some(match marker(line) {
            Some(time) => {
                self.marker = Some(time);
                Item::Marker(time)
            }
            None => Item::Line(line),
        }))
    }

    /// The time of the last marker that was read; at the end, the time when the file was closed.
    #[must_use]
    pub fn last_marker(&self) -> Option<Time> {
        self.marker
    }

    /// What of the recording was found to be damaged, as far as it was read. One that is only cut off is not damaged: it
    /// may still be written.
    #[must_use]
    pub fn damage(&self) -> Option<String> {
        let second = || self.second.as_ref()?.reader.damage();
        self.lines.damage().or_else(second)
    }

    /// The host and the time of the last marker that was read. A recording continues another one if this is the same at
    /// its start as at the end of the other: two hosts may be sampled at the same time.
    #[must_use]
    pub fn seam(&self) -> Option<(String, Time)> {
        Some((self.header.host()?.to_owned(), self.marker?))
    }
}

impl Second {
    /// Adds the sample of the time of `frame`, if there is one, and leaves out those before.
    fn add(&mut self, frame: &mut Frame) -> io::Result<()> {
        while self.waits && self.frame.time() <= frame.time() {
            if self.frame.time() == frame.time() {
                frame.join(&self.frame, position);
            }
            self.waits = self.reader.next(&mut self.frame)?;
        }
        Ok(())
    }
}

/// The time in a line `>>> SECONDS[.fraction] <<<`, to the millisecond.
fn marker(line: &[u8]) -> Option<Time> {
    let text = std::str::from_utf8(line.strip_prefix(b">>> ")?).ok()?;
    let (number, _) = text.split_once(" <<<")?;
    let (seconds, fraction) = number.split_once('.').unwrap_or((number, ""));
    let seconds: i64 = seconds.parse().ok().filter(|seconds| (0..1 << 40).contains(seconds))?;
    let digits: i64 = format!("{fraction:0<6.6}").parse().ok()?;
    Some(Time::from_micros(seconds * 1_000_000 + digits).to_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (RawReader, Vec<(i64, usize)>) {
        let mut reader = RawReader::new(Box::new(io::Cursor::new(text.as_bytes().to_vec()))).unwrap();
        let (mut frame, mut frames) = (Frame::default(), Vec::new());
        while reader.next(&mut frame).unwrap() {
            frames.push((frame.time().micros(), frame.text().len()));
        }
        (reader, frames)
    }

    #[test]
    fn a_complete_file() {
        let (reader, frames) =
            read("# Host: a\n>>> 1.001 <<<\nload 1\n>>> 2.002 <<<\nload 22\n# c\n>>> 3 <<<\n");
        assert_eq!(reader.header().host(), Some("a"));
        assert_eq!(frames, [(1_001_000, 7), (2_002_000, 8)]);
        assert_eq!(reader.last_marker(), Some(Time::from_micros(3_000_000)));
    }

    #[test]
    fn a_truncated_file_ends_with_its_last_complete_sample() {
        let whole = "# Host: a\n>>> 1.001 <<<\nload 1\n>>> 2.002 <<<\nload 22\n>>> 3.003 <<<\n";
        for end in 0..whole.len() {
            let (_, frames) = read(&whole[..end]);
            let expected = [37, whole.len()].iter().take_while(|&&length| length <= end).count();
            assert!(
                frames.len() <= expected + 1 && frames.iter().all(|(_, length)| [7, 8].contains(length)),
                "{end}"
            );
        }
    }

    #[test]
    fn two_files_are_read_as_one() {
        let open = |text: &str| RawReader::new(Box::new(io::Cursor::new(text.as_bytes().to_vec()))).unwrap();
        let mut reader = open(">>> 1 <<<\nload 1\n>>> 2 <<<\nload 2\n>>> 3 <<<\nload 3\n>>> 4 <<<\n");
        reader.join(open(">>> 1 <<<\nproc:1 a\n>>> 3 <<<\nproc:1 b\n>>> 5 <<<\n")).unwrap();
        let (mut frame, mut texts) = (Frame::default(), Vec::new());
        while reader.next(&mut frame).unwrap() {
            texts.push(String::from_utf8(frame.text().to_vec()).unwrap());
        }
        assert_eq!(texts, ["load 1\nproc:1 a\n", "load 2\n", "load 3\nproc:1 b\n"]);
    }

    #[test]
    fn markers() {
        assert_eq!(marker(b">>> 1795342777.001 <<<\n"), Some(Time::from_micros(1_795_342_777_001_000)));
        assert_eq!(marker(b">>> 5 <<<\n"), Some(Time::from_micros(5_000_000)));
        for bad in [
            "",
            ">>> <<<",
            ">>> x <<<",
            ">>> -5.0 <<<",
            ">>> 1.0",
            "load 1",
            ">>> 99999999999999999999 <<<",
            ">>> 1.é <<<",
        ] {
            assert_eq!(marker(bad.as_bytes()), None, "{bad}");
        }
    }
}
