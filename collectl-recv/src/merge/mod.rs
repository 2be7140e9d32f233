//! Brings the samples of all hosts together: samples in, finished intervals out. Pure: the time is an argument.
//!
//! An interval is a slot on a grid as wide as most hosts' interval. A sample belongs to the slot of its own time, corrected
//! where a host's clock is off ([`clock`]), or else to that of its arrival. A slot is finished when all hosts that are
//! up have sent theirs, or when its [`Limits::window`] is over. A sample that arrives for a finished slot is *late*; a host
//! that sent nothing is *missing*; one that has been silent for long is *stale*. All three are judged by the receiver's
//! clock.

use std::collections::BTreeMap;
use std::sync::Arc;

mod clock;
mod hosts;
#[cfg(test)]
mod tests;

pub(crate) use clock::{HostClock, Stamp};
use hosts::{Hosts, Known};

use crate::base::time::{self, Time};

/// Most slots that are open at a time; the oldest is finished early when one more begins.
const MAX_OPEN: usize = 64;
/// Most rows of one host in a slot.
const MAX_ROWS: usize = 16 * 1024;
/// Width of slots, in seconds, until two samples of a host have shown the interval.
const FIRST_WIDTH: f64 = 1.0;
/// Intervals of silence after which a host is stale.
const STALE_INTERVALS: f64 = 3.0;
/// Seconds after which a host that has left is forgotten.
const FORGOTTEN: f64 = 600.0;

/// How long an interval waits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Limits {
    /// Seconds that a slot stays open for late hosts after its first sample.
    pub(crate) window: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { window: 2.0 }
    }
}

/// When a row was taken, and when it arrived.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Timing {
    /// The time by the host's clock, where the line has one.
    pub(crate) stamp: Option<Stamp>,
    /// When it arrived, by the receiver's clock.
    pub(crate) arrival: Time,
    /// Whether an interval of this host may have several rows, which have the same stamp.
    pub(crate) rows: Rows,
}

/// How many rows an interval of a host has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rows {
    /// One: a second one begins the next interval.
    One,
    /// As many as have the same stamp.
    Many,
}

/// What there is of a host in a finished interval.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Presence<S> {
    /// Its rows.
    Present(Vec<S>),
    /// Nothing came in time, but since the last interval rows of an earlier one, which was finished by then.
    Late(Vec<S>),
    /// Nothing came.
    Missing,
    /// Nothing has come for so many seconds.
    Stale(f64),
}

/// A host in a finished interval.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct HostInterval<S> {
    pub(crate) name: Arc<str>,
    pub(crate) presence: Presence<S>,
}

/// A finished interval: each known host, in the order of their names.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Interval<S> {
    pub(crate) time: Time,
    pub(crate) hosts: Vec<HostInterval<S>>,
    /// How long after its time the last sample arrived, in seconds.
    pub(crate) lag: f64,
}

/// The samples of all hosts, and when each host was last seen.
#[derive(Debug)]
pub(crate) struct Merge<S> {
    limits: Limits,
    width: f64,
    open: BTreeMap<i64, Slot>,
    /// All slots up to this one are finished.
    finished: Option<i64>,
    hosts: Hosts<S>,
    /// When the last sample of any of them arrived.
    last_seen: Option<Time>,
    /// Whether two samples of a host have shown an interval.
    width_known: bool,
    /// When the last slot was finished.
    last_finished: Option<Time>,
    /// When the newest connection was opened that has sent no sample yet. Its host may not be known, but it is waited for
    /// as hosts are, until it is stale.
    pub(crate) newest_silent: Option<Time>,
    /// Samples that arrived for finished slots.
    pub(crate) late: u64,
}

/// An open slot; its rows are with their hosts.
#[derive(Debug)]
struct Slot {
    deadline: Time,
    lag: f64,
    /// The place of the first host that was still waited for at the last check: none before it was.
    awaited: usize,
}

impl Slot {
    fn new(deadline: Time) -> Self {
        Self { deadline, lag: 0.0, awaited: 0 }
    }
}

impl<S> Merge<S> {
    /// Nothing has come yet.
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            width: FIRST_WIDTH,
            open: BTreeMap::new(),
            finished: None,
            hosts: Hosts::new(),
            last_seen: None,
            width_known: false,
            last_finished: None,
            newest_silent: None,
            late: 0,
        }
    }

    /// Takes a row of `host`.
    pub(crate) fn push(&mut self, host: &Arc<str>, timing: Timing, row: S) {
        let known = self.hosts.entry(host, timing.arrival);
        known.last_seen = known.last_seen.max(timing.arrival);
        known.up = true;
        self.last_seen = self.last_seen.max(Some(timing.arrival));
        let (time, again) = known.clock.time_of(timing);
        self.width_known |= known.clock.has_period();
        let slot = match known.slot {
            Some(slot) if again => slot,
            _ => known.clock.slot(time, self.width),
        };
        known.slot = Some(slot);
        if self.finished.is_some_and(|finished| slot <= finished) {
            if !again {
                self.late += 1;
                known.late.clear();
            }
            if known.late.len() < MAX_ROWS {
                known.late.push(row);
            }
            return;
        }
        let deadline = time::after(timing.arrival, self.limits.window);
        let lag = timing.arrival.seconds_since(time).max(0.0);
        let open = self.open.entry(slot).or_insert_with(|| Slot::new(deadline));
        open.lag = open.lag.max(lag);
        let rows = known.rows(slot);
        if !again {
            rows.clear();
        }
        if rows.len() < MAX_ROWS {
            rows.push(row);
        }
    }

    /// A host's connection ended: it is no longer waited for, and its next one may have another clock.
    pub(crate) fn leave(&mut self, host: &str) {
        if let Some(known) = self.hosts.get_mut(host) {
            known.up = false;
            known.clock = HostClock::default();
        }
    }

    /// When [`Merge::finish`] may have something to do again.
    pub(crate) fn due(&self) -> Option<Time> {
        self.open.values().map(|slot| slot.deadline).min().or_else(|| self.silence())
    }

    /// Seconds of one interval, as far as is known.
    #[cfg(test)]
    pub(crate) fn width(&self) -> f64 {
        self.width
    }

    /// Finishes one interval, if it is time to. Call it again until there is none.
    pub(crate) fn finish(&mut self, now: Time) -> Option<Interval<S>> {
        if self.open.is_empty() && self.silence().is_some_and(|silence| silence <= now) {
            return self.finish_empty(now);
        }
        let fresh = time::after(now, -STALE_INTERVALS * self.width.max(1.0));
        let may_be_whole = self.width_known && self.newest_silent.is_none_or(|since| since < fresh);
        let hosts = self.hosts.all();
        let is_due = |number: i64, slot: &mut Slot| {
            slot.deadline <= now || may_be_whole && is_whole(hosts, number, slot, fresh)
        };
        let mut newest_first = self.open.iter_mut().rev();
        let last = newest_first.find_map(|(&number, slot)| is_due(number, slot).then_some(number));
        let overflow = self.open.len() > MAX_OPEN;
        // No slot stays open before a finished one.
        let first = *self.open.first_key_value()?.0;
        if overflow || last.is_some_and(|last| first <= last) { self.close(first, now) } else { None }
    }

    /// Finishes the next interval, however much is missing: the run is over.
    pub(crate) fn finish_all(&mut self, now: Time) -> Option<Interval<S>> {
        let first = *self.open.first_key_value()?.0;
        self.close(first, now)
    }

    fn close(&mut self, number: i64, now: Time) -> Option<Interval<S>> {
        let slot = self.open.remove(&number)?;
        self.finished = Some(number);
        self.last_finished = Some(now);
        let time = clock::time_of(number, self.width);
        let stale_after = STALE_INTERVALS * self.width.max(1.0);
        if self
            .hosts
            .retain(|host| host.up || now.seconds_since(host.last_seen) < FORGOTTEN || host.has(number))
        {
            self.open.values_mut().for_each(|slot| slot.awaited = 0);
        }
        let hosts = self.hosts.by_name(|host| {
            let late = std::mem::take(&mut host.late);
            let silent = now.seconds_since(host.last_seen);
            let presence = match host.take(number) {
                Some(rows) => Presence::Present(rows),
                None if !late.is_empty() => Presence::Late(late),
                None if silent > stale_after.max(STALE_INTERVALS * host.clock.period().unwrap_or(0.0)) => {
                    Presence::Stale(silent)
                }
                None => Presence::Missing,
            };
            HostInterval { name: Arc::clone(&host.name), presence }
        });
        let interval = Interval { time, hosts, lag: slot.lag };
        self.widen(number);
        Some(interval)
    }

    /// When an interval is finished though nothing arrived: that all are silent must be shown, too.
    fn silence(&self) -> Option<Time> {
        let (seen, finished) = (self.last_seen?, self.last_finished?);
        let patience = STALE_INTERVALS * self.width.max(1.0);
        // Where all have left, it is shown for some time only.
        let is_shown =
            self.hosts.all().iter().any(|host| host.up) || finished.seconds_since(seen) < 3.0 * patience;
        let due = time::after(seen, patience).max(time::after(finished, self.width.max(1.0)));
        is_shown.then_some(due)
    }

    fn finish_empty(&mut self, now: Time) -> Option<Interval<S>> {
        let number = clock::slot_of(time::after(now, -self.limits.window), self.width)
            .max(self.finished.map_or(0, |last| last + 1));
        self.open.insert(number, Slot::new(now));
        self.close(number, now)
    }

    /// Adopts the interval of most hosts, where it has changed. Open slots keep their order.
    fn widen(&mut self, number: i64) {
        let mut periods: Vec<f64> = self.hosts.all().iter().filter_map(|host| host.clock.period()).collect();
        if periods.is_empty() {
            return;
        }
        let middle = periods.len() / 2;
        let (_, &mut width, _) = periods.select_nth_unstable_by(middle, f64::total_cmp);
        if (width - self.width).abs() <= 0.2 * self.width {
            return;
        }
        let old = std::mem::replace(&mut self.width, width);
        let moved = |slot: i64| clock::slot_of(clock::time_of(slot, old), width);
        self.finished = Some(moved(number));
        let moved = |slot: i64| moved(slot).max(moved(number) + 1);
        for (number, slot) in std::mem::take(&mut self.open) {
            let to = self.open.entry(moved(number)).or_insert_with(|| Slot::new(slot.deadline));
            to.lag = to.lag.max(slot.lag);
        }
        for host in self.hosts.all_mut() {
            host.renumber(moved);
        }
    }
}

/// True where no host is to be waited for: all that are up and were seen since `fresh` are there. It is asked after each
/// sample, so it continues where it stopped the last time.
fn is_whole<S>(hosts: &[Known<S>], number: i64, slot: &mut Slot, fresh: Time) -> bool {
    let rest = hosts.get(slot.awaited..).unwrap_or_default();
    let awaited = rest.iter().position(|host| host.up && host.last_seen >= fresh && !host.has(number));
    slot.awaited = awaited.map_or(hosts.len(), |further| slot.awaited + further);
    awaited.is_none()
}
