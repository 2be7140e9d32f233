//! `.times`: when the bytes of a text file came.
//!
//! Each line is an offset in the text and the time at which what begins there came, in seconds of the epoch. A file that
//! was rolled continues another one, which its first line names: `after FILE`; the text before its first offset repeats
//! the column headers of that one.

use crate::base::time::{self, Time};

/// The extension of such a file.
pub(crate) const EXTENSION: &str = "times";
/// Longest line that is read, in bytes.
pub(crate) const MAX_LINE: usize = 512;

/// A line of such a file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum TimesEntry<'a> {
    /// The text continues that of this file.
    After(&'a str),
    /// What begins at this offset came at this time.
    Came(u64, Time),
}

/// Reads a line, without its end.
pub(crate) fn parse(line: &[u8]) -> Option<TimesEntry<'_>> {
    let text = std::str::from_utf8(line).ok().filter(|text| text.len() <= MAX_LINE)?;
    let (first, second) = text.split_once(' ')?;
    if first == "after" {
        return Some(TimesEntry::After(second));
    }
    let seconds = second.parse::<f64>().ok().filter(|seconds| (0.0..1e11).contains(seconds))?;
    Some(TimesEntry::Came(first.parse().ok()?, time::at(seconds)))
}

/// The line for what begins at `offset` and came at `time`.
pub(crate) fn came(offset: u64, time: Time) -> String {
    format!("{offset} {:.3}\n", time.seconds())
}

/// The line that names the file before this one.
pub(crate) fn after(file: &str) -> String {
    format!("after {file}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        assert_eq!(
            parse(came(77, time::at(1_795_344_158.25)).trim_end().as_bytes()),
            Some(TimesEntry::Came(77, time::at(1_795_344_158.25)))
        );
        assert_eq!(parse(after("n1-x.txt").trim_end().as_bytes()), Some(TimesEntry::After("n1-x.txt")));
        for bad in
            ["", "1", "1 x", "x 1.0", "-1 1.0", "1 inf", "1 NaN", "1 1e99", "99999999999999999999999 1.0"]
        {
            assert_eq!(parse(bad.as_bytes()), None, "{bad}");
        }
    }
}
