//! `--procanalyze` and `--slabanalyze`: the recordings of one host and day are summed up in one file of each kind.

use std::io;
use std::path::Path;

use collectl_core::choice::Choice;
use collectl_core::clock::Time;
use collectl_core::frame::Frame;
use collectl_core::machine::Machine;
use collectl_core::source::raw::files;
use collectl_core::source::raw::reader::RawReader;
use collectl_core::source::raw::timeframe::Position;
use collectl_core::subsystem::Analysis;
use collectl_core::subsystem::analysis::Style;

use super::PlaybackError;
use crate::cli::analyses::Analyses;
use crate::record::OutFile;

/// The analyses of the current host and day.
pub(super) struct AnalysisFiles<'a> {
    plan: &'a Analyses,
    /// Host and day.
    name: String,
    analyses: Vec<Box<dyn Analysis>>,
    style: Style,
    /// Where the previous recording ended.
    closed: Option<(String, Time)>,
    /// How many files were written.
    files: usize,
}

impl<'a> AnalysisFiles<'a> {
    pub(super) fn new(plan: &'a Analyses) -> Self {
        let style = plan.style.clone();
        Self { plan, name: String::new(), analyses: Vec::new(), style, closed: None, files: 0 }
    }

    /// Adds the samples of a recording inside the timeframe.
    pub(super) fn add(
        &mut self,
        path: &Path,
        reader: &mut RawReader,
        choice: &Choice,
        machine: &Machine,
        position: impl Fn(Time) -> Position,
    ) -> Result<(), PlaybackError> {
        let day = files::start(path).unwrap_or_default().strftime("%Y%m%d").to_string();
        let name = format!("{}-{day}", reader.header().host().unwrap_or_default());
        if self.name != name {
            self.finish()?;
            self.name = name;
            let processes = self.plan.processes.then(|| choice.analysis('Z')).flatten();
            let slabs = self.plan.slabs.then(|| choice.analysis('Y')).flatten();
            self.analyses = processes.into_iter().chain(slabs).collect();
        }
        self.style.stamp.zone = machine.zone.clone();
        for analysis in &mut self.analyses {
            analysis.set_machine(machine);
            if self.closed != reader.seam() {
                analysis.forget();
            }
        }
        let read = self.frames(reader, position);
        self.closed = reader.seam();
        read.map_err(|error| PlaybackError::Read { path: path.to_owned(), error })
    }

    fn frames(&mut self, reader: &mut RawReader, position: impl Fn(Time) -> Position) -> io::Result<()> {
        let mut frame = Frame::default();
        while reader.next(&mut frame)? {
            let position = position(frame.time());
            if position == Position::After {
                break;
            }
            for analysis in &mut self.analyses {
                analysis.accept(&frame, position == Position::Inside);
            }
        }
        Ok(())
    }

    /// Writes the summaries. Returns how many files were written in all.
    pub(super) fn finish(&mut self) -> Result<usize, PlaybackError> {
        for analysis in self.analyses.drain(..).filter(|analysis| !analysis.is_empty()) {
            let ending = if self.plan.compressed { ".gz" } else { "" };
            let path = self.plan.location.file(&format!("{}.{}{ending}", self.name, analysis.ending()));
            write(&path, self.plan.overwrites, &analysis.text(&self.style))
                .map_err(|error| PlaybackError::Write { path, error })?;
            self.files += 1;
        }
        Ok(self.files)
    }
}

fn write(path: &Path, overwrites: bool, text: &[u8]) -> io::Result<()> {
    if !overwrites && path.exists() {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "it exists already; -oc replaces it"));
    }
    let mut file = OutFile::replace(path.to_owned())?;
    file.write(text)?;
    file.close()
}
