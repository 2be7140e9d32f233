//! Lines of a host as figures with names: what the views beyond plain lines are made of. Pure.
//!
//! [`decode`] reads the lines of one connection, [`header`] the names of its columns, [`stamp`] the times in its lines,
//! [`object`] the objects of `--export json`; [`row`] keeps figures, [`catalogue`] their names.

use crate::merge::{Rows, Stamp};

mod catalogue;
mod decode;
mod header;
mod object;
mod row;
mod stamp;

pub(crate) use catalogue::{Catalogue, Refused};
pub(crate) use decode::Decoder;
#[cfg(test)]
pub(crate) use row::Cells;
pub(crate) use row::{Cell, Row};

/// Most columns of a line; further ones are left out.
const MAX_COLUMNS: usize = 2048;
/// Most bytes of a name, and of a group's name; longer ones are cut.
const MAX_NAME: usize = 128;

/// The name of a column.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Column {
    /// The title of several columns (`CPU`, `disk`), or nothing.
    pub(crate) group: Box<str>,
    pub(crate) name: Box<str>,
}

impl Column {
    /// A column of `group`.
    pub(crate) fn new(group: &str, name: &str) -> Self {
        Self { group: group.into(), name: name.into() }
    }

    /// True where `text` names it: `cpu`, `CPU.cpu` or `[CPU]User%`, in any case.
    pub(crate) fn is_called(&self, text: &str) -> bool {
        let same = |full: String| full.eq_ignore_ascii_case(text);
        self.name.eq_ignore_ascii_case(text)
            || same(format!("{}.{}", self.group, self.name))
            || same(format!("[{}]{}", self.group, self.name))
    }
}

/// As much of `text` as `limit` bytes hold.
fn cut(text: &str, limit: usize) -> &str {
    &text[..text.floor_char_boundary(limit)]
}

/// A line of figures.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sample {
    pub(crate) stamp: Option<Stamp>,
    pub(crate) rows: Rows,
    pub(crate) row: Row,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_several_names() {
        let column = Column::new("CPU", "User%");
        for text in ["User%", "user%", "cpu.user%", "[CPU]User%"] {
            assert!(column.is_called(text), "{text}");
        }
        assert!(!column.is_called("CPU"));
    }
}
