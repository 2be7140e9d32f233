//! One client of a server: what it has got, and what it gets next.

use std::cell::{Cell, OnceCell};
use std::net::SocketAddr;

use bytes::Bytes;
use shared::hello::{self, Hello, Message, Speaker, Welcome};
use shared::host::HostName;
use shared::prefix::prefix_lines;

use super::Gone;
use super::memory::{Memory, Numbered};
use super::peer::Peer;
use crate::warn;

/// A client. Until it says hello it gets plain text; from then on numbered intervals, out of the memory and in order.
pub struct Client {
    peer: Peer,
    address: SocketAddr,
    /// Whether it has seen a header and no data yet.
    fresh: Cell<bool>,
    /// The first and the last interval that it got as plain text.
    plain: Cell<Option<(u64, u64)>>,
    /// The number of the interval that it gets next; none before it said hello.
    next: Cell<Option<u64>>,
    /// Who it said it is.
    speaker: OnceCell<Speaker>,
    /// Numbered intervals that were forgotten before it took them.
    skipped: Cell<u64>,
    reported: Cell<bool>,
}

impl Client {
    /// A client that connected; `fresh` if it gets a header first.
    #[must_use]
    pub fn new(peer: Peer, address: SocketAddr, fresh: bool) -> Self {
        Self {
            peer,
            address,
            fresh: Cell::new(fresh),
            plain: Cell::new(None),
            next: Cell::new(None),
            speaker: OnceCell::new(),
            skipped: Cell::new(0),
            reported: Cell::new(false),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes the connection, with a last word where nothing waits before it.
    pub fn make_way(&self, word: Bytes) {
        if self.peer.is_drained() {
            // It is closed, whether it hears that or not.
            let _ = self.peer.send(word);
        }
        self.peer.close();
    }

    /// Sends lines that belong to no interval.
    ///
    /// # Errors
    /// [`Gone`] when the connection is over.
    pub fn tell(&self, lines: Bytes) -> Result<(), Gone> {
        self.peer.send(lines)
    }

    /// Sends the newest interval, which `memory` may have kept, and those before it that it lacks.
    ///
    /// # Errors
    /// [`Gone`] when the connection is over.
    pub fn serve(&self, newest: &Numbered, memory: &Memory) -> Result<(), Gone> {
        let seq = memory.newest();
        match self.next.get() {
            None => {
                self.plain.set(Some((self.plain.get().map_or(seq, |(first, _)| first), seq)));
                let chunk = if self.fresh.replace(false) { newest.body() } else { newest.plain() };
                self.peer.send(chunk)
            }
            Some(_) if memory.get(seq).is_some() => self.refill(memory),
            Some(next) => {
                self.skip(seq.saturating_sub(next));
                self.next.set(Some(seq + 1));
                self.peer.send(newest.marked())
            }
        }
    }

    /// Sends as many numbered intervals as there are and as may wait: the others stay in the memory.
    ///
    /// # Errors
    /// [`Gone`] when the connection is over.
    pub fn refill(&self, memory: &Memory) -> Result<(), Gone> {
        let Some(mut next) = self.next.get() else { return Ok(()) };
        let oldest = memory.oldest();
        self.skip(oldest.saturating_sub(next));
        next = next.max(oldest);
        loop {
            let first = next;
            while let Some(chunk) = memory.get(next).map(Numbered::marked)
                && self.peer.has_room(chunk.len())
            {
                self.peer.push(chunk);
                next += 1;
            }
            self.next.set(Some(next));
            if next == first {
                return Ok(());
            }
            self.peer.flush()?;
            if !self.peer.is_drained() {
                return Ok(());
            }
        }
    }

    /// The hello, when it has come.
    pub fn take_hello(&self) -> Option<Hello> {
        match hello::decode(&self.peer.take_line()?) {
            Some(Message::Hello(hello)) => Some(hello),
            _ => None,
        }
    }

    /// Answers `hello`, and goes over to numbered intervals.
    ///
    /// # Errors
    /// [`Gone`] when the connection is over.
    pub fn welcome(
        &self,
        hello: &Hello,
        host: &HostName,
        header: &Bytes,
        memory: &Memory,
    ) -> Result<(), Gone> {
        let _ = self.speaker.set(hello.speaker.clone());
        let plain = self.plain.get();
        let next = memory.next_for(hello.last, plain);
        let welcome = Welcome {
            speaker: Speaker::here("collectl"),
            run: memory.run(),
            began: memory.began(),
            next,
            plain,
        };
        let keeps_plain = welcome.keeps_plain();
        let line = format!("{}\n", Message::Welcome(welcome));
        self.peer.push(prefix_lines(host, line.as_bytes()));
        if !keeps_plain {
            self.peer.push(header.clone());
        }
        self.next.set(Some(next));
        self.peer.flush()?;
        self.refill(memory)
    }

    /// Waits until something can be read or written, and does that.
    ///
    /// # Errors
    /// [`Gone`] when the connection is over.
    pub async fn step(&self) -> Result<(), Gone> {
        self.peer.step().await
    }

    /// Says once that it is too slow, if it is.
    pub fn report_drops(&self) {
        if self.dropped() > 0 && !self.reported.replace(true) {
            warn!("client {} reads too slowly: its oldest intervals are dropped", self.label());
        }
    }

    /// Says what there is to say about a client that is gone.
    pub fn report_end(&self, gone: &Gone) {
        if self.dropped() > 0 {
            warn!("client {}: {} intervals were dropped", self.label(), self.dropped());
        }
        if let Gone::Failed(error) = gone {
            warn!("client {}: {error}", self.label());
        }
    }

    fn dropped(&self) -> u64 {
        self.peer.dropped() as u64 + self.skipped.get()
    }

    fn skip(&self, intervals: u64) {
        self.skipped.set(self.skipped.get() + intervals);
    }

    fn label(&self) -> String {
        match self.speaker.get() {
            Some(Speaker { name, version }) => format!("{} ({name} {version})", self.address),
            None => self.address.to_string(),
        }
    }
}
