//! The lines of a recording, read into one buffer and borrowed from it.

use std::ffi::CStr;
use std::io::{self, Read};

use crate::scan::line_length;

/// Longest line that is read; the command line of a process may have 2 MiB.
const MAX_LINE: usize = 8 << 20;
/// Bytes per read.
const READ_SIZE: usize = 256 << 10;

/// Longest damage that is skipped.
const MAX_DAMAGE: u64 = 1 << 30;

/// Whole lines of foreign text. A line that ends with the input instead of LF was cut off and is left out. Damage is passed
/// over: a line with NUL bytes, which a crash leaves where it had no data, a line that is too long, and what comes after
/// damage in a gzip stream. If the first line ends with CR LF, the CR of each line is left out.
pub(super) struct Lines {
    input: Box<dyn Read>,
    buffer: Vec<u8>,
    /// The range of bytes that were read and not returned yet.
    start: usize,
    end: usize,
    /// Whether the buffer may hold NUL bytes.
    has_nul: bool,
    /// Whether the start of the next line was skipped.
    within_damage: bool,
    /// How many bytes were skipped.
    damaged: u64,
    /// Why the gzip stream could not be read to its end.
    broken: Option<io::Error>,
    /// Whether lines end with CR LF; not known before the first one.
    has_cr: Option<bool>,
}

impl Lines {
    /// The lines of `input`.
    pub(super) fn new(input: Box<dyn Read>) -> Self {
        Self {
            input,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            has_nul: false,
            within_damage: false,
            damaged: 0,
            broken: None,
            has_cr: None,
        }
    }

    /// The next line with its end; none at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<&[u8]>> {
        loop {
            let Some(length) = self.find_end()? else { return Ok(None) };
            let mut line = self.start..self.start + length;
            self.start = line.end;
            if self.has_nul || self.within_damage {
                let sound = self.sound(&self.buffer[line.clone()]);
                self.within_damage = false;
                self.damaged += sound.unwrap_or(length) as u64;
                match sound {
                    Some(sound) => line.start += sound,
                    None => continue,
                }
            }
            if line.len() >= 2 && self.buffer[line.end - 2] == b'\r' {
                if *self.has_cr.get_or_insert(true) {
                    line.end -= 1;
                    self.buffer[line.end - 1] = b'\n';
                }
            } else {
                self.has_cr.get_or_insert(false);
            }
            return Ok(Some(&self.buffer[line]));
        }
    }

    /// The damage found so far.
    pub(super) fn damage(&self) -> Option<String> {
        if let Some(error) = &self.broken {
            // A checksum stands at the end: all of the stream was read by then.
            let what = if error.to_string().contains("checksum") {
                "any of its figures may be wrong, and some may be missing"
            } else {
                "what comes after that is missing, and the last intervals before it may be wrong"
            };
            return Some(format!("it is damaged: {what}: {error}"));
        }
        match self.damaged {
            0 if self.has_cr == Some(true) => Some(
                "it was changed: its lines end with CR LF; they are read as if they ended with LF".into(),
            ),
            0 => None,
            bytes => Some(format!("it is damaged: {bytes} bytes are no lines of text, and are left out")),
        }
    }

    /// The start of the intact part of a line that may be damaged: a marker may follow NUL bytes.
    fn sound(&self, line: &[u8]) -> Option<usize> {
        match line.iter().rposition(|&byte| byte == 0) {
            Some(place) => line[place + 1..].starts_with(b">>> ").then_some(place + 1),
            None => (!self.within_damage).then_some(0),
        }
    }

    /// The length of the next line with its end; none at the end.
    fn find_end(&mut self) -> io::Result<Option<usize>> {
        let mut searched = 0;
        loop {
            let waiting = &self.buffer[self.start..self.end];
            if let Some(length) = line_length(&waiting[searched..]) {
                return Ok(Some(searched + length));
            }
            searched = waiting.len();
            if searched >= MAX_LINE {
                self.damaged += searched as u64;
                self.within_damage = true;
                (self.start, searched) = (self.end, 0);
                if self.damaged > MAX_DAMAGE {
                    return Ok(None);
                }
            }
            if !self.fill()? {
                self.end();
                return Ok(None);
            }
        }
    }

    /// Takes note of what has no end of a line after it. A part of a sound line is no damage: it may still be written.
    fn end(&mut self) {
        let rest = &self.buffer[self.start..self.end];
        if rest.contains(&0) || self.within_damage {
            self.damaged += rest.len() as u64;
        }
        self.start = self.end;
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
                    let new = &self.buffer[self.end..self.end + count];
                    self.has_nul |= CStr::from_bytes_until_nul(new).is_ok();
                    self.end += count;
                    return Ok(count > 0);
                }
                Err(error) => match error.kind() {
                    io::ErrorKind::Interrupted => {}
                    io::ErrorKind::UnexpectedEof => return Ok(false),
                    io::ErrorKind::InvalidInput => {
                        self.broken = Some(error);
                        return Ok(false);
                    }
                    _ => return Err(error),
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns one byte less in each read, down to single bytes.
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
    fn lines_are_whole_however_they_are_split() {
        let text = b"one\n\nthree, and longer\nx\ncut off";
        for size in 1..=text.len() + 1 {
            let expected: [&[u8]; 4] = [b"one\n", b"\n", b"three, and longer\n", b"x\n"];
            assert_eq!(read(Dribble(text.to_vec(), size)), expected, "{size}");
        }
        assert!(read(io::empty()).is_empty());
    }

    #[test]
    fn damage_is_skipped_and_reported() {
        let zeros = vec![0; 9 << 20];
        for (damage, sound) in [
            (zeros.clone(), true),
            ([b"cpu 1 2".to_vec(), zeros.clone()].concat(), true),
            (b"cpu 1 2\0\0\0".to_vec(), true),
            ([zeros, b" 3 4\n".to_vec()].concat(), true),
            ([vec![b'x'; 9 << 20], b"\n".to_vec()].concat(), true),
            (Vec::new(), false),
        ] {
            let text = [b">>> 1 <<<\none\n", &damage[..], b">>> 2 <<<\ntwo\n"].concat();
            let mut lines = Lines::new(Box::new(io::Cursor::new(text)));
            let mut all = Vec::new();
            while let Some(line) = lines.next().unwrap() {
                all.extend_from_slice(line);
            }
            assert_eq!(String::from_utf8_lossy(&all), ">>> 1 <<<\none\n>>> 2 <<<\ntwo\n");
            assert_eq!(lines.damage().is_some(), sound);
            assert!(lines.damage().is_none_or(|text| text.contains(&format!(" {} bytes", damage.len()))));
        }
    }

    #[test]
    fn a_last_line_without_an_end_is_no_damage() {
        let damage = |text: &[u8]| {
            let mut lines = Lines::new(Box::new(io::Cursor::new(text.to_vec())));
            while lines.next().unwrap().is_some() {}
            assert!(lines.next().unwrap().is_none());
            lines.damage().unwrap_or_default()
        };
        assert_eq!(damage(b""), "");
        assert_eq!(damage(b"one\ntwo\n"), "");
        assert_eq!(damage(b"one\ntw"), "");
        assert!(damage(b"one\ntw\0\0").contains(" 4 bytes"));
    }

    #[test]
    fn lines_that_end_with_cr_lf() {
        assert_eq!(read(io::Cursor::new("one\r\n\r\ntwo\r\n")), [&b"one\n"[..], b"\n", b"two\n"]);
        // Elsewhere, a CR may be the end of a command line.
        assert_eq!(read(io::Cursor::new("one\ntwo\r\n")), [&b"one\n"[..], b"two\r\n"]);
    }

    #[test]
    fn lines_longer_than_the_buffer() {
        let long = [vec![b'x'; 3 * READ_SIZE], vec![b'\n']].concat();
        let text = [b"a\n".to_vec(), long.clone(), b"b\n".to_vec()].concat();
        assert_eq!(read(io::Cursor::new(text)), [b"a\n".to_vec(), long, b"b\n".to_vec()]);
    }

    #[test]
    fn an_endless_line_is_not_kept() {
        let mut lines = Lines::new(Box::new(io::repeat(b'x')));
        assert!(lines.next().unwrap().is_none());
        assert!(lines.buffer.len() < 2 * MAX_LINE);
    }
}
