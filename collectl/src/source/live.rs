//! Frames of this machine, now.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use crate::capture::{Capture, Probe, Root};
use crate::clock::Time;
use crate::frame::Frame;

/// Largest kernel file that is read; what is beyond is left out, and said.
const MAX_FILE: usize = 64 << 20;
/// Room kept free in the buffer, so that a read is seldom cut short.
const READ_SIZE: usize = 64 << 10;

/// The two kernel file systems as they are mounted here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roots {
    /// `/proc`, or another folder in its shape.
    pub proc: PathBuf,
    /// `/sys`, or another folder in its shape.
    pub sys: PathBuf,
}

impl Roots {
    fn path(&self, capture: &Capture) -> PathBuf {
        match capture.root {
            Root::Proc => self.proc.join(capture.path),
            Root::Sys => self.sys.join(capture.path),
        }
    }
}

/// Reads a set of captures at each sample, or at each so-manieth. Files stay open.
pub struct Live {
    readers: Vec<Reader>,
    buffer: Vec<u8>,
    samples: u64,
}

struct Reader {
    capture: &'static Capture,
    /// It is read at the first sample, and again after so many samples.
    every: u64,
    path: PathBuf,
    file: Option<File>,
    probe: Option<Box<dyn Probe>>,
    reported: bool,
}

impl Live {
    /// A source that reads `captures`, each once, in the order of a raw file.
    #[must_use]
    pub fn new(roots: &Roots, captures: impl IntoIterator<Item = &'static Capture>) -> Self {
        let mut captures: Vec<_> = captures.into_iter().collect();
        captures.sort_by_key(|capture| capture.rank);
        captures.dedup_by_key(|capture| capture.rank);
        let reader = |capture| Reader {
            capture,
            every: 1,
            path: roots.path(capture),
            file: None,
            probe: None,
            reported: false,
        };
        Self { readers: captures.into_iter().map(reader).collect(), buffer: Vec::new(), samples: 0 }
    }

    /// Reads `capture` at the first sample and each `every` samples after it.
    pub fn set_every(&mut self, capture: &Capture, every: u64) {
        for reader in self.readers.iter_mut().filter(|reader| reader.capture.rank == capture.rank) {
            reader.every = every.max(1);
        }
    }

    /// Has a capture read by `probe`.
    pub fn set_probe(&mut self, probe: Box<dyn Probe>) {
        let rank = probe.capture().rank;
        if let Some(reader) = self.readers.iter_mut().find(|reader| reader.capture.rank == rank) {
            reader.probe = Some(probe);
        }
    }

    /// Fills `frame` with the machine as it is at `now`.
    ///
    /// A file that can't be read leaves its section empty; `report` is told once, with the path and the reason, and the
    /// file is tried again at the next sample.
    pub fn sample(&mut self, now: Time, frame: &mut Frame, mut report: impl FnMut(&Path, &io::Error)) {
        frame.restart(now.to_millisecond());
        let sample = self.samples;
        self.samples += 1;
        for reader in self.readers.iter_mut().filter(|reader| sample.is_multiple_of(reader.every)) {
            match reader.add_to(frame, &mut self.buffer) {
                Ok(()) => reader.reported = false,
                Err(error) => {
                    reader.file = None;
                    if !std::mem::replace(&mut reader.reported, true) {
                        report(&reader.path, &error);
                    }
                }
            }
        }
    }
}

impl Reader {
    fn add_to(&mut self, frame: &mut Frame, buffer: &mut Vec<u8>) -> io::Result<()> {
        if let Some(probe) = &mut self.probe {
            let mut result = Ok(());
            frame.add(self.capture, |out| result = probe.read(out));
            return result;
        }
        let length = self.read(buffer)?;
        frame.add(self.capture, |out| (self.capture.keep)(&buffer[..length], out));
        Ok(())
    }

    /// Reads the whole file into `buffer` and returns its length; the last line is whole.
    fn read(&mut self, buffer: &mut Vec<u8>) -> io::Result<usize> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(File::open(&self.path)?),
        };
        let mut length = 0;
        loop {
            if buffer.len() - length < READ_SIZE / 2 {
                buffer.resize(buffer.len() + READ_SIZE, 0);
            }
            match file.read_at(&mut buffer[length..], length as u64) {
                Ok(0) => break,
                Ok(count) => length += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
            if length > MAX_FILE {
                return Err(io::Error::other("larger than 64 MiB"));
            }
        }
        Ok(buffer[..length].iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::capture::keep_tagged;

    const LOAD: Capture = Capture {
        rank: 50,
        root: Root::Proc,
        path: "loadavg",
        tags: &[],
        keep: |text, out| keep_tagged(text, b"load", |_| true, out),
    };
    const WIDE: Capture = Capture {
        rank: 20,
        root: Root::Sys,
        path: "wide",
        tags: &[],
        keep: |text, out| out.extend_from_slice(text),
    };

    fn sample(live: &mut Live, frame: &mut Frame) -> Vec<String> {
        let mut reports = Vec::new();
        live.sample(Time::from_micros(1_600), frame, |path, error| {
            reports.push(format!("{}: {error}", path.display()));
        });
        reports
    }

    #[test]
    fn reads_tags_and_orders() {
        let root = tempfile::tempdir().unwrap();
        let roots = Roots { proc: root.path().join("proc"), sys: root.path().join("sys") };
        fs::create_dir(&roots.proc).unwrap();
        fs::create_dir(&roots.sys).unwrap();
        fs::write(roots.proc.join("loadavg"), "0.1 0.2\n").unwrap();
        let wide = "x".repeat(99) + "\n";
        fs::write(roots.sys.join("wide"), wide.repeat(3000) + "cut off").unwrap();
        let (mut live, mut frame) = (Live::new(&roots, [&LOAD, &WIDE, &LOAD]), Frame::default());

        assert!(sample(&mut live, &mut frame).is_empty());
        assert_eq!(frame.time(), Time::from_micros(2_000));
        assert_eq!(frame.lines(&WIDE).count(), 3000);
        assert_eq!(frame.lines(&LOAD).collect::<Vec<_>>(), [b"load 0.1 0.2"]);
        assert_eq!(frame.text().len(), 300_000 + 13);

        fs::write(roots.proc.join("loadavg"), "0.3 0.4\n").unwrap();
        sample(&mut live, &mut frame);
        assert_eq!(frame.lines(&LOAD).collect::<Vec<_>>(), [b"load 0.3 0.4"]);
    }

    #[test]
    fn a_missing_file_is_said_once_and_tried_again() {
        let root = tempfile::tempdir().unwrap();
        let roots = Roots { proc: root.path().into(), sys: root.path().into() };
        let (mut live, mut frame) = (Live::new(&roots, [&LOAD]), Frame::default());
        let reports = sample(&mut live, &mut frame);
        assert_eq!(reports.len(), 1);
        assert!(reports[0].contains("loadavg: No such file"), "{reports:?}");
        assert!(sample(&mut live, &mut frame).is_empty());
        assert_eq!(frame.lines(&LOAD).count(), 0);
        fs::write(root.path().join("loadavg"), "1\n").unwrap();
        sample(&mut live, &mut frame);
        assert_eq!(frame.lines(&LOAD).collect::<Vec<_>>(), [b"load 1"]);
    }
}
