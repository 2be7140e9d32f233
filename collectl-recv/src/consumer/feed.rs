//! All consumers of a run, fed alike by the fleet and by a replay.

use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::task::Poll;

use super::clock::Clock;
use super::status::{Counts, Losses, Severity, Status};
use super::{Arrival, Consumer, Served};
use crate::base::gap::Gap;
use crate::base::ids::ConnId;
use crate::base::time::Time;
use crate::stream::lines::Lines;

/// The consumers, and what they are told.
pub(crate) struct Consumers {
    all: Vec<Box<dyn Consumer>>,
    clock: Clock,
    status: Status,
}

impl Consumers {
    /// Feeds `all` by `clock`.
    pub(crate) fn new(all: Vec<Box<dyn Consumer>>, clock: Clock) -> Self {
        Self { all, clock, status: Status::default() }
    }

    /// A connection was opened.
    pub(crate) fn opened(&mut self, conn: ConnId) {
        let now = self.clock.now();
        self.all.iter_mut().for_each(|consumer| consumer.opened(conn, now));
    }

    /// Lines of `host` came over `conn`.
    pub(crate) fn lines(&mut self, conn: ConnId, host: &str, lines: Lines) {
        if lines.is_empty() {
            return;
        }
        let arrival = Arrival { conn, host, lines: &Arc::new(lines), time: self.clock.now() };
        self.all.iter_mut().for_each(|consumer| consumer.interval(&arrival));
        self.report();
    }

    /// Intervals of `host` are missing for good.
    pub(crate) fn gap(&mut self, host: &str, gap: Gap) {
        self.status.losses.gaps += 1;
        self.status.losses.missing.add(gap);
        self.all.iter_mut().for_each(|consumer| consumer.gap(host, gap));
        self.tell_status();
    }

    /// A connection ended.
    pub(crate) fn closed(&mut self, conn: ConnId) {
        self.all.iter_mut().for_each(|consumer| consumer.closed(conn));
    }

    /// So many lines were too long, and were cut.
    pub(crate) fn count_cut(&mut self, lines: u64) {
        if lines > 0 {
            self.status.losses.cut += lines;
            self.tell_status();
        }
    }

    /// A connection ended in the middle of a line.
    pub(crate) fn count_unfinished(&mut self) {
        self.status.losses.unfinished += 1;
    }

    /// The links are in these states.
    pub(crate) fn count(&mut self, links: Counts) {
        if self.status.links != links {
            self.status.links = links;
            self.tell_status();
        }
    }

    /// The state of a replay.
    pub(crate) fn note(&mut self, text: &str) {
        text.clone_into(&mut self.status.note);
        self.tell_status();
    }

    /// Something changed as it should, or as it may.
    pub(crate) fn inform(&mut self, severity: Severity, text: &str) {
        self.all.iter_mut().for_each(|consumer| consumer.trouble(severity, text));
    }

    /// Something went wrong.
    pub(crate) fn error(&mut self, text: &str) {
        self.inform(Severity::Error, text);
    }

    /// What did not reach the user whole.
    pub(crate) fn losses(&self) -> Losses {
        self.all.iter().fold(self.status.losses, |losses, consumer| losses.plus(consumer.losses()))
    }

    /// When consumers have something to do though nothing comes.
    pub(crate) fn due(&self) -> Option<Time> {
        self.all.iter().filter_map(|consumer| consumer.due()).min()
    }

    /// Sets the clock of a recording.
    pub(crate) fn turn_to(&mut self, time: Time) {
        self.clock = Clock::Recording(time);
        self.all.iter_mut().for_each(|consumer| consumer.advance(time));
    }

    /// Lets consumers do what is to be done besides, until one of them has done something. May be dropped at any time.
    ///
    /// # Errors
    /// As for [`Consumer::serve`].
    pub(crate) async fn serve(&mut self) -> io::Result<Served> {
        let clock = self.clock;
        let served = {
            let mut waiting: Vec<_> = self.all.iter_mut().map(|consumer| consumer.serve(clock)).collect();
            poll_fn(|context| {
                let ready = waiting.iter_mut().find_map(|waiting| match waiting.as_mut().poll(context) {
                    Poll::Ready(served) => Some(served),
                    Poll::Pending => None,
                });
                ready.map_or(Poll::Pending, Poll::Ready)
            })
            .await
        };
        self.report();
        served
    }

    /// True when all consumers have written what they took.
    pub(crate) fn is_drained(&self) -> bool {
        self.all.iter().all(|consumer| consumer.is_drained())
    }

    /// Waits until that is so. May be dropped at any time.
    ///
    /// # Errors
    /// As for [`Consumer::serve`].
    pub(crate) async fn drain(&mut self) -> io::Result<()> {
        for consumer in &mut self.all {
            consumer.drain().await?;
        }
        Ok(())
    }

    /// True where a user looks at one of them and ends the run.
    pub(crate) fn is_interactive(&self) -> bool {
        self.all.iter().any(|consumer| consumer.is_interactive())
    }

    /// The run is over.
    pub(crate) fn finish(&mut self) {
        let now = self.clock.now();
        // In reverse: the terminal is given back before a disk is waited for.
        self.all.iter_mut().rev().for_each(|consumer| consumer.finish(now));
        self.report();
    }

    /// Tells all what some of them have to report.
    fn report(&mut self) {
        for place in 0..self.all.len() {
            while let Some(text) = self.all[place].report() {
                self.error(&text);
            }
        }
    }

    fn tell_status(&mut self) {
        let Self { all, status, .. } = self;
        all.iter_mut().for_each(|consumer| consumer.status(status));
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;
    use crate::base::time;
    use crate::stream::decoder::StreamDecoder;

    /// Keeps the events that it gets; reports lines as trouble.
    struct Witness {
        seen: Rc<RefCell<Vec<String>>>,
        report: Option<String>,
    }

    impl Consumer for Witness {
        fn opened(&mut self, conn: ConnId, now: Time) {
            self.seen.borrow_mut().push(format!("{} opened at {}", conn.0, now.micros()));
        }

        fn interval(&mut self, arrival: &Arrival<'_>) {
            self.report = Some(format!("{} lines", arrival.lines.len()));
            self.seen.borrow_mut().push(format!("{} of {}", arrival.conn.0, arrival.host));
        }

        fn gap(&mut self, host: &str, gap: Gap) {
            self.seen.borrow_mut().push(format!("gap of {host}: {gap}"));
        }

        fn closed(&mut self, conn: ConnId) {
            self.seen.borrow_mut().push(format!("{} closed", conn.0));
        }

        fn trouble(&mut self, severity: Severity, text: &str) {
            self.seen.borrow_mut().push(format!("{severity:?}: {text}"));
        }

        fn finish(&mut self, _now: Time) {
            self.seen.borrow_mut().push("finish".to_owned());
        }

        fn report(&mut self) -> Option<String> {
            self.report.take()
        }
    }

    #[test]
    fn all_are_told_the_same() {
        let seen: [Rc<RefCell<Vec<String>>>; 2] = Default::default();
        let witness = |seen: &Rc<RefCell<Vec<String>>>| -> Box<dyn Consumer> {
            Box::new(Witness { seen: Rc::clone(seen), report: None })
        };
        let mut consumers =
            Consumers::new(seen.iter().map(witness).collect(), Clock::Recording(time::at(0.0)));
        consumers.turn_to(time::at(1.0));
        consumers.opened(ConnId(7));
        let lines = StreamDecoder::default().push(b"n1 1\nn1 2\n").remove(0).lines;
        consumers.lines(ConnId(7), "n1", lines);
        consumers.lines(ConnId(7), "n1", Lines::default());
        consumers.gap("n1", Gap { intervals: 2, micros: 2_000_000 });
        consumers.closed(ConnId(7));
        consumers.finish();
        let expected = [
            "7 opened at 1000000",
            "7 of n1",
            "Error: 2 lines",
            "Error: 2 lines",
            "gap of n1: 2 intervals, 2.0 seconds",
            "7 closed",
            "finish",
        ];
        assert_eq!(seen.map(|seen| seen.take()), [expected, expected]);
        assert_eq!(
            consumers.losses(),
            Losses { gaps: 1, missing: Gap { intervals: 2, micros: 2_000_000 }, ..Losses::default() }
        );
    }
}
