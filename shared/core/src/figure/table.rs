//! What the documentation says about a group.

use super::{Kind, Unit};

/// The keys of an object in JSON, as `docs/json.md` lists them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The key of the object or the array.
    pub key: &'static str,
    /// What it is of.
    pub title: &'static str,
    /// What stands above the table.
    pub note: &'static str,
    /// Its keys.
    pub rows: Vec<Row>,
}

/// A key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The key; with those of the objects that it is in, and points between them.
    pub key: String,
    /// The unit.
    pub unit: Unit,
    /// What it is.
    pub kind: Kind,
    /// What it means.
    pub help: &'static str,
}

impl Row {
    /// A row with one key.
    #[must_use]
    pub fn new(key: &str, unit: Unit, kind: Kind, help: &'static str) -> Self {
        Self { key: key.to_owned(), unit, kind, help }
    }
}

impl Table {
    /// The table of an object with these objects in it.
    #[must_use]
    pub fn nest(key: &'static str, title: &'static str, inner: impl IntoIterator<Item = Self>) -> Self {
        let rows = inner.into_iter().flat_map(|table| {
            let within = table.key;
            table.rows.into_iter().map(move |row| Row { key: format!("{within}.{}", row.key), ..row })
        });
        Self { key, title, note: "", rows: rows.collect() }
    }

    /// The same with this text above it.
    #[must_use]
    pub fn note(self, note: &'static str) -> Self {
        Self { note, ..self }
    }
}
