//! The log of a month, `HOST-collectl-YYYYMM.log`: a line for each message (the Perl collectl's Logging.html).

use std::fmt::Arguments;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::PathBuf;

use collectl_wire::display::sanitize;
use collectl_wire::regular_file;
use jiff::Zoned;

use super::Severity;

/// Most bytes of a message that are written.
const MAX_BYTES: usize = 4096;

/// A log. It is opened anew for each message, of which there are few: so it can be removed, and a new month has its own.
#[derive(Debug)]
pub struct Log {
    folder: PathBuf,
    host: String,
    /// Whether the last message was lost. This is said once, until it is over.
    failing: bool,
}

impl Log {
    /// The log of `host` in `folder`.
    #[must_use]
    pub fn new(folder: PathBuf, host: &str) -> Self {
        Self { folder, host: host.to_owned(), failing: false }
    }

    /// Appends a message at the time `now`, which has the local zone.
    ///
    /// # Errors
    /// What the system says of which file, where the one before could be written.
    pub(super) fn write(
        &mut self,
        severity: Severity,
        text: Arguments<'_>,
        now: &Zoned,
    ) -> Result<(), (PathBuf, io::Error)> {
        let path = self.folder.join(format!("{}-collectl-{}.log", self.host, now.strftime("%Y%m")));
        let opened = regular_file::write(OpenOptions::new().append(true).create(true), &path);
        let written = opened.and_then(|mut file| file.write_all(line(severity, text, now).as_bytes()));
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

    #[test]
    fn a_file_for_each_month() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = Log::new(folder.path().to_owned(), "n1");
        for (time, severity) in [
            ("2026-11-30T23:59:59", Severity::Info),
            ("2026-11-30T23:59:59", Severity::Warning),
            ("2026-12-01T00:00:00", Severity::Fatal),
        ] {
            log.write(severity, format_args!("one\ntwo\u{1b}[2J"), &at(time)).unwrap();
        }
        let read = |name| fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(
            read("n1-collectl-202611.log"),
            "20261130 23:59:59 I-one two[2J\n20261130 23:59:59 W-one two[2J\n"
        );
        assert_eq!(read("n1-collectl-202612.log"), "20261201 00:00:00 F-one two[2J\n");
    }

    #[test]
    fn what_can_not_be_written_is_said_once() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("later");
        let mut log = Log::new(place.clone(), "n1");
        let mut write = || log.write(Severity::Info, format_args!("x"), &at("2026-11-30T00:00:00")).is_ok();
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
