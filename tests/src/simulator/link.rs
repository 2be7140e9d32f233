//! A connection of one host, with what its reader has not read yet.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;

/// Most bytes that wait, as for a collectl: the oldest whole intervals are dropped first.
const WAITING: usize = 1 << 20;

/// Bytes that are dropped together.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    pub(super) bytes: Vec<u8>,
    /// How many of its lines are shown.
    pub(super) lines: u64,
}

/// The connection.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) socket: TcpStream,
    /// Not connected yet.
    pub(super) connecting: bool,
    /// True if the epoll instance reports when there is room.
    pub(super) awaits_room: bool,
    waiting: VecDeque<Chunk>,
    bytes: usize,
    /// How much of the first chunk the kernel has accepted.
    begun: usize,
}

impl Link {
    pub(super) fn new(socket: TcpStream, connecting: bool) -> Self {
        Self { socket, connecting, awaits_room: connecting, waiting: VecDeque::new(), bytes: 0, begun: 0 }
    }

    /// True when the kernel has accepted everything.
    pub(super) fn is_idle(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Appends a chunk; returns how many others were dropped.
    pub(super) fn push(&mut self, chunk: Chunk) -> u64 {
        let mut dropped = 0;
        let first = usize::from(self.begun > 0);
        while self.bytes + chunk.bytes.len() > WAITING && self.waiting.len() > first {
            if let Some(old) = self.waiting.remove(first) {
                self.bytes -= old.bytes.len();
                dropped += 1;
            }
        }
        self.bytes += chunk.bytes.len();
        self.waiting.push_back(chunk);
        dropped
    }

    /// Writes what the kernel accepts; returns how many lines were sent.
    pub(super) fn flush(&mut self) -> io::Result<u64> {
        let mut lines = 0;
        while let Some(chunk) = self.waiting.front().filter(|_| !self.connecting) {
            match self.socket.write(&chunk.bytes[self.begun..]) {
                Ok(count) => self.begun += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
            if self.begun == chunk.bytes.len() {
                lines += chunk.lines;
                self.bytes -= chunk.bytes.len();
                self.begun = 0;
                self.waiting.pop_front();
            }
        }
        Ok(lines)
    }

    /// Reads what the other end sends, into `heard` up to its capacity; false at its end.
    pub(super) fn hear(&mut self, heard: &mut Vec<u8>, most: usize) -> io::Result<bool> {
        let mut buffer = [0; 1024];
        loop {
            match self.socket.read(&mut buffer) {
                Ok(0) => return Ok(false),
                Ok(count) => {
                    let room = most.saturating_sub(heard.len());
                    heard.extend_from_slice(&buffer[..count.min(room)]);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(true),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}
