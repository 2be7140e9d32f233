//! `.times`: when the bytes of a text file came.
//!
//! Each line is an offset in the text and the time at which what begins there came, in seconds of the epoch. A file that
//! was rolled goes on another one, which its first line names: `after FILE`; what stands before its first offset are the
//! column headers of that one, said again.

/// The extension of such a file.
pub(crate) const EXTENSION: &str = "times";
/// Longest line that has a meaning.
pub(crate) const MAX_LINE: usize = 512;

/// A line of such a file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Line<'a> {
    /// The text goes on that of this file.
    After(&'a str),
    /// What begins at this offset came at this time, in seconds of the epoch.
    Came(u64, f64),
}

/// Reads a line, without its end.
pub(crate) fn parse(line: &[u8]) -> Option<Line<'_>> {
    let text = std::str::from_utf8(line).ok().filter(|text| text.len() <= MAX_LINE)?;
    let (first, second) = text.split_once(' ')?;
    if first == "after" {
        return Some(Line::After(second));
    }
    let time = second.parse::<f64>().ok().filter(|time| (0.0..1e11).contains(time))?;
    Some(Line::Came(first.parse().ok()?, time))
}

/// The line that says when what begins at `offset` came.
pub(crate) fn came(offset: u64, time: f64) -> String {
    format!("{offset} {time:.3}\n")
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
            parse(came(77, 1_795_344_158.25).trim_end().as_bytes()),
            Some(Line::Came(77, 1_795_344_158.25))
        );
        assert_eq!(parse(after("n1-x.txt").trim_end().as_bytes()), Some(Line::After("n1-x.txt")));
        for bad in
            ["", "1", "1 x", "x 1.0", "-1 1.0", "1 inf", "1 NaN", "1 1e99", "99999999999999999999999 1.0"]
        {
            assert_eq!(parse(bad.as_bytes()), None, "{bad}");
        }
    }
}
