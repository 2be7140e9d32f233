//! What becomes of the data that the hosts send: it is shown and recorded.
//!
//! The fleet and a replay feed the same set of [`Consumer`]s ([`feed`]), any number at once. Each kind has a line in
//! [`registry`], which knows its switches and how it begins: the [`screen`] with its [`view`]s, the recorder ([`record`]).

use std::io;
use std::pin::Pin;
use std::sync::Arc;

use crate::base::gap::Gap;
use crate::base::ids::ConnId;
use crate::base::time::Time;
use crate::stream::lines::Lines;

pub(crate) mod clock;
pub(crate) mod entry;
pub(crate) mod feed;
pub(crate) mod record;
pub(crate) mod registry;
pub(crate) mod screen;
pub(crate) mod status;
pub(crate) mod view;

use clock::Clock;
use status::{Losses, Severity, Status};

/// Something that is waited for.
pub(crate) type Waiting<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Whole lines of one stream that came together; of a stream with numbered intervals, whole intervals.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival<'a> {
    pub(crate) conn: ConnId,
    /// The host as it is called everywhere, harmless on a terminal.
    pub(crate) host: &'a str,
    pub(crate) lines: &'a Arc<Lines>,
    /// When they came, by the receiver's clock, or by that of a recording.
    pub(crate) time: Time,
}

/// What was done while [`Consumer::serve`] waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Served {
    /// Something of its own.
    Work,
    /// The user wants the end.
    Quit,
}

/// Something that takes what hosts send. It never blocks and never delays the others: what it can't take in time it drops
/// and counts.
pub(crate) trait Consumer {
    /// A connection was opened.
    fn opened(&mut self, conn: ConnId, now: Time);

    /// Lines came.
    fn interval(&mut self, arrival: &Arrival<'_>);

    /// Intervals of `host` are missing for good.
    fn gap(&mut self, host: &str, gap: Gap);

    /// A connection ended.
    fn closed(&mut self, conn: ConnId);

    /// Something happened that users may want to know.
    fn trouble(&mut self, severity: Severity, text: &str);

    /// The run is over: no data follows, but perhaps trouble.
    fn finish(&mut self, now: Time);

    /// The state of the links and what was lost have changed.
    fn status(&mut self, _status: &Status) {}

    /// What it has to report itself, which is then told to all.
    fn report(&mut self) -> Option<String> {
        None
    }

    /// What it did not take.
    fn losses(&self) -> Losses {
        Losses::default()
    }

    /// When [`Consumer::advance`] has something to do though nothing comes.
    fn due(&self) -> Option<Time> {
        None
    }

    /// It is `now`.
    fn advance(&mut self, _now: Time) {}

    /// Does what is to be done besides: writes, draws, reads keys. May be dropped at any time.
    ///
    /// # Errors
    /// What writing returns; `BrokenPipe` when its reader has left.
    fn serve(&mut self, _clock: Clock) -> Waiting<'_, io::Result<Served>> {
        Box::pin(std::future::pending())
    }

    /// True when all that it has taken is written.
    fn is_drained(&self) -> bool {
        true
    }

    /// Waits until that is so. May be dropped at any time.
    ///
    /// # Errors
    /// As for [`Consumer::serve`].
    fn drain(&mut self) -> Waiting<'_, io::Result<()>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// True where a user looks at it and ends the run.
    fn is_interactive(&self) -> bool {
        false
    }
}
