//! What one connection brings, in one file after another.

use std::io;
use std::path::Path;

use super::file::Output;
use super::header::{Columns, RawHeader, marker};
use super::kind::Kind;
use super::roll::Roll;

/// A connection's files.
#[derive(Debug)]
pub(super) struct Stream {
    host: Box<str>,
    kind: Kind,
    raw_header: RawHeader,
    columns: Columns,
    output: Option<Output>,
    /// The name of the last file.
    before: Option<String>,
    /// When the file is rolled, in seconds of the epoch.
    due: f64,
    /// Something was lost: nothing is written before the next interval begins.
    torn: bool,
}

impl Stream {
    /// A stream of `host`, whose first lines are `text`.
    pub(super) fn new(host: Box<str>, text: &[u8]) -> Self {
        Self {
            host,
            kind: Kind::of(text),
            raw_header: RawHeader::default(),
            columns: Columns::default(),
            output: None,
            before: None,
            due: f64::INFINITY,
            torn: false,
        }
    }

    /// Lines before those that come next are lost.
    pub(super) fn tear(&mut self) {
        self.torn = true;
    }

    /// Writes whole lines that came at `time`, into another file where it is time for one.
    ///
    /// # Errors
    /// Where they, or some of them, are in no file.
    pub(super) fn write(&mut self, folder: &Path, roll: &Roll, text: &[u8], time: f64) -> io::Result<()> {
        self.kind.learn(text);
        let result = self.place(folder, roll, text, time);
        self.torn |= result.is_err();
        match self.kind {
            Kind::Raw => drop(self.raw_header.push(text)),
            Kind::Records(_) | Kind::Lines => self.columns.push(text),
        }
        result
    }

    fn place(&mut self, folder: &Path, roll: &Roll, text: &[u8], time: f64) -> io::Result<()> {
        if self.output.is_none() && self.before.is_none() && !self.torn {
            let output = Output::create(folder, &self.host, time, self.kind)?;
            self.begin(output, roll, time);
        }
        if !self.torn && time < self.due {
            return self.append(text, time);
        }
        let Some(boundary) = self.kind.boundary(text) else {
            return if self.torn { Ok(()) } else { self.append(text, time) };
        };
        let (end, start) = text.split_at(boundary);
        if !self.torn {
            self.append(end, time)?;
        }
        let mut closed = Ok(());
        if time >= self.due || self.output.is_none() {
            match Output::create(folder, &self.host, time, self.kind) {
                Ok(output) => closed = self.go_on_in(output, roll, start, time),
                Err(error) if self.output.is_none() => return Err(error),
                // The old one will do until there is room for another.
                Err(_) => {}
            }
        }
        self.torn = false;
        self.append(start, time).and(closed)
    }

    /// Goes on in another file; `start` is the interval that it begins with. Returns how closing the old one went.
    fn go_on_in(&mut self, mut output: Output, roll: &Roll, start: &[u8], time: f64) -> io::Result<()> {
        match self.kind {
            Kind::Raw => {
                // The marker that begins a sample ends the one before: it is in both files.
                let size = start.iter().position(|&byte| byte == b'\n').map_or(start.len(), |end| end + 1);
                let closed = self.append(&start[..size], time).and_then(|()| self.flush());
                output.go_on("", &self.raw_header.at(marker(start).unwrap_or(time)));
                self.begin(output, roll, time);
                closed
            }
            Kind::Records(_) | Kind::Lines => {
                let closed = self.flush();
                output.go_on(self.before.as_deref().unwrap_or_default(), self.columns.text());
                self.begin(output, roll, time);
                closed
            }
        }
    }

    fn begin(&mut self, output: Output, roll: &Roll, time: f64) {
        self.before = Some(output.name.clone());
        self.output = Some(output);
        self.due = roll.next_after(time);
    }

    fn append(&mut self, text: &[u8], time: f64) -> io::Result<()> {
        match &mut self.output {
            Some(output) if !text.is_empty() => output.write(text, time),
            Some(_) | None => Ok(()),
        }
    }

    /// Hands all to the kernel.
    ///
    /// # Errors
    /// What writing returns; what could not be written goes on to wait.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.output.as_mut().map_or(Ok(()), Output::flush)
    }
}
