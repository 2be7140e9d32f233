//! The hello: how an initiator that connects to `collectl -A server` asks for numbered intervals, and for those that it
//! missed.
//!
//! Three lines, of which the first goes to the collector and the others to the initiator, each with its host before it:
//!
//! ```text
//! ##hello name=collectl-recv version=5.0.0 run=00c0ffee00c0ffee seq=41 time=1795355544.500000
//! ##welcome name=collectl version=5.0.0 run=00c0ffee00c0ffee began=1795355503.500123 next=42
//! ##interval run=00c0ffee00c0ffee seq=42 time=1795355545.500000 lines=2+1
//! ```
//!
//! A collectl that an initiator launched says a fourth one first, with the [`Secret`] that it was given:
//!
//! ```text
//! ##launched name=collectl version=5.0.0 secret=00112233445566778899aabbccddeeff
//! ```
//!
//! No line of data begins with `##` and a lower-case letter; and an interval line counts the lines of its interval, so
//! that nobody needs to look into them. Words that a reader does not know are passed over. docs/wire.md tells the whole
//! exchange.

mod decode;
mod first_line;
#[cfg(test)]
mod tests;

use std::fmt;

pub use decode::decode;
pub use first_line::FirstLine;

use crate::secret::Secret;

/// Longest line of the four, in bytes, without its line end.
pub const MAX_MESSAGE: usize = 512;

/// Longest name and longest version that is taken, in bytes.
pub const MAX_WORD: usize = 64;

/// One run of a collectl, told from every other one by a random number: where this changes, the collectl was restarted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RunId(pub u64);

/// An interval of a run, by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The run.
    pub run: RunId,
    /// The interval's number: the first one of a run has 1.
    pub seq: u64,
    /// When it ended, by the collector's clock, in microseconds since 1970.
    pub time: u64,
}

/// A program that speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speaker {
    /// Its name, one word.
    pub name: String,
    /// Its version, one word.
    pub version: String,
}

/// What the initiator says first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hello {
    /// Who it is.
    pub speaker: Speaker,
    /// The last interval that it has of this collector, if it has any.
    pub last: Option<Position>,
}

/// What the collector answers. Column headers follow, unless [`Welcome::keeps_plain`]; then the intervals from `next`
/// on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Welcome {
    /// Who it is.
    pub speaker: Speaker,
    /// Its run.
    pub run: RunId,
    /// When the run began, in microseconds since 1970.
    pub began: u64,
    /// The number of the next interval that follows on this connection.
    pub next: u64,
    /// The first and the last interval that went over this connection before the answer, without a number.
    pub plain: Option<(u64, u64)>,
}

/// What stands before each interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// Which interval it is.
    pub at: Position,
    /// How many lines of column headers follow.
    pub headers: u32,
    /// How many other lines of the interval follow these.
    pub lines: u32,
}

/// What a launched collectl says first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launched {
    /// Who it is.
    pub speaker: Speaker,
    /// What it was given by who launched it.
    pub secret: Secret,
}

/// One of the four.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// To the collector.
    Hello(Hello),
    /// The answer.
    Welcome(Welcome),
    /// Before an interval.
    Interval(Interval),
    /// Before everything else, by a collectl that was launched.
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
    /// True where the intervals that came without a number are not sent again, and so are to be kept. Otherwise all
    /// that came before the answer comes again.
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

/// Microseconds, shown as seconds.
struct Seconds(u64);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:06}", self.0 / 1_000_000, self.0 % 1_000_000)
    }
}
