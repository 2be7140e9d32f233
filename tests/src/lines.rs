//! The lines that a process writes, collected by a thread so that the process never has to wait for the test.

use std::io::{BufRead, BufReader, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Instant;

use crate::deadline::PATIENCE;

/// Lines of one stream, in order, without their line ends.
#[derive(Debug)]
pub struct Lines {
    arriving: Receiver<String>,
    seen: Vec<String>,
}

impl Lines {
    /// Reads `stream` to its end, in a thread.
    #[must_use]
    pub fn of(stream: impl Read + Send + 'static) -> Self {
        let (sender, arriving) = channel();
        std::thread::spawn(move || {
            let mut stream = BufReader::new(stream);
            let mut line = Vec::new();
            while stream.read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
                let text = String::from_utf8_lossy(line.strip_suffix(b"\n").unwrap_or(&line));
                if sender.send(text.into_owned()).is_err() {
                    return;
                }
                line.clear();
            }
        });
        Self { arriving, seen: Vec::new() }
    }

    /// Waits for the next line; none at the end of the stream.
    ///
    /// # Panics
    /// If nothing arrives in time.
    pub fn next_line(&mut self) -> Option<String> {
        match self.arriving.recv_timeout(PATIENCE) {
            Ok(line) => {
                self.seen.push(line.clone());
                Some(line)
            }
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("no line for {PATIENCE:?}, after {:#?}", self.seen),
        }
    }

    /// Waits for a line that contains `text`, and returns it.
    ///
    /// # Panics
    /// If it doesn't arrive in time, or the stream ends first.
    pub fn wait_for(&mut self, text: &str) -> String {
        let start = Instant::now();
        while let Some(line) = self.next_line() {
            if line.contains(text) {
                return line;
            }
            assert!(start.elapsed() < PATIENCE, "no line with '{text}' for {PATIENCE:?}: {:#?}", self.seen);
        }
        panic!("ended without a line with '{text}': {:#?}", self.seen);
    }

    /// Reads to the end of the stream and returns all lines from the first on.
    ///
    /// # Panics
    /// If the end doesn't arrive in time.
    pub fn to_end(&mut self) -> &[String] {
        let start = Instant::now();
        while self.next_line().is_some() {
            assert!(start.elapsed() < PATIENCE, "no end for {PATIENCE:?}: {} lines", self.seen.len());
        }
        &self.seen
    }

    /// The lines that were read so far, and those that have arrived since then.
    pub fn so_far(&mut self) -> &[String] {
        self.seen.extend(self.arriving.try_iter());
        &self.seen
    }
}
