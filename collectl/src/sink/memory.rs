//! The last intervals of a server, kept for clients that reconnect.

use std::collections::VecDeque;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, Instant};

use bytes::Bytes;
use collectl_core::clock::Time;
use collectl_core::text::Text;
use collectl_wire::hello::{Interval, Message, Position, RunId};
use collectl_wire::host::HostName;
use collectl_wire::prefix::prefix_lines;

/// How much is kept (`--history`): intervals are dropped when either bound is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest time.
    pub age: Duration,
    /// Most bytes.
    pub bytes: usize,
}

impl Limits {
    /// The default.
    pub const DEFAULT: Self = Self { age: Duration::from_secs(600), bytes: 4 << 20 };
    /// Nothing is kept.
    pub const NONE: Self = Self { age: Duration::ZERO, bytes: 0 };
}

/// The lines of one interval, each with its host, after the line with its number.
#[derive(Debug, Clone)]
pub struct Numbered {
    bytes: Bytes,
    /// Where the column headers start and end.
    header: (usize, usize),
    at: Position,
}

impl Numbered {
    /// The lines of `text`, as interval `at`.
    #[must_use]
    pub fn new(host: &HostName, text: &Text, at: Position) -> Self {
        let (header, body) = (text.header(), text.body());
        let lines = |text: &[u8]| text.iter().filter(|&&byte| byte == b'\n').count() as u32;
        let interval = Interval { at, headers: lines(header), lines: lines(&body) };
        let mark = format!("{host} {}\n", Message::Interval(interval));
        let header = prefix_lines(host, header);
        let (begin, end) = (mark.len(), mark.len() + header.len());
        let bytes = [mark.as_bytes(), &header, &prefix_lines(host, &body)].concat();
        Self { bytes: bytes.into(), header: (begin, end), at }
    }

    /// Its number.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.at.seq
    }

    /// All bytes.
    #[must_use]
    pub fn marked(&self) -> Bytes {
        self.bytes.clone()
    }

    /// Headers and lines, without the number.
    #[must_use]
    pub fn plain(&self) -> Bytes {
        self.bytes.slice(self.header.0..)
    }

    /// The lines only.
    #[must_use]
    pub fn body(&self) -> Bytes {
        self.bytes.slice(self.header.1..)
    }
}

/// The numbered intervals of this run, of which the last are kept.
#[derive(Debug)]
pub struct Memory {
    limits: Limits,
    run: RunId,
    began: Time,
    /// How many intervals there were.
    count: u64,
    /// The last intervals, without a gap, each with the time when it came.
    kept: VecDeque<(Instant, Numbered)>,
    bytes: usize,
}

impl Memory {
    /// The memory that each interval takes besides its text.
    const OVERHEAD: usize = size_of::<(Instant, Numbered)>();

    /// The memory of a run that starts now.
    #[must_use]
    pub fn of_new_run(limits: Limits) -> Self {
        // The standard library's hash keys are random: no other run has this number.
        let run = RunId(RandomState::new().build_hasher().finish());
        Self::new(limits, run, Time::now())
    }

    /// The memory of a run that started at `began`.
    #[must_use]
    pub fn new(limits: Limits, run: RunId, began: Time) -> Self {
        Self { limits, run, began, count: 0, kept: VecDeque::new(), bytes: 0 }
    }

    /// Whether anything is kept at all.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.limits != Limits::NONE
    }

    /// The run.
    #[must_use]
    pub fn run(&self) -> RunId {
        self.run
    }

    /// When the run started, in microseconds since 1970.
    #[must_use]
    pub fn began(&self) -> u64 {
        micros(self.began)
    }

    /// The number of the last interval; 0 before the first.
    #[must_use]
    pub fn newest(&self) -> u64 {
        self.count
    }

    /// Numbers the next interval, which ended at `time`; keeps it, and drops what is too much at `now`.
    pub fn add(&mut self, host: &HostName, text: &Text, time: Time, now: Instant) -> Numbered {
        self.count += 1;
        let at = Position { run: self.run, seq: self.count, time: micros(time) };
        let numbered = Numbered::new(host, text, at);
        self.bytes += numbered.bytes.len() + Self::OVERHEAD;
        self.kept.push_back((now, numbered.clone()));
        while let Some((since, oldest)) = self.kept.front()
            && (self.bytes > self.limits.bytes || now.duration_since(*since) > self.limits.age)
        {
            self.bytes -= oldest.bytes.len() + Self::OVERHEAD;
            self.kept.pop_front();
        }
        numbered
    }

    /// The interval with this number, if it is still kept.
    #[must_use]
    pub fn get(&self, seq: u64) -> Option<&Numbered> {
        let index = usize::try_from(seq.checked_sub(self.oldest())?).ok()?;
        self.kept.get(index).map(|(_, numbered)| numbered)
    }

    /// The number of the oldest interval that is kept, or of the next one if none is.
    #[must_use]
    pub fn oldest(&self) -> u64 {
        self.count + 1 - self.kept.len() as u64
    }

    /// The number of the first interval for a client that has everything up to `last`, and that received the intervals
    /// `plain` without numbers. All of these are sent again, or none.
    #[must_use]
    pub fn next_for(&self, last: Option<Position>, plain: Option<(u64, u64)>) -> u64 {
        let wanted = match (last, plain) {
            (Some(last), _) if last.run == self.run => last.seq.saturating_add(1),
            // It did not miss intervals older than the last one it has of another run.
            (Some(last), _) => {
                let newer = self.kept.iter().find(|(_, numbered)| numbered.at.time > last.time);
                newer.map_or(self.count + 1, |(_, numbered)| numbered.at.seq)
            }
            (None, Some((first, _))) => first,
            (None, None) => self.count + 1,
        };
        match plain {
            Some((first, _)) if self.get(first).is_none() => self.count + 1,
            Some((first, _)) => wanted.clamp(self.oldest(), first),
            None => wanted.clamp(self.oldest(), self.count + 1),
        }
    }
}

fn micros(time: Time) -> u64 {
    time.micros().try_into().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: RunId = RunId(7);

    fn text(number: u64) -> Text {
        Text::new(b"", format!("{number}\n").as_bytes())
    }

    /// A memory of `count` intervals, a second apart; the first came at 1001 seconds.
    fn memory(limits: Limits, count: u64) -> Memory {
        let host = HostName::short("vm").unwrap();
        let mut memory = Memory::new(limits, RUN, Time::from_micros(1_000_000_000));
        let start = Instant::now();
        for number in 1..=count {
            let after = Duration::from_secs(number);
            memory.add(&host, &text(number), Time::from_micros(1_000_000_000).plus(after), start + after);
        }
        memory
    }

    fn at(run: RunId, seq: u64) -> Option<Position> {
        Some(Position { run, seq, time: (1000 + seq) * 1_000_000 })
    }

    #[test]
    fn an_interval_is_one_piece_in_three_parts() {
        let host = HostName::short("vm").unwrap();
        let position = Position { run: RUN, seq: 3, time: 1_500_000 };
        let numbered = Numbered::new(&host, &Text::new(b"#a\n#b\n", b"1\n"), position);
        let mark = "vm ##interval run=0000000000000007 seq=3 time=1.500000 lines=2+1\n";
        assert_eq!(numbered.marked(), format!("{mark}vm #a\nvm #b\nvm 1\n"));
        assert_eq!(numbered.plain(), "vm #a\nvm #b\nvm 1\n");
        assert_eq!(numbered.body(), "vm 1\n");
    }

    #[test]
    fn both_bounds_hold() {
        let old = memory(Limits { age: Duration::from_secs(5), bytes: 1 << 20 }, 20);
        assert_eq!((old.oldest(), old.newest()), (15, 20));
        assert!(old.get(14).is_none() && old.get(21).is_none());
        assert_eq!(old.get(15).unwrap().body(), "vm 15\n");
        let small = memory(Limits { bytes: 1000, ..Limits::DEFAULT }, 20);
        assert!(small.bytes <= 1000 && small.oldest() > 10 && small.oldest() < 20, "{small:?}");
        let none = memory(Limits::NONE, 20);
        assert_eq!((none.oldest(), none.bytes), (21, 0));
    }

    #[test]
    fn what_a_client_gets_first() {
        let memory = memory(Limits { age: Duration::from_secs(5), bytes: 1 << 20 }, 20);
        for (last, plain, next) in [
            (None, None, 21),
            (None, Some((19, 20)), 19),
            (at(RUN, 17), None, 18),
            (at(RUN, 17), Some((19, 20)), 18),
            (at(RUN, 20), None, 21),
            // Partly dropped.
            (at(RUN, 3), None, 15),
            (None, Some((9, 20)), 21),
            (at(RUN, 3), Some((9, 20)), 21),
            // Not plausible.
            (at(RUN, u64::MAX / 2_000_000), None, 21),
            (at(RUN, 30), Some((20, 20)), 20),
            // Of another run.
            (at(RunId(8), 17), None, 18),
            (at(RunId(8), 1), None, 15),
            (at(RunId(8), 30), None, 21),
        ] {
            assert_eq!(memory.next_for(last, plain), next, "{last:?} {plain:?}");
        }
    }
}
