//! One instant of the machine, as tagged lines of text.
//!
//! A frame holds what a raw file holds between two `>>> time <<<` markers. A live sample is stored in exactly these
//! bytes, so code after the source can't tell a live frame from a recorded one.

use std::ops::Range;

use crate::capture::Capture;
use crate::clock::Time;
use crate::scan::line_length;

/// One instant: its time, and the lines that were captured, in the order of the raw file.
///
/// The buffers are reused from frame to frame.
#[derive(Debug, Default)]
pub struct Frame {
    time: Time,
    text: Vec<u8>,
    /// The range of each line, without its end; empty lines are left out.
    lines: Vec<Range<usize>>,
    sections: Vec<Section>,
}

/// A run of lines from one capture.
#[derive(Debug)]
struct Section {
    capture: &'static Capture,
    text: Range<usize>,
    lines: Range<usize>,
}

impl Frame {
    /// Clears the frame and sets its time.
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

    /// Appends one line with its end; it belongs to `capture`.
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

    /// Stores the range of a line of the text, which may lack its end.
    fn push_line(&mut self, start: usize, end: usize) {
        let line = &self.text[start..end];
        let length = line.strip_suffix(b"\n").unwrap_or(line).len();
        if length > 0 {
            self.lines.push(start..start + length);
        }
    }

    /// Adds the lines of another frame of the same instant; `place` returns the position of a capture in a raw file.
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

    /// Whether `capture` has any lines. A capture of a longer interval has none in most samples.
    #[must_use]
    pub fn has(&self, capture: &Capture) -> bool {
        self.sections.iter().any(|section| section.capture == capture)
    }

    /// The lines of `capture`, with tags and without line ends; none if it has no lines.
    pub fn lines(&self, capture: &Capture) -> impl Iterator<Item = &[u8]> {
        let sections = self.sections.iter().filter(move |section| section.capture == capture);
        let lines = sections.flat_map(|section| &self.lines[section.lines.clone()]);
        lines.map(|line| &self.text[line.clone()])
    }

    /// Each capture that has lines, with its lines, in the order of the raw file.
    pub fn sections(&self) -> impl Iterator<Item = (&'static Capture, &[u8])> {
        self.sections.iter().map(|section| (section.capture, &self.text[section.text.clone()]))
    }

    /// All lines, as in a raw file; after those of this frame come those [joined](Self::join) to it.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.text
    }
}
