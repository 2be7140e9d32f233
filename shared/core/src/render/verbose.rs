//! What a subsystem writes of a section of the verbose format: its headings, and its rows.

use super::line::Line;

/// What stands above a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The line with the title, from its `#` on.
    pub title: String,
    /// The lines with the column headings, without their `#`. The last one has the heading of the stamp before it.
    pub lines: Vec<String>,
    /// Whether it does; some have just the room for it.
    pub names_stamp: bool,
    /// Whether the time stands behind the title, in place of stamps before the rows.
    pub clock: bool,
}

impl Heading {
    /// A heading of texts that never change.
    #[must_use]
    pub fn of(title: &str, lines: &[&str]) -> Self {
        Self::new(title, lines.iter().map(|&line| line.to_owned()).collect())
    }

    /// A heading whose column headings depend on what is there.
    #[must_use]
    pub fn new(title: &str, lines: Vec<String>) -> Self {
        Self { title: title.to_owned(), lines, names_stamp: true, clock: false }
    }

    /// The same, with room above the stamps in place of their heading.
    #[must_use]
    pub fn without_stamp(self) -> Self {
        Self { names_stamp: false, ..self }
    }

    /// The same heading with the time behind its title, in place of stamps before the rows.
    #[must_use]
    pub fn with_clock(self) -> Self {
        Self { clock: true, ..self }
    }
}

/// The rows of a section as they grow.
pub struct Rows<'a> {
    stamp: &'a [u8],
    line: &'a mut Line,
}

impl<'a> Rows<'a> {
    /// Rows that begin with `stamp` and are added to `line`.
    pub fn new(stamp: &'a [u8], line: &'a mut Line) -> Self {
        Self { stamp, line }
    }

    /// Appends column headings for the rows that follow.
    pub fn heading(&mut self, text: &str) {
        let width = self.stamp.len();
        self.line.text("#").blanks(width).text(text).text("\n");
    }

    /// Appends a row: the stamp, what `write` adds, and the line end.
    pub fn row(&mut self, write: impl FnOnce(&mut Line)) {
        self.line.text(self.stamp);
        write(self.line);
        self.line.text("\n");
    }
}

/// Which separator stands between intervals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Records {
    /// One where there is more than one section.
    #[default]
    AsNeeded,
    /// One in any case, with the letters of the subsystems in it (`--full`).
    Full,
}
