//! The lines of a recording, read into one buffer and lent out of it.

use std::io::{self, Read};

use crate::scan::line_length;

/// Longest line that is read; the command line of a process may take 2 MiB.
const MAX_LINE: usize = 8 << 20;
/// Bytes that are read at once.
const READ_SIZE: usize = 256 << 10;

/// Whole lines of foreign text. A line that ends with the input instead of LF was cut off and is left out, and so is what
/// stands behind damage in a gzip stream.
pub(super) struct Lines {
    input: Box<dyn Read>,
    buffer: Vec<u8>,
    /// Where the bytes are that were read and not lent yet.
    start: usize,
    end: usize,
}

impl Lines {
    /// The lines of `input`.
    pub(super) fn new(input: Box<dyn Read>) -> Self {
        Self { input, buffer: Vec::new(), start: 0, end: 0 }
    }

    /// The next line, its end included; none at the end, and instead of one that is too long.
    pub(super) fn next(&mut self) -> io::Result<Option<&[u8]>> {
        let mut searched = 0;
        let length = loop {
            let waiting = &self.buffer[self.start..self.end];
            if let Some(length) = line_length(&waiting[searched..]) {
                break searched + length;
            }
            searched = waiting.len();
            if searched >= MAX_LINE || !self.fill()? {
                return Ok(None);
            }
        };
        let line = self.start..self.start + length;
        self.start = line.end;
        Ok(Some(&self.buffer[line]))
    }

    /// Reads on. Returns false at the end.
    fn fill(&mut self) -> io::Result<bool> {
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        if self.buffer.len() - self.end < READ_SIZE / 2 {
            self.buffer.resize(self.buffer.len() + READ_SIZE, 0);
        }
        loop {
            match self.input.read(&mut self.buffer[self.end..]) {
                Ok(count) => {
                    self.end += count;
                    return Ok(count > 0);
                }
                Err(error) => match error.kind() {
                    io::ErrorKind::Interrupted => {}
                    io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput => return Ok(false),
                    _ => return Err(error),
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte less at each read, down to single ones.
    struct Dribble(Vec<u8>, usize);

    impl Read for Dribble {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.1 = self.1.saturating_sub(1).max(1);
            let count = self.1.min(buffer.len()).min(self.0.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0.drain(..count);
            Ok(count)
        }
    }

    fn read(input: impl Read + 'static) -> Vec<Vec<u8>> {
        let (mut lines, mut all) = (Lines::new(Box::new(input)), Vec::new());
        while let Some(line) = lines.next().unwrap() {
            all.push(line.to_vec());
        }
        all
    }

    #[test]
    fn lines_are_whole_however_they_come() {
        let text = b"one\n\nthree, and longer\nx\ncut off";
        for size in 1..=text.len() + 1 {
            let expected: [&[u8]; 4] = [b"one\n", b"\n", b"three, and longer\n", b"x\n"];
            assert_eq!(read(Dribble(text.to_vec(), size)), expected, "{size}");
        }
        assert!(read(io::empty()).is_empty());
    }

    #[test]
    fn lines_longer_than_the_buffer() {
        let long = [vec![b'x'; 3 * READ_SIZE], vec![b'\n']].concat();
        let text = [b"a\n".to_vec(), long.clone(), b"b\n".to_vec()].concat();
        assert_eq!(read(io::Cursor::new(text)), [b"a\n".to_vec(), long, b"b\n".to_vec()]);
    }

    #[test]
    fn a_line_without_an_end_is_not_kept() {
        let mut lines = Lines::new(Box::new(io::repeat(b'x')));
        assert!(lines.next().unwrap().is_none());
        assert!(lines.buffer.len() < 2 * MAX_LINE);
    }
}
