//! The hello: an initiator that connects to `collectl -A server` uses it to ask for numbered intervals, including those
//! that it missed.
//!
//! There are three lines, the first sent to the collector and the others to the initiator. Each starts with its host:
//!
//! ```text
//! ##hello name=collectl-recv version=5.0.0 run=00c0ffee00c0ffee seq=41 time=1795355544.500000
//! ##welcome name=collectl version=5.0.0 run=00c0ffee00c0ffee began=1795355503.500123 next=42
//! ##interval run=00c0ffee00c0ffee seq=42 time=1795355545.500000 lines=2+1
//! ```
//!
//! A collectl launched by an initiator first sends a fourth one, with the [`Secret`] that it was given:
//!
//! ```text
//! ##launched name=collectl version=5.0.0 secret=00112233445566778899aabbccddeeff
//! ```
//!
//! No line of data starts with `##` and a lower-case letter, and an interval line counts the lines of its interval, so
//! that readers need not parse them. Unknown words are ignored. docs/wire.md describes the whole exchange.

mod decode;
mod first_line;
#[cfg(test)]
mod tests;

use std::fmt;

pub use decode::decode;
pub use first_line::FirstLine;

use crate::secret::Secret;

/// Longest of the four lines, in bytes, without line end.
pub const MAX_MESSAGE: usize = 512;

/// Longest name and version that is accepted, in bytes.
pub const MAX_WORD: usize = 64;

/// One run of a collectl, identified by a random number: when it changes, the collectl was restarted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RunId(pub u64);

/// The position of an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The run.
    pub run: RunId,
    /// The interval's number; the first one of a run has 1.
    pub seq: u64,
    /// When it ended, by the collector's clock, in microseconds since 1970.
    pub time: u64,
}

/// The program that sends a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speaker {
    /// Its name, one word.
    pub name: String,
    /// Its version, one word.
    pub version: String,
}

/// The initiator's first message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hello {
    /// The initiator.
    pub speaker: Speaker,
    /// The last interval that it has from this collector, if any.
    pub last: Option<Position>,
}

/// The collector's answer. It is followed by column headers, unless [`Welcome::keeps_plain`], and then by the intervals
/// from `next` on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Welcome {
    /// The collector.
    pub speaker: Speaker,
    /// Its run.
    pub run: RunId,
    /// When the run began, in microseconds since 1970.
    pub began: u64,
    /// The number of the next interval on this connection.
    pub next: u64,
    /// The first and the last interval that were sent over this connection before the answer, without numbers.
    pub plain: Option<(u64, u64)>,
}

/// The line before each interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// Which interval it is.
    pub at: Position,
    /// How many lines of column headers follow.
    pub headers: u32,
    /// How many other lines of the interval follow these.
    pub lines: u32,
}

/// The first message of a launched collectl.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launched {
    /// The collectl.
    pub speaker: Speaker,
    /// The secret that it was given when launched.
    pub secret: Secret,
}

/// One of the four messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// To the collector.
    Hello(Hello),
    /// The answer.
    Welcome(Welcome),
    /// Before an interval.
    Interval(Interval),
    /// Before everything else, from a launched collectl.
    Launched(Launched),
}

impl Speaker {
    /// This version of the program `name`.
    #[must_use]
    pub fn here(name: &str) -> Self {
        Self { name: name.to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
    }
}

impl Welcome {
    /// True if the intervals without numbers are not sent again, so that the reader must keep them. Otherwise
    /// everything before the answer is sent again.
    #[must_use]
    pub fn keeps_plain(&self) -> bool {
        self.plain.is_some_and(|(first, _)| self.next > first)
    }
}

/// The line, without its end.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hello(hello) => {
                write!(f, "##hello {}", hello.speaker)?;
                hello.last.map_or(Ok(()), |last| write!(f, " {last}"))
            }
            Self::Welcome(welcome) => {
                let Welcome { speaker, run, began, next, plain } = welcome;
                write!(f, "##welcome {speaker} run={run} began={} next={next}", Seconds(*began))?;
                plain.map_or(Ok(()), |(first, last)| write!(f, " plain={first}-{last}"))
            }
            Self::Interval(Interval { at, headers, lines }) => {
                write!(f, "##interval {at} lines={headers}+{lines}")
            }
            Self::Launched(Launched { speaker, secret }) => {
                write!(f, "##launched {speaker} secret={}", secret.reveal())
            }
        }
    }
}

impl fmt::Display for Speaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "name={} version={}", self.name, self.version)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "run={} seq={} time={}", self.run, self.seq, Seconds(self.time))
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// Microseconds, displayed as seconds.
struct Seconds(u64);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:06}", self.0 / 1_000_000, self.0 % 1_000_000)
    }
}
