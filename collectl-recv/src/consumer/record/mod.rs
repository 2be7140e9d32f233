//! Keeps what hosts send, a file for each connection and day: real raw files of `--export raw`, or else the text as it came.
//!
//! A thread writes, for a disk may hang; what it can't take in time is dropped and counted. Beside a text file is one with
//! the times at which its bytes came ([`times`]), which a replay needs. Files are rolled where an interval begins;
//! [`header`] is what a rolled file begins with, so that it can be read without the one before.

use std::collections::{BTreeSet, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::{ArgMatches, Args, Command, FromArgMatches};

use super::entry::{ConsumerEntry, Feed, Start, StartError, SwitchError};
use super::status::Severity;
use super::{Arrival, Consumer};
use crate::base::gap::Gap;
use crate::base::ids::ConnId;
use crate::base::time::Time;

mod file;
mod files;
pub(crate) mod header;
pub(crate) mod name;
mod roll;
#[cfg(test)]
mod tests;
pub(crate) mod times;
mod worker;

use roll::Roll;
use worker::{Job, Worker};

/// For the registry.
pub(super) const CONSUMER: ConsumerEntry = ConsumerEntry { feed: Feed::Live, switches, choose };

/// How long the end of a run waits for the disk.
const END: Duration = Duration::from_secs(2);

#[derive(Debug, Args)]
struct RecordArgs {
    /// Record everything that is received in DIR, with a file for each host, connection and day.
    ///
    /// If collectl sends a raw file (--export raw), it is HOST-YYYYMMDD-HHMMSS.raw, which collectl -p plays back. Otherwise
    /// .txt has the text, and .times the times when it was received. 'collectl-recv replay DIR' shows both.
    #[arg(long, value_name = "DIR")]
    record: Option<PathBuf>,
    /// Start new files at this time of day, and again after each MINUTES.
    ///
    /// Each raw file can be played back by itself, and each text begins with its column headers. No line is lost, and no
    /// file is ever removed.
    #[arg(long, value_name = "HH:MM[,MINUTES]", default_value = "00:00,1440", value_parser = Roll::parse)]
    roll: Roll,
}

fn switches(command: Command) -> Command {
    RecordArgs::augment_args(command)
}

fn choose(matches: &ArgMatches) -> Result<Option<Start>, SwitchError> {
    let Ok(RecordArgs { record: Some(folder), roll }) = RecordArgs::from_arg_matches(matches) else {
        return Ok(None);
    };
    Ok(Some(Start::new(move |_setting| {
        let doing = format!("recording to {}", folder.display());
        match Recorder::start(folder, roll) {
            Ok(recorder) => Ok(Box::new(recorder)),
            Err(error) => Err(StartError { doing, error }),
        }
    })))
}

/// Hands what comes to the thread that writes.
#[derive(Debug)]
struct Recorder {
    worker: Option<Worker>,
    /// Connections that have a file.
    open: BTreeSet<ConnId>,
    /// Connections whose last lines found no room.
    torn: BTreeSet<ConnId>,
    /// What there is to say at the end.
    last: VecDeque<String>,
}

impl Recorder {
    /// Writes into `folder`, which is created if there is none. Files are rolled by `roll`.
    fn start(folder: PathBuf, roll: Roll) -> std::io::Result<Self> {
        std::fs::create_dir_all(&folder)?;
        let worker = Some(Worker::start(folder, roll)?);
        Ok(Self { worker, open: BTreeSet::new(), torn: BTreeSet::new(), last: VecDeque::new() })
    }
}

impl Consumer for Recorder {
    fn opened(&mut self, _conn: ConnId, _now: Time) {}

    fn interval(&mut self, arrival: &Arrival<'_>) {
        let Some(worker) = &self.worker else { return };
        let Arrival { conn, host, lines, time } = *arrival;
        let torn = self.torn.remove(&conn);
        let size = lines.size();
        if worker.push(Job::Write { conn, host: host.into(), lines: Arc::clone(lines), time, torn }, size) {
            self.open.insert(conn);
        } else {
            self.torn.insert(conn);
        }
    }

    fn gap(&mut self, _host: &str, _gap: Gap) {}

    fn closed(&mut self, conn: ConnId) {
        self.torn.remove(&conn);
        if let Some(worker) = &self.worker
            && self.open.remove(&conn)
        {
            worker.push(Job::Close(conn), 0);
        }
    }

    fn trouble(&mut self, _severity: Severity, _text: &str) {}

    fn report(&mut self) -> Option<String> {
        let trouble = self.worker.as_ref().and_then(Worker::trouble).map(|text| format!("recording: {text}"));
        trouble.or_else(|| self.last.pop_front())
    }

    /// Writes all that waits, unless the disk takes too long.
    fn finish(&mut self, _now: Time) {
        self.last.extend(self.worker.take().into_iter().flat_map(|worker| worker.finish(END)));
    }
}
