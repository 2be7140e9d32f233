//! The recordings of some hosts, merged by time.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::fs::File;
use std::io::{self, BufReader};
use std::sync::Arc;

use super::folder::{Recording, RecordingKind};
use super::raw::RawPlayback;
use super::switches::Switches;
use super::text::TextPlayback;
use super::window::Window;
use crate::base::ids::ConnId;
use crate::base::time::Time;
use crate::stream::lines::Lines;

/// Recordings of a host that are tried as the continuation of another: the most connections that it may have had at a
/// time.
const CANDIDATES: usize = 8;

/// Something of a recording, and its time.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) time: Time,
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
    Lines { host: Arc<str>, lines: Lines },
    /// A stream has ended.
    Closed,
    /// Nothing of a recording is to be shown, for this reason.
    Nothing(String),
    /// A recording is damaged, or can't be read, or not to its end.
    Damage(String),
}

/// Recordings, merged. Only those are open that were open at the time that is shown.
pub(super) struct Timeline {
    switches: Switches,
    window: Window,
    /// What is not open yet, by host and in the order of time.
    pending: BTreeMap<Arc<str>, VecDeque<Recording>>,
    /// The first of them, and when it begins.
    first: Option<(Arc<str>, Time)>,
    open: BinaryHeap<Head>,
    /// What was found and not taken yet.
    found: VecDeque<Piece>,
    /// The time that was reached.
    now: Time,
    next_conn: u64,
    step: u64,
}

/// A recording, and what comes next of it.
struct Head {
    time: Time,
    lines: Lines,
    conn: ConnId,
    playback: Playback,
    recording: Recording,
}

enum Playback {
    Raw(Box<RawPlayback>),
    Text(Box<TextPlayback<BufReader<File>>>),
}

impl Playback {
    /// What was found to be damaged.
    fn damage(&self) -> Option<String> {
        match self {
            Self::Raw(playback) => playback.damage(),
            Self::Text(_) => None,
        }
    }
}

impl Timeline {
    /// A timeline of `recordings`. Its streams are numbered from `first` on in steps of `step`.
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
        let mut timeline = Self {
            switches,
            window,
            pending,
            first: None,
            open: BinaryHeap::new(),
            found: VecDeque::new(),
            now: Time::default(),
            next_conn: first,
            step,
        };
        timeline.look_ahead();
        timeline
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
            let lines = std::mem::take(&mut head.lines);
            self.find(time, conn, Found::Lines { host, lines });
            self.advance(head);
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
        let first = firsts.min_by_key(|recording| recording.begun);
        self.first = first.map(|recording| (Arc::clone(&recording.host), recording.begun));
    }

    fn begin(&mut self, recording: Recording) {
        let conn = ConnId(self.next_conn);
        self.next_conn += self.step;
        let time = self.now.max(recording.begun);
        let playback = match recording.kind {
            RecordingKind::Raw => RawPlayback::open(&recording.path, recording.begun, &self.switches)
                .map(|playback| playback.map(|playback| Playback::Raw(Box::new(playback)))),
            RecordingKind::Text => {
                TextPlayback::open(&recording.path).map(|playback| Some(Playback::Text(Box::new(playback))))
            }
        };
        match playback {
            Ok(Some(playback)) => {
                self.find(time, conn, Found::Opened);
                self.advance(Head { time, lines: Lines::default(), conn, playback, recording });
            }
            Ok(None) => {
                let path = recording.path.display();
                self.find(
                    time,
                    conn,
                    Found::Nothing(format!("{path}: nothing of these subsystems was recorded")),
                );
            }
            Err(error) => self.fail(time, conn, &recording, &error),
        }
    }

    /// Advances to what comes next of a recording, or of its continuation.
    fn advance(&mut self, mut head: Head) {
        loop {
            let next = match &mut head.playback {
                Playback::Raw(playback) => playback.next(&self.window),
                Playback::Text(playback) => playback.next(&self.window),
            };
            match next {
                Ok(Some((time, lines))) => {
                    // A clock that was set back does not set back the others.
                    head.time = time.max(head.time);
                    head.lines = lines;
                    self.open.push(head);
                    return;
                }
                Ok(None) => {
                    if let Some(damage) = head.playback.damage() {
                        let path = head.recording.path.display();
                        self.find(head.time, head.conn, Found::Damage(format!("{path}: {damage}")));
                    }
                    if !self.continue_in_next(&mut head) {
                        return self.find(head.time, head.conn, Found::Closed);
                    }
                }
                Err(error) => {
                    self.fail(head.time, head.conn, &head.recording, &error);
                    return self.find(head.time, head.conn, Found::Closed);
                }
            }
        }
    }

    /// Finds the continuation of the recording of `head`, and continues in it.
    fn continue_in_next(&mut self, head: &mut Head) -> bool {
        let host = Arc::clone(&head.recording.host);
        let name =
            head.recording.path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let Some(queue) = self.pending.get(&host) else { return false };
        let kind = head.recording.kind;
        let candidates = queue.iter().enumerate().take(CANDIDATES).filter(|(_, other)| other.kind == kind);
        let mut found = None;
        match &mut head.playback {
            Playback::Raw(playback) => {
                let seam = playback.seam();
                for (index, other) in candidates {
                    // What can't be read is reported when its turn comes.
                    if playback.continue_in(&other.path, &seam, &self.switches).unwrap_or(false) {
                        found = Some(index);
                        break;
                    }
                }
            }
            Playback::Text(playback) => {
                for (index, other) in candidates {
                    if let Ok(mut next) = TextPlayback::open(&other.path)
                        && next.after() == Some(&*name)
                    {
                        next.skip_headers();
                        **playback = next;
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

    fn fail(&mut self, time: Time, conn: ConnId, recording: &Recording, error: &io::Error) {
        self.find(time, conn, Found::Damage(format!("reading {}: {error}", recording.path.display())));
    }

    fn find(&mut self, time: Time, conn: ConnId, found: Found) {
        self.now = self.now.max(time);
        self.found.push_back(Piece { time: self.now, conn, found });
    }
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> Ordering {
        // The earliest is the greatest.
        other.time.cmp(&self.time).then_with(|| other.conn.cmp(&self.conn))
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
