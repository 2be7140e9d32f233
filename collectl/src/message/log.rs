//! The log of a month, `HOST-collectl-YYYYMM.log`: a line for each message (the Perl collectl's Logging.html).

use std::fmt::Arguments;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use collectl_wire::backlog::{Backlog, Popped};
use collectl_wire::display::sanitize;
use collectl_wire::regular_file;
use jiff::Zoned;

use super::{Severity, to_terminal};

/// Most bytes of one message.
const MAX_BYTES: usize = 4096;
/// Most bytes of messages that wait to be written.
const MAX_WAITING: usize = 64 << 10;
/// How long the end of a run waits for the last messages.
const PATIENCE: Duration = Duration::from_millis(500);

/// A log, and the thread that writes it, since a disk may hang.
#[derive(Debug)]
pub struct Log(Arc<Backlog<Entry>>);

/// A line, and the month that it belongs to, `YYYYMM`.
#[derive(Debug)]
struct Entry {
    month: String,
    line: String,
}

/// The files of a log. A file is opened for each message, as there are few. So it may be removed, and each month has a
/// new one.
struct Files {
    folder: PathBuf,
    host: String,
    /// Whether the last message was lost. This is reported once per outage.
    failing: bool,
}

impl Log {
    /// The log of `host` in `folder`.
    #[must_use]
    pub fn new(folder: PathBuf, host: &str) -> Self {
        let backlog = Arc::new(Backlog::new(MAX_WAITING));
        let entries = Arc::clone(&backlog);
        let files = Files { folder, host: host.to_owned(), failing: false };
        let started = thread::Builder::new().name("log".into()).spawn(move || files.follow(&entries));
        if let Err(error) = started {
            to_terminal(format_args!("no log is written: {error}"));
        }
        Self(backlog)
    }

    /// Appends a message of the time `now`, which is in the local zone.
    pub(super) fn write(&self, severity: Severity, text: Arguments<'_>, now: &Zoned) {
        let entry = Entry::new(severity, text, now);
        let bytes = entry.line.len();
        self.0.push(entry, bytes);
    }

    /// Waits a short time until everything has been written.
    pub(super) fn finish(&self) {
        self.0.wait_until_done(PATIENCE);
    }
}

impl Entry {
    fn new(severity: Severity, text: Arguments<'_>, now: &Zoned) -> Self {
        Self { month: now.strftime("%Y%m").to_string(), line: line(severity, text, now) }
    }
}

impl Files {
    fn follow(mut self, entries: &Backlog<Entry>) {
        while let Popped::Item { item, refused } = entries.pop(None) {
            self.append(&item);
            if refused > 0 {
                let text = format_args!("{refused} messages are lost: the log was written too slowly");
                self.append(&Entry::new(Severity::Error, text, &Zoned::now()));
            }
        }
    }

    fn append(&mut self, entry: &Entry) {
        if let Err((path, error)) = self.write(entry) {
            to_terminal(format_args!("writing {}: {error}", path.display()));
        }
    }

    /// Appends an entry. Returns the file and the error if the entry before was written and this one was not.
    fn write(&mut self, Entry { month, line }: &Entry) -> Result<(), (PathBuf, io::Error)> {
        let path = self.folder.join(format!("{}-collectl-{month}.log", self.host));
        let opened = regular_file::write(OpenOptions::new().append(true).create(true), &path);
        let written = opened.and_then(|mut file| file.write_all(line.as_bytes()));
        let was_failing = std::mem::replace(&mut self.failing, written.is_err());
        match written {
            Err(error) if !was_failing => Err((path, error)),
            _ => Ok(()),
        }
    }
}

/// `YYYYMMDD HH:MM:SS S-TEXT`.
fn line(severity: Severity, text: Arguments<'_>, now: &Zoned) -> String {
    let text = text.to_string().replace('\n', " ");
    let text = sanitize(&text.as_bytes()[..text.len().min(MAX_BYTES)]);
    format!("{} {}-{}\n", now.strftime("%Y%m%d %H:%M:%S"), severity.letter(), text.trim_end())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn at(time: &str) -> Zoned {
        format!("{time}[UTC]").parse().unwrap()
    }

    fn files(folder: PathBuf) -> Files {
        Files { folder, host: "n1".to_owned(), failing: false }
    }

    #[test]
    fn a_file_for_each_month() {
        let folder = tempfile::tempdir().unwrap();
        let mut files = files(folder.path().to_owned());
        for (time, severity) in [
            ("2026-11-30T23:59:59", Severity::Info),
            ("2026-11-30T23:59:59", Severity::Warning),
            ("2026-12-01T00:00:00", Severity::Fatal),
        ] {
            files.write(&Entry::new(severity, format_args!("one\ntwo\u{1b}[2J"), &at(time))).unwrap();
        }
        let read = |name| fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(
            read("n1-collectl-202611.log"),
            "20261130 23:59:59 I-one two[2J\n20261130 23:59:59 W-one two[2J\n"
        );
        assert_eq!(read("n1-collectl-202612.log"), "20261201 00:00:00 F-one two[2J\n");
    }

    #[test]
    fn a_failed_write_is_reported_once() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("later");
        let mut files = files(place.clone());
        let entry = Entry::new(Severity::Info, format_args!("x"), &at("2026-11-30T00:00:00"));
        let mut write = || files.write(&entry).is_ok();
        assert_eq!([write(), write()], [false, true]);
        fs::create_dir(&place).unwrap();
        assert!(write());
        let file = place.join("n1-collectl-202611.log");
        fs::remove_file(&file).unwrap();
        std::os::unix::fs::symlink(folder.path().join("elsewhere"), &file).unwrap();
        assert_eq!([write(), write()], [false, true]);
    }

    #[test]
    fn long_texts_are_cut() {
        let text = "é".repeat(MAX_BYTES);
        assert!(
            line(Severity::Info, format_args!("x{text}"), &at("2026-11-30T00:00:00")).len() < 2 * MAX_BYTES
        );
    }
}
