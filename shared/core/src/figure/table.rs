//! The tables of the documentation.

use super::{Kind, Unit};

/// The keys of a JSON object, as `docs/json.md` lists them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The key of the object or the array.
    pub key: &'static str,
    /// Its title.
    pub title: &'static str,
    /// The text above the table.
    pub note: &'static str,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// A row for one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The key; for nested objects with their keys, separated by dots.
    pub key: String,
    /// The unit.
    pub unit: Unit,
    /// The kind.
    pub kind: Kind,
    /// The meaning.
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
    /// The table of an object that contains these objects.
    #[must_use]
    pub fn nest(key: &'static str, title: &'static str, inner: impl IntoIterator<Item = Self>) -> Self {
        let rows = inner.into_iter().flat_map(|table| {
            let within = table.key;
            table.rows.into_iter().map(move |row| Row { key: format!("{within}.{}", row.key), ..row })
        });
        Self { key, title, note: "", rows: rows.collect() }
    }

    /// Sets the text above the table.
    #[must_use]
    pub fn note(self, note: &'static str) -> Self {
        Self { note, ..self }
    }
}
