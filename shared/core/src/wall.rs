//! Local times: which instants a wall clock shows as one, where the rules of its zone change the offset.

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use crate::clock::Time;

/// The instants of a local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instants {
    /// The first of them. For a time that is skipped, the change of the zone.
    pub first: Time,
    /// The last of them; not the first one only for a time that is repeated.
    pub last: Time,
}

impl Instants {
    /// The instants at which the local time in `zone` is `local`. None outside of the years that are known.
    #[must_use]
    pub fn of(local: DateTime, zone: &TimeZone) -> Option<Self> {
        let (first, last) = match zone.to_ambiguous_timestamp(local).offset() {
            AmbiguousOffset::Unambiguous { offset } => {
                let instant = offset.to_timestamp(local).ok()?;
                (instant, instant)
            }
            AmbiguousOffset::Fold { before, after } => {
                (before.to_timestamp(local).ok()?, after.to_timestamp(local).ok()?)
            }
            AmbiguousOffset::Gap { after, .. } => {
                let change = zone.following(after.to_timestamp(local).ok()?).next()?.timestamp();
                (change, change)
            }
        };
        let time = |instant: Timestamp| Time::from_micros(instant.as_microsecond());
        Some(Self { first: time(first), last: time(last) })
    }

    /// How long the hour is that is repeated; zero for a time that is not repeated.
    #[must_use]
    pub fn repeated(&self) -> SignedDuration {
        SignedDuration::from_micros(self.last.micros() - self.first.micros())
    }
}

/// The local time of `time` in `zone`.
#[must_use]
pub fn local(time: Time, zone: &TimeZone) -> DateTime {
    zone.to_datetime(Timestamp::from_microsecond(time.micros()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instants(local: &str, zone: &str) -> [String; 2] {
        let found = Instants::of(local.parse().unwrap(), &TimeZone::posix(zone).unwrap()).unwrap();
        [found.first, found.last].map(|time| Timestamp::from_microsecond(time.micros()).unwrap().to_string())
    }

    #[test]
    fn times_that_are_skipped_or_repeated() {
        const BERLIN: &str = "CET-1CEST,M3.5.0,M10.5.0/3";
        let both = |text: &str| [text.to_owned(), text.to_owned()];
        assert_eq!(instants("2026-07-01T12:00:00", BERLIN), both("2026-07-01T10:00:00Z"));
        for skipped in ["2026-03-29T02:00:00", "2026-03-29T02:59:59", "2026-03-29T03:00:00"] {
            assert_eq!(instants(skipped, BERLIN), both("2026-03-29T01:00:00Z"), "{skipped}");
        }
        let repeated = instants("2026-10-25T02:30:00", BERLIN);
        assert_eq!(repeated, ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"]);
        // The change is at midnight, to 23:00 of the day before.
        let repeated = instants("2026-10-24T23:30:00", "EET-2EEST,M3.5.0/0,M10.5.0/0");
        assert_eq!(repeated, ["2026-10-24T20:30:00Z", "2026-10-24T21:30:00Z"]);
    }
}
