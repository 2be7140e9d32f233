//! For views that show all hosts together: lines of all streams in, finished intervals out.

use std::collections::BTreeMap;
use std::sync::Arc;

use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::base::ids::ConnId;
use crate::base::time::Time;
use crate::consumer::Arrival;
use crate::merge::{Interval, Limits, Merge, Timing};
use crate::sample::{Catalogue, Decoder, Refused, Row};

/// Longest wait for late hosts, in seconds.
const MAX_WINDOW: f64 = 3600.0;

#[derive(Debug, Args)]
struct MergeArgs {
    /// How long the table and the columns wait for late hosts, in seconds.
    #[arg(long, value_name = "SECS", default_value = "2", value_parser = window)]
    window: f64,
}

fn window(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.0..=MAX_WINDOW).contains(seconds));
    seconds.ok_or_else(|| format!("a number of seconds from 0 to {MAX_WINDOW} is needed"))
}

/// Adds the switches of such views.
pub(super) fn switches(command: Command) -> Command {
    MergeArgs::augment_args(command)
}

/// How long an interval waits, as the switches have it.
pub(super) fn limits(matches: &ArgMatches) -> Limits {
    MergeArgs::from_arg_matches(matches)
        .map_or_else(|_| Limits::default(), |args| Limits { window: args.window })
}

/// All streams, merged.
#[derive(Debug)]
pub(super) struct Merged {
    streams: BTreeMap<ConnId, Stream>,
    catalogue: Catalogue,
    /// Open connections that have sent no sample yet, and when they were opened.
    silent: BTreeMap<ConnId, Time>,
    merge: Merge<Row>,
}

#[derive(Debug)]
struct Stream {
    host: Arc<str>,
    decoder: Decoder,
}

impl Merged {
    /// Nothing has come yet.
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            streams: BTreeMap::new(),
            catalogue: Catalogue::default(),
            silent: BTreeMap::new(),
            merge: Merge::new(limits),
        }
    }

    /// A connection was opened.
    pub(super) fn opened(&mut self, conn: ConnId, now: Time) {
        self.silent.insert(conn, now);
        self.merge.newest_silent = Some(now);
    }

    /// Takes lines; returns whether they are the first of their connection.
    pub(super) fn interval(&mut self, arrival: &Arrival<'_>) -> bool {
        let Self { streams, catalogue, silent, merge } = self;
        let first = !streams.contains_key(&arrival.conn);
        let stream = streams
            .entry(arrival.conn)
            .or_insert_with(|| Stream { host: arrival.host.into(), decoder: Decoder::default() });
        if *stream.host != *arrival.host {
            stream.host = arrival.host.into();
        }
        stream.decoder.samples(arrival.lines, catalogue, |sample| {
            if silent.remove(&arrival.conn).is_some() {
                merge.newest_silent = newest(silent);
            }
            let timing = Timing { stamp: sample.stamp, arrival: arrival.time, rows: sample.rows };
            merge.push(&stream.host, timing, sample.row);
        });
        first
    }

    /// How many connections have brought lines.
    pub(super) fn connected(&self) -> usize {
        self.streams.len()
    }

    /// Rows that arrived for intervals which were finished.
    pub(super) fn late(&self) -> u64 {
        self.merge.late
    }

    /// A connection ended.
    pub(super) fn closed(&mut self, conn: ConnId) {
        self.silent.remove(&conn);
        self.merge.newest_silent = newest(&self.silent);
        if let Some(stream) = self.streams.remove(&conn) {
            self.merge.leave(&stream.host);
        }
    }

    /// When an interval is to be finished though nothing comes.
    pub(super) fn due(&self) -> Option<Time> {
        self.merge.due()
    }

    /// The next interval that is finished at `now`, if any is.
    pub(super) fn finished(&mut self, now: Time) -> Option<Interval<Row>> {
        self.merge.finish(now)
    }

    /// The next interval, finished or not: no more lines come.
    pub(super) fn rest(&mut self, now: Time) -> Option<Interval<Row>> {
        self.merge.finish_all(now)
    }

    /// What hosts sent and is left out.
    pub(super) fn refused(&self) -> Refused {
        self.catalogue.refused
    }
}

/// When the last of these connections was opened.
fn newest(silent: &BTreeMap<ConnId, Time>) -> Option<Time> {
    silent.last_key_value().map(|(_, since)| *since)
}
