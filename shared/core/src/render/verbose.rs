//! What a subsystem writes in a section of the verbose format: headings and rows.

use super::line::Line;

/// The headings of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The line with the title, including its `#`.
    pub title: String,
    /// The lines with the column headings, without their `#`. The heading of the stamp comes before the last one.
    pub lines: Vec<String>,
    /// Whether the stamp has a heading; otherwise there is only the room for it.
    pub names_stamp: bool,
    /// Whether the time follows the title, instead of stamps before the rows.
    pub clock: bool,
}

impl Heading {
    /// A heading with constant text.
    #[must_use]
    pub fn of(title: &str, lines: &[&str]) -> Self {
        Self::new(title, lines.iter().map(|&line| line.to_owned()).collect())
    }

    /// A heading whose columns depend on the machine.
    #[must_use]
    pub fn new(title: &str, lines: Vec<String>) -> Self {
        Self { title: title.to_owned(), lines, names_stamp: true, clock: false }
    }

    /// Leaves the room above the stamps blank.
    #[must_use]
    pub fn without_stamp(self) -> Self {
        Self { names_stamp: false, ..self }
    }

    /// Shows the time after the title, instead of stamps before the rows.
    #[must_use]
    pub fn with_clock(self) -> Self {
        Self { clock: true, ..self }
    }
}

/// The rows of a section.
pub struct Rows<'a> {
    stamp: &'a [u8],
    line: &'a mut Line,
}

impl<'a> Rows<'a> {
    /// Rows that start with `stamp` and are added to `line`.
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

/// When a separator comes between intervals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Records {
    /// If there is more than one section.
    #[default]
    AsNeeded,
    /// Always, with the letters of the subsystems (`--full`).
    Full,
}
