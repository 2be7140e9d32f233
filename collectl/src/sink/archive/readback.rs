//! The thread that reads raw files back for one client.

use std::ops::Range;
use std::time::Instant;

use bytes::BytesMut;
use collectl_core::frame::Frame;
use collectl_wire::hello::{Position, RunId};
use rustix::process::setpriority_process;
use tokio::sync::mpsc::Sender;

use super::frames::{Frames, Joined};
use super::{Part, Source};
use crate::output::Output;
use crate::sink::memory::Numbered;

/// Bytes that are collected before they are passed on; one interval may be larger.
const BATCH: usize = 64 << 10;
/// The nice value of the thread.
const NICENESS: i32 = 10;

/// Reads the intervals `wanted` of `run`, and passes them to `parts` as fast as it accepts them. Intervals that can't
/// be read, or differ from what was sent live, are left out.
pub(super) fn read(source: &Source, run: RunId, wanted: Range<u64>, parts: &Sender<Part>) {
    // Sampling comes first; if the nice value can't be set, nothing is lost but time.
    let _ = setpriority_process(None, NICENESS);
    let begin = source.index().time_before(wanted.start, source.lead).unwrap_or_default();
    let (files, apart) = source.files.readable_since(begin);
    let mut frames = Joined::new(Frames::new(files), Frames::new(apart));
    let mut reading = Reading {
        source,
        run,
        wanted,
        output: (source.make_output)(),
        bytes: BytesMut::new(),
        missing: 0,
        parts,
        since: Instant::now(),
    };
    let mut frame = Frame::default();
    while !reading.wanted.is_empty() && frames.next(&mut frame) {
        if reading.take(&frame).is_err() {
            return;
        }
    }
    reading.finish();
}

/// The client left, or has to wait for another turn.
struct ClientLeft;

struct Reading<'a> {
    source: &'a Source,
    run: RunId,
    /// The intervals that are still to come.
    wanted: Range<u64>,
    output: Output,
    bytes: BytesMut,
    missing: u64,
    parts: &'a Sender<Part>,
    /// When the work on this part started.
    since: Instant,
}

impl Reading<'_> {
    fn take(&mut self, frame: &Frame) -> Result<(), ClientLeft> {
        let time = frame.time();
        let (first, seq) = {
            let index = self.source.index();
            (index.is_first(time), index.find(self.wanted.clone(), time))
        };
        if first {
            self.output.forget();
        }
        let Some(seq) = seq else {
            self.output.prime(frame);
            return Ok(());
        };
        self.output.resume(seq - 1);
        let Some(text) = self.output.accept(frame) else { return Ok(()) };
        let at = Position { run: self.run, seq, time: time.micros().try_into().unwrap_or(0) };
        let marked = Numbered::new(&self.source.host, &text, at).marked();
        if !self.source.index().is(seq, &marked) {
            return Ok(());
        }
        self.missing += seq - self.wanted.start;
        self.wanted.start = seq + 1;
        self.bytes.extend_from_slice(&marked);
        if self.bytes.len() >= BATCH { self.hand_over() } else { Ok(()) }
    }

    /// Passes on the rest, and the number of intervals missing at the end.
    fn finish(mut self) {
        self.missing += self.wanted.end - self.wanted.start;
        self.wanted.start = self.wanted.end;
        // A client that left misses nothing.
        let _ = self.hand_over();
    }

    fn hand_over(&mut self) -> Result<(), ClientLeft> {
        let part = Part {
            bytes: self.bytes.split().freeze(),
            next: self.wanted.start,
            missing: std::mem::take(&mut self.missing),
        };
        self.source.pay(self.since.elapsed());
        let sent = self.parts.blocking_send(part);
        self.since = Instant::now();
        sent.map_err(|_| ClientLeft)
    }
}
