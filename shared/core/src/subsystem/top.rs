//! `--top`: the largest processes or slabs, largest first.

use super::{process, slab};
use crate::usage::UsageError;

/// Lines that are shown if the height of the screen is unknown.
const DEFAULT_LINES: usize = 10;

/// The options of `--top`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Top {
    /// The sort key, of processes or slabs.
    pub by: By,
    /// How many.
    pub lines: usize,
    /// Whether intervals scroll (`v`) instead of starting at the top of the screen.
    pub scrolls: bool,
}

/// The sort key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// A key of processes.
    Process(process::Key),
    /// A key of slabs.
    Slab(slab::Key),
}

impl Top {
    /// Reads `[TYPE][,LINES[,v]]`. The default is a screen of `rows` lines less two headings.
    ///
    /// # Errors
    /// A [`UsageError`] for an unknown type, an invalid number of lines, and a third part other than `v`.
    pub fn parse(text: &str, rows: Option<u64>) -> Result<Self, UsageError> {
        let error = |message: &str| UsageError(message.to_owned());
        let mut parts = text.splitn(3, ',');
        let name = parts.next().unwrap_or_default();
        let by = match name {
            "" => Some(By::Process(process::Key::Time)),
            name => {
                process::Key::parse(name).map(By::Process).or_else(|| slab::Key::parse(name).map(By::Slab))
            }
        };
        let by = by.ok_or_else(|| error("invalid --top type.  see --showtopopts for list"))?;
        let of_screen = rows.map_or(DEFAULT_LINES, |rows| rows.saturating_sub(2).max(1) as usize);
        let lines = match parts.next() {
            None | Some("") => of_screen,
            Some(text) => text
                .parse()
                .ok()
                .filter(|&lines| lines > 0)
                .ok_or_else(|| error("not enough lines in window for display"))?,
        };
        let scrolls = match parts.next() {
            None => false,
            Some("v") => true,
            Some(_) => return Err(error("only valid value for 3rd --top parameter is 'v'")),
        };
        Ok(Self { by, lines, scrolls })
    }

    /// The key, if it is one of processes.
    #[must_use]
    pub fn of_processes(&self) -> Option<(process::Key, usize)> {
        match self.by {
            By::Process(key) => Some((key, self.lines)),
            By::Slab(_) => None,
        }
    }

    /// The key, if it is one of slabs.
    #[must_use]
    pub fn of_slabs(&self) -> Option<(slab::Key, usize)> {
        match self.by {
            By::Slab(key) => Some((key, self.lines)),
            By::Process(_) => None,
        }
    }

    /// The letter of the detail that is shown.
    #[must_use]
    pub fn letter(&self) -> char {
        match self.by {
            By::Process(_) => 'Z',
            By::Slab(_) => 'Y',
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_lines_and_scrolling() {
        let parse = |text| Top::parse(text, Some(50)).map(|top| (top.by, top.lines, top.scrolls));
        assert_eq!(parse(""), Ok((By::Process(process::Key::Time), 48, false)));
        assert_eq!(parse("rss,5,v"), Ok((By::Process(process::Key::Rss), 5, true)));
        assert_eq!(parse("totsize"), Ok((By::Slab(slab::Key::TotalSize), 48, false)));
        assert_eq!(parse(",3"), Ok((By::Process(process::Key::Time), 3, false)));
        assert_eq!(Top::parse("name", None).map(|top| top.lines), Ok(10));
        for (text, message) in [
            ("foo", "invalid --top type.  see --showtopopts for list"),
            ("time,x", "not enough lines in window for display"),
            ("time,0", "not enough lines in window for display"),
            ("time,3,q", "only valid value for 3rd --top parameter is 'v'"),
        ] {
            assert_eq!(parse(text).unwrap_err().0, message);
        }
    }
}
