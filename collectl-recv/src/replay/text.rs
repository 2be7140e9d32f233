//! Text as it came.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use collectl_wire::line::MAX_LINE;
use collectl_wire::regular;

use super::window::{Place, Window};
use crate::record::header::Columns;
use crate::record::times::{self, Line};

/// Most bytes of a piece, but for a longer line.
const PIECE: usize = 64 << 10;
/// Buffers of the two files.
const BUFFER: usize = 16 << 10;

/// A text file, and the one that says when it came.
pub(crate) struct TextTrack<R> {
    text: R,
    times: R,
    /// What the text goes on.
    after: Option<String>,
    /// Where the next line begins.
    offset: u64,
    /// When the next line came; none before the first that is not said again.
    time: Option<f64>,
    /// Where what came later begins, and when that came.
    ahead: Option<(u64, f64)>,
    columns: Columns,
    /// Whether the reader has the column headers.
    headed: bool,
    line: Vec<u8>,
}

impl TextTrack<BufReader<File>> {
    /// Opens the text `path`, and the file beside it.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let open = |path: &Path| regular::read(path).map(|file| BufReader::with_capacity(BUFFER, file));
        let times = open(&path.with_extension(times::EXTENSION)).map_err(|error| {
            io::Error::new(error.kind(), format!("the .{} file beside it: {error}", times::EXTENSION))
        })?;
        Self::new(open(path)?, times)
    }
}

impl<R: BufRead> TextTrack<R> {
    /// Reads `text`, of which `times` says when it came.
    pub(crate) fn new(text: R, times: R) -> io::Result<Self> {
        let mut track = Self {
            text,
            times,
            after: None,
            offset: 0,
            time: None,
            ahead: None,
            columns: Columns::default(),
            headed: true,
            line: Vec::new(),
        };
        track.ahead = track.next_time()?;
        // What stands before it was said before; whoever has not heard it needs its headers.
        let again = track.ahead.map_or(0, |(offset, _)| offset);
        while track.offset < again && track.next_line()? {
            track.columns.push(&track.line);
            track.headed = false;
        }
        Ok(track)
    }

    /// The file whose text this goes on.
    pub(crate) fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }

    /// The reader has the column headers: they need not be said again.
    pub(super) fn go_on(&mut self) {
        self.headed = true;
    }

    /// The next lines that came together, and when, in seconds of the epoch; none at the end. Half a line at the end is
    /// left out.
    pub(crate) fn next(&mut self, window: &Window) -> io::Result<Option<(f64, Vec<u8>)>> {
        let mut piece = Vec::new();
        loop {
            while let Some((_, time)) = self.ahead.filter(|(offset, _)| *offset <= self.offset) {
                if self.time.is_some() && !piece.is_empty() {
                    break;
                }
                self.time = Some(time);
                self.ahead = self.next_time()?;
            }
            let later = self.ahead.is_some_and(|(offset, _)| offset <= self.offset);
            let time = self.time.unwrap_or_default();
            if !piece.is_empty() && (later || piece.len() >= PIECE) {
                return Ok(Some((time, piece)));
            }
            if !self.next_line()? {
                return Ok((!piece.is_empty()).then_some((time, piece)));
            }
            if self.time.is_none() {
                // Nobody knows when it came: the file of times is empty.
                continue;
            }
            match window.place(time) {
                Place::Behind => return Ok((!piece.is_empty()).then_some((time, piece))),
                Place::Before => {
                    self.columns.push(&self.line);
                    self.headed = false;
                    continue;
                }
                Place::Inside => {}
            }
            if !std::mem::replace(&mut self.headed, true) && !self.line.starts_with(b"#") {
                piece.extend_from_slice(self.columns.text());
            }
            piece.extend_from_slice(&self.line);
        }
    }

    /// Reads a whole line; the rest of one that is too long is no line of its own.
    fn next_line(&mut self) -> io::Result<bool> {
        let limit = MAX_LINE as u64;
        self.line.clear();
        let mut count = (&mut self.text).take(limit).read_until(b'\n', &mut self.line)? as u64;
        if count == limit && !self.line.ends_with(b"\n") {
            count += self.text.skip_until(b'\n')? as u64;
            self.line.push(b'\n');
        }
        self.offset += count;
        Ok(self.line.ends_with(b"\n"))
    }

    /// The next offset and time; lines without a meaning are passed over.
    fn next_time(&mut self) -> io::Result<Option<(u64, f64)>> {
        let limit = times::MAX_LINE as u64;
        loop {
            let mut line = Vec::new();
            let count = (&mut self.times).take(limit).read_until(b'\n', &mut line)? as u64;
            let Some(line) = line.strip_suffix(b"\n") else {
                if count < limit {
                    return Ok(None);
                }
                self.times.skip_until(b'\n')?;
                continue;
            };
            match times::parse(line) {
                Some(Line::Came(offset, time)) => return Ok(Some((offset, time))),
                Some(Line::After(file)) => self.after = Some(file.to_owned()),
                None => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use collectl_core::source::raw::timeframe::Timeframe;

    use super::*;

    fn pieces(text: &str, times: &str, from: Option<&str>, goes_on: bool) -> Vec<(f64, String)> {
        let window = Window::new(Timeframe::parse(from, None).unwrap());
        let mut track = TextTrack::new(text.as_bytes(), times.as_bytes()).unwrap();
        if goes_on {
            track.go_on();
        }
        let mut pieces = Vec::new();
        while let Some((time, text)) = track.next(&window).unwrap() {
            pieces.push((time, String::from_utf8(text).unwrap()));
        }
        pieces
    }

    fn owned(pieces: &[(f64, &str)]) -> Vec<(f64, String)> {
        pieces.iter().map(|(time, text)| (*time, (*text).to_owned())).collect()
    }

    #[test]
    fn lines_have_the_time_at_which_they_came() {
        let text = "#cpu\n 1\n 2\n 3\n 4";
        let expected = owned(&[(10.0, "#cpu\n 1\n"), (11.0, " 2\n 3\n")]);
        assert_eq!(pieces(text, "0 10.000\n8 11.000\n", None, false), expected);
        assert_eq!(pieces(text, "noise\n0 10.000\n8 11.000\n99 12.0\n5", None, false), expected);
        assert_eq!(pieces(text, "", None, false), []);
    }

    #[test]
    fn headers_are_said_again_to_whoever_has_not_heard_them() {
        let (text, times) = ("#cpu\n 1\n 2\n", "after x.txt\n5 10.000\n8 11.000\n");
        let all = owned(&[(10.0, "#cpu\n 1\n"), (11.0, " 2\n")]);
        assert_eq!(pieces(text, times, None, false), all);
        assert_eq!(pieces(text, times, None, true), owned(&[(10.0, " 1\n"), (11.0, " 2\n")]));
    }

    #[test]
    fn a_part_begins_with_its_headers() {
        let (text, times) = ("#cpu\n 1\n 2\n", "0 1795344158.000\n8 1795344159.000\n");
        let from = crate::view::time::of_day(1_795_344_159.0);
        assert_eq!(pieces(text, times, Some(&from), false), owned(&[(1_795_344_159.0, "#cpu\n 2\n")]));
    }
}
