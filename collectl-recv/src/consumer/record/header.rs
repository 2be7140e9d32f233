//! What a rolled file begins with. Pure.

use collectl_core::header::Header;
use jiff::tz::TimeZone;

use crate::base::time::{self, Time};
use crate::stream::classify::LineKind;
use crate::stream::lines::{Line, Lines};

/// Most bytes of a header that are kept.
const MAX_HEADER: usize = 64 << 10;

/// The header of a raw file: its first lines, up to the first marker.
#[derive(Debug, Default)]
pub(super) struct RawHeader {
    text: Vec<u8>,
    whole: bool,
}

impl RawHeader {
    /// Takes the next lines of the file.
    pub(super) fn push(&mut self, lines: &Lines) {
        for line in lines.iter() {
            self.whole |= line.kind == LineKind::Marker;
            if self.whole || self.text.len() + line.text.len() >= MAX_HEADER {
                break;
            }
            self.text.extend_from_slice(line.text);
            self.text.push(b'\n');
        }
    }

    /// The header for a file whose first sample is of `time`: with another date.
    pub(super) fn at(&self, time: Time) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.text.len());
        for line in self.text.split_inclusive(|&byte| byte == b'\n') {
            match dated(line, time) {
                Some(line) => out.extend_from_slice(line.as_bytes()),
                None => out.extend_from_slice(line),
            }
        }
        out
    }
}

/// `# Date:       20261122-100000  Secs: 1795341600 TZ: +0000` at another time, in the zone that a player here would take
/// it for.
fn dated(line: &[u8], time: Time) -> Option<String> {
    let text = std::str::from_utf8(line).ok().filter(|line| line.starts_with("# Date:"))?;
    text.split_once("TZ:")?;
    let mut header = Header::default();
    header.push(line);
    let zone = header.zone(&TimeZone::system());
    let seconds = time.micros().div_euclid(1_000_000);
    let date = time::timestamp(time).to_zoned(zone).strftime("%Y%m%d-%H%M%S  Secs: SECS TZ: %z").to_string();
    Some(format!("# Date:       {}\n", date.replace("SECS", &seconds.to_string())))
}

/// The last column headers of a stream of text: `#` lines that follow each other.
#[derive(Debug, Default)]
pub(crate) struct ColumnHeaders {
    text: Vec<u8>,
    open: bool,
}

impl ColumnHeaders {
    /// Takes the next line.
    pub(crate) fn push(&mut self, line: Line<'_>) {
        if line.kind != LineKind::Header {
            self.open = false;
            return;
        }
        if !std::mem::replace(&mut self.open, true) {
            self.text.clear();
        }
        if self.text.len() + line.text.len() < MAX_HEADER {
            self.text.extend_from_slice(line.text);
            self.text.push(b'\n');
        }
    }

    /// Their lines, each ended by LF.
    pub(crate) fn text(&self) -> &[u8] {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::decoder::StreamDecoder;

    fn lines(text: &str) -> Lines {
        StreamDecoder::default().push(text.as_bytes()).remove(0).lines
    }

    #[test]
    fn a_raw_header_has_the_date_of_its_file() {
        let mut header = RawHeader::default();
        let rule = "#".repeat(80);
        header.push(&lines(&format!("{rule}\n# Collectl: x\n# Host:       vm\n")));
        header.push(&lines(
            "# Date:       20261122-073000  Secs: 1795341600 TZ: -0230\n####\n>>> 1.0 <<<\nload 1\n",
        ));
        let expected = format!(
            "{rule}\n# Collectl: x\n# Host:       vm\n# Date:       20261122-075959  Secs: 1795343399 TZ: -0230\n####\n"
        );
        assert_eq!(String::from_utf8(header.at(time::at(1_795_343_399.5))).unwrap(), expected);
    }

    #[test]
    fn the_last_columns_are_kept() {
        let mut columns = ColumnHeaders::default();
        lines("#<--CPU-->\n#cpu sys\n 1 0\n#<--CPU-->\n").iter().for_each(|line| columns.push(line));
        lines("#cpu int\n 1 0\n### RECORD 1\n").iter().for_each(|line| columns.push(line));
        assert_eq!(columns.text(), b"#<--CPU-->\n#cpu int\n");
    }
}
