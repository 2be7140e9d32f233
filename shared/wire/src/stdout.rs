//! Standard output that never makes its writer wait.
//!
//! A pipe or terminal is opened once more through `/proc/self/fd/1` without blocking, so that the setting stays ours
//! (the flag belongs to the open file, which a shell shares with its other children). Files, and what can't be opened
//! again, are written directly: the kernel doesn't make a writer wait for those the way a reader does.

use std::io::{self, IoSlice};
use std::os::fd::OwnedFd;

use bytes::Bytes;
use rustix::fs::{FileType, Mode, OFlags};
use tokio::io::unix::AsyncFd;

use crate::async_fd::async_fd;
use crate::queue::ChunkQueue;

/// Standard output with a bounded queue before it.
#[derive(Debug)]
pub struct Stdout {
    target: Target,
    queue: ChunkQueue,
}

#[derive(Debug)]
enum Target {
    Direct,
    Polled(AsyncFd<OwnedFd>),
}

impl Stdout {
    /// Takes over standard output; at most `max_bytes` wait for a slow reader.
    ///
    /// Needs a tokio runtime with I/O.
    #[must_use]
    pub fn open(max_bytes: usize) -> Self {
        let target = reopened().and_then(|fd| async_fd(fd).ok()).map_or(Target::Direct, Target::Polled);
        Self { target, queue: ChunkQueue::new(max_bytes) }
    }

    /// True when all that was pushed has been written.
    #[must_use]
    pub fn is_drained(&self) -> bool {
        self.queue.is_empty()
    }

    /// Keeps `chunk` until [`Stdout::drain`] writes it, with all others at once. Returns how many older chunks were dropped.
    pub fn queue(&mut self, chunk: Bytes) -> usize {
        self.queue.push(chunk)
    }

    /// Writes `chunk`, or as much as is taken now, and keeps the rest. Returns how many older chunks were dropped.
    ///
    /// # Errors
    /// What `write(2)` returns; `BrokenPipe` when the reader has left.
    pub fn push(&mut self, chunk: Bytes) -> io::Result<usize> {
        let dropped = self.queue.push(chunk);
        self.write_now()?;
        Ok(dropped)
    }

    /// Waits until all that was pushed has been written. May be dropped at any time and called again.
    ///
    /// # Errors
    /// As for [`Stdout::push`].
    pub async fn drain(&mut self) -> io::Result<()> {
        while !self.write_now()? {
            if let Target::Polled(fd) = &self.target {
                fd.writable().await?.clear_ready();
            }
        }
        Ok(())
    }

    fn write_now(&mut self) -> io::Result<bool> {
        let target = &self.target;
        self.queue.drain(|slices: &[IoSlice<'_>]| {
            Ok(match target {
                Target::Direct => rustix::io::writev(io::stdout(), slices)?,
                Target::Polled(fd) => rustix::io::writev(fd.get_ref(), slices)?,
            })
        })
    }
}

/// Standard output opened anew without blocking, where it is something that can make a writer wait.
fn reopened() -> Option<OwnedFd> {
    let stdout = io::stdout();
    let kind = FileType::from_raw_mode(rustix::fs::fstat(&stdout).ok()?.st_mode);
    if kind == FileType::Fifo || rustix::termios::isatty(&stdout) {
        let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        rustix::fs::open("/proc/self/fd/1", flags, Mode::empty()).ok()
    } else {
        None
    }
}
