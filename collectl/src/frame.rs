//! One instant of the machine, as tagged lines of text.
//!
//! A frame holds what a raw file holds between two `>>> time <<<` markers. A live sample is written in just these bytes,
//! so nothing behind the source can tell a live frame from a recorded one.

use std::ops::Range;

use crate::capture::Capture;
use crate::clock::Time;
use crate::scan::lines;

/// One instant: its time, and the lines that were captured, in the order of the raw file.
///
/// The buffers are kept from one frame to the next.
#[derive(Debug, Default)]
pub struct Frame {
    time: Time,
    text: Vec<u8>,
    sections: Vec<(u8, Range<usize>)>,
}

impl Frame {
    /// Empties the frame and gives it its time.
    pub fn restart(&mut self, time: Time) {
        self.time = time;
        self.text.clear();
        self.sections.clear();
    }

    /// When the frame was taken.
    #[must_use]
    pub fn time(&self) -> Time {
        self.time
    }

    /// Appends a section: the lines that `write` adds belong to `capture`.
    pub fn add(&mut self, capture: &Capture, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.text.len();
        write(&mut self.text);
        if self.text.len() > start {
            self.sections.push((capture.rank, start..self.text.len()));
        }
    }

    /// Appends one line, its end included, that belongs to `capture`.
    pub fn add_line(&mut self, capture: &Capture, line: &[u8]) {
        let start = self.text.len();
        self.text.extend_from_slice(line);
        match self.sections.last_mut() {
            Some((rank, range)) if *rank == capture.rank => range.end = self.text.len(),
            _ => self.sections.push((capture.rank, start..self.text.len())),
        }
    }

    /// Adds what another frame of the same instant has, in the order of a raw file.
    pub fn join(&mut self, other: &Self) {
        let start = self.text.len();
        self.text.extend_from_slice(&other.text);
        let moved = |(rank, range): &(u8, Range<usize>)| (*rank, range.start + start..range.end + start);
        self.sections.extend(other.sections.iter().map(moved));
        self.sections.sort_by_key(|(rank, _)| *rank);
    }

    /// Whether `capture` gave any lines. One that is not read at every sample gives none at the others.
    #[must_use]
    pub fn has(&self, capture: &Capture) -> bool {
        self.sections.iter().any(|(rank, _)| *rank == capture.rank)
    }

    /// The lines of `capture`, tags included and ends left out; none where it gave none.
    pub fn lines(&self, capture: &Capture) -> impl Iterator<Item = &[u8]> {
        let sections = self.sections.iter().filter(move |(rank, _)| *rank == capture.rank);
        sections.flat_map(|(_, range)| lines(&self.text[range.clone()]))
    }

    /// The rank of each capture that gave lines, and these, in the order of the raw file.
    pub fn sections(&self) -> impl Iterator<Item = (u8, &[u8])> {
        self.sections.iter().map(|(rank, range)| (*rank, &self.text[range.clone()]))
    }

    /// All lines, as a raw file has them; behind those of a frame are those that were [joined](Self::join) to it.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.text
    }
}
