//! One recording as it goes on: from file to file, and through times when nothing can be written.

use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;

use super::block::local;
use super::file::OutFile;
use super::location::Location;
use super::roll::Roll;
use crate::clock::Time;
use crate::error;

/// After a failure, a file is tried again so often.
const RETRY: Duration = Duration::from_secs(1);
/// Most names that are tried for a new file where those of other times are taken.
const MAX_NAMES: i64 = 100;

/// Where the files of a stream go, and what they are called.
#[derive(Debug, Clone)]
pub struct Naming {
    /// The folder and the prefix.
    pub location: Location,
    /// The short name of the host.
    pub host: String,
    /// What names and headers are stamped with.
    pub zone: TimeZone,
    /// The ending, `raw.gz` or `tab`.
    pub extension: String,
    /// What a name tells of the time.
    pub stamp: NameStamp,
}

/// What the name of a file tells of the time at which it was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameStamp {
    /// Day and time: each file is a new one.
    Instant,
    /// The day: what was begun on the same day goes on.
    Day,
}

/// A recording in files.
pub struct Stream {
    naming: Naming,
    roll: Option<Roll>,
    /// What a file begins with.
    head: Box<dyn Fn(Time) -> Vec<u8> + Send>,
    /// What a file ends with.
    tail: fn(Time) -> Vec<u8>,
    /// The last headings of columns, which every file begins with, too.
    columns: Vec<u8>,
    file: Option<OutFile>,
    /// When the last file was begun, by its name.
    date: Option<Time>,
    /// When the file is closed and another begun.
    due: Option<Time>,
    /// Samples that a crash would cost.
    unflushed: u64,
    trouble: Option<Trouble>,
}

/// A time in which nothing can be written.
#[derive(Debug)]
struct Trouble {
    /// Samples that were not written.
    missing: u64,
    /// The first of them.
    since: Time,
    retry: Instant,
}

impl Naming {
    fn is_gzip(&self) -> bool {
        self.extension.ends_with("gz")
    }
}

impl Stream {
    /// A stream without a file; the first sample begins one.
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
            date: None,
            due: None,
            unflushed: 0,
            trouble: None,
        }
    }

    /// Writes a sample of `time`, below new headings of columns if there are. What can't be written is counted and said once.
    ///
    /// `leader` is the date of the file of another stream: where that was begun because both were due, this one's is
    /// called alike, whenever its first sample is. Returns whether a file was closed because it was its time.
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
            error!("{} was removed: another file is begun", path.display());
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

    /// When the last file was begun.
    #[must_use]
    pub fn date(&self) -> Option<Time> {
        self.date
    }

    /// Makes what was written readable for others, and safe from a power cut.
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

    /// Has another file begun at the first sample from `time` on.
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
            error!("recording did not go on: {}", self.missing(&trouble, time));
        }
    }

    /// Begins the file of `date` with its first sample. What of that could be written is taken back if not all could.
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
        self.due = self.roll.as_ref().map(|roll| roll.next_after(time, &self.naming.zone));
        self.file = Some(file);
        Ok(())
    }

    /// Opens the file of `time`. Where its name is taken, the next second's is; a folder that was removed is made again.
    fn open(&self, time: Time) -> Result<OutFile, (PathBuf, io::Error)> {
        let Naming { location, host, zone, extension, stamp } = &self.naming;
        let format = match stamp {
            NameStamp::Instant => "%Y%m%d-%H%M%S",
            NameStamp::Day => "%Y%m%d",
        };
        let (mut at, mut makes_folder) = (time, true);
        loop {
            let path = location.path(host, &local(at, zone, format), extension);
            let opened = match stamp {
                NameStamp::Day => OutFile::append(path.clone()),
                NameStamp::Instant => OutFile::create(path.clone()),
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

    /// Gives the file up. What it had not been flushed of is missing, too, where it is compressed.
    fn failed(&mut self, time: Time, path: &std::path::Path, error: &io::Error, samples: u64) {
        if self.trouble.is_none() {
            error!("writing {}: {error}; recording goes on when it can", path.display());
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
        error!("recording goes on in {path}: {}", self.missing(&trouble, time));
    }

    /// Of a compressed file, some of what was not flushed may be there.
    fn missing(&self, trouble: &Trouble, time: Time) -> String {
        let most = if self.naming.is_gzip() { "up to " } else { "" };
        let [since, until] =
            [trouble.since, time].map(|time| local(time, &self.naming.zone, "%Y%m%d %H:%M:%S"));
        format!("{most}{} samples are missing, from {since} to {until}", trouble.missing)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn stream(folder: &std::path::Path, extension: &str, stamp: NameStamp, roll: Option<&str>) -> Stream {
        let naming = Naming {
            location: Location::parse(folder.to_str().unwrap()),
            host: "n1".into(),
            zone: TimeZone::UTC,
            extension: extension.into(),
            stamp,
        };
        let roll = roll.map(|roll| Roll::parse(roll).unwrap());
        Stream::new(naming, roll, Box::new(|_| b"# head\n".to_vec()), |time| {
            format!(">>> {} <<<\n", time.micros() / 1_000_000).into_bytes()
        })
    }

    fn files(folder: &std::path::Path) -> Vec<(String, String)> {
        let mut files: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| {
                let path = entry.unwrap().path();
                (path.file_name().unwrap().to_str().unwrap().into(), fs::read_to_string(path).unwrap())
            })
            .collect();
        files.sort();
        files
    }

    fn at(seconds: i64) -> Time {
        Time::from_micros(1_795_340_460_000_000 + seconds * 1_000_000)
    }

    #[test]
    fn a_file_that_is_closed_ends_where_the_next_begins() {
        let folder = tempfile::tempdir().unwrap();
        let mut stream = stream(folder.path(), "raw", NameStamp::Instant, Some("00:00,7,1"));
        for seconds in [0, 30, 61, 90] {
            stream.write(at(seconds), None, b"", format!("{seconds}\n").as_bytes());
        }
        stream.close(at(95));
        let [first, second] = &files(folder.path())[..] else { panic!("{:?}", files(folder.path())) };
        assert_eq!(*first, ("n1-20261122-094100.raw".into(), "# head\n0\n30\n>>> 1795340521 <<<\n".into()));
        assert_eq!(*second, ("n1-20261122-094201.raw".into(), "# head\n61\n90\n>>> 1795340555 <<<\n".into()));
    }

    #[test]
    fn files_that_are_due_together_are_called_alike() {
        let folder = tempfile::tempdir().unwrap();
        let [mut all, mut apart] = ["raw", "rawp"]
            .map(|extension| stream(folder.path(), extension, NameStamp::Instant, Some("00:00,7,1")));
        for seconds in [0, 10, 61, 71, 125] {
            all.write(at(seconds), None, b"", b"");
            if seconds % 10 != 1 || seconds > 61 {
                apart.write(at(seconds), all.date(), b"", b"");
            }
        }
        let names = |extension: &str| -> Vec<String> {
            let names = files(folder.path()).into_iter().map(|(name, _)| name);
            names.filter_map(|name| name.strip_suffix(extension).map(str::to_owned)).collect()
        };
        assert_eq!(names(".rawp"), names(".raw"));
        assert_eq!(names(".raw").len(), 3);
    }

    #[test]
    fn a_name_that_is_taken_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("n1-20261122-094100.raw"), "other").unwrap();
        stream(folder.path(), "raw", NameStamp::Instant, None).write(at(0), None, b"", b"x\n");
        let names: Vec<_> = files(folder.path()).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["n1-20261122-094100.raw", "n1-20261122-094101.raw"]);
    }

    #[test]
    fn plots_of_a_day_go_on_below_another_head() {
        let folder = tempfile::tempdir().unwrap();
        for seconds in [0, 10] {
            let mut stream = stream(folder.path(), "tab", NameStamp::Day, None);
            stream.tail = |_| Vec::new();
            stream.write(at(seconds), None, b"#names\n", b"1\n");
            stream.write(at(seconds + 1), None, b"", b"2\n");
            stream.close(at(seconds + 2));
        }
        let text = "# head\n#names\n1\n2\n".repeat(2);
        assert_eq!(files(folder.path()), [("n1-20261122.tab".to_owned(), text)]);
    }

    #[test]
    fn a_file_that_was_removed_is_followed_by_another() {
        let folder = tempfile::tempdir().unwrap();
        let mut stream = stream(folder.path(), "raw", NameStamp::Instant, None);
        stream.write(at(0), None, b"", b"0\n");
        fs::remove_file(folder.path().join("n1-20261122-094100.raw")).unwrap();
        stream.write(at(1), None, b"", b"1\n");
        assert_eq!(files(folder.path()), [("n1-20261122-094101.raw".to_owned(), "# head\n1\n".to_owned())]);
    }

    #[test]
    fn a_folder_that_was_removed_is_made_again() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("folder");
        fs::create_dir(&folder).unwrap();
        let mut stream = stream(&folder, "raw", NameStamp::Instant, None);
        stream.write(at(0), None, b"", b"0\n");
        fs::remove_dir_all(&folder).unwrap();
        stream.write(at(1), None, b"", b"1\n");
        assert_eq!(files(&folder), [("n1-20261122-094101.raw".to_owned(), "# head\n1\n".to_owned())]);
    }

    #[test]
    fn what_can_not_be_written_is_counted() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing/deeper");
        let mut stream = stream(&missing, "raw", NameStamp::Instant, None);
        stream.naming.location = Location::parse(&format!("{}/", missing.display()));
        stream.write(at(0), None, b"", b"0\n");
        stream.write(at(1), None, b"", b"1\n");
        assert_eq!(stream.trouble.as_ref().map(|trouble| trouble.missing), Some(2));
        fs::create_dir_all(&missing).unwrap();
        stream.trouble.as_mut().unwrap().retry = Instant::now();
        stream.write(at(2), None, b"", b"2\n");
        assert!(stream.trouble.is_none());
        assert_eq!(files(&missing), [("n1-20261122-094102.raw".to_owned(), "# head\n2\n".to_owned())]);
    }
}
