//! One row for each host, sorted by any column. [`sheet`] lays it out as text, [`keys`] changes what is shown, and
//! [`live`] draws it on a terminal; in a pipe each interval is a block of lines.

use std::collections::HashMap;
use std::sync::Arc;

use crate::merge::{Interval, Presence};
use crate::sample::{Cell, Column, Row};
use crate::view::figure::Style;

pub(crate) mod keys;
pub(crate) mod live;
pub(crate) mod sheet;
#[cfg(test)]
mod tests;

/// Most columns that are known; what more hosts bring is left out.
const MAX_COLUMNS: usize = 4096;

/// What the user chose.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Options {
    /// Name or number of the column to sort by; the first where none is given.
    pub(crate) sort: Option<String>,
    /// Smallest first.
    pub(crate) ascending: bool,
    /// How many rows are shown.
    pub(crate) rows: Option<usize>,
    /// Leaves out rows with 0 in the sort column.
    pub(crate) hide_zeros: bool,
}

/// How a host stands in the interval that is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Standing {
    Present,
    /// Its figures are of an earlier interval.
    Late,
    Missing,
    /// Silent for so many seconds.
    Stale(f64),
}

/// A row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) host: Arc<str>,
    pub(crate) standing: Standing,
    /// By the table's columns; what the host does not have is `None`.
    pub(crate) cells: Vec<Option<Cell>>,
}

impl Entry {
    fn number(&self, column: usize) -> Option<f64> {
        self.cells.get(column)?.as_ref()?.number
    }

    fn text(&self, column: usize) -> &str {
        self.cells.get(column).and_then(Option::as_ref).map_or("", |cell| &cell.text)
    }
}

/// How many hosts stand in which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Standings {
    pub(crate) present: usize,
    pub(crate) late: usize,
    pub(crate) missing: usize,
    pub(crate) stale: usize,
}

/// The table.
#[derive(Debug)]
pub(crate) struct Table {
    wanted_sort: Option<String>,
    /// The column to sort by.
    pub(crate) sort: usize,
    pub(crate) ascending: bool,
    pub(crate) hide_zeros: bool,
    /// Most rows that are shown.
    pub(crate) rows: Option<usize>,
    pub(crate) frozen: bool,
    /// Only hosts whose name contains it.
    pub(crate) filter: String,
    /// First row that is shown.
    pub(crate) first: usize,
    /// Whether minimum and maximum are shown, besides totals and averages.
    pub(crate) extremes: bool,
    columns: Vec<Column>,
    places: HashMap<Column, usize>,
    widths: Vec<usize>,
    styles: Vec<Style>,
    entries: Vec<Entry>,
    pending: Option<Interval<Row>>,
    pub(crate) standings: Standings,
    pub(crate) time: f64,
    pub(crate) lag: f64,
}

impl Table {
    /// An empty one.
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            wanted_sort: options.sort.clone(),
            sort: 0,
            ascending: options.ascending,
            hide_zeros: options.hide_zeros,
            rows: options.rows,
            frozen: false,
            filter: String::new(),
            first: 0,
            extremes: false,
            columns: Vec::new(),
            places: HashMap::new(),
            widths: Vec::new(),
            styles: Vec::new(),
            entries: Vec::new(),
            pending: None,
            standings: Standings::default(),
            time: 0.0,
            lag: 0.0,
        }
    }

    /// Shows `interval`, or keeps it for later while frozen.
    pub(crate) fn take(&mut self, interval: Interval<Row>) {
        if self.frozen {
            self.pending = Some(interval);
            return;
        }
        self.time = interval.time;
        self.lag = interval.lag;
        self.standings = Standings::default();
        self.entries.clear();
        for seat in interval.seats {
            let (standing, rows, count) = match seat.presence {
                Presence::Present(rows) => (Standing::Present, rows, &mut self.standings.present),
                Presence::Late(rows) => (Standing::Late, rows, &mut self.standings.late),
                Presence::Missing => (Standing::Missing, Vec::new(), &mut self.standings.missing),
                Presence::Stale(silent) => (Standing::Stale(silent), Vec::new(), &mut self.standings.stale),
            };
            *count += 1;
            if rows.is_empty() {
                self.entries.push(Entry { host: Arc::clone(&seat.host), standing, cells: Vec::new() });
            }
            for row in rows {
                let cells = self.arrange(row);
                self.entries.push(Entry { host: Arc::clone(&seat.host), standing, cells });
            }
        }
        self.choose_sort();
        self.order();
    }

    /// Stops, or goes on with what has come since.
    pub(crate) fn freeze(&mut self, frozen: bool) {
        self.frozen = frozen;
        if let Some(interval) = self.pending.take_if(|_| !frozen) {
            self.take(interval);
        }
    }

    /// Puts the rows in order: hosts without figures behind all others, equals by name.
    pub(crate) fn order(&mut self) {
        let (sort, ascending) = (self.sort, self.ascending);
        let text = self
            .styles
            .get(sort)
            .is_some_and(|_| self.entries.iter().all(|entry| entry.number(sort).is_none()));
        self.entries.sort_by(|a, b| {
            let by_figure = match (a.number(sort), b.number(sort)) {
                (Some(a), Some(b)) if ascending => a.total_cmp(&b),
                (Some(a), Some(b)) => b.total_cmp(&a),
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (None, None) if text && ascending => b.text(sort).cmp(a.text(sort)),
                (None, None) if text => a.text(sort).cmp(b.text(sort)),
                (None, None) => a.cells.is_empty().cmp(&b.cells.is_empty()),
            };
            by_figure.then_with(|| a.host.cmp(&b.host))
        });
    }

    /// Columns, in the order they were first seen.
    pub(crate) fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The rows that may be shown.
    pub(crate) fn visible(&self) -> Vec<&Entry> {
        self.entries
            .iter()
            .filter(|entry| self.filter.is_empty() || entry.host.contains(&self.filter))
            .filter(|entry| !self.hide_zeros || entry.number(self.sort) != Some(0.0))
            .collect()
    }

    /// A row's cells, in the places of the table's columns.
    fn arrange(&mut self, row: Row) -> Vec<Option<Cell>> {
        let mut cells = Vec::with_capacity(row.cells.len());
        for (index, (column, cell)) in row.columns.iter().zip(row.cells).enumerate() {
            let Some(place) = self.place(index, column) else { continue };
            self.widths[place] = self.widths[place].max(cell.text.chars().count()).min(sheet::MAX_WIDTH);
            self.styles[place].learn(&cell.text);
            if cells.len() <= place {
                cells.resize(place + 1, None);
            }
            cells[place] = Some(cell);
        }
        cells
    }

    fn place(&mut self, index: usize, column: &Column) -> Option<usize> {
        // Nearly always all hosts have the same columns.
        if self.columns.get(index) == Some(column) {
            return Some(index);
        }
        if let Some(&place) = self.places.get(column) {
            return Some(place);
        }
        if self.columns.len() >= MAX_COLUMNS {
            return None;
        }
        let place = self.columns.len();
        self.places.insert(column.clone(), place);
        self.widths.push(column.name.chars().count().min(sheet::MAX_WIDTH));
        self.styles.push(Style::default());
        self.columns.push(column.clone());
        Some(place)
    }

    /// Finds the column that the user wants, as soon as there is one.
    fn choose_sort(&mut self) {
        let Some(wanted) = &self.wanted_sort else { return };
        if let Some(place) = find(&self.columns, wanted) {
            self.sort = place;
            self.wanted_sort = None;
        }
    }
}

/// The column that `text` means: its name, or its number from 1.
pub(crate) fn find(columns: &[Column], text: &str) -> Option<usize> {
    let named = columns.iter().position(|column| column.is_called(text));
    let number = text.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    named.or(number.filter(|&place| place < columns.len()))
}
