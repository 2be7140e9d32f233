//! Text as it came, played again.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use collectl_core::source::raw::timeframe::Position;
use collectl_wire::line::MAX_LINE;
use collectl_wire::regular_file;

use super::window::Window;
use crate::base::time::Time;
use crate::consumer::record::header::ColumnHeaders;
use crate::consumer::record::times::{self, TimesEntry};
use crate::stream::classify::{Classifier, LineKind};
use crate::stream::lines::{Line, Lines};

/// Most bytes of a piece, but for a longer line.
const PIECE: usize = 64 << 10;
/// Buffers of the two files.
const BUFFER: usize = 16 << 10;

/// A text file, and the file of the times at which it came.
pub(crate) struct TextPlayback<R> {
    text: R,
    times: R,
    /// The file that the text continues.
    after: Option<String>,
    /// Where the next line begins.
    offset: u64,
    /// When the next line came; none before the first that is not repeated.
    time: Option<Time>,
    /// Where what came later begins, and when that came.
    ahead: Option<(u64, Time)>,
    columns: ColumnHeaders,
    /// Whether the reader has the column headers.
    headed: bool,
    classifier: Classifier,
    /// The last line that was read, without its LF, and what it is.
    line: Vec<u8>,
    kind: LineKind,
}

impl TextPlayback<BufReader<File>> {
    /// Opens the text `path`, and the file beside it.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let open = |path: &Path| regular_file::read(path).map(|file| BufReader::with_capacity(BUFFER, file));
        let times = open(&path.with_extension(times::EXTENSION)).map_err(|error| {
            io::Error::new(error.kind(), format!("the .{} file beside it: {error}", times::EXTENSION))
        })?;
        Self::new(open(path)?, times)
    }
}

impl<R: BufRead> TextPlayback<R> {
    /// Reads `text`, which came at `times`.
    pub(crate) fn new(text: R, times: R) -> io::Result<Self> {
        let mut playback = Self {
            text,
            times,
            after: None,
            offset: 0,
            time: None,
            ahead: None,
            columns: ColumnHeaders::default(),
            headed: true,
            classifier: Classifier::default(),
            line: Vec::new(),
            kind: LineKind::Blank,
        };
        playback.ahead = playback.next_time()?;
        // What is before it repeats headers, which the reader may not have.
        let repeated = playback.ahead.map_or(0, |(offset, _)| offset);
        while playback.offset < repeated && playback.next_line()? {
            playback.keep_header();
        }
        Ok(playback)
    }

    /// When the first of it came that is not repeated.
    pub(super) fn first_time(&self) -> Option<Time> {
        self.ahead.map(|(_, time)| time)
    }

    /// The file whose text this continues.
    pub(crate) fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }

    /// The reader has the column headers: they need not be repeated.
    pub(super) fn skip_headers(&mut self) {
        self.headed = true;
    }

    /// The next lines that came together, and when; none at the end. Half a line at the end is left out.
    pub(crate) fn next(&mut self, window: &Window) -> io::Result<Option<(Time, Lines)>> {
        let mut piece = Lines::default();
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
            if !piece.is_empty() && (later || piece.text().len() >= PIECE) {
                return Ok(Some((time, piece)));
            }
            if !self.next_line()? {
                return Ok((!piece.is_empty()).then_some((time, piece)));
            }
            if self.time.is_none() {
                // Nobody knows when it came: the file of times is empty.
                continue;
            }
            match window.position(time) {
                Position::After => return Ok((!piece.is_empty()).then_some((time, piece))),
                Position::Before => {
                    self.keep_header();
                    continue;
                }
                Position::Inside => {}
            }
            let format = self.classifier.format();
            if !std::mem::replace(&mut self.headed, true) && !self.line.starts_with(b"#") {
                let headers = self.columns.text().split_inclusive(|&byte| byte == b'\n');
                headers.for_each(|line| piece.push(&line[..line.len() - 1], LineKind::Header, format));
            }
            piece.push(&self.line, self.kind, format);
        }
    }

    /// Keeps the line if it is a column header, for a reader who does not have it.
    fn keep_header(&mut self) {
        self.columns.push(Line { kind: self.kind, text: &self.line });
        self.headed = false;
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
        let is_whole = self.line.pop_if(|byte| *byte == b'\n').is_some();
        if is_whole {
            self.kind = self.classifier.line(&self.line);
        }
        Ok(is_whole)
    }

    /// The next offset and time; other lines are skipped.
    fn next_time(&mut self) -> io::Result<Option<(u64, Time)>> {
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
                Some(TimesEntry::Came(offset, time)) => return Ok(Some((offset, time))),
                Some(TimesEntry::After(file)) => self.after = Some(file.to_owned()),
                None => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time;

    fn pieces(text: &str, times: &str, from: Option<&str>, continues: bool) -> Vec<(f64, String)> {
        let window = Window::parse(from, None).unwrap();
        let mut playback = TextPlayback::new(text.as_bytes(), times.as_bytes()).unwrap();
        if continues {
            playback.skip_headers();
        }
        let mut pieces = Vec::new();
        while let Some((time, lines)) = playback.next(&window).unwrap() {
            pieces.push((time.seconds(), String::from_utf8(lines.text().to_vec()).unwrap()));
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
    fn headers_are_repeated_for_a_reader_who_does_not_have_them() {
        let (text, times) = ("#cpu\n 1\n 2\n", "after x.txt\n5 10.000\n8 11.000\n");
        let all = owned(&[(10.0, "#cpu\n 1\n"), (11.0, " 2\n")]);
        assert_eq!(pieces(text, times, None, false), all);
        assert_eq!(pieces(text, times, None, true), owned(&[(10.0, " 1\n"), (11.0, " 2\n")]));
    }

    #[test]
    fn a_part_begins_with_its_headers() {
        let (text, times) = ("#cpu\n 1\n 2\n", "0 1795344158.000\n8 1795344159.000\n");
        let from = time::of_day(time::at(1_795_344_159.0));
        assert_eq!(pieces(text, times, Some(&from), false), owned(&[(1_795_344_159.0, "#cpu\n 2\n")]));
    }
}
