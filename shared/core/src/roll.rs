//! `-r TIME,DAYS[:MONTHS],MINUTES`: when files are closed and new ones started, and how long they are kept.

use jiff::civil::{Date, DateTime, Time as Clock};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::clock::Time;

/// Minutes per day.
const DAY: u32 = 24 * 60;

/// The times of `-r`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roll {
    /// A time of day at which files are closed.
    at: Clock,
    /// Minutes from one closing time to the next; a factor of a day.
    every: u32,
    /// Days for which files are kept.
    pub days: u32,
    /// Months for which message logs are kept.
    pub months: u32,
}

impl Roll {
    /// Reads `HH:MM[,DAYS[:MONTHS]][,MINUTES]`.
    ///
    /// # Errors
    /// The message to the user.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = text.split(',');
        let at = time_of_day(parts.next().unwrap_or_default()).ok_or("-r time must be in HH:MM format")?;
        let kept = parts.next().filter(|part| !part.is_empty()).unwrap_or("7");
        let (days, months) = kept.split_once(':').unwrap_or((kept, "12"));
        let every = parts.next().filter(|part| !part.is_empty()).unwrap_or("1440");
        let number = |text: &str, what: &str| {
            text.parse::<u32>()
                .map_err(|_| format!("-r {what} must be a number, not '{}'", text.escape_debug()))
        };
        let (days, months, every) =
            (number(days, "days")?, number(months, "months")?, number(every, "increment")?);
        if parts.next().is_some() {
            return Err("-r has too many parts".into());
        }
        if every == 0 || !DAY.is_multiple_of(every) {
            return Err("-r increment must be a factor of 24 hours".into());
        }
        Ok(Self { at, every, days, months })
    }

    /// The first instant after `now` at which files are closed, by the wall clock in `zone`.
    #[must_use]
    pub fn next_after(&self, now: Time, zone: &TimeZone) -> Time {
        let instant = Timestamp::from_microsecond(now.micros()).unwrap_or_default();
        let local = zone.to_datetime(instant);
        let next = (0..3).flat_map(|day| self.of_day(local.date(), day)).find_map(|due| {
            let due = due.to_zoned(zone.clone()).ok()?.timestamp().as_microsecond();
            (due > now.micros()).then(|| Time::from_micros(due))
        });
        next.unwrap_or_else(|| now.plus(std::time::Duration::from_secs(86_400)))
    }

    /// The closing times of the day that is `days` after `date`.
    fn of_day(&self, date: Date, days: i64) -> impl Iterator<Item = DateTime> {
        let first = (u32::from(self.at.hour().unsigned_abs()) * 60
            + u32::from(self.at.minute().unsigned_abs()))
            % self.every;
        let midnight = date.checked_add(days.days()).unwrap_or(date).at(0, 0, 0, 0);
        (first..DAY)
            .step_by(self.every as usize)
            .filter_map(move |minutes| midnight.checked_add(SignedDuration::from_mins(minutes.into())).ok())
    }
}

fn time_of_day(text: &str) -> Option<Clock> {
    let (hours, minutes) = text.split_once(':')?;
    let two = |text: &str| (text.len() == 2).then(|| text.parse().ok()).flatten();
    Clock::new(two(hours)?, two(minutes)?, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BERLIN: &str = "CET-1CEST,M3.5.0,M10.5.0/3";

    fn next(roll: &str, now: &str, zone: &str) -> String {
        let zone = TimeZone::posix(zone).unwrap();
        let now: Timestamp = now.parse().unwrap();
        let next = Roll::parse(roll).unwrap().next_after(Time::from_micros(now.as_microsecond()), &zone);
        Timestamp::from_microsecond(next.micros()).unwrap().to_string()
    }

    #[test]
    fn days_and_parts_of_days() {
        assert_eq!(next("00:00", "2026-11-22T10:00:00Z", "UTC0"), "2026-11-23T00:00:00Z");
        assert_eq!(next("00:00", "2026-11-23T00:00:00Z", "UTC0"), "2026-11-24T00:00:00Z");
        assert_eq!(next("03:30,7", "2026-11-22T03:29:59Z", "UTC0"), "2026-11-22T03:30:00Z");
        assert_eq!(next("00:10,7,60", "2026-11-22T10:11:00Z", "UTC0"), "2026-11-22T11:10:00Z");
        assert_eq!(next("23:59,,1", "2026-11-22T10:11:00Z", "UTC0"), "2026-11-22T10:12:00Z");
    }

    #[test]
    fn closing_times_follow_changes_of_the_wall_clock() {
        assert_eq!(next("00:00", "2026-10-24T22:00:00Z", BERLIN), "2026-10-25T23:00:00Z");
        // 02:30 exists twice.
        assert_eq!(next("02:30", "2026-10-24T22:00:00Z", BERLIN), "2026-10-25T00:30:00Z");
        assert_eq!(next("02:30", "2026-10-25T00:30:00Z", BERLIN), "2026-10-26T01:30:00Z");
        // 02:30 does not exist: an hour later.
        assert_eq!(next("02:30", "2026-03-28T23:00:00Z", BERLIN), "2026-03-29T01:30:00Z");
    }

    #[test]
    fn how_long_files_are_kept() {
        let kept = |text| Roll::parse(text).map(|roll| (roll.days, roll.months));
        assert_eq!(kept("00:00"), Ok((7, 12)));
        assert_eq!(kept("00:00,3:2"), Ok((3, 2)));
        for (text, message) in [
            ("0:0", "-r time must be in HH:MM format"),
            ("24:00", "-r time must be in HH:MM format"),
            ("00:00,x", "-r days must be a number, not 'x'"),
            ("00:00,7,61", "-r increment must be a factor of 24 hours"),
            ("00:00,7,0", "-r increment must be a factor of 24 hours"),
            ("00:00,7,60,1", "-r has too many parts"),
        ] {
            assert_eq!(kept(text), Err(message.to_owned()));
        }
    }
}
