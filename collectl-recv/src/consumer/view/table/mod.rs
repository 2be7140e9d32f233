//! One row for each host, sorted by any column. [`view`] feeds it, [`sheet`] lays it out as text, [`keys`] changes what is
//! shown, and [`live`] draws it on a terminal; in a pipe each interval is a block of lines.

use std::cmp::{Ordering, Reverse};
use std::collections::HashMap;
use std::sync::Arc;

use clap::Args;

use crate::base::time::Time;
use crate::consumer::view::figure::Style;
use crate::consumer::view::width::width;
use crate::merge::{HostInterval, Interval, Presence};
use crate::sample::{Cell, Column, Row};

mod keys;
mod live;
mod sheet;
#[cfg(test)]
mod tests;
mod view;

pub(super) use view::VIEW;

/// Most columns that are shown. Where hosts have more, those of most hosts are.
const MAX_COLUMNS: usize = 1024;

/// What the user chose.
#[derive(Debug, Clone, Default, Args)]
struct TableArgs {
    /// Column that the table is sorted by: its name, or its number from 1, times and hosts not counted [default: 1].
    #[arg(long, value_name = "COL")]
    sort: Option<String>,
    /// Sort the smallest first.
    #[arg(long)]
    reverse: bool,
    /// Show the first N rows of the table only [default: as many as the terminal has].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rows: Option<u32>,
    /// Leave out rows with 0 in the sort column.
    #[arg(long)]
    hide_zeros: bool,
}

/// The state of a host in the interval that is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
enum HostState {
    Present,
    /// Its figures are of an earlier interval.
    Late,
    Missing,
    /// Silent for so many seconds.
    Stale(f64),
}

/// A row.
#[derive(Debug, Clone, PartialEq)]
struct Entry {
    host: Arc<str>,
    state: HostState,
    /// Its figures, if there are any.
    row: Option<Row>,
    /// Where they are shown, in [`Table::layouts`].
    layout: usize,
}

/// Where the figures of the table's columns are in a row.
#[derive(Debug)]
struct Layout {
    columns: Arc<[Column]>,
    cells: Vec<Option<usize>>,
}

/// How many hosts are in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct StateCounts {
    present: usize,
    late: usize,
    missing: usize,
    stale: usize,
}

/// The table.
#[derive(Debug)]
struct Table {
    wanted_sort: Option<String>,
    /// The column to sort by.
    sort: usize,
    ascending: bool,
    hide_zeros: bool,
    /// Most rows that are shown.
    rows: Option<usize>,
    frozen: bool,
    /// Only hosts whose name contains it.
    filter: String,
    /// First row that is shown.
    first: usize,
    /// Whether minimum and maximum are shown, besides totals and averages.
    extremes: bool,
    columns: Vec<Column>,
    places: HashMap<Column, usize>,
    widths: Vec<usize>,
    styles: Vec<Style>,
    /// In the order of the names of their hosts.
    entries: Vec<Entry>,
    /// The entries as they are sorted.
    order: Vec<usize>,
    /// The layouts of the entries: nearly always one.
    layouts: Vec<Layout>,
    pending: Option<Interval<Row>>,
    states: StateCounts,
    /// That of the interval; none before the first.
    time: Option<Time>,
    lag: f64,
}

impl Table {
    /// An empty table.
    fn new(options: &TableArgs) -> Self {
        Self {
            wanted_sort: options.sort.clone(),
            sort: 0,
            ascending: options.reverse,
            hide_zeros: options.hide_zeros,
            rows: options.rows.map(|rows| rows as usize),
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
            states: StateCounts::default(),
            time: None,
            lag: 0.0,
        }
    }

    /// Shows `interval`, or keeps it for later while frozen.
    fn take(&mut self, interval: Interval<Row>) {
        if self.frozen {
            self.pending = Some(interval);
            return;
        }
        self.time = Some(interval.time);
        self.lag = interval.lag;
        self.states = StateCounts::default();
        self.entries.clear();
        self.layouts.clear();
        if !self.has_room_for(&interval) {
            self.choose_columns(&interval);
        }
        let mut known = HashMap::new();
        for HostInterval { name, presence } in interval.hosts {
            let (state, rows, count) = match presence {
                Presence::Present(rows) => (HostState::Present, rows, &mut self.states.present),
                Presence::Late(rows) => (HostState::Late, rows, &mut self.states.late),
                Presence::Missing => (HostState::Missing, Vec::new(), &mut self.states.missing),
                Presence::Stale(silent) => (HostState::Stale(silent), Vec::new(), &mut self.states.stale),
            };
            *count += 1;
            if rows.is_empty() {
                let host = Arc::clone(&name);
                self.entries.push(Entry { host, state, row: None, layout: 0 });
            }
            for row in rows {
                let layout = self.layout(&row.columns, &mut known);
                self.learn(&row, layout);
                let host = Arc::clone(&name);
                self.entries.push(Entry { host, state, row: Some(row), layout });
            }
        }
        self.choose_sort();
        self.order();
    }

    /// Stops, or continues with what has come since.
    fn freeze(&mut self, frozen: bool) {
        self.frozen = frozen;
        if let Some(interval) = self.pending.take_if(|_| !frozen) {
            self.take(interval);
        }
    }

    /// Puts the rows in order: hosts without figures after all others, equals by name.
    fn order(&mut self) {
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
            // Entries are in the order of their hosts' names.
            by_figure.then(a.cmp(&b))
        });
        self.order = order;
    }

    /// What an entry has in a column.
    fn cell<'a>(&self, entry: &'a Entry, column: usize) -> Option<Cell<'a>> {
        let row = entry.row.as_ref()?;
        row.cell(self.layouts.get(entry.layout)?.cells.get(column).copied().flatten()?)
    }

    /// The value of an entry in a column, where it is a number.
    fn number(&self, entry: &Entry, column: usize) -> Option<f64> {
        let row = entry.row.as_ref()?;
        row.number(self.layouts.get(entry.layout)?.cells.get(column).copied().flatten()?)
    }

    /// All values of an entry, and their columns.
    fn numbers(&self, entry: &Entry) -> impl Iterator<Item = (usize, f64)> {
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
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The rows that may be shown.
    fn visible(&self) -> Vec<&Entry> {
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

    /// True where all columns of `interval` can be shown beside those of before.
    fn has_room_for(&self, interval: &Interval<Row>) -> bool {
        let mut new = HashMap::new();
        let mut last: Option<&Arc<[Column]>> = None;
        for row in rows(interval) {
            if last.is_some_and(|last| Arc::ptr_eq(last, &row.columns)) {
                continue;
            }
            last = Some(&row.columns);
            for (index, column) in row.columns.iter().enumerate() {
                if self.columns.get(index) != Some(column) && !self.places.contains_key(column) {
                    new.insert(column, ());
                    if self.columns.len() + new.len() > MAX_COLUMNS {
                        return false;
                    }
                }
            }
        }
        true
    }

    /// Forgets all columns, and takes those of `interval`, first those of most rows: a host whose columns change all the
    /// time hides none of the others.
    fn choose_columns(&mut self, interval: &Interval<Row>) {
        let sorted_by = self.columns.get(self.sort).cloned();
        let mut lists: Vec<(&Arc<[Column]>, usize)> = Vec::new();
        let mut known: HashMap<&Arc<[Column]>, usize> = HashMap::new();
        for row in rows(interval) {
            let place = *known.entry(&row.columns).or_insert(lists.len());
            if place == lists.len() {
                lists.push((&row.columns, 0));
            }
            lists[place].1 += 1;
        }
        lists.sort_by_key(|&(_, rows)| Reverse(rows));
        self.columns.clear();
        self.places.clear();
        self.widths.clear();
        self.styles.clear();
        for (columns, _) in lists {
            for (index, column) in columns.iter().enumerate() {
                self.place(index, column);
            }
        }
        let place = sorted_by.and_then(|column| self.columns.iter().position(|other| *other == column));
        self.sort = place.unwrap_or(0);
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

/// All rows of an interval.
fn rows(interval: &Interval<Row>) -> impl Iterator<Item = &Row> {
    interval.hosts.iter().flat_map(|host| match &host.presence {
        Presence::Present(rows) | Presence::Late(rows) => &rows[..],
        Presence::Missing | Presence::Stale(_) => &[],
    })
}

/// The column that `text` names: its name, or its number from 1.
pub(super) fn find(columns: &[Column], text: &str) -> Option<usize> {
    let named = columns.iter().position(|column| column.is_called(text));
    let number = text.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    named.or(number.filter(|&place| place < columns.len()))
}
