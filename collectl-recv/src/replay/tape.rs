//! The recordings of some hosts, merged by time.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::fs::File;
use std::io::{self, BufReader};
use std::sync::Arc;

use super::folder::{Kind, Recording};
use super::raw::RawTrack;
use super::switches::Switches;
use super::text::TextTrack;
use super::window::Window;
use crate::base::ids::ConnId;

/// Recordings of a host that are looked at for the one that goes on another: as many connections as it may have had at a
/// time.
const CANDIDATES: usize = 8;

/// Something of a recording, and its time.
#[derive(Debug)]
pub(super) struct Piece {
    /// Seconds of the epoch.
    pub(super) time: f64,
    /// The stream it is of.
    pub(super) conn: ConnId,
    pub(super) found: Found,
}

/// What it is.
#[derive(Debug)]
pub(super) enum Found {
    /// A stream begins.
    Opened,
    /// Whole lines.
    Lines { host: Arc<str>, text: Vec<u8> },
    /// A stream has ended.
    Closed,
    /// A recording can't be shown, or not to its end.
    Trouble(String),
}

/// Recordings, merged. Only those are open that were so at the time that is shown.
pub(super) struct Tape {
    switches: Switches,
    window: Window,
    /// What is not open yet, by host and in the order of time.
    pending: BTreeMap<Arc<str>, VecDeque<Recording>>,
    /// The first of them, and when it begins.
    first: Option<(Arc<str>, f64)>,
    open: BinaryHeap<Head>,
    /// What was found and not asked for.
    found: VecDeque<Piece>,
    /// The time that was reached.
    now: f64,
    next_conn: u64,
    step: u64,
}

/// A recording, and what comes next of it.
struct Head {
    time: f64,
    text: Vec<u8>,
    conn: ConnId,
    track: Track,
    recording: Recording,
}

enum Track {
    Raw(Box<RawTrack>),
    Text(Box<TextTrack<BufReader<File>>>),
}

impl Tape {
    /// A tape of `recordings`. Its streams are numbered from `first` on in steps of `step`.
    pub(super) fn new(
        recordings: Vec<Recording>,
        switches: Switches,
        window: Window,
        first: u64,
        step: u64,
    ) -> Self {
        let mut pending: BTreeMap<Arc<str>, VecDeque<Recording>> = BTreeMap::new();
        for recording in recordings {
            pending.entry(Arc::clone(&recording.host)).or_default().push_back(recording);
        }
        let mut tape = Self {
            switches,
            window,
            pending,
            first: None,
            open: BinaryHeap::new(),
            found: VecDeque::new(),
            now: f64::NEG_INFINITY,
            next_conn: first,
            step,
        };
        tape.look_ahead();
        tape
    }

    /// What comes next; none at the end.
    pub(super) fn next(&mut self) -> Option<Piece> {
        loop {
            if let Some(piece) = self.found.pop_front() {
                return Some(piece);
            }
            if let Some(recording) = self.due() {
                self.begin(recording);
                continue;
            }
            let mut head = self.open.pop()?;
            let (time, conn, host) = (head.time, head.conn, Arc::clone(&head.recording.host));
            let text = std::mem::take(&mut head.text);
            self.find(time, conn, Found::Lines { host, text });
            self.wind(head);
        }
    }

    /// Takes the next recording that begins before anything else comes.
    fn due(&mut self) -> Option<Recording> {
        let (host, begun) = self.first.as_ref()?;
        if self.open.peek().is_some_and(|head| head.time < *begun) {
            return None;
        }
        let host = Arc::clone(host);
        self.take(&host, 0)
    }

    fn take(&mut self, host: &Arc<str>, index: usize) -> Option<Recording> {
        let queue = self.pending.get_mut(host)?;
        let recording = queue.remove(index);
        if queue.is_empty() {
            self.pending.remove(host);
        }
        self.look_ahead();
        recording
    }

    fn look_ahead(&mut self) {
        let firsts = self.pending.values().filter_map(VecDeque::front);
        let first = firsts.min_by(|a, b| a.begun.total_cmp(&b.begun));
        self.first = first.map(|recording| (Arc::clone(&recording.host), recording.begun));
    }

    fn begin(&mut self, recording: Recording) {
        let conn = ConnId(self.next_conn);
        self.next_conn += self.step;
        let time = self.now.max(recording.begun);
        let track = match recording.kind {
            Kind::Raw => RawTrack::open(&recording.path, recording.begun, &self.switches)
                .map(|track| track.map(|track| Track::Raw(Box::new(track)))),
            Kind::Text => TextTrack::open(&recording.path).map(|track| Some(Track::Text(Box::new(track)))),
        };
        match track {
            Ok(Some(track)) => {
                self.find(time, conn, Found::Opened);
                self.wind(Head { time, text: Vec::new(), conn, track, recording });
            }
            Ok(None) => {
                let path = recording.path.display();
                self.find(
                    time,
                    conn,
                    Found::Trouble(format!("{path}: nothing of these subsystems was recorded")),
                );
            }
            Err(error) => self.fail(time, conn, &recording, &error),
        }
    }

    /// Goes on to what comes next of a recording, or of the one that goes on it.
    fn wind(&mut self, mut head: Head) {
        loop {
            let next = match &mut head.track {
                Track::Raw(track) => track.next(&self.window),
                Track::Text(track) => track.next(&self.window),
            };
            match next {
                Ok(Some((time, text))) => {
                    // A clock that was put back does not turn the others' back.
                    head.time = time.max(head.time);
                    head.text = text;
                    self.open.push(head);
                    return;
                }
                Ok(None) if self.go_on(&mut head) => {}
                Ok(None) => return self.find(head.time, head.conn, Found::Closed),
                Err(error) => {
                    self.fail(head.time, head.conn, &head.recording, &error);
                    return self.find(head.time, head.conn, Found::Closed);
                }
            }
        }
    }

    /// Finds the recording that goes on the one of `head`, and goes on in it.
    fn go_on(&mut self, head: &mut Head) -> bool {
        let host = Arc::clone(&head.recording.host);
        let name =
            head.recording.path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let Some(queue) = self.pending.get(&host) else { return false };
        let kind = head.recording.kind;
        let candidates = queue.iter().enumerate().take(CANDIDATES).filter(|(_, other)| other.kind == kind);
        let mut found = None;
        match &mut head.track {
            Track::Raw(track) => {
                let seam = track.seam();
                for (index, other) in candidates {
                    // What can't be read is said when its turn comes.
                    if track.go_on(&other.path, &seam, &self.switches).unwrap_or(false) {
                        found = Some(index);
                        break;
                    }
                }
            }
            Track::Text(track) => {
                for (index, other) in candidates {
                    if let Ok(mut next) = TextTrack::open(&other.path)
                        && next.after() == Some(&*name)
                    {
                        next.go_on();
                        **track = next;
                        found = Some(index);
                        break;
                    }
                }
            }
        }
        let Some(recording) = found.and_then(|index| self.take(&host, index)) else { return false };
        head.recording = recording;
        true
    }

    fn fail(&mut self, time: f64, conn: ConnId, recording: &Recording, error: &io::Error) {
        self.find(time, conn, Found::Trouble(format!("reading {}: {error}", recording.path.display())));
    }

    fn find(&mut self, time: f64, conn: ConnId, found: Found) {
        self.now = self.now.max(time);
        self.found.push_back(Piece { time: self.now, conn, found });
    }
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> Ordering {
        // The earliest is the greatest.
        other.time.total_cmp(&self.time).then_with(|| other.conn.cmp(&self.conn))
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Head {}
