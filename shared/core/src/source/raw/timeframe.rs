//! `--from` and `--thru`: the part of a recording that is played.

use jiff::civil::{Date, DateTime, Time as Clock};
use jiff::tz::TimeZone;

use crate::clock::Time;
use crate::usage::UsageError;
use crate::wall::{Instants, local};

/// The part of a recording that is played, by its own wall clock, including both ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timeframe {
    from: Option<Bound>,
    thru: Option<Bound>,
}

/// Where an instant lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// Before the part.
    Before,
    /// In the part.
    Inside,
    /// After the part.
    After,
}

/// An end of a timeframe. Without a date it is meant for every day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bound {
    date: Option<Date>,
    time: Clock,
}

impl Timeframe {
    /// Reads `--from [DATE:]TIME[-[DATE:]TIME]` and `--thru [DATE:]TIME`; a date is `YYYYMMDD`, a time `H:MM[:SS]`.
    ///
    /// # Errors
    /// A [`UsageError`] for other text, and if both switches give an end.
    pub fn parse(from: Option<&str>, thru: Option<&str>) -> Result<Self, UsageError> {
        let (from, end) = match from
            .map(|from| from.split_once('-').map_or((from, None), |(from, end)| (from, Some(end))))
        {
            Some((from, end)) => (Some(from), end),
            None => (None, None),
        };
        if end.is_some() && thru.is_some() {
            return Err(UsageError::new("--thru can't be given when --from has an end"));
        }
        let bound = |text: Option<&str>, switch| text.map(|text| Bound::parse(text, switch)).transpose();
        Ok(Self { from: bound(from, "--from")?, thru: bound(end.or(thru), "--thru")? })
    }

    /// Where `time` lies, by the local time in `zone`.
    ///
    /// An end in an hour that is repeated takes in both: `--from` is the first of the two instants, `--thru` the last. An end
    /// that is skipped is the change.
    #[must_use]
    pub fn position(&self, time: Time, zone: &TimeZone) -> Position {
        let time = Time::from_micros(time.micros().div_euclid(1_000_000) * 1_000_000);
        let day = local(time, zone).date();
        let instants = |bound: Option<Bound>| bound.and_then(|bound| Instants::of(bound.on(day), zone));
        if instants(self.thru).is_some_and(|thru| time > thru.last) {
            Position::After
        } else if instants(self.from).is_some_and(|from| time < from.first) {
            Position::Before
        } else {
            Position::Inside
        }
    }

    /// True for a local time of a day before that on which the part begins.
    #[must_use]
    pub fn starts_on_a_later_day(&self, local: DateTime) -> bool {
        self.from.and_then(|bound| bound.date).is_some_and(|date| local.date() < date)
    }

    /// True for a local time after the part.
    #[must_use]
    pub fn ends_before(&self, local: DateTime) -> bool {
        self.thru.is_some_and(|bound| local > bound.on(local.date()))
    }
}

impl Bound {
    fn parse(text: &str, switch: &str) -> Result<Self, UsageError> {
        let invalid = || UsageError::new(format!("{switch} time format must be hh:mm[:ss]"));
        let (date, time) = match text.split_once(':') {
            Some((date, time)) if date.len() == 8 => {
                (Some(Date::strptime("%Y%m%d", date).map_err(|_| invalid())?), time)
            }
            _ => (None, text),
        };
        let mut parts = time.split(':').map(|part| {
            let plain = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
            part.parse::<i8>().ok().filter(|_| plain).ok_or_else(invalid)
        });
        let hour = parts.next().ok_or_else(invalid)??;
        let minute = parts.next().ok_or_else(invalid)??;
        let second = parts.next().unwrap_or(Ok(0))?;
        if parts.next().is_some() {
            return Err(invalid());
        }
        let time = Clock::new(hour, minute, second, 0).map_err(|_| invalid())?;
        Ok(Self { date, time })
    }

    fn on(&self, day: Date) -> DateTime {
        self.date.unwrap_or(day).to_datetime(self.time)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    const BERLIN: &str = "CET-1CEST,M3.5.0,M10.5.0/3";

    /// Where an instant lies that is written with its offset from UTC.
    fn position(frame: Timeframe, instant: &str) -> Position {
        let instant: Timestamp = instant.parse().unwrap();
        let time = Time::from_micros(instant.as_microsecond());
        frame.position(time, &TimeZone::posix(BERLIN).unwrap())
    }

    #[test]
    fn times_of_every_day() {
        let frame = Timeframe::parse(Some("9:20-10:20:05"), None).unwrap();
        assert_eq!(position(frame, "2026-11-22T09:19:59.9+01"), Position::Before);
        assert_eq!(position(frame, "2026-11-22T09:20:00.0+01"), Position::Inside);
        assert_eq!(position(frame, "2026-11-22T10:20:05.999+01"), Position::Inside);
        assert_eq!(position(frame, "2026-11-23T10:20:06+01"), Position::After);
    }

    #[test]
    fn with_a_date() {
        let frame = Timeframe::parse(Some("20261122:23:00"), Some("20261123:1:00")).unwrap();
        assert_eq!(position(frame, "2026-11-22T22:00:00+01"), Position::Before);
        assert_eq!(position(frame, "2026-11-23T00:30:00+01"), Position::Inside);
        assert_eq!(position(frame, "2026-11-23T01:00:01+01"), Position::After);
        assert!(frame.starts_on_a_later_day("2026-11-21T23:59:59".parse().unwrap()));
        assert!(frame.ends_before("2026-11-23T01:00:01".parse().unwrap()));
    }

    #[test]
    fn ends_in_the_repeated_hour_take_in_all_of_it() {
        let frame = Timeframe::parse(Some("2:30"), Some("2:40")).unwrap();
        for (instant, expected) in [
            ("2026-10-25T02:29:59+02", Position::Before),
            ("2026-10-25T02:30:00+02", Position::Inside),
            ("2026-10-25T02:10:00+01", Position::Inside),
            ("2026-10-25T02:40:00+01", Position::Inside),
            ("2026-10-25T02:40:01+01", Position::After),
        ] {
            assert_eq!(position(frame, instant), expected, "{instant}");
        }
    }

    #[test]
    fn ends_that_are_skipped_are_the_change() {
        let from = Timeframe::parse(Some("2:30"), None).unwrap();
        assert_eq!(position(from, "2026-03-29T01:59:59+01"), Position::Before);
        assert_eq!(position(from, "2026-03-29T03:00:00+02"), Position::Inside);
        let thru = Timeframe::parse(None, Some("2:30")).unwrap();
        assert_eq!(position(thru, "2026-03-29T01:59:59+01"), Position::Inside);
        assert_eq!(position(thru, "2026-03-29T03:00:01+02"), Position::After);
    }

    #[test]
    fn refused() {
        for text in
            ["10", "10:xx", "25:00", "10:00:00:00", "2026112:10:00", "20261322:10:00", "", "-", "10:+1"]
        {
            assert!(Timeframe::parse(Some(text), None).is_err(), "{text}");
        }
        assert!(Timeframe::parse(Some("1:00-2:00"), Some("3:00")).is_err());
        assert_eq!(Timeframe::parse(None, None), Ok(Timeframe::default()));
    }
}
