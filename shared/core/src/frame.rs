//! One instant of the machine, as tagged lines of text.
//!
//! A frame holds what a raw file holds between two `>>> time <<<` markers. A live sample is written in just these bytes,
//! so nothing behind the source can tell a live frame from a recorded one.

use std::ops::Range;

use crate::capture::Capture;
use crate::clock::Time;
use crate::scan::line_length;

/// One instant: its time, and the lines that were captured, in the order of the raw file.
///
/// The buffers are kept from one frame to the next.
#[derive(Debug, Default)]
pub struct Frame {
    time: Time,
    text: Vec<u8>,
    /// Where each line is, without its end; empty ones are left out.
    lines: Vec<Range<usize>>,
    sections: Vec<Section>,
}

/// What a capture gave in one go.
#[derive(Debug)]
struct Section {
    capture: &'static Capture,
    text: Range<usize>,
    lines: Range<usize>,
}

impl Frame {
    /// Empties the frame and gives it its time.
    pub fn restart(&mut self, time: Time) {
        self.time = time;
        self.text.clear();
        self.lines.clear();
        self.sections.clear();
    }

    /// When the frame was taken.
    #[must_use]
    pub fn time(&self) -> Time {
        self.time
    }

    /// Appends a section: the lines that `write` adds belong to `capture`.
    pub fn add(&mut self, capture: &'static Capture, write: impl FnOnce(&mut Vec<u8>)) {
        let (start, first) = (self.text.len(), self.lines.len());
        write(&mut self.text);
        let mut at = start;
        while at < self.text.len() {
            let end = line_length(&self.text[at..]).map_or(self.text.len(), |length| at + length);
            self.push_line(at, end);
            at = end;
        }
        if self.text.len() > start {
            let (text, lines) = (start..self.text.len(), first..self.lines.len());
            self.sections.push(Section { capture, text, lines });
        }
    }

    /// Appends one line, its end included, that belongs to `capture`.
    pub fn add_line(&mut self, capture: &'static Capture, line: &[u8]) {
        let (start, first) = (self.text.len(), self.lines.len());
        self.text.extend_from_slice(line);
        self.push_line(start, self.text.len());
        let (end, last) = (self.text.len(), self.lines.len());
        match self.sections.last_mut() {
            Some(section) if section.capture == capture => {
                (section.text.end, section.lines.end) = (end, last);
            }
            _ => self.sections.push(Section { capture, text: start..end, lines: first..last }),
        }
    }

    /// Remembers a line of the text, its end included if it has one.
    fn push_line(&mut self, start: usize, end: usize) {
        let line = &self.text[start..end];
        let length = line.strip_suffix(b"\n").unwrap_or(line).len();
        if length > 0 {
            self.lines.push(start..start + length);
        }
    }

    /// Adds what another frame of the same instant has; `place` is where a capture is in the order of a raw file.
    pub fn join(&mut self, other: &Self, place: impl Fn(&Capture) -> usize) {
        let (start, first) = (self.text.len(), self.lines.len());
        let moved = |range: &Range<usize>, by: usize| range.start + by..range.end + by;
        self.text.extend_from_slice(&other.text);
        self.lines.extend(other.lines.iter().map(|line| moved(line, start)));
        self.sections.extend(other.sections.iter().map(|Section { capture, text, lines }| Section {
            capture,
            text: moved(text, start),
            lines: moved(lines, first),
        }));
        self.sections.sort_by_key(|section| place(section.capture));
    }

    /// Whether `capture` gave any lines. One that is not read at every sample gives none at the others.
    #[must_use]
    pub fn has(&self, capture: &Capture) -> bool {
        self.sections.iter().any(|section| section.capture == capture)
    }

    /// The lines of `capture`, tags included and ends left out; none where it gave none.
    pub fn lines(&self, capture: &Capture) -> impl Iterator<Item = &[u8]> {
        let sections = self.sections.iter().filter(move |section| section.capture == capture);
        let lines = sections.flat_map(|section| &self.lines[section.lines.clone()]);
        lines.map(|line| &self.text[line.clone()])
    }

    /// Each capture that gave lines, and these, in the order of the raw file.
    pub fn sections(&self) -> impl Iterator<Item = (&'static Capture, &[u8])> {
        self.sections.iter().map(|section| (section.capture, &self.text[section.text.clone()]))
    }

    /// All lines, as a raw file has them; behind those of a frame are those that were [joined](Self::join) to it.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.text
    }
}
