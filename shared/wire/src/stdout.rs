//! Standard output that never blocks.
//!
//! A pipe or terminal is opened again through `/proc/self/fd/1` in non-blocking mode, so that the setting does not
//! affect others (the flag belongs to the open file, which a shell shares with its other children). Writes to a socket
//! are marked as non-blocking one by one. Files, whose disk may hang, and what can't be opened again, are written by a
//! thread.

use std::io::{self, IoSlice};
use std::os::fd::OwnedFd;

use bytes::Bytes;
use rustix::fs::{FileType, Mode, OFlags};
use rustix::net::{SendAncillaryBuffer, SendFlags, sendmsg};
use tokio::io::unix::AsyncFd;

use crate::async_fd::async_fd;
use crate::handover::Handover;
use crate::queue::ChunkQueue;

/// Standard output with a bounded queue before it.
#[derive(Debug)]
pub struct Stdout {
    target: Target,
    queue: ChunkQueue,
}

#[derive(Debug)]
enum Target {
    /// A target that never blocks: a device such as `/dev/null`.
    Direct,
    /// A pipe or a terminal.
    Polled(AsyncFd<OwnedFd>),
    Socket(AsyncFd<OwnedFd>),
    Thread(Handover),
}

impl Stdout {
    /// Takes over standard output; at most `max_bytes` are queued for a slow reader.
    ///
    /// Needs a tokio runtime with I/O.
    #[must_use]
    pub fn open(max_bytes: usize) -> Self {
        Self { target: Target::open(), queue: ChunkQueue::new(max_bytes) }
    }

    /// True if everything pushed has been written.
    #[must_use]
    pub fn is_drained(&self) -> bool {
        self.queue.is_empty()
            && match &self.target {
                // An error is reported by the next write.
                Target::Thread(thread) => thread.is_idle(),
                _ => true,
            }
    }

    /// Queues `chunk` until [`Stdout::drain`] writes everything at once. Returns how many older chunks were dropped.
    pub fn queue(&mut self, chunk: Bytes) -> usize {
        self.queue.push(chunk)
    }

    /// Writes `chunk`, or as much as is accepted now, and queues the rest. Returns how many older chunks were dropped.
    ///
    /// # Errors
    /// The error of `write(2)`; `BrokenPipe` when the reader has left.
    pub fn push(&mut self, chunk: Bytes) -> io::Result<usize> {
        let dropped = self.queue.push(chunk);
        self.write_now()?;
        Ok(dropped)
    }

    /// Waits until everything pushed has been written. May be dropped at any time and called again.
    ///
    /// # Errors
    /// As for [`Stdout::push`].
    pub async fn drain(&mut self) -> io::Result<()> {
        while !self.write_now()? {
            match &self.target {
                Target::Direct => {}
                Target::Polled(fd) | Target::Socket(fd) => fd.writable().await?.clear_ready(),
                Target::Thread(thread) => thread.written().await,
            }
        }
        Ok(())
    }

    fn write_now(&mut self) -> io::Result<bool> {
        let target = &self.target;
        let is_empty = self.queue.drain(|slices| target.write(slices))?;
        match target {
            Target::Thread(thread) => Ok(thread.is_done()? && is_empty),
            _ => Ok(is_empty),
        }
    }
}

impl Target {
    fn open() -> Self {
        let stdout = rustix::stdio::stdout();
        let Ok(stat) = rustix::fs::fstat(stdout) else { return Self::Direct };
        let opened = match FileType::from_raw_mode(stat.st_mode) {
            FileType::Socket => {
                stdout.try_clone_to_owned().ok().and_then(|fd| async_fd(fd).ok()).map(Self::Socket)
            }
            FileType::Fifo => reopened().map(Self::Polled),
            FileType::CharacterDevice if rustix::termios::isatty(stdout) => reopened().map(Self::Polled),
            FileType::CharacterDevice => Some(Self::Direct),
            _ => None,
        };
        opened.or_else(|| Handover::start().ok().map(Self::Thread)).unwrap_or(Self::Direct)
    }

    fn write(&self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        match self {
            Self::Direct => Ok(rustix::io::writev(rustix::stdio::stdout(), slices)?),
            Self::Polled(fd) => Ok(rustix::io::writev(fd.get_ref(), slices)?),
            Self::Socket(fd) => {
                let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
                Ok(sendmsg(fd.get_ref(), slices, &mut SendAncillaryBuffer::default(), flags)?)
            }
            Self::Thread(thread) => thread.take(slices),
        }
    }
}

/// Standard output opened again in non-blocking mode; none if that is not allowed, or it can't be polled.
fn reopened() -> Option<AsyncFd<OwnedFd>> {
    let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let fd = rustix::fs::open("/proc/self/fd/1", flags, Mode::empty()).ok()?;
    async_fd(fd).ok()
}
