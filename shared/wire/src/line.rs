//! Cuts a byte stream from a peer into lines, with a bound on each.

/// Longest line accepted from a peer, in bytes; the rest is cut off and counted. A line of JSON holds a whole interval,
/// so this is as much as a collectl queues for a slow reader.
pub const MAX_LINE: usize = 1 << 20;

/// One complete line, without its line end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// The received bytes, at most [`MAX_LINE`].
    pub bytes: &'a [u8],
    /// Whether the line was longer.
    pub cut: bool,
}

/// Collects bytes until lines are complete. It uses memory for the incomplete line only, up to [`MAX_LINE`] bytes.
#[derive(Debug, Default)]
pub struct LineDecoder {
    open: Vec<u8>,
    cut: bool,
}

impl LineDecoder {
    /// Takes the next bytes of the stream and calls `each` for every line that they complete.
    ///
    /// A line ends with LF; one CR before it is dropped.
    pub fn push(&mut self, bytes: &[u8], each: impl FnMut(Line<'_>)) {
        self.push_within(MAX_LINE, bytes, each);
    }

    /// The same, but keeps at most `limit` bytes of the line that is incomplete after `bytes`, or as many as it had
    /// before.
    pub fn push_within(&mut self, limit: usize, mut bytes: &[u8], mut each: impl FnMut(Line<'_>)) {
        while let Some(end) = bytes.iter().position(|&byte| byte == b'\n') {
            let (head, tail) = (&bytes[..end], &bytes[end + 1..]);
            if self.open.is_empty() && !self.cut && head.len() <= MAX_LINE {
                each(Line { bytes: without_cr(head), cut: false });
            } else {
                self.extend(head, limit);
                each(Line { bytes: without_cr(&self.open), cut: self.cut });
                self.open = Vec::new();
                self.cut = false;
            }
            bytes = tail;
        }
        self.extend(bytes, limit);
    }

    /// The bytes of the incomplete line.
    #[must_use]
    pub fn unfinished(&self) -> &[u8] {
        &self.open
    }

    fn extend(&mut self, bytes: &[u8], limit: usize) {
        let limit = limit.min(MAX_LINE);
        let room = limit.saturating_sub(self.open.len());
        self.cut |= bytes.len() > room;
        let taken = &bytes[..bytes.len().min(room)];
        let (length, capacity) = (self.open.len() + taken.len(), self.open.capacity());
        if length > capacity {
            // By default a vector may grow beyond the bound.
            let wanted = (2 * capacity).clamp(length, limit.max(length));
            self.open.reserve_exact(wanted - self.open.len());
        }
        self.open.extend_from_slice(taken);
    }
}

fn without_cr(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(chunks: &[&[u8]]) -> (Vec<(Vec<u8>, bool)>, usize) {
        let mut decoder = LineDecoder::default();
        let mut seen = Vec::new();
        for chunk in chunks {
            decoder.push(chunk, |line| seen.push((line.bytes.to_vec(), line.cut)));
        }
        (seen, decoder.unfinished().len())
    }

    #[test]
    fn an_open_line_waits_for_its_end() {
        let (seen, open) = lines(&[b"vm 1\nvm", b" 2\r", b"\n\nvm 3"]);
        assert_eq!(seen, [(b"vm 1".to_vec(), false), (b"vm 2".to_vec(), false), (b"".to_vec(), false)]);
        assert_eq!(open, 4);
    }

    #[test]
    fn a_line_without_end_is_cut_once_and_the_next_is_complete() {
        let long = vec![b'x'; 3 * MAX_LINE];
        for chunks in [vec![&long[..], b"\nnext\n"], long.chunks(1000).chain([&b"\nnext\n"[..]]).collect()] {
            let (seen, open) = lines(&chunks);
            assert_eq!(seen.len(), 2);
            assert_eq!((seen[0].0.len(), seen[0].1), (MAX_LINE, true));
            assert_eq!(seen[1], (b"next".to_vec(), false));
            assert_eq!(open, 0);
        }
        let whole: Vec<u8> = [&long[..], b"\n"].concat();
        assert_eq!(lines(&[&whole]).0.len(), 1);
    }

    #[test]
    fn memory_is_that_of_the_open_line() {
        let mut decoder = LineDecoder::default();
        decoder.push(b"a short line\nand half", |_| {});
        assert!(decoder.open.capacity() < 100);
        for chunk in vec![b'x'; 3 * MAX_LINE].chunks(16_000) {
            decoder.push(chunk, |_| panic!("the line has no end"));
            assert!(decoder.open.capacity() <= MAX_LINE.min(3 * decoder.open.len()));
        }
        decoder.push(b"\n", |line| assert!(line.cut));
        assert_eq!(decoder.open.capacity(), 0);
    }

    #[test]
    fn a_lower_limit_cuts_open_lines_only() {
        let mut decoder = LineDecoder::default();
        let mut seen = Vec::new();
        for bytes in [&b"whole line\nopen li"[..], b"ne that is", b" long\nnext\n"] {
            decoder.push_within(8, bytes, |line| seen.push((line.bytes.to_vec(), line.cut)));
            assert!(decoder.open.capacity() <= 8);
        }
        let expected = [("whole line", false), ("open lin", true), ("next", false)];
        assert_eq!(seen, expected.map(|(text, cut)| (text.as_bytes().to_vec(), cut)));
    }

    proptest! {
        #[test]
        fn the_stream_may_be_split_anywhere(
            bytes in prop::collection::vec(prop_oneof![Just(b'\n'), any::<u8>()], 0..400),
            size in 1usize..50,
        ) {
            let chunks: Vec<&[u8]> = bytes.chunks(size).collect();
            prop_assert_eq!(lines(&chunks), lines(&[&bytes]));
        }
    }
}
