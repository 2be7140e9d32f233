//! The thread that writes.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use collectl_wire::backlog::{Backlog, Popped};

use super::files::ConnectionFiles;
use super::roll::Roll;
use crate::base::ids::ConnId;
use crate::base::time::Time;
use crate::stream::lines::Lines;

/// Most bytes that wait for the disk.
const MAX_WAITING: usize = 32 << 20;
/// How often all files are flushed.
const FLUSH: Duration = Duration::from_secs(2);

/// What the thread is asked to do.
#[derive(Debug)]
pub(super) enum Job {
    /// Lines came; those before them are lost if `torn`.
    Write { conn: ConnId, host: Box<str>, lines: Arc<Lines>, time: Time, torn: bool },
    /// A connection ended: so does its file.
    Close(ConnId),
}

/// The handle of the thread.
#[derive(Debug)]
pub(super) struct Worker {
    jobs: Arc<Backlog<Job>>,
    /// Closed when the thread has closed all files.
    ended: Receiver<()>,
    trouble: Arc<Trouble>,
}

/// What went wrong.
#[derive(Debug, Default)]
struct Trouble {
    /// Whether there is a message.
    is_new: AtomicBool,
    /// Not told yet; only the first is.
    message: Mutex<Option<String>>,
    told: AtomicBool,
    /// Pieces that are in no file.
    lost: AtomicU64,
}

impl Worker {
    /// Starts the thread.
    pub(super) fn start(folder: PathBuf, roll: Roll) -> io::Result<Self> {
        let (jobs, trouble) = (Arc::new(Backlog::new(MAX_WAITING)), Arc::new(Trouble::default()));
        let files = Files {
            folder,
            roll,
            trouble: Arc::clone(&trouble),
            open: BTreeMap::new(),
            flushed: Instant::now(),
        };
        let todo = Arc::clone(&jobs);
        let (end, ended) = channel();
        thread::Builder::new().name("recorder".into()).spawn(move || {
            files.follow(&todo);
            drop(end);
        })?;
        Ok(Self { jobs, ended, trouble })
    }

    /// Hands over a job of so many bytes; returns whether there was room for it.
    pub(super) fn push(&self, job: Job, bytes: usize) -> bool {
        let has_room = self.jobs.push(job, bytes);
        if !has_room {
            self.trouble.lose("the disk is too slow".to_owned());
        }
        has_room
    }

    /// What went wrong since this was asked.
    pub(super) fn trouble(&self) -> Option<String> {
        self.trouble
            .is_new
            .swap(false, Ordering::Acquire)
            .then(|| self.trouble.message.lock().ok()?.take())?
    }

    /// Waits until all is written, for `patience` at most; returns what there is to say about it.
    pub(super) fn finish(self, patience: Duration) -> Vec<String> {
        self.jobs.close();
        // The last job is not the end: what the files have buffered is written after it.
        let is_whole = self.ended.recv_timeout(patience) != Err(RecvTimeoutError::Timeout);
        let lost = self.trouble.lost.load(Ordering::Relaxed);
        let lost = (lost > 0).then(|| format!("recording: {lost} pieces could not be written"));
        let late =
            (!is_whole).then(|| "recording: the disk is too slow: the ends of files are missing".to_owned());
        self.trouble().map(|text| format!("recording: {text}")).into_iter().chain(lost).chain(late).collect()
    }
}

impl Trouble {
    /// Counts a piece that is in no file.
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
            self.is_new.store(true, Ordering::Release);
        }
    }
}

/// All open files.
struct Files {
    folder: PathBuf,
    roll: Roll,
    trouble: Arc<Trouble>,
    open: BTreeMap<ConnId, ConnectionFiles>,
    flushed: Instant,
}

impl Files {
    /// Works until no more jobs follow.
    fn follow(mut self, jobs: &Backlog<Job>) {
        loop {
            match jobs.pop(Some(self.flushed + FLUSH)) {
                Popped::Item { item: Job::Write { conn, host, lines, time, torn }, .. } => {
                    let files = self.open.entry(conn).or_insert_with(|| ConnectionFiles::new(host));
                    if torn {
                        files.tear();
                    }
                    if let Err(error) = files.write(&self.folder, &self.roll, &lines, time) {
                        self.trouble.lose(self.describe(&error));
                    }
                }
                Popped::Item { item: Job::Close(conn), .. } => {
                    if let Some(files) = self.open.remove(&conn) {
                        self.close(files);
                    }
                }
                Popped::Late => {}
                Popped::Closed => break,
            }
            if self.flushed.elapsed() >= FLUSH {
                self.flush();
            }
        }
        for files in std::mem::take(&mut self.open).into_values() {
            self.close(files);
        }
    }

    fn flush(&mut self) {
        self.flushed = Instant::now();
        let results: Vec<_> = self.open.values_mut().map(ConnectionFiles::flush).collect();
        for error in results.into_iter().filter_map(Result::err) {
            // It waits, and is tried again.
            self.trouble.tell(self.describe(&error));
        }
    }

    fn close(&self, mut files: ConnectionFiles) {
        if let Err(error) = files.flush() {
            self.trouble.lose(self.describe(&error));
        }
    }

    fn describe(&self, error: &io::Error) -> String {
        format!("{}: {error}", self.folder.display())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time;
    use crate::stream::classify::Classifier;

    #[test]
    fn the_end_waits_for_what_files_have_buffered() {
        for _ in 0..50 {
            let folder = tempfile::tempdir().unwrap();
            let worker = Worker::start(folder.path().to_owned(), Roll::parse("00:00,1440").unwrap()).unwrap();
            for conn in 0..20 {
                let lines = Arc::new(Lines::of(b" 1 2\n", &mut Classifier::default()));
                let (host, time) = (format!("n{conn}").into(), time::at(1_795_344_120.0));
                assert!(worker.push(Job::Write { conn: ConnId(conn), host, lines, time, torn: false }, 5));
            }
            assert_eq!(worker.finish(Duration::from_secs(60)), [""; 0]);
            let texts = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
            let texts: Vec<_> =
                texts.filter(|path| path.extension().is_some_and(|end| end == "txt")).collect();
            assert_eq!(texts.len(), 20);
            assert!(texts.iter().all(|path| std::fs::read(path).unwrap() == b" 1 2\n"));
        }
    }
}
