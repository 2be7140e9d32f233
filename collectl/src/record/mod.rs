//! Recordings: raw files, plot files, or both, while text goes to the terminal or a socket.
//!
//! The sampler passes each frame to a [`Recorder`], which formats it; a thread ([`worker`]) writes the bytes to
//! [`stream`]s of files. Data that can't be written is counted and reported, and delays nothing.

pub mod block;
pub mod file;
pub mod location;
pub mod retention;
pub mod stream;
pub mod worker;
pub mod written;

pub use block::{Contents, Description};
pub use file::{OutFile, Readers};
pub use location::Location;
pub use written::RawFiles;

use std::io;
use std::sync::Arc;
use std::time::Duration;

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
use jiff::tz::TimeZone;

use stream::{NameStamp, Naming, Stream};
use worker::{Part, Retention, Worker};
use written::Written;

/// What is recorded, and where.
#[derive(Debug, Clone)]
pub struct Recording {
    /// The folder, and how file names start.
    pub location: Location,
    /// Whether there are raw files.
    pub raw: bool,
    /// Whether raw files are compressed.
    pub compress_raw: bool,
    /// Whether plot files are compressed.
    pub compress_plots: bool,
    /// Whether the names of plot files include the time of day (`-ou`).
    pub plot_of_instant: bool,
    /// The longest time until data is written to disk.
    pub flush: Duration,
    /// When files are closed and new ones started.
    pub roll: Option<Roll>,
    /// Who may read files with processes.
    pub processes: Readers,
}

/// One kind of plot file: its ending, and its contents.
pub type Table = (&'static str, Report);

/// A recording in progress.
pub struct Recorder {
    raw: Option<Raw>,
    /// Plot files, each with the number of its stream.
    tables: Vec<(usize, Report)>,
    worker: Worker,
    /// Whether samples wait for the disk, because they are taken as fast as possible.
    waits: bool,
}

/// The numbers of the raw streams.
struct Raw {
    all: usize,
    /// The stream of processes and slabs, if they have their own.
    apart: Option<usize>,
    /// The files of both.
    written: [Arc<Written>; 2],
}

impl Recorder {
    /// Starts a recording of the machine at `roots`: raw, if wanted, and these tables.
    ///
    /// # Errors
    /// The error of the system for the folder or a thread.
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
        // Read again for each file: an administrator may rename the machine.
        let zone = TimeZone::system;
        let mut streams = Vec::new();
        let mut add = |extension: &str, compress: bool, stamp: NameStamp, of: Contents| {
            let holds_processes = match extension {
                "raw" => of == Contents::All && description.letters.contains('Z'),
                _ => ["rawp", "prc"].contains(&extension),
            };
            let readers = if holds_processes { recording.processes } else { Readers::Umask };
            let ending = if compress { ".gz" } else { "" };
            let naming = Naming {
                location: location.clone(),
                host: host.clone(),
                zone,
                extension: format!("{extension}{ending}"),
                stamp,
                readers,
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
            let all = add(
                "raw",
                recording.compress_raw,
                NameStamp::Instant,
                if two { Contents::Raw } else { Contents::All },
            );
            let apart = two.then(|| add("rawp", recording.compress_raw, NameStamp::Instant, Contents::Rawp));
            Raw { all, apart, written: Default::default() }
        });
        let stamp = if recording.plot_of_instant { NameStamp::Instant } else { NameStamp::Day };
        let tables = tables
            .into_iter()
            .map(|(extension, report)| {
                (add(extension, recording.compress_plots, stamp, Contents::All), report)
            })
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

    /// The interval that ends with the next frame is not a normal one: plots skip it.
    pub fn forget(&mut self) {
        self.tables.iter_mut().for_each(|(_, report)| report.forget());
    }

    /// Writes what was recorded to disk (SIGUSR1).
    pub fn flush(&self) {
        self.worker.flush();
    }

    /// The raw files; none without raw data.
    #[must_use]
    pub fn raw_files(&self) -> Option<RawFiles> {
        let Raw { written: [all, apart], .. } = self.raw.as_ref()?;
        Some(RawFiles::new(all.clone(), apart.clone(), self.worker.jobs()))
    }

    /// Starts new files with the next sample (SIGHUP).
    pub fn reopen(&self) {
        self.worker.reopen();
    }

    /// Ends the recording at `time`, and waits until it is written, at most until `hurry` completes.
    pub async fn close(self, time: Time, hurry: impl Future<Output = ()>) {
        self.worker.close(time, hurry).await;
    }
}

/// Whether `--tworaw` puts this capture into the separate file: processes and slabs.
fn is_apart(capture: &Capture) -> bool {
    let mut apart = REGISTRY.iter().filter(|entry| entry.descriptor.cadence == Cadence::Second);
    apart.any(|entry| entry.descriptor.captures.contains(&capture))
}

/// The lines of a plot file, without the trailing blanks that a terminal gets (after the commands of processes).
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
