//! What is shown of the lines that come. Pure but for [`table::live`], which has the terminal: lines in, bytes for
//! standard output out.

use clap::ValueEnum;

pub(crate) mod columns;
pub(crate) mod figure;
pub(crate) mod json;
pub(crate) mod lines;
pub(crate) mod merged;
pub(crate) mod table;
pub(crate) mod time;
pub(crate) mod width;

/// The ways to show them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum View {
    /// Each line as it comes, its host before it.
    Lines,
    /// A row for each host, sorted; needs formats with one line for each interval (brief, -P, --export json).
    Table,
    /// The columns of --columns side by side, a line for each interval.
    Columns,
    /// A JSON object for each host and interval.
    Json,
}

/// A view, and what is chosen for it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Look {
    pub(crate) view: View,
    pub(crate) table: table::Options,
    pub(crate) columns: columns::Options,
    pub(crate) limits: crate::merge::Limits,
}
