//! The thread that writes.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::roll::Roll;
use super::stream::Stream;
use super::{Job, Trouble};
use crate::base::ids::ConnId;

/// How often all files are flushed.
const FLUSH: Duration = Duration::from_secs(2);

/// All open files.
pub(super) struct Worker {
    folder: PathBuf,
    roll: Roll,
    trouble: Arc<Trouble>,
    streams: BTreeMap<ConnId, Stream>,
    flushed: Instant,
}

impl Worker {
    /// Nothing is open yet.
    pub(super) fn new(folder: PathBuf, roll: Roll, trouble: Arc<Trouble>) -> Self {
        Self { folder, roll, trouble, streams: BTreeMap::new(), flushed: Instant::now() }
    }

    /// Works until nobody has anything to write any more.
    pub(super) fn run(mut self, jobs: &Receiver<Job>) {
        loop {
            match jobs.recv_timeout(FLUSH) {
                Ok(Job::Write { conn, host, text, time, torn }) => {
                    let stream = self.streams.entry(conn).or_insert_with(|| Stream::new(host, &text));
                    if torn {
                        stream.tear();
                    }
                    if let Err(error) = stream.write(&self.folder, &self.roll, &text, time) {
                        self.trouble.lose(self.said(&error));
                    }
                }
                Ok(Job::Close(conn)) => {
                    if let Some(stream) = self.streams.remove(&conn) {
                        self.close(stream);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if self.flushed.elapsed() >= FLUSH {
                self.flush();
            }
        }
        for stream in std::mem::take(&mut self.streams).into_values() {
            self.close(stream);
        }
    }

    fn flush(&mut self) {
        self.flushed = Instant::now();
        let results: Vec<_> = self.streams.values_mut().map(Stream::flush).collect();
        for error in results.into_iter().filter_map(Result::err) {
            // It waits, and is tried again.
            self.trouble.tell(self.said(&error));
        }
    }

    fn close(&self, mut stream: Stream) {
        if let Err(error) = stream.flush() {
            self.trouble.lose(self.said(&error));
        }
    }

    fn said(&self, error: &io::Error) -> String {
        format!("{}: {error}", self.folder.display())
    }
}
