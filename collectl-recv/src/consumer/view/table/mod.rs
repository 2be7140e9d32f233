//! One row for each host, sorted by any column. [`sheet`] lays it out as text, [`keys`] changes what is shown, and
//! [`live`] draws it on a terminal; in a pipe each interval is a block of lines.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use crate::consumer::view::figure::Style;
use crate::consumer::view::width::width;
use crate::merge::{Interval, Presence, Seat};
use crate::sample::{Cell, Column, Row};

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
    /// What there is of figures.
    row: Option<Row>,
    /// Where they belong, in [`Table::layouts`].
    layout: usize,
}

/// Where the figures of some columns are in a row: by the table's columns.
#[derive(Debug)]
struct Layout {
    columns: Arc<[Column]>,
    cells: Vec<Option<usize>>,
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
    /// By the names of the hosts.
    entries: Vec<Entry>,
    /// The entries as they are sorted.
    order: Vec<usize>,
    /// Those of the entries: nearly always one.
    layouts: Vec<Layout>,
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
            order: Vec::new(),
            layouts: Vec::new(),
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
        self.layouts.clear();
        let mut known = HashMap::new();
        for Seat { host, presence } in interval.seats {
            let (standing, rows, count) = match presence {
                Presence::Present(rows) => (Standing::Present, rows, &mut self.standings.present),
                Presence::Late(rows) => (Standing::Late, rows, &mut self.standings.late),
                Presence::Missing => (Standing::Missing, Vec::new(), &mut self.standings.missing),
                Presence::Stale(silent) => (Standing::Stale(silent), Vec::new(), &mut self.standings.stale),
            };
            *count += 1;
            if rows.is_empty() {
                let host = Arc::clone(&host);
                self.entries.push(Entry { host, standing, row: None, layout: 0 });
            }
            for row in rows {
                let layout = self.layout(&row.columns, &mut known);
                self.learn(&row, layout);
                let host = Arc::clone(&host);
                self.entries.push(Entry { host, standing, row: Some(row), layout });
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
        let figures: Vec<Option<f64>> =
            self.entries.iter().map(|entry| self.number(entry, self.sort)).collect();
        let is_text = self.columns.len() > self.sort && figures.iter().all(Option::is_none);
        let mut order = std::mem::take(&mut self.order);
        order.clear();
        order.extend(0..self.entries.len());
        order.sort_unstable_by(|&a, &b| {
            let by_figure = match (figures[a], figures[b]) {
                (Some(a), Some(b)) if self.ascending => a.total_cmp(&b),
                (Some(a), Some(b)) => b.total_cmp(&a),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) if is_text && self.ascending => self.text(b).cmp(self.text(a)),
                (None, None) if is_text => self.text(a).cmp(self.text(b)),
                (None, None) => self.entries[a].row.is_none().cmp(&self.entries[b].row.is_none()),
            };
            // Entries stand by their hosts' names.
            by_figure.then(a.cmp(&b))
        });
        self.order = order;
    }

    /// What an entry has in a column.
    pub(crate) fn cell<'a>(&self, entry: &'a Entry, column: usize) -> Option<Cell<'a>> {
        let row = entry.row.as_ref()?;
        row.cell(self.layouts.get(entry.layout)?.cells.get(column).copied().flatten()?)
    }

    /// Its value, where it is a number.
    pub(crate) fn number(&self, entry: &Entry, column: usize) -> Option<f64> {
        let row = entry.row.as_ref()?;
        row.number(self.layouts.get(entry.layout)?.cells.get(column).copied().flatten()?)
    }

    /// All its values, and the columns they are in.
    pub(crate) fn numbers(&self, entry: &Entry) -> impl Iterator<Item = (usize, f64)> {
        let places = self.layouts.get(entry.layout).map_or(&[][..], |layout| &layout.cells);
        let row = entry.row.as_ref();
        let numbers = places.iter().map(move |index| row?.number((*index)?));
        numbers.enumerate().filter_map(|(column, number)| Some((column, number?)))
    }

    /// The word in the sort column.
    fn text(&self, entry: usize) -> &str {
        self.cell(&self.entries[entry], self.sort).map_or("", |cell| cell.text)
    }

    /// Columns, in the order they were first seen.
    pub(crate) fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The rows that may be shown.
    pub(crate) fn visible(&self) -> Vec<&Entry> {
        self.order
            .iter()
            .map(|&entry| &self.entries[entry])
            .filter(|entry| self.filter.is_empty() || entry.host.contains(&self.filter))
            .filter(|entry| !self.hide_zeros || self.number(entry, self.sort) != Some(0.0))
            .collect()
    }

    /// The layout of rows with these columns; most rows have those of the row before.
    fn layout(&mut self, columns: &Arc<[Column]>, known: &mut HashMap<Arc<[Column]>, usize>) -> usize {
        if let Some(last) = self.layouts.last()
            && Arc::ptr_eq(&last.columns, columns)
        {
            return self.layouts.len() - 1;
        }
        if let Some(&layout) = known.get(columns) {
            return layout;
        }
        let mut cells = Vec::with_capacity(columns.len());
        for (index, column) in columns.iter().enumerate() {
            let Some(place) = self.place(index, column) else { continue };
            if cells.len() <= place {
                cells.resize(place + 1, None);
            }
            cells[place] = Some(index);
        }
        self.layouts.push(Layout { columns: Arc::clone(columns), cells });
        known.insert(Arc::clone(columns), self.layouts.len() - 1);
        self.layouts.len() - 1
    }

    /// Learns from a row how wide its columns are, and what their figures look like.
    fn learn(&mut self, row: &Row, layout: usize) {
        let Some(layout) = self.layouts.get(layout) else { return };
        for (place, index) in layout.cells.iter().enumerate() {
            let Some(cell) = index.and_then(|index| row.cell(index)) else { continue };
            self.widths[place] = self.widths[place].max(width(cell.text)).min(sheet::MAX_WIDTH);
            self.styles[place].learn(cell.text);
        }
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
        self.widths.push(width(&column.name).min(sheet::MAX_WIDTH));
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
