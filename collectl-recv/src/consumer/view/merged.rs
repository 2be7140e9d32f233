//! The views that show all hosts together: streams in, finished intervals out to the table or the columns.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::columns::Columns;
use super::table::Table;
use super::table::sheet::{Line, sheet};
use super::{Look, View};
use crate::base::ids::ConnId;
use crate::merge::{Interval, Merge, Place};
use crate::sample::{Catalogue, Decoder, Row};

/// All streams, merged.
#[derive(Debug)]
pub(crate) struct Merged {
    streams: BTreeMap<ConnId, Stream>,
    catalogue: Catalogue,
    /// Open connections that have brought no sample yet, and when they came.
    unheard: BTreeMap<ConnId, f64>,
    pub(crate) merge: Merge<Row>,
    pub(crate) face: Face,
}

/// What is made of finished intervals.
#[derive(Debug)]
pub(crate) enum Face {
    Table(Box<Table>),
    Columns(Columns),
}

#[derive(Debug)]
struct Stream {
    host: Arc<str>,
    decoder: Decoder,
}

impl Merged {
    /// Nothing has come yet.
    pub(crate) fn new(look: &Look) -> Self {
        let face = match look.view {
            View::Columns => Face::Columns(Columns::new(look.columns.clone())),
            View::Lines | View::Table | View::Json => Face::Table(Box::new(Table::new(&look.table))),
        };
        Self {
            streams: BTreeMap::new(),
            catalogue: Catalogue::default(),
            unheard: BTreeMap::new(),
            merge: Merge::new(look.limits),
            face,
        }
    }

    /// A connection came at `now`.
    pub(crate) fn opened(&mut self, conn: ConnId, now: f64) {
        self.unheard.insert(conn, now);
        self.merge.newcomer = Some(now);
    }

    /// Takes whole lines of a connection, which came at `now`.
    pub(crate) fn lines(&mut self, conn: ConnId, host: &str, text: &[u8], now: f64) {
        if self.streams.get(&conn).is_none_or(|stream| &*stream.host != host) {
            let decoder = self.streams.remove(&conn).map(|before| before.decoder).unwrap_or_default();
            self.streams.insert(conn, Stream { host: host.into(), decoder });
        }
        let Some(stream) = self.streams.get_mut(&conn) else { return };
        for line in text.split(|&byte| byte == b'\n') {
            if let Some(sample) = stream.decoder.line(line, &mut self.catalogue) {
                if self.unheard.remove(&conn).is_some() {
                    self.merge.newcomer = newest(&self.unheard);
                }
                let place = Place { stamp: sample.stamp, arrival: now, rows: sample.rows };
                self.merge.push(&stream.host, place, sample.row);
            }
        }
    }

    /// How many connections have brought lines.
    pub(crate) fn connected(&self) -> usize {
        self.streams.len()
    }

    /// A connection ended.
    pub(crate) fn closed(&mut self, conn: ConnId) {
        self.unheard.remove(&conn);
        self.merge.newcomer = newest(&self.unheard);
        if let Some(stream) = self.streams.remove(&conn) {
            self.merge.leave(&stream.host);
        }
    }

    /// Shows the intervals that are finished at `now`, if any are; returns text for a pipe, where it is for one.
    pub(crate) fn advance(&mut self, now: f64, to: To) -> Option<Vec<u8>> {
        let mut out = None;
        while let Some(interval) = self.merge.finish(now) {
            self.show(interval, to, out.get_or_insert_default());
        }
        out
    }

    /// Shows the intervals that are not finished, too.
    pub(crate) fn finish(&mut self, now: f64, to: To) -> Vec<u8> {
        let mut out = Vec::new();
        while let Some(interval) = self.merge.finish_all(now) {
            self.show(interval, to, &mut out);
        }
        out
    }

    fn show(&mut self, interval: Interval<Row>, to: To, out: &mut Vec<u8>) {
        match &mut self.face {
            Face::Table(table) => {
                table.take(interval);
                if to == To::Pipe {
                    block(table, out);
                }
            }
            Face::Columns(columns) => columns.show(&interval, to, out),
        }
    }
}

/// When the last of these connections came.
fn newest(unheard: &BTreeMap<ConnId, f64>) -> Option<f64> {
    unheard.last_key_value().map(|(_, since)| *since)
}

/// Where it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum To {
    Terminal,
    Pipe,
}

/// An interval of the table as lines.
fn block(table: &Table, out: &mut Vec<u8>) {
    let counts = table.standings;
    let sheet = sheet(table, None);
    let title = format!(
        "# {}  {} present, {} late, {} missing, {} stale, lag {:.1} s",
        super::time::full(table.time),
        counts.present,
        counts.late,
        counts.missing,
        counts.stale,
        table.lag
    );
    out.extend_from_slice(title.as_bytes());
    out.push(b'\n');
    let mut put = |line: &Line| {
        out.extend_from_slice(line.plain().as_bytes());
        out.push(b'\n');
    };
    sheet.head.iter().for_each(&mut put);
    sheet.rows(&mut put);
    sheet.sums.iter().for_each(&mut put);
    out.push(b'\n');
}
