//! The lines of one connection, in one file after another.

use std::io;
use std::path::Path;

use super::file::{FileKind, Output};
use super::header::{ColumnHeaders, RawHeader};
use super::roll::Roll;
use crate::base::time::{self, Time};
use crate::stream::classify::{Format, LineKind, marker_time};
use crate::stream::lines::Lines;

/// A connection's files.
#[derive(Debug)]
pub(super) struct ConnectionFiles {
    host: Box<str>,
    /// That of all its files; none before the first lines.
    kind: Option<FileKind>,
    raw_header: RawHeader,
    columns: ColumnHeaders,
    output: Option<Output>,
    /// The name of the last file.
    before: Option<String>,
    /// When the file is rolled.
    due: Option<Time>,
    /// Something was lost: nothing is written before the next interval begins.
    torn: bool,
}

impl ConnectionFiles {
    /// A connection of `host`.
    pub(super) fn new(host: Box<str>) -> Self {
        Self {
            host,
            kind: None,
            raw_header: RawHeader::default(),
            columns: ColumnHeaders::default(),
            output: None,
            before: None,
            due: None,
            torn: false,
        }
    }

    /// Lines before those that come next are lost.
    pub(super) fn tear(&mut self) {
        self.torn = true;
    }

    /// Writes lines that came at `time`, into another file where it is time for one.
    ///
    /// # Errors
    /// Where they, or some of them, are in no file.
    pub(super) fn write(&mut self, folder: &Path, roll: &Roll, lines: &Lines, time: Time) -> io::Result<()> {
        let kind = *self.kind.get_or_insert(match lines.format() {
            Format::Raw => FileKind::Raw,
            Format::Rows | Format::Records | Format::Lexpr => FileKind::Text,
        });
        let result = self.place(folder, roll, kind, lines, time);
        self.torn |= result.is_err();
        match kind {
            FileKind::Raw => self.raw_header.push(lines),
            FileKind::Text => lines.iter().for_each(|line| self.columns.push(line)),
        }
        result
    }

    fn place(
        &mut self,
        folder: &Path,
        roll: &Roll,
        kind: FileKind,
        lines: &Lines,
        time: Time,
    ) -> io::Result<()> {
        if self.output.is_none() && self.before.is_none() && !self.torn {
            let output = Output::create(folder, &self.host, time, kind)?;
            self.begin(output, roll, time);
        }
        let is_due = self.due.is_some_and(|due| time >= due);
        if !self.torn && !is_due {
            return self.append(lines.text(), time);
        }
        let Some(boundary) = boundary(lines) else {
            return if self.torn { Ok(()) } else { self.append(lines.text(), time) };
        };
        let (end, start) = lines.text().split_at(boundary);
        if !self.torn {
            self.append(end, time)?;
        }
        let mut closed = Ok(());
        if is_due || self.output.is_none() {
            match Output::create(folder, &self.host, time, kind) {
                Ok(output) => closed = self.continue_in(output, roll, start, time),
                Err(error) if self.output.is_none() => return Err(error),
                // The old one is used until there is room for another.
                Err(_) => {}
            }
        }
        self.torn = false;
        self.append(start, time).and(closed)
    }

    /// Continues in another file; `start` is the interval that it begins with. Returns how closing the old one went.
    fn continue_in(&mut self, mut output: Output, roll: &Roll, start: &[u8], time: Time) -> io::Result<()> {
        let closed;
        if self.kind == Some(FileKind::Raw) {
            // The marker that begins a sample ends the one before: it is in both files.
            let size = start.iter().position(|&byte| byte == b'\n').map_or(start.len(), |end| end + 1);
            closed = self.append(&start[..size], time).and_then(|()| self.flush());
            let first = marker_time(start[..size].trim_ascii_end()).map_or(time, time::at);
            output.repeat("", &self.raw_header.at(first));
        } else {
            closed = self.flush();
            output.repeat(self.before.as_deref().unwrap_or_default(), self.columns.text());
        }
        self.begin(output, roll, time);
        closed
    }

    fn begin(&mut self, output: Output, roll: &Roll, time: Time) {
        self.before = Some(output.name.clone());
        self.output = Some(output);
        self.due = Some(roll.next_after(time));
    }

    fn append(&mut self, text: &[u8], time: Time) -> io::Result<()> {
        match &mut self.output {
            Some(output) if !text.is_empty() => output.write(text, time),
            Some(_) | None => Ok(()),
        }
    }

    /// Hands everything to the kernel.
    ///
    /// # Errors
    /// What writing returns; what could not be written still waits.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.output.as_mut().map_or(Ok(()), Output::flush)
    }
}

/// Where in `lines` the first interval begins.
fn boundary(lines: &Lines) -> Option<usize> {
    let kind = match lines.format() {
        Format::Rows => return Some(0),
        Format::Records => LineKind::RecordStart,
        Format::Lexpr => LineKind::LexprStart,
        Format::Raw => LineKind::Marker,
    };
    lines.first(kind).map(|line| line.start)
}
