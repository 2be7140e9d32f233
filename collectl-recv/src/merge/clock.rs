//! What a host's clock says, and what time it is by the receiver's.

use super::{Place, Rows};

/// Seconds by which a host's clock, and the way here, may differ from the receiver's clock without being put right.
const TRUSTED: f64 = 2.0;
/// Time zones lie whole quarters of an hour apart.
const ZONE: f64 = 900.0;
const DAY: f64 = 86_400.0;
/// Samples that lag alike after which the clock, not the way here, must be slow.
const STEADY: u32 = 10;
/// Seconds within which rows without a time come that are of one interval.
const TOGETHER: f64 = 0.02;
/// Periods that are looked at.
const PERIODS: usize = 5;
/// Intervals that are possible, in seconds.
const POSSIBLE: std::ops::Range<f64> = 0.01..DAY;
/// How far a sample may lie beyond the edge of the slot that is its turn, in widths.
const TOLERANCE: f64 = 0.3;

/// A time as a line says it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Stamp {
    /// Seconds of the epoch.
    Epoch(f64),
    /// Seconds since 1970 on the calendar of an unknown zone.
    Local(f64),
    /// Seconds since midnight in an unknown zone.
    OfDay(f64),
}

impl Stamp {
    fn seconds(self) -> f64 {
        match self {
            Self::Epoch(seconds) | Self::Local(seconds) | Self::OfDay(seconds) => seconds,
        }
    }

    /// Seconds from `earlier` to this, negative where the clock ran back.
    fn since(self, earlier: Self) -> f64 {
        within_half_a_day_if(self, self.seconds() - earlier.seconds())
    }

    /// How far it is ahead of `arrival`.
    fn ahead(self, arrival: f64) -> f64 {
        match self {
            Self::Epoch(seconds) | Self::Local(seconds) => seconds - arrival,
            Self::OfDay(seconds) => within_half_a_day(seconds - arrival),
        }
    }
}

/// How one host's stamps relate to the receiver's clock, and how far its samples lie apart.
#[derive(Debug, Default)]
pub(crate) struct HostClock {
    /// Seconds that the stamps are ahead.
    offset: Option<f64>,
    last_stamp: Option<Stamp>,
    last_arrival: Option<f64>,
    last_time: Option<f64>,
    last_lag: f64,
    steady: u32,
    periods: Vec<f64>,
    last_slot: Option<i64>,
}

impl HostClock {
    /// The sample's time by the receiver's clock, and whether it is one more row of the sample before.
    pub(crate) fn place(&mut self, place: Place) -> (f64, bool) {
        let seconds = place.stamp.map(Stamp::seconds);
        let together =
            place.rows == Rows::Many && self.last_arrival.is_some_and(|last| place.arrival - last < TOGETHER);
        let before = std::mem::replace(&mut self.last_stamp, place.stamp);
        let same = seconds == before.map(Stamp::seconds) && (seconds.is_some() || together);
        self.last_arrival = Some(place.arrival);
        if same && place.rows == Rows::Many {
            return (self.last_time.unwrap_or(place.arrival), true);
        }
        let time = match place.stamp {
            // Whole seconds of an interval that is shorter than one say too little.
            Some(_) if same => place.arrival,
            Some(stamp) => {
                // Samples come in their order: only a clock that was set, or the end of summer time, leads back.
                if before.is_some_and(|before| stamp.since(before) < -TRUSTED) {
                    self.offset = None;
                }
                self.put_right(stamp, place.arrival)
            }
            None => place.arrival,
        };
        if let Some(last) = self.last_time
            && POSSIBLE.contains(&(time - last))
        {
            if self.periods.len() == PERIODS {
                self.periods.remove(0);
            }
            self.periods.push(time - last);
        }
        self.last_time = Some(time);
        (time, false)
    }

    fn put_right(&mut self, stamp: Stamp, arrival: f64) -> f64 {
        let ahead = stamp.ahead(arrival);
        let mut lag = self.offset.map(|offset| within_half_a_day_if(stamp, offset - ahead));
        if let Some(now) = lag {
            self.steady =
                if now > TRUSTED && (now - self.last_lag).abs() < 0.5 { self.steady + 1 } else { 0 };
            self.last_lag = now;
        }
        // A sample can't come before it was taken; and what lags for long and alike does not hang in the network.
        if lag.is_some_and(|lag| lag < -TRUSTED) || self.steady >= STEADY {
            lag = None;
        }
        let lag = lag.unwrap_or_else(|| {
            let offset = offset(ahead);
            self.offset = Some(offset);
            self.steady = 0;
            offset - ahead
        });
        arrival - lag
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

    /// The slot of a sample. One that lies at the edge of two goes where its turn is, so that none is left out.
    pub(super) fn slot(&mut self, time: f64, width: f64) -> i64 {
        let mut slot = slot_of(time, width);
        if let Some(turn) = self.last_slot.map(|last| last + 1) {
            let beyond = time / width - as_float(turn);
            if slot != turn && beyond.abs() < 0.5 + TOLERANCE {
                slot = turn;
            }
        }
        self.last_slot = Some(slot);
        slot
    }

    /// Slots are numbered in another way from now on.
    pub(super) fn forget_slot(&mut self) {
        self.last_slot = None;
    }
}

/// The slot whose time is the nearest.
#[expect(clippy::cast_possible_truncation, reason = "saturates, and no time of this age comes near")]
pub(super) fn slot_of(time: f64, width: f64) -> i64 {
    (time / width).round() as i64
}

/// The time of a slot.
pub(super) fn time_of(slot: i64, width: f64) -> f64 {
    as_float(slot) * width
}

#[expect(clippy::cast_precision_loss, reason = "a count of intervals since 1970 is exact")]
fn as_float(slot: i64) -> f64 {
    slot as f64
}

/// What to take off stamps that are `ahead` of their arrival: nothing where that may be the way here, a zone where it
/// may be one, or else all of it.
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
