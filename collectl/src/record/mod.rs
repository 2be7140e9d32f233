//! Recordings: raw files, plot files, or both, while text goes to the terminal or a socket.
//!
//! The sampler hands each frame to a [`Recorder`], which makes bytes of it; a thread of its own ([`worker`]) writes them
//! into [`stream`]s of files. What can't be written is counted and said, and delays nothing.

pub mod block;
pub mod file;
pub mod location;
pub mod queue;
pub mod retention;
pub mod stream;
pub mod worker;
pub mod written;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;

pub use block::{Description, Of};
pub use file::OutFile;
pub use location::Location;
pub use written::RawFiles;

use collectl_core::capture::Capture;
use collectl_core::clock::Time;
use collectl_core::facts::Facts;
use collectl_core::frame::Frame;
use collectl_core::kernel::Roots;
use collectl_core::registry::REGISTRY;
use collectl_core::report::Report;
use collectl_core::roll::Roll;
use collectl_core::source::raw::write::{marker, sample};
use collectl_core::subsystem::Cadence;
use stream::{NameStamp, Naming, Stream};
use worker::{Part, Retention, Worker};
use written::Written;

/// What is recorded, and where.
#[derive(Debug, Clone)]
pub struct Recording {
    /// The folder, and how file names begin.
    pub location: Location,
    /// Whether there are raw files.
    pub raw: bool,
    /// Whether raw files are compressed.
    pub compress_raw: bool,
    /// Whether plot files are.
    pub compress_plots: bool,
    /// Whether the names of plot files have the time of day in them (`-ou`).
    pub plot_of_instant: bool,
    /// After what time what was written is made safe.
    pub flush: Duration,
    /// When files are closed and others begun.
    pub roll: Option<Roll>,
}

/// One kind of plot file: its ending, and what goes into it.
pub type Table = (&'static str, Report);

/// A recording under way.
pub struct Recorder {
    raw: Option<Raw>,
    /// Each with the number of its stream.
    tables: Vec<(usize, Report)>,
    worker: Worker,
    /// Whether samples wait for the disk, as they come as fast as they can.
    waits: bool,
}

/// The numbers of the raw streams.
struct Raw {
    all: usize,
    /// That of processes and slabs, if they are apart.
    apart: Option<usize>,
    /// The files of both.
    written: [Arc<Written>; 2],
}

impl Recorder {
    /// Begins a recording of the machine at `roots`: raw, if that is wanted, and these tables.
    ///
    /// # Errors
    /// What the system says of the folder, or of a thread.
    pub fn start(
        recording: &Recording,
        description: &Description,
        tables: Vec<Table>,
        roots: &Roots,
        waits: bool,
    ) -> io::Result<Self> {
        let Recording { location, roll, .. } = recording;
        location.create()?;
        let host = description.host.replace('/', "_");
        // Asked anew for each file: an administrator may move the machine.
        let zone = TimeZone::system;
        let mut streams = Vec::new();
        let mut add = |extension: &str, compress: bool, stamp: NameStamp, of: Of| {
            let ending = if compress { ".gz" } else { "" };
            let naming = Naming {
                location: location.clone(),
                host: host.clone(),
                zone,
                extension: format!("{extension}{ending}"),
                stamp,
            };
            let (description, roots) = (description.clone(), roots.clone());
            let head =
                move |time| description.block(&Facts::gather(&roots), of, Some(time), &zone()).into_bytes();
            let tail = if extension.starts_with("raw") { marker } else { no_marker };
            streams.push(Stream::new(naming, roll.clone(), Box::new(head), tail));
            streams.len() - 1
        };
        let raw = recording.raw.then(|| {
            let two = description.two_raw;
            let all =
                add("raw", recording.compress_raw, NameStamp::Instant, if two { Of::Raw } else { Of::All });
            let apart = two.then(|| add("rawp", recording.compress_raw, NameStamp::Instant, Of::Rawp));
            Raw { all, apart, written: Default::default() }
        });
        let stamp = if recording.plot_of_instant { NameStamp::Instant } else { NameStamp::Day };
        let tables = tables
            .into_iter()
            .map(|(extension, report)| (add(extension, recording.compress_plots, stamp, Of::All), report))
            .collect();
        if let Some(raw) = &raw {
            for (stream, written) in [Some(raw.all), raw.apart].into_iter().flatten().zip(&raw.written) {
                streams[stream].tell(written.clone());
            }
        }
        let retention =
            roll.clone().map(|roll| Retention { location: location.clone(), host: host.clone(), roll, zone });
        let worker = Worker::start(streams, recording.flush, retention)?;
        Ok(Self { raw, tables, worker, waits })
    }

    /// Records a sample.
    pub fn sample(&mut self, frame: &Frame) {
        let time = frame.time();
        let mut parts = Vec::new();
        if let Some(raw) = &self.raw {
            let mut add = |stream, lines: Vec<u8>| parts.push(Part { stream, columns: Vec::new(), lines });
            match raw.apart {
                None => add(raw.all, sample(frame, |_| true)),
                Some(apart) => {
                    add(raw.all, sample(frame, |capture| !is_apart(capture)));
                    if frame.sections().any(|(capture, _)| is_apart(capture)) {
                        add(apart, sample(frame, is_apart));
                    }
                }
            }
        }
        for (stream, report) in &mut self.tables {
            if let Some(text) = report.accept(frame) {
                parts.push(Part {
                    stream: *stream,
                    columns: text.header().to_vec(),
                    lines: trimmed(&text.body()),
                });
            }
        }
        self.worker.sample(time, parts);
        if self.waits {
            self.worker.wait_for_room();
        }
    }

    /// The interval that ends with the next frame is not like others: plots leave it out.
    pub fn forget(&mut self) {
        self.tables.iter_mut().for_each(|(_, report)| report.forget());
    }

    /// Makes safe what was recorded (SIGUSR1).
    pub fn flush(&self) {
        self.worker.flush();
    }

    /// The raw files; none where there are none.
    #[must_use]
    pub fn raw_files(&self) -> Option<RawFiles> {
        let Raw { written: [all, apart], .. } = self.raw.as_ref()?;
        Some(RawFiles::new(all.clone(), apart.clone(), self.worker.jobs()))
    }

    /// Begins other files at the next sample (SIGHUP).
    pub fn reopen(&self) {
        self.worker.reopen();
    }

    /// Ends the recording.
    pub fn close(self) {
        self.worker.close();
    }
}

/// Whether `--tworaw` has lines of this capture in a file of their own: processes and slabs.
fn is_apart(capture: &Capture) -> bool {
    let mut apart = REGISTRY.iter().filter(|entry| entry.descriptor.cadence == Cadence::Second);
    apart.any(|entry| entry.descriptor.captures.contains(&capture))
}

/// The lines of a plot file, which don't end with blanks as they do on a terminal (behind the commands of processes).
#[must_use]
pub fn trimmed(lines: &[u8]) -> Vec<u8> {
    let mut trimmed = Vec::with_capacity(lines.len());
    for line in lines.split_inclusive(|&byte| byte == b'\n') {
        trimmed.extend_from_slice(line.trim_ascii_end());
        trimmed.push(b'\n');
    }
    trimmed
}

fn no_marker(_: Time) -> Vec<u8> {
    Vec::new()
}
