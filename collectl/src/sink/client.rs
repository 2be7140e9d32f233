//! One client of a server: what it has received, and what it gets next.

use std::cell::{Cell, OnceCell};
use std::net::SocketAddr;

use bytes::Bytes;
use collectl_wire::hello::{self, Hello, Message, Speaker, Welcome};
use collectl_wire::host::HostName;
use collectl_wire::prefix::prefix_lines;

use super::Gone;
use super::archive::History;
use super::archive::backfill::Backfill;
use super::memory::Numbered;
use super::peer::Peer;
use crate::warn;

/// A client. Until its hello it gets plain text; from then on numbered intervals, from memory and in order.
pub struct Client {
    peer: Peer,
    address: SocketAddr,
    /// Whether it has received a header and no data yet.
    fresh: Cell<bool>,
    /// The first and the last interval that it received as plain text.
    plain: Cell<Option<(u64, u64)>>,
    /// The number of the interval that it gets next; none before its hello.
    next: Cell<Option<u64>>,
    /// Its name and version, from its hello.
    speaker: OnceCell<Speaker>,
    /// Numbered intervals that were dropped before it received them.
    skipped: Cell<u64>,
    reported: Cell<bool>,
}

impl Client {
    /// A client that has connected; `fresh` if it gets a header first.
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

    /// Its address.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes the connection, with a last message if nothing is queued before it.
    pub fn evict(&self, word: Bytes) {
        if self.peer.is_drained() {
            // The connection is closed whether or not the message arrives.
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

    /// Sends the newest interval, which the memory may have kept, and those before it that it lacks.
    ///
    /// # Errors
    /// [`Gone`] when the connection is over.
    pub fn serve(&self, newest: &Numbered, past: &History<'_>) -> Result<(), Gone> {
        let seq = newest.seq();
        let Some(next) = self.next.get() else {
            self.plain.set(Some((self.plain.get().map_or(seq, |(first, _)| first), seq)));
            let chunk = if self.fresh.replace(false) { newest.body() } else { newest.plain() };
            return self.peer.send(chunk);
        };
        if past.memory.get(seq).is_some() {
            return self.refill(past);
        }
        if next < seq && past.oldest() < seq {
            self.peer.wake();
            return Ok(());
        }
        self.skip(seq.saturating_sub(next));
        self.next.set(Some(seq + 1));
        self.peer.send(newest.marked())
    }

    /// Sends as many numbered intervals as there are and as may be queued; the others stay in memory. If files hold the
    /// ones that come first, those are next ([`Client::fill`]).
    ///
    /// # Errors
    /// [`Gone`] when the connection is over.
    pub fn refill(&self, past: &History<'_>) -> Result<(), Gone> {
        let Some(mut next) = self.next.get() else { return Ok(()) };
        self.skip(past.oldest().saturating_sub(next));
        next = next.max(past.oldest());
        if next < past.memory.oldest() {
            self.next.set(Some(next));
            self.peer.wake();
            return Ok(());
        }
        loop {
            let first = next;
            while let Some(chunk) = past.memory.get(next).map(Numbered::marked)
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

    /// Sends the intervals read from files, `backfill`, as soon as nothing is queued. Starts to read files if the
    /// memory has dropped the next interval, and continues with the memory afterwards.
    ///
    /// # Errors
    /// [`Gone`] when the connection is over.
    pub fn fill(&self, backfill: &mut Option<Backfill>, past: &History<'_>) -> Result<(), Gone> {
        let Some(next) = self.next.get() else { return Ok(()) };
        if let Some(files) = backfill {
            if self.peer.is_drained()
                && let Some(part) = files.take()
            {
                self.skip(part.missing);
                self.next.set(Some(part.next.max(next)));
                if !part.bytes.is_empty() {
                    self.peer.send(part.bytes)?;
                }
            }
            if files.is_over() {
                *backfill = None;
            }
        }
        let lacks = || {
            let next = self.next.get()?.max(past.oldest());
            (next < past.memory.oldest()).then_some(next)
        };
        if lacks().is_none() {
            self.refill(past)?;
        }
        // Nothing is read for a client that does not receive.
        if self.peer.is_drained()
            && let (None, Some(archive), Some(begin)) = (&backfill, past.archive, lacks())
        {
            self.skip(self.next.get().map_or(0, |next| begin.saturating_sub(next)));
            self.next.set(Some(begin));
            *backfill = Some(archive.read(past.memory.run(), begin..past.memory.oldest()));
        }
        Ok(())
    }

    /// The hello, once it has come.
    pub fn take_hello(&self) -> Option<Hello> {
        match hello::decode(&self.peer.take_line()?) {
            Some(Message::Hello(hello)) => Some(hello),
            _ => None,
        }
    }

    /// Answers `hello`, and switches to numbered intervals.
    ///
    /// # Errors
    /// [`Gone`] when the connection is over.
    pub fn welcome(
        &self,
        hello: &Hello,
        host: &HostName,
        header: &Bytes,
        past: &History<'_>,
    ) -> Result<(), Gone> {
        let _ = self.speaker.set(hello.speaker.clone());
        let plain = self.plain.get();
        let next = past.next_for(hello.last, plain);
        let welcome = Welcome {
            speaker: Speaker::here("collectl"),
            run: past.memory.run(),
            began: past.memory.began(),
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
        self.peer.flush()
    }

    /// True when all that there is has been sent to it.
    #[must_use]
    pub fn has_all(&self, past: &History<'_>) -> bool {
        self.peer.is_drained() && self.next.get().is_none_or(|next| next > past.memory.newest())
    }

    /// Waits until the connection can be read or written, and does that.
    ///
    /// # Errors
    /// [`Gone`] when the connection is over.
    pub async fn step(&self) -> Result<(), Gone> {
        self.peer.step().await
    }

    /// Reports once that the client is too slow, if it is.
    pub fn report_drops(&self) {
        if self.dropped() > 0 && !self.reported.replace(true) {
            warn!("client {} reads too slowly: its oldest intervals are dropped", self.label());
        }
    }

    /// Reports the losses of a client that has left.
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
