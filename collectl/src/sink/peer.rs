//! One TCP connection to a reader that may be slow, silent or gone.

use std::cell::{Cell, RefCell};
use std::io;

use bytes::Bytes;
use collectl_wire::hello::FirstLine;
use collectl_wire::liveness::{self, Outstanding};
use collectl_wire::queue::ChunkQueue;
use tokio::io::Interest;
use tokio::net::TcpStream;
use tokio::sync::Notify;

use super::{Gone, MAX_WAITING};

/// Most bytes read from a peer before others get their turn.
const READ_SIZE: usize = 4096;

/// A connected socket and what is queued for it. The first line that the peer sends is kept, the rest is discarded.
#[derive(Debug)]
pub struct Peer {
    stream: TcpStream,
    queue: RefCell<ChunkQueue>,
    waiting: Notify,
    outstanding: Cell<Outstanding>,
    dropped: Cell<usize>,
    hearing: RefCell<FirstLine>,
    first_line: RefCell<Option<Vec<u8>>>,
}

impl Peer {
    /// Takes over a connected socket.
    ///
    /// # Errors
    /// What `setsockopt(2)` returns.
    pub fn new(stream: TcpStream) -> io::Result<Self> {
        liveness::watch(&stream)?;
        Ok(Self {
            stream,
            queue: RefCell::new(ChunkQueue::new(MAX_WAITING)),
            waiting: Notify::new(),
            outstanding: Cell::default(),
            dropped: Cell::new(0),
            hearing: RefCell::default(),
            first_line: RefCell::default(),
        })
    }

    /// Sends `chunk`, or as much as the socket accepts now, and queues the rest.
    ///
    /// # Errors
    /// [`Gone`] when the connection is over.
    pub fn send(&self, chunk: Bytes) -> Result<(), Gone> {
        self.push(chunk);
        self.flush()
    }

    /// Queues `chunk` until the next [`Peer::flush`].
    pub fn push(&self, chunk: Bytes) {
        let dropped = self.queue.borrow_mut().push(chunk);
        self.dropped.set(self.dropped.get() + dropped);
        let mut outstanding = self.outstanding.get();
        if outstanding.begin() {
            self.outstanding.set(outstanding);
            self.waiting.notify_one();
        }
    }

    /// Writes as much of the queue as the socket accepts now.
    ///
    /// # Errors
    /// [`Gone`] when the connection is over.
    pub fn flush(&self) -> Result<(), Gone> {
        self.write_now()?;
        if !self.is_drained() {
            self.waiting.notify_one();
        }
        Ok(())
    }

    /// Ends a [`Peer::step`] in progress, or the next.
    pub fn wake(&self) {
        self.waiting.notify_one();
    }

    /// Ends the connection in both directions: [`Peer::step`] then returns [`Gone`].
    pub fn close(&self) {
        // This fails if the connection is gone already.
        let _ = socket2::SockRef::from(&self.stream).shutdown(std::net::Shutdown::Both);
    }

    /// True when everything has been sent.
    pub fn is_drained(&self) -> bool {
        self.queue.borrow().is_empty()
    }

    /// True when a chunk of this many bytes displaces nothing.
    pub fn has_room(&self, bytes: usize) -> bool {
        let queue = self.queue.borrow();
        queue.is_empty() || queue.bytes() + bytes <= MAX_WAITING
    }

    /// The first line that the peer sent, once it is complete; none the next time.
    pub fn take_line(&self) -> Option<Vec<u8>> {
        self.first_line.take()
    }

    /// Chunks that were dropped because the peer read too slowly.
    pub fn dropped(&self) -> usize {
        self.dropped.get()
    }

    /// Reads what the peer sends, writes what is queued, and returns when the peer is gone. May be dropped at any time
    /// and called again.
    pub async fn tend(&self) -> Gone {
        loop {
            if let Err(gone) = self.step().await {
                return gone;
            }
        }
    }

    /// Waits until everything has been sent.
    ///
    /// # Errors
    /// [`Gone`] when the connection is over.
    pub async fn drain(&self) -> Result<(), Gone> {
        while !self.is_drained() {
            self.step().await?;
        }
        Ok(())
    }

    /// Waits until the connection can be read or written, and does that. May be dropped at any time.
    ///
    /// # Errors
    /// [`Gone`] when the connection is over.
    pub async fn step(&self) -> Result<(), Gone> {
        let interest =
            if self.is_drained() { Interest::READABLE } else { Interest::READABLE | Interest::WRITABLE };
        tokio::select! {
            ready = self.stream.ready(interest) => {
                let ready = ready?;
                if ready.is_readable() {
                    self.read()?;
                }
                if ready.is_writable() {
                    self.write_now()?;
                }
            }
            () = self.waiting.notified() => {}
            mut outstanding = due(self.outstanding.get()) => {
                outstanding.check(&self.stream)?;
                self.outstanding.set(outstanding);
            }
        }
        Ok(())
    }

    fn read(&self) -> Result<(), Gone> {
        let mut buffer = [0; READ_SIZE];
        match self.stream.try_read(&mut buffer) {
            Ok(0) => Err(Gone::Left),
            Ok(count) => {
                if let Some(line) = self.hearing.borrow_mut().push(&buffer[..count]) {
                    self.first_line.replace(Some(line));
                }
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(Gone::from(error)),
        }
    }

    fn write_now(&self) -> Result<(), Gone> {
        self.queue.borrow_mut().drain(|slices| self.stream.try_write_vectored(slices))?;
        Ok(())
    }
}

/// Waits until unacknowledged bytes must be checked; forever if there are none.
async fn due(outstanding: Outstanding) -> Outstanding {
    match outstanding.due() {
        Some(due) => tokio::time::sleep_until(due.into()).await,
        None => std::future::pending().await,
    }
    outstanding
}
