//! The numbered intervals of a server that supports the hello (docs/wire.md).

use std::collections::VecDeque;

use collectl_wire::hello::{Hello, Interval, Message, Position, RunId, Speaker, Welcome};

use super::figures::put;
use super::link::Chunk;

/// Number of intervals that are remembered.
const MEMORY: usize = 30;

/// One run of a simulated collectl.
#[derive(Debug)]
pub(super) struct Run {
    id: RunId,
    began: u64,
    seq: u64,
    /// The last intervals and their lines, without their host.
    memory: VecDeque<(Position, Vec<u8>)>,
    /// True if the client of the present connection has sent a hello.
    greeted: bool,
    /// The first interval that was sent to it before.
    plain: Option<u64>,
}

impl Run {
    /// A run that began at `now`, in microseconds since 1970.
    pub(super) fn new(id: u64, now: u64) -> Self {
        Self { id: RunId(id), began: now, seq: 0, memory: VecDeque::new(), greeted: false, plain: None }
    }

    /// A new client has connected.
    pub(super) fn connected(&mut self) {
        (self.greeted, self.plain) = (false, None);
    }

    /// True if the client has sent a hello.
    pub(super) fn is_greeted(&self) -> bool {
        self.greeted
    }

    /// The next interval has the line `line`, and ends at `time`; `sent` is true if there is a client.
    pub(super) fn interval(&mut self, host: &str, time: u64, line: Vec<u8>, sent: bool) -> Chunk {
        self.seq += 1;
        let at = Position { run: self.id, seq: self.seq, time };
        if sent && !self.greeted {
            self.plain.get_or_insert(self.seq);
        }
        if self.memory.len() == MEMORY {
            self.memory.pop_front();
        }
        let mut chunk = Chunk::default();
        if self.greeted {
            mark(host, at, &mut chunk);
        }
        line_of(host, &line, &mut chunk);
        self.memory.push_back((at, line));
        chunk
    }

    /// Answers a hello with what the client missed.
    pub(super) fn welcome(&mut self, host: &str, hello: &Hello, header: &str) -> Chunk {
        self.greeted = true;
        let missed = |position: &Position| {
            hello.last.is_some_and(|last| {
                if last.run == self.id { position.seq > last.seq } else { position.time > last.time }
            })
        };
        let first = self.memory.iter().position(|(position, _)| missed(position));
        let first = first.unwrap_or(self.memory.len());
        let next = self.memory.get(first).map_or(self.seq + 1, |(position, _)| position.seq);
        let welcome = Welcome {
            speaker: Speaker::here("simulator"),
            run: self.id,
            began: self.began,
            next,
            plain: self.plain.map(|plain| (plain, self.seq)),
        };
        let mut chunk = Chunk::default();
        let keeps_plain = welcome.keeps_plain();
        put(&mut chunk.bytes, format_args!("{host} {}\n", Message::Welcome(welcome)));
        if !keeps_plain {
            for line in header.split_inclusive('\n') {
                line_of(host, line.as_bytes(), &mut chunk);
            }
        }
        // What is sent again replaces what was sent before the answer, and is shown once.
        chunk.lines = 0;
        for (position, line) in self.memory.iter().skip(first) {
            mark(host, *position, &mut chunk);
            line_of(host, line, &mut chunk);
        }
        chunk.lines -= self.plain.map_or(0, |plain| (self.seq + 1).saturating_sub(plain.max(next)));
        chunk
    }
}

fn mark(host: &str, at: Position, chunk: &mut Chunk) {
    let message = Message::Interval(Interval { at, headers: 0, lines: 1 });
    put(&mut chunk.bytes, format_args!("{host} {message}\n"));
}

/// Appends a line after its host.
pub(super) fn line_of(host: &str, line: &[u8], chunk: &mut Chunk) {
    chunk.bytes.extend_from_slice(host.as_bytes());
    chunk.bytes.push(b' ');
    chunk.bytes.extend_from_slice(line);
    chunk.lines += 1;
}
