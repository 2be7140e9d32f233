//! `--from` and `--thru`: the part of a recording that is played.

use crate::usage::UsageError;
use jiff::civil::{Date, DateTime, Time};

/// The part of a recording that is played, by its own wall clock, including both ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timeframe {
    from: Option<Bound>,
    thru: Option<Bound>,
}

/// An end of a timeframe. Without a date it applies to every day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bound {
    date: Option<Date>,
    time: Time,
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

    /// True for an instant before the timeframe.
    #[must_use]
    pub fn starts_after(&self, local: DateTime) -> bool {
        self.from.is_some_and(|bound| whole_second(local) < bound.on(local.date()))
    }

    /// True for an instant of a day before the one on which the timeframe starts.
    #[must_use]
    pub fn starts_on_a_later_day(&self, local: DateTime) -> bool {
        self.from.and_then(|bound| bound.date).is_some_and(|date| local.date() < date)
    }

    /// True for an instant after the timeframe.
    #[must_use]
    pub fn ends_before(&self, local: DateTime) -> bool {
        self.thru.is_some_and(|bound| whole_second(local) > bound.on(local.date()))
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
        let time = Time::new(hour, minute, second, 0).map_err(|_| invalid())?;
        Ok(Self { date, time })
    }

    fn on(&self, day: Date) -> DateTime {
        self.date.unwrap_or(day).to_datetime(self.time)
    }
}

fn whole_second(local: DateTime) -> DateTime {
    local.with().subsec_nanosecond(0).build().unwrap_or(local)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime {
        text.parse().unwrap()
    }

    #[test]
    fn times_of_every_day() {
        let frame = Timeframe::parse(Some("9:20-10:20:05"), None).unwrap();
        assert!(frame.starts_after(at("2026-11-22T09:19:59.9")));
        assert!(!frame.starts_after(at("2026-11-22T09:20:00.0")));
        assert!(!frame.ends_before(at("2026-11-22T10:20:05.999")));
        assert!(frame.ends_before(at("2026-11-23T10:20:06")));
    }

    #[test]
    fn with_a_date() {
        let frame = Timeframe::parse(Some("20261122:23:00"), Some("20261123:1:00")).unwrap();
        assert!(frame.starts_after(at("2026-11-22T22:00:00")));
        assert!(!frame.starts_after(at("2026-11-23T00:30:00")));
        assert!(frame.ends_before(at("2026-11-23T01:00:01")));
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
