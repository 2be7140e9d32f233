//! The thread that writes.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::{Job, Trouble, name};
use crate::event::ConnId;

/// How often all files are flushed.
const FLUSH: Duration = Duration::from_secs(2);
/// How many names are tried for a file.
const TRIES: u32 = 1000;

/// All open files.
pub(super) struct Worker {
    folder: PathBuf,
    trouble: Arc<Trouble>,
    files: BTreeMap<ConnId, Recording>,
    flushed: Instant,
}

/// The file of a connection.
struct Recording {
    file: BufWriter<File>,
    /// When its bytes came; a raw file says so itself.
    times: Option<BufWriter<File>>,
    written: u64,
}

impl Worker {
    /// Nothing is open yet.
    pub(super) fn new(folder: PathBuf, trouble: Arc<Trouble>) -> Self {
        Self { folder, trouble, files: BTreeMap::new(), flushed: Instant::now() }
    }

    /// Works until nobody has anything to write any more.
    pub(super) fn run(mut self, jobs: &Receiver<Job>) {
        loop {
            match jobs.recv_timeout(FLUSH) {
                Ok(Job::Write { conn, host, text, time }) => {
                    if let Err(why) = self.write(conn, &host, &text, time) {
                        self.trouble.lose(why);
                    }
                }
                Ok(Job::Close(conn)) => {
                    if let Some(mut recording) = self.files.remove(&conn) {
                        self.judge(recording.flush());
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if self.flushed.elapsed() >= FLUSH {
                self.flush();
            }
        }
        self.flush();
    }

    fn write(&mut self, conn: ConnId, host: &str, text: &[u8], time: f64) -> Result<(), String> {
        let recording = match self.files.entry(conn) {
            std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::btree_map::Entry::Vacant(entry) => {
                let opened = Recording::open(&self.folder, host, text, time);
                entry.insert(opened.map_err(|error| format!("{}: {error}", self.folder.display()))?)
            }
        };
        recording.write(text, time).map_err(|error| format!("{}: {error}", self.folder.display()))
    }

    fn flush(&mut self) {
        self.flushed = Instant::now();
        let results: Vec<_> = self.files.values_mut().map(Recording::flush).collect();
        results.into_iter().for_each(|result| self.judge(result));
    }

    fn judge(&self, result: io::Result<()>) {
        if let Err(error) = result {
            self.trouble.lose(format!("{}: {error}", self.folder.display()));
        }
    }
}

impl Recording {
    /// Begins a file; `text` shows of what kind.
    fn open(folder: &Path, host: &str, text: &[u8], time: f64) -> io::Result<Self> {
        let raw = is_raw(text);
        let extension = if raw { "raw" } else { "txt" };
        for later in 0..TRIES {
            let path = folder.join(name::of(host, time + f64::from(later), extension));
            match create(&path) {
                Ok(file) => {
                    let times = if raw { None } else { Some(create(&path.with_extension("times"))?) };
                    return Ok(Self { file, times, written: 0 });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    fn write(&mut self, text: &[u8], time: f64) -> io::Result<()> {
        self.file.write_all(text)?;
        if let Some(times) = &mut self.times {
            writeln!(times, "{} {time:.3}", self.written)?;
        }
        self.written += text.len() as u64;
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()?;
        self.times.as_mut().map_or(Ok(()), Write::flush)
    }
}

fn create(path: &Path) -> io::Result<BufWriter<File>> {
    OpenOptions::new().write(true).create_new(true).open(path).map(BufWriter::new)
}

/// True for the first bytes of a raw file: a line of `#` before the header. A plot file has one, too, but names itself.
fn is_raw(text: &[u8]) -> bool {
    let mut lines = text.split(|&byte| byte == b'\n');
    let rule = lines.next().is_some_and(|line| line.len() >= 40 && line.iter().all(|&byte| byte == b'#'));
    rule && lines.next().is_some_and(|line| line.is_empty() || line.starts_with(b"# Collectl"))
        && !text.windows(5).any(|part| part == b"#Date" || part == b"#UTC ")
}
