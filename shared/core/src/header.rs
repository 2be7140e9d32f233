//! The block of `#` lines at the start of a raw file.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

use crate::clock::Time;

/// Most lines of a header that are kept.
const MAX_LINES: usize = 10_000;
/// Most bytes of a header that are kept.
const MAX_BYTES: usize = 4 << 20;
/// Most seconds between the date of a header and its time at its offset.
const SLACK: u64 = 120;

/// What a recording says about itself. A field is found by name in any position: order and fields differ between
/// versions of the Perl collectl.
#[derive(Debug, Clone, Default)]
pub struct Header {
    lines: Vec<String>,
    bytes: usize,
}

impl Header {
    /// Adds a line of the block.
    pub fn push(&mut self, line: &[u8]) {
        self.bytes = self.bytes.saturating_add(line.len());
        if self.lines.len() < MAX_LINES && self.bytes <= MAX_BYTES {
            self.lines.push(String::from_utf8_lossy(line).trim_end_matches('\n').to_owned());
        }
    }

    /// The lines of the block.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// The word after `name:`.
    #[must_use]
    pub fn word(&self, name: &str) -> Option<&str> {
        self.lines.iter().find_map(|line| {
            let at = line.match_indices(name).find(|(at, _)| {
                line[at + name.len()..].starts_with(':') && line[..*at].ends_with([' ', '\t'])
            })?;
            line[at.0 + name.len() + 1..].split_whitespace().next()
        })
    }

    /// Whether it is that of one of the two files of `--tworaw`.
    #[must_use]
    pub fn is_of_pair(&self) -> bool {
        self.word("Flags").is_some_and(|flags| flags.contains(['2', 'g']))
    }

    /// The header of both files of `--tworaw`: it names what either recorded, and is none of a pair.
    pub(crate) fn join(&mut self, other: &Self) {
        let both = [self, other].map(|header| header.word("SubSys").unwrap_or_default().to_owned());
        let mut letters: String = both[0].clone();
        letters.extend(both[1].chars().filter(|letter| !both[0].contains(*letter)));
        for line in &mut self.lines {
            if line.contains("SubSys:") {
                *line = line.replacen(&both[0], &letters, 1);
                if let Some((before, flags)) = line.split_once("Flags:") {
                    *line = format!("{before}Flags:{}", flags.replace(['2', 'g'], ""));
                }
            }
        }
    }

    /// The words after `# name:` in a line of its own.
    pub fn words<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let rest = move |line: &'a String| line.strip_prefix("# ")?.strip_prefix(name)?.strip_prefix(':');
        self.lines.iter().filter_map(rest).flat_map(str::split_whitespace)
    }

    /// The host that was recorded.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.word("Host")
    }

    /// When the recording begins: `Secs:`.
    #[must_use]
    pub fn begun(&self) -> Option<Time> {
        let seconds: i64 = self.word("Secs")?.parse().ok()?;
        seconds.checked_mul(1_000_000).map(Time::from_micros)
    }

    /// The zone for the local times of the recording, on a player whose own zone is `player`: that one, if it has the
    /// offset of the recording where this begins. Then its rules hold for each later instant. Else it is the fixed offset
    /// of the header.
    #[must_use]
    pub fn zone(&self, player: &TimeZone) -> TimeZone {
        let offset = self.offset().unwrap_or(Offset::UTC);
        let begun = self.begun().and_then(|begun| Timestamp::from_microsecond(begun.micros()).ok());
        match begun {
            Some(begun) if player.to_offset(begun) == offset => player.clone(),
            _ => TimeZone::fixed(offset),
        }
    }

    /// The offset of the recording's local time from UTC: `Date:` less `Secs:`, or `TZ:` if that is nearly the same. The
    /// date is that of the file's name, which may be some seconds later than the time where another name was taken.
    fn offset(&self) -> Option<Offset> {
        let (date, time) = self.word("Date")?.split_once('-')?;
        let local = DateTime::strptime("%Y%m%d %H%M%S", format!("{date} {time}")).ok()?;
        let as_utc = Offset::UTC.to_timestamp(local).ok()?.as_second();
        let seconds = as_utc - self.begun()?.micros() / 1_000_000;
        let named = self.word("TZ").and_then(seconds_of).map(i64::from);
        let named = named.filter(|named| seconds.abs_diff(*named) <= SLACK);
        Offset::from_seconds(named.unwrap_or(seconds).try_into().ok()?).ok()
    }
}

/// The seconds of `+HHMM` or `-HHMM`.
fn seconds_of(offset: &str) -> Option<i32> {
    let (sign, digits) = offset.split_at_checked(1).filter(|(_, digits)| digits.len() == 4)?;
    let number: i32 = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())??;
    let seconds = (number / 100 * 60 + number % 100) * 60;
    match sign {
        "+" => Some(seconds),
        "-" => Some(-seconds),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> Header {
        let mut header = Header::default();
        text.lines().for_each(|line| header.push(line.as_bytes()));
        header
    }

    #[test]
    fn fields_are_found_by_name() {
        let header = header(
            "# Host:       node01  DaemonOpts: \n# Date:       20261122-101936  Secs: 1795342776 TZ: +0000\n\
             # SubSys:     bcd Options:  Interval: 1:2 NumCPUs: 2  NumBud: 3 Flags: ix",
        );
        assert_eq!(header.host(), Some("node01"));
        assert_eq!(header.word("NumCPUs"), Some("2"));
        assert_eq!(header.word("CPUs"), None);
        assert_eq!(header.zone(&elsewhere()), TimeZone::fixed(jiff::tz::offset(0)));
    }

    #[test]
    fn a_pair_of_files_is_one_recording() {
        let mut first = header("# SubSys:     cy Options:  Interval: 1:2 NumCPUs: 2  NumBud: 3 Flags: 2ix");
        let second = header("# SubSys:     YZ Options:  Interval: 1:2 NumCPUs: 2  NumBud: 3 Flags: 2ix");
        assert!(first.is_of_pair() && second.is_of_pair());
        first.join(&second);
        assert_eq!(first.word("SubSys"), Some("cyYZ"));
        assert_eq!((first.word("Flags"), first.word("NumBud")), (Some("ix"), Some("3")));
        assert!(!first.is_of_pair());
    }

    #[test]
    fn a_header_without_an_end_is_truncated() {
        let mut header = Header::default();
        let line = vec![b'#'; 1 << 20];
        (0..10).for_each(|_| header.push(&line));
        assert_eq!(header.lines().len(), 4);
    }

    /// A zone that no recording has.
    fn elsewhere() -> TimeZone {
        TimeZone::posix("<-0017>0:17").unwrap()
    }

    #[test]
    fn the_zone_is_that_of_the_recording() {
        let header = header("# Date: 20261122-051936  Secs: 1795342776 TZ: -0500");
        assert_eq!(header.zone(&elsewhere()), TimeZone::fixed(jiff::tz::offset(-5)));
        assert_eq!(header.begun(), Some(Time::from_micros(1_795_342_776_000_000)));
        assert_eq!(Header::default().zone(&elsewhere()), TimeZone::UTC);
    }

    #[test]
    fn a_player_in_the_zone_of_the_recording_follows_its_rules() {
        let berlin = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        let zone = |text: &str| header(text).zone(&berlin);
        let [summer, winter] = [2, 1].map(|hours| TimeZone::fixed(jiff::tz::offset(hours)));
        assert_eq!(zone("# Date: 20260329-015000  Secs: 1774745400 TZ: +0100"), berlin);
        assert_eq!(zone("# Date: 20261025-025000  Secs: 1792889400 TZ: +0200"), berlin);
        // The name of the file, and with it the date, is a second later than the time.
        assert_eq!(zone("# Date: 20261025-020001  Secs: 1792890000 TZ: +0100"), berlin);
        assert_eq!(zone("# Date: 20261122-121936  Secs: 1795342776 TZ: +0200"), summer);
        assert_eq!(zone("# Date: 20260701-011936  Secs: 1782865176 TZ: +0100"), winter);
        // A zone that says something else than the date is not followed.
        assert_eq!(zone("# Date: 20261122-121936  Secs: 1795342776 TZ: -0700"), summer);
        for odd in ["0100", "+1", "+01x0", "+", "é100"] {
            assert_eq!(
                zone(&format!("# Date: 20261122-121936  Secs: 1795342776 TZ: {odd}")),
                summer,
                "{odd}"
            );
        }
    }
}
