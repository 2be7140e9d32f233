//! What a host's clock tells, and what time it is by the receiver's.

use super::{Rows, Timing};
use crate::base::time::{self, Time};

/// Seconds by which a host's clock may differ from the receiver's without being corrected, the delay of the network
/// included.
const TRUSTED: f64 = 2.0;
/// Time zones lie whole quarters of an hour apart.
const ZONE: f64 = 900.0;
const DAY: f64 = 86_400.0;
/// Samples with the same lag after which the clock, not the network, must be slow.
const STEADY: u32 = 10;
/// Seconds within which rows without a time arrive that are of one interval.
const TOGETHER: f64 = 0.02;
/// How many of the last periods are kept.
const PERIODS: usize = 5;
/// Intervals that are possible, in seconds.
const POSSIBLE: std::ops::Range<f64> = 0.01..DAY;
/// How far a sample may lie outside the slot that is next for its host, in widths.
const TOLERANCE: f64 = 0.3;

/// A time as a line has it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Stamp {
    /// An instant.
    Epoch(Time),
    /// Date and time of day in an unknown zone, as if that were UTC.
    Local(Time),
    /// Seconds since midnight in an unknown zone.
    OfDay(f64),
}

impl Stamp {
    fn seconds(self) -> f64 {
        match self {
            Self::Epoch(time) | Self::Local(time) => time.seconds(),
            Self::OfDay(seconds) => seconds,
        }
    }

    /// Seconds from `earlier` to this, negative where the clock was set back.
    fn since(self, earlier: Self) -> f64 {
        within_half_a_day_if(self, self.seconds() - earlier.seconds())
    }

    /// Seconds that it is ahead of `arrival`.
    fn ahead(self, arrival: Time) -> f64 {
        match self {
            Self::Epoch(time) | Self::Local(time) => time.seconds_since(arrival),
            Self::OfDay(seconds) => within_half_a_day(seconds - arrival.seconds()),
        }
    }
}

/// How one host's stamps relate to the receiver's clock, and how far apart its samples are.
#[derive(Debug, Default)]
pub(crate) struct HostClock {
    /// Seconds that the stamps are ahead.
    offset: Option<f64>,
    last_stamp: Option<Stamp>,
    last_arrival: Option<Time>,
    last_time: Option<Time>,
    last_lag: f64,
    steady: u32,
    periods: Vec<f64>,
    last_slot: Option<i64>,
}

impl HostClock {
    /// The sample's time by the receiver's clock, and whether it is one more row of the sample before.
    pub(crate) fn time_of(&mut self, timing: Timing) -> (Time, bool) {
        let together = timing.rows == Rows::Many
            && self.last_arrival.is_some_and(|last| timing.arrival.seconds_since(last) < TOGETHER);
        let before = std::mem::replace(&mut self.last_stamp, timing.stamp);
        let same = timing.stamp == before && (timing.stamp.is_some() || together);
        self.last_arrival = Some(timing.arrival);
        if same && timing.rows == Rows::Many {
            return (self.last_time.unwrap_or(timing.arrival), true);
        }
        let time = match timing.stamp {
            // Whole seconds do not tell apart intervals that are shorter than one.
            Some(_) if same => timing.arrival,
            Some(stamp) => {
                // Samples arrive in their order: only a clock that was set, or the end of summer time, goes back.
                if before.is_some_and(|before| stamp.since(before) < -TRUSTED) {
                    self.offset = None;
                }
                self.corrected(stamp, timing.arrival)
            }
            None => timing.arrival,
        };
        if let Some(period) = self.last_time.map(|last| time.seconds_since(last))
            && POSSIBLE.contains(&period)
        {
            if self.periods.len() == PERIODS {
                self.periods.remove(0);
            }
            self.periods.push(period);
        }
        self.last_time = Some(time);
        (time, false)
    }

    fn corrected(&mut self, stamp: Stamp, arrival: Time) -> Time {
        let ahead = stamp.ahead(arrival);
        let mut lag = self.offset.map(|offset| within_half_a_day_if(stamp, offset - ahead));
        if let Some(now) = lag {
            self.steady =
                if now > TRUSTED && (now - self.last_lag).abs() < 0.5 { self.steady + 1 } else { 0 };
            self.last_lag = now;
        }
        // A sample can't arrive before it was taken; and a lag that stays the same is not one of the network.
        if lag.is_some_and(|lag| lag < -TRUSTED) || self.steady >= STEADY {
            lag = None;
        }
        let lag = lag.unwrap_or_else(|| {
            let offset = offset(ahead);
            self.offset = Some(offset);
            self.steady = 0;
            offset - ahead
        });
        time::after(arrival, -lag)
    }

    /// Seconds between two samples: the middle one of the last few.
    pub(super) fn period(&self) -> Option<f64> {
        let mut sorted = [0.0; PERIODS];
        let sorted = sorted.get_mut(..self.periods.len())?;
        sorted.copy_from_slice(&self.periods);
        sorted.sort_unstable_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied()
    }

    /// True where [`HostClock::period`] is known.
    pub(super) fn has_period(&self) -> bool {
        !self.periods.is_empty()
    }

    /// The slot of a sample. One at the edge of two goes into the slot after the host's last one, so that none is left out.
    pub(super) fn slot(&mut self, time: Time, width: f64) -> i64 {
        let mut slot = slot_of(time, width);
        if let Some(next) = self.last_slot.map(|last| last + 1) {
            let outside = time.seconds() / width - next as f64;
            if slot != next && outside.abs() < 0.5 + TOLERANCE {
                slot = next;
            }
        }
        self.last_slot = Some(slot);
        slot
    }

    /// Slots are renumbered.
    pub(super) fn forget_slot(&mut self) {
        self.last_slot = None;
    }
}

/// The slot whose time is the nearest.
pub(super) fn slot_of(time: Time, width: f64) -> i64 {
    // Saturates, and no time of this age comes near.
    (time.seconds() / width).round() as i64
}

/// The time of a slot.
pub(super) fn time_of(slot: i64, width: f64) -> Time {
    time::at(slot as f64 * width)
}

/// What to subtract from stamps that are `ahead` of their arrival: nothing where that may be the delay of the network, a
/// time zone where it may be one, or else all of it.
fn offset(ahead: f64) -> f64 {
    let zone = (ahead / ZONE).round() * ZONE;
    if (ahead - zone).abs() <= TRUSTED { zone } else { ahead }
}

fn within_half_a_day(seconds: f64) -> f64 {
    let rest = seconds.rem_euclid(DAY);
    if rest > DAY / 2.0 { rest - DAY } else { rest }
}

fn within_half_a_day_if(stamp: Stamp, seconds: f64) -> f64 {
    if matches!(stamp, Stamp::OfDay(_)) { within_half_a_day(seconds) } else { seconds }
}
