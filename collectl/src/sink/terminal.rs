//! Standard output: a terminal, a pipe or a file.

use bytes::Bytes;
use collectl_wire::stdout::Stdout;

use super::{Gone, MAX_WAITING};
use crate::warn;

/// Standard output.
#[derive(Debug)]
pub struct Terminal {
    stdout: Stdout,
    dropped: usize,
}

impl Terminal {
    /// Takes over standard output. Needs a tokio runtime with I/O.
    #[must_use]
    pub fn open() -> Self {
        Self { stdout: Stdout::open(MAX_WAITING), dropped: 0 }
    }

    /// Writes one chunk of whole lines, or queues what is not accepted now.
    ///
    /// # Errors
    /// [`Gone`] when the reader has left.
    pub fn send(&mut self, chunk: Bytes) -> Result<(), Gone> {
        let dropped = self.stdout.push(chunk)?;
        if dropped > 0 && self.dropped == 0 {
            warn!("standard output is read too slowly: its oldest intervals are dropped");
        }
        self.dropped += dropped;
        Ok(())
    }

    /// Writes what is queued, and returns only when the reader has left.
    pub async fn tend(&mut self) -> Gone {
        match self.stdout.drain().await {
            Ok(()) => std::future::pending().await,
            Err(error) => Gone::from(error),
        }
    }

    /// Waits until everything has been written.
    ///
    /// # Errors
    /// [`Gone`] when the reader has left.
    pub async fn drain(&mut self) -> Result<(), Gone> {
        Ok(self.stdout.drain().await?)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if self.dropped > 0 {
            warn!("{} intervals were dropped, because standard output was read too slowly", self.dropped);
        }
    }
}
