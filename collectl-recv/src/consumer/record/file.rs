//! The file of a connection, and for text the one with the times at which it came.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::{name, times};
use crate::base::time::{self, Time};

/// How many names are tried for a file.
const TRIES: u32 = 1000;
/// Bytes that are collected before they are written.
const BUFFER: usize = 64 << 10;
/// Most bytes that wait for a file that can't be written to, as on a full disk.
const WAITING: usize = 1 << 20;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileKind {
    /// A raw file, which has its times in it.
    Raw,
    /// Text, with a file of times beside it.
    Text,
}

/// An open file.
#[derive(Debug)]
pub(super) struct Output {
    file: Buffered,
    /// When its bytes came; a raw file has that in it.
    times: Option<Buffered>,
    written: u64,
    pub(super) name: String,
}

impl Output {
    /// Begins a file of `host` at `time`.
    pub(super) fn create(folder: &Path, host: &str, time: Time, kind: FileKind) -> io::Result<Self> {
        let extension = match kind {
            FileKind::Raw => "raw",
            FileKind::Text => "txt",
        };
        for later in 0..TRIES {
            let name = name::of(host, time::after(time, f64::from(later)), extension);
            let path = folder.join(&name);
            // The times first, so that no text is begun without them.
            let times = match kind {
                FileKind::Raw => Ok(None),
                FileKind::Text => create(&path.with_extension(times::EXTENSION)).map(Some),
            };
            match times.and_then(|times| Ok((create(&path)?, times))) {
                Ok((file, times)) => return Ok(Self { file, times, written: 0, name }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// Writes the headers that are repeated from the file before, `after`.
    pub(super) fn repeat(&mut self, after: &str, headers: &[u8]) {
        if let Some(times) = &mut self.times {
            times.push(times::after(after).as_bytes());
        }
        self.file.push(headers);
        self.written += headers.len() as u64;
    }

    /// Writes what came at `time`.
    ///
    /// # Errors
    /// Where too much waits for the disk: nothing of it is in the file then, or will be.
    pub(super) fn write(&mut self, text: &[u8], time: Time) -> io::Result<()> {
        self.file.make_room(text.len())?;
        self.file.push(text);
        if let Some(times) = &mut self.times {
            times.push(times::came(self.written, time).as_bytes());
        }
        self.written += text.len() as u64;
        Ok(())
    }

    /// Hands everything to the kernel. What it does not take still waits.
    ///
    /// # Errors
    /// What writing returns.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.file.flush()?;
        self.times.as_mut().map_or(Ok(()), Buffered::flush)
    }
}

fn create(path: &Path) -> io::Result<Buffered> {
    let file = OpenOptions::new().write(true).create_new(true).open(path)?;
    Ok(Buffered { file, waiting: Vec::new() })
}

/// A file, and what it has not taken yet: after an error, writing continues where it stopped, so that no line is torn.
#[derive(Debug)]
struct Buffered {
    file: File,
    waiting: Vec<u8>,
}

impl Buffered {
    fn push(&mut self, text: &[u8]) {
        self.waiting.extend_from_slice(text);
    }

    /// Makes sure that `size` bytes more may wait; one batch may always, however large.
    fn make_room(&mut self, size: usize) -> io::Result<()> {
        let total = self.waiting.len() + size;
        if total <= BUFFER {
            return Ok(());
        }
        match self.flush() {
            Err(_) if total <= WAITING => Ok(()),
            result => result,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        let mut written = 0;
        let result = loop {
            if written == self.waiting.len() {
                break Ok(());
            }
            match self.file.write(&self.waiting[written..]) {
                Ok(0) => break Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => written += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => break Err(error),
            }
        };
        self.waiting.drain(..written);
        result
    }
}
