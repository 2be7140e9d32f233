//! `-i`: the intervals between samples.

use std::time::Duration;

use collectl_core::subsystem::Cadence;
use collectl_core::usage::UsageError;

/// Longest interval that is accepted, in seconds: a year.
const MAX: f64 = 366.0 * 86_400.0;
/// The intervals of an interactive run without `-i`.
pub const DEFAULT: [&str; 3] = ["1", "60", "120"];
/// The intervals of a daemon without `-i`.
pub const DAEMON_DEFAULT: [&str; 3] = ["10", "60", "120"];
/// With `-i0`, slabs and processes are captured in every Nth sample.
const ZERO_EVERY: u64 = 6;
/// With `-i0`, the environment is captured in every Nth sample.
const ZERO_THIRD_EVERY: u64 = 30;

/// How often samples are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intervals {
    /// Time between two samples; zero for as fast as possible.
    pub main: Duration,
    /// The same as it was typed.
    pub text: String,
    /// Subsystems of the second interval are captured in every Nth sample.
    pub second_every: u64,
    /// Subsystems of the third interval are captured in every Nth sample.
    pub third_every: u64,
}

impl Intervals {
    /// Reads `SECONDS[:SECONDS[:SECONDS]]`. Omitted parts come from `default`. If all subsystems use the second
    /// interval, it is the only one. With `equal`, an omitted second interval equals the first. If all subsystems use
    /// the third interval, the run announces that one but samples at the first, because sensors may answer late.
    ///
    /// # Errors
    /// A [`UsageError`] for text that is not a number of seconds, an interval that is not a multiple of the first, and
    /// a second interval that no subsystem uses.
    pub fn parse(
        text: Option<&str>,
        default: [&str; 3],
        cadences: &[Cadence],
        equal: bool,
    ) -> Result<Self, UsageError> {
        let mut parts = text.unwrap_or_default().splitn(3, ':');
        let mut part = || parts.next().filter(|part| !part.is_empty());
        let (first, second, third) = (part(), part(), part());
        if text == Some("") {
            return Err(UsageError::new("invalid interval ''"));
        }
        let is_second = |cadence: &Cadence| *cadence == Cadence::Second;
        let is_third = |cadence: &Cadence| *cadence == Cadence::Third;
        let any_second = cadences.iter().any(is_second);
        let (any_third, all_third) = (cadences.iter().any(is_third), cadences.iter().all(is_third));
        if second.is_some() && !any_second {
            return Err(UsageError::new("interval2 only applies to -s y,Y or Z"));
        }
        let first = first.unwrap_or(default[0]);
        let main = seconds(first)?;
        if main.is_zero() {
            let every = second.map_or(Ok(ZERO_EVERY), |text| {
                text.parse()
                    .map_err(|_| UsageError::new(format!("invalid interval '{}'", text.escape_debug())))
            })?;
            let second_every = if cadences.iter().all(is_second) { 1 } else { every.max(1) };
            let third_every = if all_third { 1 } else { ZERO_THIRD_EVERY };
            return Ok(Self { main, text: first.to_owned(), second_every, third_every });
        }
        let given = second.is_some();
        let second = second.unwrap_or(if equal { first } else { default[1] });
        let other = seconds(second)?;
        if any_second && cadences.iter().all(is_second) {
            if given && other < main && text.is_some_and(|text| !text.starts_with(':')) {
                return Err(UsageError::new("interval2 must be >= interval1"));
            }
            return Ok(Self { main: other, text: second.to_owned(), second_every: 1, third_every: 1 });
        }
        let (micros, other) = (main.as_micros(), other.as_micros());
        if any_second && other < micros {
            return Err(UsageError::new("interval2 must be >= interval1"));
        }
        if any_second && !other.is_multiple_of(micros) {
            return Err(UsageError::new("interval2 must be a multiple of main interval"));
        }
        let third = third.unwrap_or(default[2]);
        let longest = seconds(third)?.as_micros();
        if any_third && longest < micros {
            return Err(UsageError::new("interval3 must be >= main interval"));
        }
        if any_third && !longest.is_multiple_of(micros) {
            return Err(UsageError::new("interval3 must be a multiple of main interval"));
        }
        Ok(Self {
            main,
            text: if all_third { third } else { first }.to_owned(),
            second_every: (other / micros).max(1) as u64,
            third_every: (longest / micros).max(1) as u64,
        })
    }
}

/// Reads seconds, with or without a fraction, to a microsecond.
fn seconds(text: &str) -> Result<Duration, UsageError> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let seconds = text.parse().ok().filter(|seconds| plain && (0.0..=MAX).contains(seconds));
    let micros = seconds.map(|seconds: f64| (seconds * 1e6).round() as u64);
    match micros {
        Some(0) if seconds != Some(0.0) => Err(UsageError::new(format!("interval '{text}' is too short"))),
        Some(micros) => Ok(Duration::from_micros(micros)),
        None => Err(UsageError::new(format!("invalid interval '{}'", text.escape_debug()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, letters: &str) -> Result<(f64, String, u64), String> {
        Intervals::parse(Some(text), DEFAULT, &cadences(letters), false)
            .map(|intervals| (intervals.main.as_secs_f64(), intervals.text, intervals.second_every))
            .map_err(|error| error.0)
    }

    fn cadences(letters: &str) -> Vec<Cadence> {
        letters
            .chars()
            .map(|letter| collectl_core::registry::find(letter).unwrap().descriptor.cadence)
            .collect()
    }

    fn main(text: &str) -> f64 {
        parse(text, "c").unwrap().0
    }

    #[test]
    fn seconds_and_fractions() {
        assert_eq!([main("1"), main(".5"), main("0.1"), main("0"), main("10:")], [1.0, 0.5, 0.1, 0.0, 10.0]);
    }

    #[test]
    fn the_second_interval() {
        assert_eq!(parse("2:6", "cZ"), Ok((2.0, "2".into(), 3)));
        assert_eq!(parse(":6", "cZ"), Ok((1.0, "1".into(), 6)));
        assert_eq!(parse("5", "cy"), Ok((5.0, "5".into(), 12)));
        assert_eq!(parse(".2:1", "cy"), Ok((0.2, ".2".into(), 5)));
        assert_eq!(parse("0", "cZ"), Ok((0.0, "0".into(), 6)));
        assert_eq!(parse("0:3", "cZ"), Ok((0.0, "0".into(), 3)));
        let both = cadences("cZ");
        assert_eq!(Intervals::parse(None, DEFAULT, &both, false).unwrap().second_every, 60);
        assert_eq!(Intervals::parse(Some("7"), DEFAULT, &both, true).unwrap().second_every, 1);
    }

    #[test]
    fn the_second_interval_alone() {
        assert_eq!(parse(":.5", "Z"), Ok((0.5, ".5".into(), 1)));
        assert_eq!(parse("1:2", "YZ"), Ok((2.0, "2".into(), 1)));
        assert_eq!(parse("5", "Z"), Ok((60.0, "60".into(), 1)));
        assert_eq!(parse("0", "Z"), Ok((0.0, "0".into(), 1)));
    }

    #[test]
    fn the_third_interval() {
        let third = |text: &str, letters: &str| {
            let intervals = Intervals::parse(Some(text), DEFAULT, &cadences(letters), false).unwrap();
            (intervals.main.as_secs_f64(), intervals.text, intervals.second_every, intervals.third_every)
        };
        assert_eq!(third("2:6:8", "cZE"), (2.0, "2".into(), 3, 4));
        assert_eq!(third("1", "cE").3, 120);
        assert_eq!(third("::5", "E"), (1.0, "5".into(), 60, 5));
        assert_eq!(third("0", "cE").3, 30);
        assert_eq!(third("10::300", "c").0, 10.0);
    }

    #[test]
    fn refused() {
        for text in [
            "",
            "abc",
            "-1",
            "0.0.1",
            "1e9",
            "inf",
            "nan",
            "0.0000001",
            "99999999999",
            "1:60",
            "1:2:3",
            "1::x",
        ] {
            assert!(parse(text, "c").is_err(), "{text}");
        }
        for (text, letters, message) in [
            ("1:2", "c", "interval2 only applies to -s y,Y or Z"),
            ("2:1", "cZ", "interval2 must be >= interval1"),
            ("2:1", "Z", "interval2 must be >= interval1"),
            ("2:3", "cZ", "interval2 must be a multiple of main interval"),
            ("7", "cZ", "interval2 must be a multiple of main interval"),
            ("1:x", "Z", "invalid interval 'x'"),
            ("2::1", "cE", "interval3 must be >= main interval"),
            ("2::3", "E", "interval3 must be a multiple of main interval"),
        ] {
            assert_eq!(parse(text, letters), Err(message.into()));
        }
    }
}
