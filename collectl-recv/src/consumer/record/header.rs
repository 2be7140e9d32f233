//! What a rolled file begins with. Pure.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

/// Most bytes of a header that are kept.
const MAX_HEADER: usize = 64 << 10;

/// The header of a raw file: its first lines, up to the first marker.
#[derive(Debug, Default)]
pub(crate) struct RawHeader {
    text: Vec<u8>,
    whole: bool,
}

impl RawHeader {
    /// Takes the next lines of the file; returns whether the header is whole.
    pub(crate) fn push(&mut self, text: &[u8]) -> bool {
        for line in text.split_inclusive(|&byte| byte == b'\n') {
            self.whole |= line.starts_with(b">>> ");
            if self.whole || self.text.len() + line.len() > MAX_HEADER {
                break;
            }
            self.text.extend_from_slice(line);
        }
        self.whole
    }

    /// The header for a file whose first sample is of `time`, in seconds of the epoch: another date, all else as it was.
    #[expect(clippy::cast_possible_truncation, reason = "saturates, and no time of this age comes near")]
    pub(crate) fn at(&self, time: f64) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.text.len());
        for line in self.text.split_inclusive(|&byte| byte == b'\n') {
            match dated(line, time as i64) {
                Some(line) => out.extend_from_slice(line.as_bytes()),
                None => out.extend_from_slice(line),
            }
        }
        out
    }
}

/// The time that the marker `>>> SECONDS[.FRACTION] <<<` at the beginning of `text` says.
pub(crate) fn marker(text: &[u8]) -> Option<f64> {
    let line = text.split(|&byte| byte == b'\n').next()?;
    let inside = std::str::from_utf8(line.strip_prefix(b">>> ")?).ok()?.strip_suffix(" <<<")?;
    inside.parse::<f64>().ok().filter(|seconds| (0.0..1e12).contains(seconds))
}

/// `# Date:       20261122-100000  Secs: 1795341600 TZ: +0000` at another time.
fn dated(line: &[u8], seconds: i64) -> Option<String> {
    let line = std::str::from_utf8(line).ok().filter(|line| line.starts_with("# Date:"))?;
    let zone = line.split_once("TZ:")?.1.trim();
    let (sign, digits) = zone.split_at_checked(1).filter(|(_, digits)| digits.len() == 4)?;
    let number: i32 = digits.parse().ok()?;
    let offset = (number / 100 * 60 + number % 100) * 60 * if sign == "-" { -1 } else { 1 };
    let zone_of = TimeZone::fixed(Offset::from_seconds(offset).ok()?);
    let date = Timestamp::from_second(seconds).ok()?.to_zoned(zone_of).strftime("%Y%m%d-%H%M%S").to_string();
    Some(format!("# Date:       {date}  Secs: {seconds} TZ: {zone}\n"))
}

/// The last column headers of a stream of text: the `#` lines that stand together.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    text: Vec<u8>,
    open: bool,
}

impl Columns {
    /// Takes the next lines.
    pub(crate) fn push(&mut self, text: &[u8]) {
        for line in text.split_inclusive(|&byte| byte == b'\n') {
            if !line.starts_with(b"#") || line.starts_with(b"### RECORD") {
                self.open = false;
                continue;
            }
            if !std::mem::replace(&mut self.open, true) {
                self.text.clear();
            }
            if self.text.len() + line.len() <= MAX_HEADER {
                self.text.extend_from_slice(line);
            }
        }
    }

    /// Them.
    pub(crate) fn text(&self) -> &[u8] {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_raw_header_has_the_date_of_its_file() {
        let mut header = RawHeader::default();
        assert!(!header.push(b"####\n# Host:       vm\n"));
        let rest = b"# Date:       20261122-100000  Secs: 1795341600 TZ: -0230\n####\n>>> 1.0 <<<\nload 1\n";
        assert!(header.push(rest));
        let expected =
            "####\n# Host:       vm\n# Date:       20261122-075959  Secs: 1795343399 TZ: -0230\n####\n";
        assert_eq!(String::from_utf8(header.at(1_795_343_399.5)).unwrap(), expected);
        assert_eq!(marker(b">>> 1795361348.400 <<<\ncpu 1\n"), Some(1_795_361_348.4));
        assert_eq!((marker(b"cpu 1\n"), marker(b">>> x <<<\n"), marker(b">>> -1 <<<")), (None, None, None));
    }

    #[test]
    fn the_last_columns_are_kept() {
        let mut columns = Columns::default();
        columns.push(b"#<--CPU-->\n#cpu sys\n 1 0\n#<--CPU-->\n");
        columns.push(b"#cpu int\n 1 0\n### RECORD 1\n");
        assert_eq!(columns.text(), b"#<--CPU-->\n#cpu int\n");
    }
}
