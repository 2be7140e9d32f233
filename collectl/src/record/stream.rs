//! One stream of a recording: from file to file, and through times when nothing can be written.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use collectl_core::clock::Time;
use collectl_core::roll::Roll;
use jiff::tz::TimeZone;

use super::block::local;
use super::file::{OutFile, Readers};
use super::location::Location;
use super::written::Written;
use crate::error;

/// Delay before a file is tried again after a failure.
const RETRY: Duration = Duration::from_secs(1);
/// Most names that are tried for a new file when names are taken.
const MAX_NAMES: i64 = 100;

/// Where the files of a stream are, and how they are named.
#[derive(Debug, Clone)]
pub struct Naming {
    /// The folder and the prefix.
    pub location: Location,
    /// The short name of the host.
    pub host: String,
    /// The time zone of names and headers.
    pub zone: fn() -> TimeZone,
    /// The ending, `raw.gz` or `tab`.
    pub extension: String,
    /// What a name tells of the start time.
    pub stamp: NameStamp,
    /// Who may read new files.
    pub readers: Readers,
}

/// What the name of a file tells of its start time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameStamp {
    /// Day and time: each file is a new one.
    Instant,
    /// The day: a file of the same day is continued.
    Day,
}

/// A recording in files.
pub struct Stream {
    naming: Naming,
    roll: Option<Roll>,
    /// The start of every file.
    head: Box<dyn Fn(Time) -> Vec<u8> + Send>,
    /// The end of every file.
    tail: fn(Time) -> Vec<u8>,
    /// The last column headings, which every file starts with, too.
    columns: Vec<u8>,
    file: Option<OutFile>,
    /// The list that new files are added to.
    written: Option<Arc<Written>>,
    /// When the last file was started, by its name.
    date: Option<Time>,
    /// When the file is closed and a new one started.
    due: Option<Time>,
    /// Samples that a crash would lose.
    unflushed: u64,
    trouble: Option<Trouble>,
}

/// A time in which nothing can be written.
#[derive(Debug)]
struct Trouble {
    /// Samples that were not written.
    missing: u64,
    /// The time of the first of them.
    since: Time,
    retry: Instant,
}

impl Naming {
    fn is_gzip(&self) -> bool {
        self.extension.ends_with("gz")
    }
}

impl Stream {
    /// A stream without a file; the first sample starts one.
    #[must_use]
    pub fn new(
        naming: Naming,
        roll: Option<Roll>,
        head: Box<dyn Fn(Time) -> Vec<u8> + Send>,
        tail: fn(Time) -> Vec<u8>,
    ) -> Self {
        Self {
            naming,
            roll,
            head,
            tail,
            columns: Vec::new(),
            file: None,
            written: None,
            date: None,
            due: None,
            unflushed: 0,
            trouble: None,
        }
    }

    /// Adds the files that are started to `written`.
    pub fn tell(&mut self, written: Arc<Written>) {
        self.written = Some(written);
    }

    /// Writes a sample of `time`, after new column headings if there are any. A failure is counted, and reported once.
    ///
    /// `leader` is the date of another stream's file. If both were due, this stream's file gets the same date, whenever
    /// its first sample comes. Returns whether a file was closed because it was due.
    pub fn write(&mut self, time: Time, leader: Option<Time>, columns: &[u8], lines: &[u8]) -> bool {
        let due = self.due.filter(|due| self.file.is_some() && time >= *due);
        let rolled = due.is_some();
        if rolled {
            self.close(time);
        }
        if !columns.is_empty() {
            self.columns = columns.to_vec();
        }
        if self.file.as_ref().is_some_and(OutFile::is_deleted) {
            let path = self.file.take().map(|file| file.path().to_owned()).unwrap_or_default();
            error!("{} was removed: a new file is started", path.display());
        }
        if self.trouble.as_ref().is_some_and(|trouble| Instant::now() < trouble.retry) {
            self.miss(1, time);
            return rolled;
        }
        let written = match &mut self.file {
            Some(file) => file
                .write(columns)
                .and_then(|()| file.write(lines))
                .map_err(|error| (file.path().to_owned(), error)),
            None => {
                let date = leader.filter(|leader| due.is_some_and(|due| *leader >= due));
                self.begin(date.unwrap_or(time), time, lines)
            }
        };
        match written {
            Ok(()) => {
                self.unflushed += 1;
                self.recovered(time);
            }
            Err((path, error)) => self.failed(time, &path, &error, 1),
        }
        rolled
    }

    /// When the last file was started.
    #[must_use]
    pub fn date(&self) -> Option<Time> {
        self.date
    }

    /// Makes everything written so far readable for others, and writes it to disk.
    pub fn flush(&mut self, time: Time) {
        let Some(file) = &mut self.file else { return };
        match file.sync() {
            Ok(()) => self.unflushed = 0,
            Err(error) => {
                let path = file.path().to_owned();
                self.failed(time, &path, &error, 0);
            }
        }
    }

    /// Makes everything written so far readable for others.
    pub fn publish(&mut self, time: Time) {
        let Some(file) = &mut self.file else { return };
        if let Err(error) = file.flush() {
            let path = file.path().to_owned();
            self.failed(time, &path, &error, 0);
        }
    }

    /// Starts a new file with the first sample from `time` on.
    pub fn reopen(&mut self, time: Time) {
        self.due = Some(time);
    }

    /// Ends the file.
    pub fn close(&mut self, time: Time) {
        let Some(mut file) = self.file.take() else { return };
        let path = file.path().to_owned();
        if let Err(error) = file.write(&(self.tail)(time)).and_then(|()| file.close()) {
            self.failed(time, &path, &error, 0);
        }
        self.unflushed = 0;
    }

    /// Ends the recording.
    pub fn end(&mut self, time: Time) {
        self.close(time);
        if let Some(trouble) = self.trouble.take() {
            error!("recording did not continue: {}", self.missing(&trouble, time));
        }
    }

    /// Starts the file of `date` with its first sample. If a part can't be written, all of it is reverted.
    fn begin(&mut self, date: Time, time: Time, lines: &[u8]) -> Result<(), (PathBuf, io::Error)> {
        let mut file = self.open(date)?;
        let mut start = (self.head)(date);
        start.extend_from_slice(&self.columns);
        start.extend_from_slice(lines);
        if let Err(error) = file.write(&start).and_then(|()| file.flush()) {
            let path = file.path().to_owned();
            file.undo();
            return Err((path, error));
        }
        self.date = Some(date);
        self.due = self.roll.as_ref().map(|roll| roll.next_after(time, &(self.naming.zone)()));
        if let Some(written) = &self.written {
            written.add(time, file.path().to_owned());
        }
        self.file = Some(file);
        Ok(())
    }

    /// Opens the file of `time`. If its name is taken, the name of the next second is used. A removed folder is created
    /// again.
    fn open(&self, time: Time) -> Result<OutFile, (PathBuf, io::Error)> {
        let Naming { location, host, zone, extension, stamp, readers } = &self.naming;
        let format = match stamp {
            NameStamp::Instant => "%Y%m%d-%H%M%S",
            NameStamp::Day => "%Y%m%d",
        };
        let (mut at, mut makes_folder) = (time, true);
        loop {
            let path = location.path(host, &local(at, &zone(), format), extension);
            let opened = match stamp {
                NameStamp::Day => OutFile::append(path.clone(), *readers),
                NameStamp::Instant => OutFile::create(path.clone(), *readers),
            };
            match opened {
                Err(error)
                    if error.kind() == io::ErrorKind::AlreadyExists
                        && at.seconds_since(time) < MAX_NAMES as f64 =>
                {
                    at = at.plus(Duration::from_secs(1));
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound && makes_folder => {
                    makes_folder = false;
                    location.create().map_err(|error| (path, error))?;
                }
                opened => return opened.map_err(|error| (path, error)),
            }
        }
    }

    /// Gives up the file. If it is compressed, data that was not flushed is missing, too.
    fn failed(&mut self, time: Time, path: &std::path::Path, error: &io::Error, samples: u64) {
        if self.trouble.is_none() {
            error!("writing {}: {error}; recording continues when possible", path.display());
        }
        let lost = if self.naming.is_gzip() { std::mem::take(&mut self.unflushed) } else { 0 };
        self.file = None;
        self.miss(samples + lost, time);
        if let Some(trouble) = &mut self.trouble {
            trouble.retry = Instant::now() + RETRY;
        }
    }

    fn miss(&mut self, samples: u64, time: Time) {
        let trouble = self.trouble.get_or_insert(Trouble { missing: 0, since: time, retry: Instant::now() });
        trouble.missing += samples;
    }

    fn recovered(&mut self, time: Time) {
        let Some(trouble) = self.trouble.take() else { return };
        let path = self.file.as_ref().map(|file| file.path().display().to_string()).unwrap_or_default();
        error!("recording continues in {path}: {}", self.missing(&trouble, time));
    }

    /// A compressed file may have some of the data that was not flushed.
    fn missing(&self, trouble: &Trouble, time: Time) -> String {
        let most = if self.naming.is_gzip() { "up to " } else { "" };
        let [since, until] =
            [trouble.since, time].map(|time| local(time, &(self.naming.zone)(), "%Y%m%d %H:%M:%S"));
        format!("{most}{} samples are missing, from {since} to {until}", trouble.missing)
    }
}

#[cfg(test)]
mod tests;
