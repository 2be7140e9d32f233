//! The frames of the raw files of a run, in order, as far as they can be read.

use std::io;
use std::path::PathBuf;
use std::vec::IntoIter;

use collectl_core::frame::Frame;
use collectl_core::registry::position;
use collectl_core::source::raw::reader::RawReader;

use crate::warn;

/// The frames of one file after the other.
pub(super) struct Frames {
    files: IntoIter<PathBuf>,
    reader: Option<(RawReader, PathBuf)>,
}

impl Frames {
    pub(super) fn new(files: Vec<PathBuf>) -> Self {
        Self { files: files.into_iter(), reader: None }
    }

    /// Fills `frame` with the next one; returns false at the end. The newest may be incomplete.
    pub(super) fn next(&mut self, frame: &mut Frame) -> bool {
        loop {
            let Some((reader, path)) = &mut self.reader else {
                let Some(path) = self.files.next() else { return false };
                match RawReader::open(&path) {
                    Ok(reader) => self.reader = Some((reader, path)),
                    Err(error) => report(&path, &error),
                }
                continue;
            };
            match reader.next(frame) {
                Ok(true) => return true,
                // No marker follows the newest sample yet. A marker without lines only ends a file.
                Ok(false) => {
                    let is_newest = reader.last_marker() == Some(frame.time()) && !frame.text().is_empty();
                    self.reader = None;
                    if is_newest {
                        return true;
                    }
                }
                Err(error) => {
                    report(path, &error);
                    self.reader = None;
                }
            }
        }
    }
}

/// Old files are removed by this program and by others: a missing file is not reported.
fn report(path: &std::path::Path, error: &io::Error) {
    if error.kind() != io::ErrorKind::NotFound {
        warn!("reading {} for a client: {error}", path.display());
    }
}

/// Frames with some lines in separate files (`--tworaw`).
pub(super) struct Joined {
    frames: Frames,
    apart: Frames,
    /// The next frame of the separate files.
    ahead: Option<Frame>,
}

impl Joined {
    pub(super) fn new(frames: Frames, mut apart: Frames) -> Self {
        let ahead = advance(&mut apart, Frame::default());
        Self { frames, apart, ahead }
    }

    /// Fills `frame` with the next one; returns false at the end.
    pub(super) fn next(&mut self, frame: &mut Frame) -> bool {
        if !self.frames.next(frame) {
            return false;
        }
        while let Some(ahead) = self.ahead.take_if(|ahead| ahead.time() < frame.time()) {
            self.ahead = advance(&mut self.apart, ahead);
        }
        if let Some(ahead) = self.ahead.take_if(|ahead| ahead.time() == frame.time()) {
            frame.join(&ahead, position);
            self.ahead = advance(&mut self.apart, ahead);
        }
        true
    }
}

fn advance(frames: &mut Frames, mut frame: Frame) -> Option<Frame> {
    frames.next(&mut frame).then_some(frame)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn texts(mut next: impl FnMut(&mut Frame) -> bool) -> Vec<String> {
        let mut frame = Frame::default();
        let mut texts = Vec::new();
        while next(&mut frame) {
            let text = String::from_utf8_lossy(frame.text()).replace('\n', ",");
            texts.push(format!("{}: {text}", frame.time().micros() / 1_000_000));
        }
        texts
    }

    #[test]
    fn files_are_read_in_order_and_separate_ones_are_joined() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path
        };
        let all = vec![
            file("a.raw", "# head\n>>> 1.000 <<<\nload 1\n>>> 2.000 <<<\nload 2\n>>> 3.000 <<<\n"),
            folder.path().join("removed.raw"),
            file("b.raw", "# head\n>>> 3.000 <<<\nload 3\n>>> 4.000 <<<\nload 4\ncut o"),
        ];
        let apart = vec![file("a.rawp", ">>> 1.000 <<<\nproc:7 x\n>>> 3.000 <<<\nproc:7 y\n>>> 5.000 <<<\n")];
        let mut frames = Frames::new(all.clone());
        assert_eq!(
            texts(|frame| frames.next(frame)),
            ["1: load 1,", "2: load 2,", "3: load 3,", "4: load 4,"]
        );
        let mut joined = Joined::new(Frames::new(all), Frames::new(apart));
        let joined = texts(|frame| joined.next(frame));
        assert_eq!(joined, ["1: load 1,proc:7 x,", "2: load 2,", "3: load 3,proc:7 y,", "4: load 4,"]);
    }
}
