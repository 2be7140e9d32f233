//! What came over one connection, made into intervals that come once: none twice, and those that are missing are known.
//! Pure: lines in, batches out.

#[cfg(test)]
mod tests;

use collectl_wire::hello::{self, Interval, Message, Position, RunId, Welcome};

use super::batch::Batch;
use super::classify::Classifier;
use crate::base::gap::Gap;

/// Most bytes that are held back: of a stream before its answer, or of an interval that is not whole. More is shown as it
/// comes.
const MAX_HELD: usize = 4 << 20;

/// The intervals of one connection.
#[derive(Debug, Default)]
pub(crate) struct Session {
    state: State,
    classifier: Classifier,
    /// The last whole interval of this collector.
    last: Option<Position>,
}

#[derive(Debug, Default)]
enum State {
    /// No hello was sent: lines are shown as they come.
    #[default]
    Plain,
    /// A hello was sent. Lines before the answer may come again, with a number, and are held.
    RequestedFormat { held: Batch },
    /// A hello was sent and not answered for long: an old collectl. Lines are shown; an answer may still come.
    Unanswered { asked: Option<Position> },
    /// It was answered.
    Numbered(Numbered),
}

/// A stream of numbered intervals.
#[derive(Debug)]
struct Numbered {
    run: RunId,
    /// The number that comes next if nothing is missing, and the end of the interval before it.
    expected: Option<(u64, u64)>,
    /// The intervals that were shown before they had a number.
    shown: Option<(u64, u64)>,
    /// Whether column headers have come, and no interval since.
    fresh: bool,
    open: Option<Open>,
}

/// An interval that is not whole yet.
#[derive(Debug)]
struct Open {
    at: Position,
    headers: u32,
    lines: u32,
    skips_headers: bool,
    batch: Batch,
}

impl Session {
    /// A connection over which a hello is sent, with `last` in it.
    pub(crate) fn asked(last: Option<Position>) -> Self {
        Self {
            state: State::RequestedFormat { held: Batch::default() },
            classifier: Classifier::default(),
            last,
        }
    }

    /// True while lines are held because an answer may come.
    pub(crate) fn is_waiting(&self) -> bool {
        matches!(self.state, State::RequestedFormat { .. })
    }

    /// The last whole interval.
    pub(crate) fn last(&self) -> Option<Position> {
        self.last
    }

    /// Takes the next line, its host taken off.
    pub(crate) fn line(&mut self, text: &[u8], cut: bool, batches: &mut Vec<Batch>) {
        if let State::Numbered(numbered) = &mut self.state {
            if let Some(at) = numbered.line(text, cut, &mut self.classifier, batches) {
                self.last = Some(at);
            }
            return;
        }
        if !matches!(self.state, State::Plain)
            && let Some(Message::Welcome(welcome)) = hello::decode(text)
        {
            return self.welcome(&welcome, batches);
        }
        match &mut self.state {
            State::RequestedFormat { held } => {
                add(held, text, cut, &mut self.classifier);
                if held.lines.size() > MAX_HELD {
                    self.give_up(batches);
                }
            }
            State::Plain | State::Unanswered { .. } | State::Numbered(_) => {
                add(newest(batches), text, cut, &mut self.classifier);
            }
        }
    }

    /// No answer has come in time: what was held is shown.
    pub(crate) fn give_up(&mut self, batches: &mut Vec<Batch>) {
        if let State::RequestedFormat { held } = &mut self.state {
            batches.push(std::mem::take(held));
            self.state = State::Unanswered { asked: self.last.take() };
        }
    }

    /// The connection ended. What is held by now is shown if it will not come again.
    pub(crate) fn end(&mut self, batches: &mut Vec<Batch>) {
        if self.last.is_none() {
            self.give_up(batches);
        }
    }

    fn welcome(&mut self, welcome: &Welcome, batches: &mut Vec<Batch>) {
        let (asked, held) = match std::mem::take(&mut self.state) {
            State::RequestedFormat { held } => (self.last, Some(held)),
            State::Unanswered { asked } => (asked, None),
            State::Plain | State::Numbered(_) => (self.last, None),
        };
        let keeps = held.is_none() || welcome.keeps_plain();
        batches.extend(held.filter(|_| keeps));
        let expected = asked.and_then(|last| {
            if last.run == welcome.run {
                Some((last.seq.saturating_add(1), last.time))
            } else {
                // Of a run that began later, all is wanted.
                (last.time < welcome.began).then_some((1, welcome.began))
            }
        });
        let shown = welcome.plain.filter(|_| keeps);
        self.state =
            State::Numbered(Numbered { run: welcome.run, expected, shown, fresh: false, open: None });
    }
}

impl Numbered {
    /// Takes a line; returns which interval it makes whole.
    fn line(
        &mut self,
        text: &[u8],
        cut: bool,
        classifier: &mut Classifier,
        batches: &mut Vec<Batch>,
    ) -> Option<Position> {
        if let Some(open) = &mut self.open {
            open.take(text, cut, classifier, batches);
        } else if let Some(Message::Interval(interval)) = hello::decode(text)
            && interval.at.run == self.run
        {
            self.open = Some(Open::new(interval, std::mem::take(&mut self.fresh)));
        } else {
            self.fresh = true;
            add(newest(batches), text, cut, classifier);
        }
        let open = self.open.take_if(|open| open.is_whole())?;
        self.close(open, batches)
    }

    /// Takes a whole interval; returns it unless it came before.
    fn close(&mut self, mut open: Open, batches: &mut Vec<Batch>) -> Option<Position> {
        let Position { seq, time, .. } = open.at;
        if self.expected.is_some_and(|(expected, _)| seq < expected) {
            return None;
        }
        if self.shown.is_some_and(|(first, last)| (first..=last).contains(&seq)) {
            open.batch = Batch::default();
        }
        if let Some((expected, since)) = self.expected {
            open.batch.gap = Gap::between(expected, seq, self.shown, time.saturating_sub(since));
        }
        self.expected = Some((seq.saturating_add(1), time));
        if open.batch.gap.is_some() {
            batches.push(open.batch);
        } else {
            newest(batches).append(&open.batch);
        }
        Some(open.at)
    }
}

impl Open {
    fn new(interval: Interval, skips_headers: bool) -> Self {
        let Interval { at, headers, lines } = interval;
        Self { at, headers, lines, skips_headers, batch: Batch::default() }
    }

    fn is_whole(&self) -> bool {
        self.headers == 0 && self.lines == 0
    }

    fn take(&mut self, text: &[u8], cut: bool, classifier: &mut Classifier, batches: &mut Vec<Batch>) {
        if self.headers > 0 {
            self.headers -= 1;
            if self.skips_headers {
                return;
            }
        } else {
            self.lines = self.lines.saturating_sub(1);
        }
        add(&mut self.batch, text, cut, classifier);
        if self.batch.lines.size() > MAX_HELD {
            newest(batches).append(&std::mem::take(&mut self.batch));
        }
    }
}

/// Adds a line to a batch.
fn add(batch: &mut Batch, text: &[u8], cut: bool, classifier: &mut Classifier) {
    batch.lines.add(text, classifier);
    batch.cut += u64::from(cut);
}

/// The batch that lines go to.
fn newest(batches: &mut Vec<Batch>) -> &mut Batch {
    if batches.is_empty() {
        batches.push(Batch::default());
    }
    let last = batches.len() - 1;
    &mut batches[last]
}
