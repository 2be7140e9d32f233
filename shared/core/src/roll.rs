//! `-r TIME,DAYS[:MONTHS],MINUTES`: when files are closed and new ones started, and how long they are kept.

use jiff::SignedDuration;
use jiff::civil::{DateTime, Time as Clock};
use jiff::tz::TimeZone;

use crate::clock::Time;
use crate::wall::{Instants, local};

/// Minutes per day.
const DAY: u32 = 24 * 60;
/// Most minutes that a zone's clock is set forward or back at once, but for whole days that are left out.
const LARGEST_CHANGE: i64 = 180;

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

    /// The first instant after `now` at which files are closed, by the local time in `zone`. A time that is skipped is
    /// due at the change. Of a time that is repeated, the first one counts, and the second one only if files are closed
    /// at least as often as the repeated time is long.
    #[must_use]
    pub fn next_after(&self, now: Time, zone: &TimeZone) -> Time {
        let period = SignedDuration::from_mins(self.every.into());
        let due =
            self.times_around(local(now, zone)).filter_map(|due| Instants::of(due, zone)).flat_map(|due| {
                let again = (due.first != due.last && period <= due.repeated()).then_some(due.last);
                [Some(due.first), again]
            });
        let next = due.flatten().filter(|due| *due > now).min();
        next.unwrap_or_else(|| now.plus(period.unsigned_abs()))
    }

    /// The local times at which files are closed, in order: all that may be the next one at the local time `now`.
    fn times_around(&self, now: DateTime) -> impl Iterator<Item = DateTime> {
        let minute = |time: Clock| i64::from(time.hour()) * 60 + i64::from(time.minute());
        let every = i64::from(self.every);
        let (midnight, first) = (now.date().at(0, 0, 0, 0), minute(self.at) % every);
        let from = (minute(now.time()) - LARGEST_CHANGE - first).div_euclid(every);
        let thru = (minute(now.time()) + LARGEST_CHANGE - first).div_euclid(every) + 2;
        (from..=thru).filter_map(move |count| {
            midnight.checked_add(SignedDuration::from_mins(first + count * every)).ok()
        })
    }
}

fn time_of_day(text: &str) -> Option<Clock> {
    let (hours, minutes) = text.split_once(':')?;
    let two = |text: &str| (text.len() == 2).then(|| text.parse().ok()).flatten();
    Clock::new(two(hours)?, two(minutes)?, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

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

    /// Zones of each kind: changes by an hour in the night, at midnight, by half an hour, in the south, and none.
    const ZONES: [&str; 7] = [
        BERLIN,
        "CST5CDT,M3.2.0/0,M11.1.0/1",
        "EET-2EEST,M3.5.0/0,M10.5.0/0",
        "EET-2EEST,M4.5.5/0,M10.5.4/24",
        "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
        "NST3:30NDT,M3.2.0/0:01,M11.1.0/0:01",
        "<+0545>-5:45",
    ];

    #[test]
    fn a_daily_roll_is_by_the_local_time() {
        assert_eq!(next("00:00", "2026-10-24T22:00:00Z", BERLIN), "2026-10-25T23:00:00Z");
        // 02:30 is repeated.
        assert_eq!(next("02:30", "2026-10-24T22:00:00Z", BERLIN), "2026-10-25T00:30:00Z");
        assert_eq!(next("02:30", "2026-10-25T00:30:00Z", BERLIN), "2026-10-26T01:30:00Z");
        // 02:30 is skipped: it is due at the change.
        assert_eq!(next("02:30", "2026-03-28T23:00:00Z", BERLIN), "2026-03-29T01:00:00Z");
        assert_eq!(next("02:30", "2026-03-29T01:00:00Z", BERLIN), "2026-03-30T00:30:00Z");
    }

    #[test]
    fn a_daily_roll_at_a_midnight_that_is_skipped_or_repeated() {
        let [_, havana, beirut, cairo, ..] = ZONES;
        // From 00:00 to 01:00 on 8 March; from 01:00 back to 00:00 on 1 November.
        assert_eq!(next("00:00", "2026-03-08T04:59:00Z", havana), "2026-03-08T05:00:00Z");
        assert_eq!(next("00:00", "2026-03-08T05:00:00Z", havana), "2026-03-09T04:00:00Z");
        assert_eq!(next("00:00", "2026-10-31T12:00:00Z", havana), "2026-11-01T04:00:00Z");
        assert_eq!(next("00:00", "2026-11-01T04:00:00Z", havana), "2026-11-02T05:00:00Z");
        // From 24:00 back to 23:00 on 24 October: the day ends an hour later.
        assert_eq!(next("00:00", "2026-10-24T20:59:00Z", beirut), "2026-10-24T22:00:00Z");
        assert_eq!(next("00:00", "2026-04-23T21:59:00Z", cairo), "2026-04-23T22:00:00Z");
        assert_eq!(next("00:00", "2026-10-29T20:59:00Z", cairo), "2026-10-29T22:00:00Z");
    }

    #[test]
    fn rolls_of_minutes_continue_through_the_repeated_hour() {
        assert_eq!(next("00:00,7,1", "2026-10-25T01:00:30Z", BERLIN), "2026-10-25T01:01:00Z");
        assert_eq!(next("00:30,7,60", "2026-10-25T00:30:00Z", BERLIN), "2026-10-25T01:30:00Z");
        assert_eq!(next("00:00,7,120", "2026-10-25T00:00:00Z", BERLIN), "2026-10-25T03:00:00Z");
        assert_eq!(next("00:10,7,60", "2026-03-29T00:10:00Z", BERLIN), "2026-03-29T01:00:00Z");
        assert_eq!(next("00:10,7,60", "2026-03-29T01:00:00Z", BERLIN), "2026-03-29T01:10:00Z");
        // The clock changes at a second of its own, as in no zone of today.
        let zone = "AAA0BBB,M3.1.0,M11.4.4/15:25:40";
        assert_eq!(next("00:00,7,1", "2026-11-26T14:25:40Z", zone), "2026-11-26T14:26:00Z");
    }

    #[test]
    fn a_day_that_is_left_out() {
        // Samoa had no 30 December in 2011.
        let Ok(zone) = TimeZone::get("Pacific/Apia") else { return };
        let next = |now: &str| {
            let now: Timestamp = now.parse().unwrap();
            let roll = Roll::parse("12:00").unwrap();
            let next = roll.next_after(Time::from_micros(now.as_microsecond()), &zone);
            Timestamp::from_microsecond(next.micros()).unwrap().to_string()
        };
        assert_eq!(next("2011-12-30T09:00:00Z"), "2011-12-30T10:00:00Z");
        assert_eq!(next("2011-12-30T10:00:00Z"), "2011-12-30T22:00:00Z");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn a_year_of_rolls_has_none_too_late_and_none_twice(
            zone in proptest::sample::select(&ZONES[..]),
            at in (0u32..24, 0u32..60),
            every in proptest::sample::select(&[30u32, 45, 60, 90, 240, 720, 1440][..]),
            start in 0i64..86_400,
        ) {
            let zone = TimeZone::posix(zone).unwrap();
            let roll = Roll::parse(&format!("{:02}:{:02},7,{every}", at.0, at.1)).unwrap();
            let mut now = Time::from_micros((1_767_225_600 + start) * 1_000_000);
            let end = now.plus(std::time::Duration::from_secs(366 * 86_400));
            let (mut last, mut count) = (None::<DateTime>, 0);
            while now < end {
                let next = roll.next_after(now, &zone);
                let minutes = (next.micros() - now.micros()) as f64 / 6e7;
                prop_assert!(minutes > 0.0 && minutes <= f64::from(every) + 60.0, "{minutes} from {now:?}");
                // Between two rolls, none is due.
                let middle = Time::from_micros(now.micros().midpoint(next.micros()));
                prop_assert_eq!(roll.next_after(middle, &zone), next);
                let shown = local(next, &zone);
                if every == 1440 {
                    prop_assert!(last.is_none_or(|last| last.date() < shown.date()), "twice on {shown}");
                }
                (now, last, count) = (next, Some(shown), count + 1);
            }
            // An hour that is skipped or repeated adds or costs some.
            let expected = f64::from(366 * DAY) / f64::from(every);
            prop_assert!((f64::from(count) - expected).abs() <= 3.0, "{count} of {expected}");
        }
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
