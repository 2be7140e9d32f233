//! Keeps what hosts send, a file for each connection and day: real raw files of `--export raw`, or else the text as it came.
//!
//! A thread writes, for a disk may hang; what it can't take in time is dropped and counted. Beside a text file stands one
//! with when its bytes came ([`times`]), which a replay needs. [`kind`] tells where an interval begins, which is where
//! files may be rolled, and [`header`] what a rolled file begins with, so that it can be read without the one before.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::base::ids::ConnId;

mod file;
pub(crate) mod header;
mod kind;
pub(crate) mod name;
pub(crate) mod plan;
pub(crate) mod roll;
mod stream;
#[cfg(test)]
mod tests;
pub(crate) mod times;
mod worker;

use roll::Roll;

/// Batches that wait at most for the disk; one is seldom more than 16 KiB.
const WAITING: usize = 2048;
/// How long the end of a run waits for the disk.
const END: Duration = Duration::from_secs(2);

/// Hands what comes to the thread that writes.
#[derive(Debug)]
pub(crate) struct Recorder {
    jobs: Option<SyncSender<Job>>,
    /// Hears of the end of the thread.
    ended: Receiver<()>,
    trouble: Arc<Trouble>,
    /// Connections whose last batch found no room.
    torn: BTreeSet<ConnId>,
    /// Connections that ended while there was no room to say so.
    unclosed: BTreeSet<ConnId>,
}

/// What the thread is asked to do.
#[derive(Debug)]
enum Job {
    /// Whole lines; `torn` if those before them are lost.
    Write {
        conn: ConnId,
        host: Box<str>,
        text: Box<[u8]>,
        time: f64,
        torn: bool,
    },
    Close(ConnId),
}

/// What went wrong.
#[derive(Debug, Default)]
struct Trouble {
    /// Not told yet; of several in a row, only the first is.
    message: Mutex<Option<String>>,
    told: AtomicBool,
    /// Batches that are in no file.
    lost: AtomicU64,
}

impl Recorder {
    /// Writes into `folder`, which is made if it is not there. Files are closed, and others begun, as `roll` says.
    ///
    /// # Errors
    /// Where it can't be made.
    pub(crate) fn start(folder: PathBuf, roll: Roll) -> std::io::Result<Self> {
        std::fs::create_dir_all(&folder)?;
        let (jobs, todo) = sync_channel(WAITING);
        let trouble = Arc::new(Trouble::default());
        let shared = Arc::clone(&trouble);
        let (end, ended) = channel();
        std::thread::spawn(move || {
            worker::Worker::new(folder, roll, shared).run(&todo);
            // Nobody hears it any more if the disk took too long.
            let _ = end.send(());
        });
        Ok(Self { jobs: Some(jobs), ended, trouble, torn: BTreeSet::new(), unclosed: BTreeSet::new() })
    }

    /// Keeps whole lines of a connection, which came at `time`.
    pub(crate) fn lines(&mut self, conn: ConnId, host: &str, text: &[u8], time: f64) {
        self.close();
        let torn = self.torn.remove(&conn);
        if !self.send(Job::Write { conn, host: host.into(), text: text.into(), time, torn }) {
            self.torn.insert(conn);
        }
    }

    /// A connection ended: so does its file.
    pub(crate) fn closed(&mut self, conn: ConnId) {
        self.torn.remove(&conn);
        self.unclosed.insert(conn);
        self.close();
    }

    /// Has files closed, as far as there is room for such jobs.
    fn close(&mut self) {
        let Some(jobs) = &self.jobs else { return };
        self.unclosed.retain(|&conn| jobs.try_send(Job::Close(conn)).is_err());
    }

    /// What went wrong since this was asked.
    pub(crate) fn trouble(&self) -> Option<String> {
        self.trouble.message.lock().ok()?.take()
    }

    /// Writes all that waits, unless the disk takes too long; returns what there is to say about it.
    pub(crate) fn finish(mut self) -> Vec<String> {
        self.close();
        self.jobs = None;
        let is_whole = self.ended.recv_timeout(END) != Err(RecvTimeoutError::Timeout);
        let lost = self.trouble.lost.load(Ordering::Relaxed);
        let lost = (lost > 0).then(|| format!("recording: {lost} pieces could not be written"));
        let late =
            (!is_whole).then(|| "recording: the disk is too slow: the ends of files are missing".to_owned());
        lost.into_iter().chain(late).collect()
    }

    /// Hands a job over; returns whether there was room for it.
    fn send(&self, job: Job) -> bool {
        let Some(jobs) = &self.jobs else { return false };
        let result = jobs.try_send(job);
        if let Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) = &result {
            self.trouble.lose("the disk is too slow".to_owned());
        }
        result.is_ok()
    }
}

impl Trouble {
    /// Counts a batch that is in no file.
    fn lose(&self, why: String) {
        self.lost.fetch_add(1, Ordering::Relaxed);
        self.tell(why);
    }

    /// Keeps the reason if it is the first.
    fn tell(&self, why: String) {
        if !self.told.swap(true, Ordering::Relaxed)
            && let Ok(mut message) = self.message.lock()
        {
            *message = Some(why);
        }
    }
}
