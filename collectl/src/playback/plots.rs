//! `-P -f`: recordings are converted to plot files, one of each kind per host and day.

use std::io;
use std::path::{Path, PathBuf};

use collectl_core::choice::Choice;
use collectl_core::choice::options::Existing;
use collectl_core::clock::Time;
use collectl_core::frame::Frame;
use collectl_core::header::Header;
use collectl_core::machine::Machine;
use collectl_core::report::{Report, View};
use collectl_core::source::raw::files;
use collectl_core::source::raw::reader::RawReader;
use collectl_core::source::raw::timeframe::Position;

use super::PlaybackError;
use crate::cli::plots::PlotFiles;
use crate::cli::recording;
use crate::record::{OutFile, Readers, trimmed};

/// The plot files of a playback.
pub(super) struct Plotter<'a> {
    files: &'a PlotFiles,
    group: Option<Group>,
    /// The groups that this playback has written. It continues their files, whatever the user wants done with other
    /// existing files.
    written: Vec<String>,
    /// Where the previous recording ended.
    closed: Option<(String, Time)>,
}

/// The files of one host and day, or of one recording.
pub(super) struct Group {
    /// Host and day.
    name: String,
    /// Whether existing files must be left alone.
    kept: bool,
    /// What is done with existing files.
    existing: Existing,
    /// The subsystems in the files.
    letters: String,
    tables: Vec<Table>,
}

struct Table {
    ending: &'static str,
    path: PathBuf,
    choice: Choice,
    /// Whether the recording has anything for this file.
    recorded: bool,
    report: Report,
    file: Option<OutFile>,
    /// Text that is still to be written.
    text: Vec<u8>,
}

/// Bytes that are collected before a write.
const BATCH: usize = 64 << 10;

impl<'a> Plotter<'a> {
    pub(super) fn new(files: &'a PlotFiles) -> Self {
        Self { files, group: None, written: Vec::new(), closed: None }
    }

    /// Adds the samples of a recording inside the timeframe. `view` is what is shown of it. Returns the reason if it is
    /// skipped.
    pub(super) fn add(
        &mut self,
        path: &Path,
        reader: &mut RawReader,
        view: &View,
        machine: &Machine,
        position: impl Fn(Time) -> Position,
    ) -> Result<Option<String>, PlaybackError> {
        let host = reader.header().host().unwrap_or_default().to_owned();
        let format = if self.files.of_instant { "%Y%m%d-%H%M%S" } else { "%Y%m%d" };
        let name = format!("{host}-{}", files::start(path).unwrap_or_default().strftime(format));
        let group = match self.group.take() {
            Some(group) if group.name == name => group,
            other => {
                self.group = other;
                let before = self.finish()?;
                let mut group = self.begin(name, path, view)?;
                match before {
                    Some(before) if before.letters == view.choice.letters && !before.kept => {
                        group.continue_from(before, self.files, &host);
                    }
                    _ => self.closed = None,
                }
                group
            }
        };
        let group = self.group.insert(group);
        if group.kept {
            return Ok(Some(self.files.reason(&group.name, path)));
        }
        if group.letters != view.choice.letters {
            group.begin_tables(self.files, view, machine, &host);
            self.closed = None;
        }
        for table in &mut group.tables {
            table.recorded = table.choice.was_recorded(reader.header());
            table.report.set_machine(machine);
            if self.closed != reader.seam() {
                table.report.forget();
            }
        }
        let head = self.files.head(reader.header(), &view.choice.letters);
        let read = group.frames(reader, &head, position);
        self.closed = reader.seam();
        match read {
            Ok(()) => Ok(None),
            Err(Failure::Reading(error)) => Err(PlaybackError::Read { path: path.to_owned(), error }),
            Err(Failure::Writing(path, error)) => Err(PlaybackError::Write { path, error }),
        }
    }

    fn begin(&self, name: String, recording: &Path, view: &View) -> Result<Group, PlaybackError> {
        let location = &self.files.location;
        location
            .create()
            .map_err(|error| PlaybackError::Write { path: location.folder().to_owned(), error })?;
        let again = self.written.contains(&name);
        let endings: Vec<_> = recording::tables(&view.choice).into_iter().map(|(ending, _)| ending).collect();
        let existing = endings.iter().map(|ending| self.files.path(&name, ending)).find(|path| path.exists());
        let kept = !again
            && existing.is_some_and(|path| match (self.files.of_instant, self.files.existing) {
                (_, Existing::Append | Existing::Replace) => false,
                (true, Existing::Keep) => !is_older(&path, recording),
                (false, Existing::Keep) => true,
            });
        let existing = if again { Existing::Append } else { self.files.existing };
        Ok(Group { name, kept, existing, letters: String::new(), tables: Vec::new() })
    }

    /// Writes the rest, and ends the files. Returns the group that was open.
    pub(super) fn finish(&mut self) -> Result<Option<Group>, PlaybackError> {
        let mut group = self.group.take();
        self.written.extend(group.iter().filter(|group| !group.kept).map(|group| group.name.clone()));
        for table in group.iter_mut().flat_map(|group| &mut group.tables) {
            let ended = table.write().and_then(|()| table.file.take().map_or(Ok(()), OutFile::close));
            ended.map_err(|error| PlaybackError::Write { path: table.path.clone(), error })?;
        }
        Ok(group)
    }
}

enum Failure {
    Reading(io::Error),
    Writing(PathBuf, io::Error),
}

impl Group {
    /// Takes over the state of `before`, for other files.
    fn continue_from(&mut self, before: Self, files: &PlotFiles, host: &str) {
        self.letters = before.letters;
        self.tables = before.tables;
        for table in &mut self.tables {
            table.path = files.path(&self.name, table.ending);
            table.report.begin_file(host);
        }
    }

    /// Starts files for other subsystems than before. Open files continue.
    fn begin_tables(&mut self, files: &PlotFiles, view: &View, machine: &Machine, host: &str) {
        let mut before = std::mem::take(&mut self.tables);
        self.letters.clone_from(&view.choice.letters);
        for (ending, choice) in recording::tables(&view.choice) {
            let path = files.path(&self.name, ending);
            let report =
                Report::new(&View { choice: choice.clone(), ..view.clone() }, machine, host).in_file();
            let open =
                before.iter().position(|table| table.path == path).map(|position| before.remove(position));
            let (file, text) = open.map_or((None, Vec::new()), |table| (table.file, table.text));
            self.tables.push(Table { ending, path, choice, recorded: true, report, file, text });
        }
        self.tables.append(&mut before);
    }

    fn frames(
        &mut self,
        reader: &mut RawReader,
        head: &str,
        position: impl Fn(Time) -> Position,
    ) -> Result<(), Failure> {
        let mut frame = Frame::default();
        while reader.next(&mut frame).map_err(Failure::Reading)? {
            let position = position(frame.time());
            if position == Position::After {
                break;
            }
            for table in self.tables.iter_mut().filter(|table| table.recorded) {
                if position == Position::Before {
                    table.report.prime(&frame);
                    continue;
                }
                let Some(text) = table.report.accept(&frame) else { continue };
                let failed = |error, path: &Path| Failure::Writing(path.to_owned(), error);
                table
                    .add(self.existing, head, text.header(), &trimmed(&text.body()))
                    .map_err(|error| failed(error, &table.path))?;
            }
        }
        Ok(())
    }
}

impl Table {
    /// Adds lines. The first ones open the file and follow its header.
    fn add(&mut self, existing: Existing, head: &str, columns: &[u8], lines: &[u8]) -> io::Result<()> {
        if self.file.is_none() {
            let path = self.path.clone();
            self.file = Some(match existing {
                Existing::Append => OutFile::append(path, Readers::Umask)?,
                Existing::Keep | Existing::Replace => OutFile::replace(path)?,
            });
            self.text.extend_from_slice(head.as_bytes());
        }
        self.text.extend_from_slice(columns);
        self.text.extend_from_slice(lines);
        if self.text.len() < BATCH { Ok(()) } else { self.write() }
    }

    fn write(&mut self) -> io::Result<()> {
        let text = std::mem::take(&mut self.text);
        self.file.as_mut().map_or(Ok(()), |file| file.write(&text))
    }
}

impl PlotFiles {
    fn path(&self, name: &str, ending: &str) -> PathBuf {
        let gzip = if self.compressed { ".gz" } else { "" };
        self.location.file(&format!("{}.{ending}{gzip}", name.replace('/', "_")))
    }

    /// Why a recording is skipped, in the words of the Perl collectl.
    fn reason(&self, name: &str, recording: &Path) -> String {
        let file = self.location.file(name);
        let (file, recording) = (file.display(), recording.display());
        if self.of_instant {
            return format!(
                "  Plotfile '{file}' exists and is newer than {recording}\n  \
                 You must specify '-ocu' to force creation of a new one\n"
            );
        }
        format!(
            "  Plotfile '{file}' already exists and will not be touched\n  \
             '-oc' to create a new one OR '-oa' to append to it\n"
        )
    }

    /// The header of a plot file: how the data was recorded, and how it is shown.
    fn head(&self, header: &Header, letters: &str) -> String {
        let rule = "#".repeat(80);
        let recorded = header.lines().iter().find(|line| line.starts_with("# Collectl:")).cloned();
        let mut text = format!(
            "{side} RECORDED {side}\n{}  Subsys: {}\n{rule}\n# Collectl:   V{}  HiRes: 1  Options: {} \n",
            recorded.unwrap_or_default().trim_end(),
            header.word("SubSys").unwrap_or_default(),
            env!("CARGO_PKG_VERSION"),
            collectl_wire::display::sanitize(self.arguments.as_bytes()),
            side = "#".repeat(35),
        );
        for line in header.lines() {
            match line {
                line if line.starts_with("# Collectl:") || line.starts_with("##") => {}
                line if line.starts_with("# SubSys:") => {
                    let rest = line.find("Interval:").map_or("", |position| &line[position..]);
                    text.push_str(&format!("# SubSys:     {letters} Options: {} {rest}\n", self.options));
                }
                line if line.starts_with('#') => text.push_str(&format!("{line}\n")),
                _ => {}
            }
        }
        format!("{text}{rule}\n")
    }
}

fn is_older(file: &Path, other: &Path) -> bool {
    let modified = |path: &Path| path.metadata().and_then(|metadata| metadata.modified()).ok();
    matches!((modified(file), modified(other)), (Some(file), Some(other)) if file < other)
}
