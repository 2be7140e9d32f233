//! The block of `#` lines at the start of a raw file.

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

/// Most lines of a header that are kept.
const MAX_LINES: usize = 10_000;
/// Most bytes of a header that are kept.
const MAX_BYTES: usize = 4 << 20;

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

    /// The zone of the recording's wall clock: `Date:` less `Secs:`. UTC if the header lacks them.
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        let offset = || {
            let (date, time) = self.word("Date")?.split_once('-')?;
            let local = DateTime::strptime("%Y%m%d %H%M%S", format!("{date} {time}")).ok()?;
            let as_utc = local.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second();
            let seconds = as_utc - self.word("Secs")?.parse::<i64>().ok()?;
            Offset::from_seconds(seconds.try_into().ok()?).ok()
        };
        offset().map_or(TimeZone::UTC, TimeZone::fixed)
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
        assert_eq!(header.zone(), TimeZone::fixed(jiff::tz::offset(0)));
    }

    #[test]
    fn a_header_without_an_end_is_truncated() {
        let mut header = Header::default();
        let line = vec![b'#'; 1 << 20];
        (0..10).for_each(|_| header.push(&line));
        assert_eq!(header.lines().len(), 4);
    }

    #[test]
    fn the_zone_is_that_of_the_recording() {
        let header = header("# Date: 20261122-051936  Secs: 1795342776 TZ: -0500");
        assert_eq!(header.zone(), TimeZone::fixed(jiff::tz::offset(-5)));
        assert_eq!(Header::default().zone(), TimeZone::UTC);
    }
}
