//! A bounded queue of whole chunks (an interval, a line) for a slow reader.

use std::collections::VecDeque;
use std::io::{self, IoSlice};

use bytes::{Buf, Bytes};

/// Most chunks per vectored write.
const MAX_SLICES: usize = 64;

/// Chunks in the order in which they were pushed. Beyond its bound, the oldest whole chunks are dropped and counted; a
/// chunk that has been partly written is kept, so that a reader never sees half of one.
#[derive(Debug)]
pub struct ChunkQueue {
    chunks: VecDeque<Bytes>,
    bytes: usize,
    max_bytes: usize,
    front_begun: bool,
}

impl ChunkQueue {
    /// An empty queue that holds at most `max_bytes`, or one chunk that is larger.
    #[must_use]
    pub fn new(max_bytes: usize) -> Self {
        Self { chunks: VecDeque::new(), bytes: 0, max_bytes, front_begun: false }
    }

    /// True if the queue is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// Bytes waiting.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Appends a chunk and returns how many older ones were dropped.
    pub fn push(&mut self, chunk: Bytes) -> usize {
        if chunk.is_empty() {
            return 0;
        }
        let mut dropped = 0;
        let first = usize::from(self.front_begun);
        while self.bytes + chunk.len() > self.max_bytes && self.chunks.len() > first {
            let Some(old) = self.chunks.remove(first) else { break };
            self.bytes -= old.len();
            dropped += 1;
        }
        self.bytes += chunk.len();
        self.chunks.push_back(chunk);
        dropped
    }

    /// Passes the chunks, oldest first, to `write` until none is left (true) or it would block (false).
    ///
    /// `write` is a vectored write that returns how many bytes it took.
    ///
    /// # Errors
    /// The error of `write`, except `WouldBlock` and `Interrupted`; writing nothing is `WriteZero`.
    pub fn drain(&mut self, mut write: impl FnMut(&[IoSlice<'_>]) -> io::Result<usize>) -> io::Result<bool> {
        while !self.chunks.is_empty() {
            let mut slices = [IoSlice::new(&[]); MAX_SLICES];
            let mut count = 0;
            for (slice, chunk) in slices.iter_mut().zip(&self.chunks) {
                *slice = IoSlice::new(chunk);
                count += 1;
            }
            match write(&slices[..count]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => self.advance(written),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    fn advance(&mut self, mut written: usize) {
        self.bytes -= written;
        while let Some(front) = self.chunks.front_mut() {
            if written < front.len() {
                self.front_begun |= written > 0;
                front.advance(written);
                return;
            }
            written -= front.len();
            self.chunks.pop_front();
            self.front_begun = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Accepts at most `room` bytes, then blocks.
    fn take(queue: &mut ChunkQueue, mut room: usize) -> Vec<u8> {
        let mut out = Vec::new();
        let done = queue.drain(|slices| {
            let all: Vec<u8> = slices.iter().flat_map(|slice| slice.iter().copied()).take(room).collect();
            room -= all.len();
            out.extend_from_slice(&all);
            if all.is_empty() { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(all.len()) }
        });
        assert_eq!(done.unwrap(), queue.is_empty());
        out
    }

    #[test]
    fn drops_the_oldest_whole_chunk_and_keeps_the_begun_one() {
        let mut queue = ChunkQueue::new(10);
        assert_eq!(queue.push(Bytes::from_static(b"aaaa")), 0);
        assert_eq!(queue.push(Bytes::from_static(b"bbbb")), 0);
        assert_eq!(take(&mut queue, 1), b"a");
        assert_eq!(queue.push(Bytes::from_static(b"cccc")), 1);
        assert_eq!(take(&mut queue, 3), b"aaa");
        assert_eq!(queue.push(Bytes::from(vec![b'd'; 50])), 1);
        assert_eq!(queue.bytes(), 50);
        assert_eq!(take(&mut queue, 100).len(), 50);
    }

    #[test]
    fn one_chunk_beyond_the_bound_is_kept_and_dropped_chunks_are_counted() {
        let mut queue = ChunkQueue::new(3);
        let (mut out, mut dropped) = (Vec::new(), 0);
        for letter in b'a'..=b'j' {
            dropped += queue.push(Bytes::from(vec![letter; 5]));
            assert!(queue.bytes() <= 10);
            out.extend(take(&mut queue, 2));
        }
        out.extend(take(&mut queue, usize::MAX));
        let whole: Vec<&[u8]> = out.chunks(5).collect();
        assert!(whole.iter().all(|chunk| chunk.len() == 5 && chunk.iter().all(|byte| *byte == chunk[0])));
        assert_eq!((whole.len() + dropped, whole.last()), (10, Some(&&b"jjjjj"[..])));
        assert!(whole.len() > 3);
    }

    #[test]
    fn errors_of_the_writer_are_returned() {
        let mut queue = ChunkQueue::new(10);
        queue.push(Bytes::from_static(b"a"));
        let broken = queue.drain(|_| Err(io::ErrorKind::BrokenPipe.into())).unwrap_err();
        assert_eq!(broken.kind(), io::ErrorKind::BrokenPipe);
        assert_eq!(queue.drain(|_| Ok(0)).unwrap_err().kind(), io::ErrorKind::WriteZero);
        assert_eq!(queue.bytes(), 1);
    }

    proptest! {
        #[test]
        fn what_leaves_is_whole_chunks_in_order(steps in prop::collection::vec((1usize..30, 0usize..40), 1..60)) {
            let mut queue = ChunkQueue::new(100);
            let (mut out, mut dropped) = (Vec::new(), 0);
            for (number, (size, room)) in steps.iter().enumerate() {
                let mut chunk = vec![b'@' + number as u8; *size];
                chunk.push(b'\n');
                dropped += queue.push(chunk.into());
                prop_assert!(queue.bytes() <= 100 + 31);
                out.extend(take(&mut queue, *room));
            }
            out.extend(take(&mut queue, usize::MAX));
            let lines: Vec<&[u8]> = out.split_inclusive(|&b| b == b'\n').collect();
            prop_assert_eq!(lines.len() + dropped, steps.len());
            let mut last = None;
            for line in lines {
                let number = line[0] - b'@';
                prop_assert!(last < Some(number));
                prop_assert_eq!(line.len(), steps[number as usize].0 + 1);
                last = Some(number);
            }
        }
    }
}
