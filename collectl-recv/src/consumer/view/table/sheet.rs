//! The table as lines of text: the same in a pipe and on a terminal, where the parts have colours.

use super::{Entry, HostState, Table};
use crate::consumer::view::figure::Style;
use crate::consumer::view::width::{fit, width};

/// Widest column; longer texts are cut.
pub(super) const MAX_WIDTH: usize = 24;
/// Widest host name on a terminal.
const MAX_HOST: usize = 20;
/// Source of blanks.
const BLANKS: &str = "                                ";
/// What is shown for a figure that is not there.
const NOTHING: &str = "-";

/// The role of a part of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Plain,
    Header,
    /// In the column that is sorted by.
    Sorted,
    Late,
    Missing,
    Stale,
    Sum,
}

/// A line: its text, and the role of each part.
#[derive(Debug, Clone, Default)]
pub(super) struct StyledLine {
    text: String,
    /// Where each part ends.
    parts: Vec<(usize, Role)>,
}

impl StyledLine {
    /// All of it without colours, for a pipe.
    pub(super) fn plain(&self) -> &str {
        self.text.trim_end()
    }

    /// Its parts.
    pub(super) fn parts(&self) -> impl Iterator<Item = (&str, Role)> {
        let mut begin = 0;
        self.parts.iter().filter_map(move |&(end, role)| {
            let text = self.text.get(std::mem::replace(&mut begin, end)..end)?;
            Some((text, role))
        })
    }

    fn clear(&mut self) {
        self.text.clear();
        self.parts.clear();
    }

    /// Ends a part, which began where the last one ended.
    fn part(&mut self, role: Role) {
        self.parts.push((self.text.len(), role));
    }

    /// Adds `text` left-aligned in so many places.
    fn left(&mut self, text: &str, places: usize) {
        let (cut, blanks) = fit(text, places);
        self.text.push_str(cut);
        self.blanks(blanks);
    }

    /// Adds `text` right-aligned in so many places.
    fn right(&mut self, text: &str, places: usize) {
        let (cut, blanks) = fit(text, places);
        self.blanks(blanks);
        self.text.push_str(cut);
    }

    fn blanks(&mut self, mut count: usize) {
        // Many at once: one by one takes longer than all the rest of a row.
        while let Some(blanks) = BLANKS.get(..count.min(BLANKS.len())).filter(|_| count > 0) {
            self.text.push_str(blanks);
            count -= blanks.len();
        }
    }
}

/// The room for the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Room {
    /// Characters in a line.
    pub(super) width: usize,
    /// Rows of hosts.
    pub(super) rows: usize,
}

/// The table, laid out. Its rows are made one by one: there may be many.
#[derive(Debug)]
pub(super) struct Sheet<'a> {
    /// Groups, and names below them.
    pub(super) head: [StyledLine; 2],
    pub(super) sums: Vec<StyledLine>,
    /// How many rows there are, shown or not.
    pub(super) total: usize,
    layout: Layout<'a>,
    shown: Vec<&'a Entry>,
}

/// Lays out `table` in `room`; all of it without one.
pub(super) fn sheet(table: &Table, room: Option<Room>) -> Sheet<'_> {
    let mut visible = table.visible();
    let host = visible.iter().map(|entry| width(&entry.host)).max().unwrap_or(0).max(7);
    let host = room.map_or(host, |room| host.min(MAX_HOST).min(room.width));
    let sums = Sums::of(table, &visible);
    let widths: Vec<usize> = (0..table.columns.len()).map(|column| sums.width(table, column)).collect();
    let shown = fitting(&widths, table.sort, room.map(|room| room.width.saturating_sub(host)));
    let layout = Layout { table, host, widths, shown };
    let limit = room.map_or(usize::MAX, |room| room.rows).min(table.rows.unwrap_or(usize::MAX));
    let (total, first) = (visible.len(), table.first.min(visible.len().saturating_sub(1)));
    visible.drain(..first);
    visible.truncate(limit);
    Sheet {
        head: [layout.groups(), layout.names()],
        sums: sums.lines(&layout),
        total,
        layout,
        shown: visible,
    }
}

impl Sheet<'_> {
    /// How many rows are shown.
    pub(super) fn len(&self) -> usize {
        self.shown.len()
    }

    /// Calls `each` with every row that is shown, from the top.
    pub(super) fn rows(&self, mut each: impl FnMut(&StyledLine)) {
        let mut line = StyledLine::default();
        for entry in &self.shown {
            line.clear();
            self.layout.entry(entry, &mut line);
            each(&line);
        }
    }
}

/// The columns that fit: from the first, or from a later one so that the one at `sort` is among them.
fn fitting(widths: &[usize], sort: usize, room: Option<usize>) -> std::ops::Range<usize> {
    let Some(room) = room else { return 0..widths.len() };
    let end = |first: usize| {
        let mut used = 0;
        let fits = |width: &&usize| {
            used += **width + 1;
            used <= room
        };
        first + widths[first..].iter().take_while(fits).count()
    };
    let mut first = 0;
    while first < sort.min(widths.len()) && end(first) <= sort {
        first += 1;
    }
    first..end(first)
}

#[derive(Debug)]
struct Layout<'a> {
    table: &'a Table,
    host: usize,
    widths: Vec<usize>,
    shown: std::ops::Range<usize>,
}

impl Layout<'_> {
    fn role(&self, column: usize, other: Role) -> Role {
        if column == self.table.sort { Role::Sorted } else { other }
    }

    /// `<--CPU-->` above the columns of each group.
    fn groups(&self) -> StyledLine {
        let mut line = StyledLine::default();
        line.left("#", self.host);
        let mut column = self.shown.start;
        while column < self.shown.end {
            let group = &*self.table.columns[column].group;
            let same =
                (column..self.shown.end).take_while(|&at| *self.table.columns[at].group == *group).count();
            let width: usize =
                self.widths[column..column + same].iter().map(|width| width + 1).sum::<usize>() - 1;
            line.blanks(1);
            if group.is_empty() {
                line.blanks(width);
            } else {
                line.left(&banner(group, width), width);
            }
            column += same;
        }
        line.part(Role::Header);
        line
    }

    fn names(&self) -> StyledLine {
        let mut line = StyledLine::default();
        line.left("#Host", self.host);
        line.part(Role::Header);
        for column in self.shown.clone() {
            line.blanks(1);
            line.part(Role::Header);
            line.right(&self.table.columns[column].name, self.widths[column]);
            line.part(self.role(column, Role::Header));
        }
        line
    }

    fn entry(&self, entry: &Entry, line: &mut StyledLine) {
        let (role, mark) = match entry.state {
            HostState::Present => (Role::Plain, " "),
            HostState::Late => (Role::Late, "~"),
            HostState::Missing => (Role::Missing, " "),
            HostState::Stale(_) => (Role::Stale, " "),
        };
        line.left(&entry.host, self.host);
        line.text.push_str(mark);
        line.part(role);
        match entry.state {
            HostState::Missing => line.text.push_str("missing"),
            HostState::Stale(silent) => line.text.push_str(&format!("stale: silent for {silent:.0} s")),
            HostState::Present | HostState::Late => return self.figures(entry, role, line),
        }
        line.part(role);
    }

    fn figures(&self, entry: &Entry, role: Role, line: &mut StyledLine) {
        for column in self.shown.clone() {
            if column > self.shown.start {
                line.blanks(1);
                line.part(Role::Plain);
            }
            let cell = self.table.cell(entry, column);
            let (text, width) = (cell.map_or(NOTHING, |cell| cell.text), self.widths[column]);
            if column + 1 == self.widths.len() && cell.is_some_and(|cell| cell.number.is_none()) {
                line.left(text, width);
            } else {
                line.right(text, width);
            }
            line.part(if role == Role::Plain { self.role(column, role) } else { role });
        }
    }
}

/// Totals, averages and extremes of the hosts that are present.
struct Sums {
    lines: Vec<(&'static str, Vec<Option<f64>>)>,
}

impl Sums {
    fn of(table: &Table, visible: &[&Entry]) -> Self {
        let count = table.columns.len();
        let (mut totals, mut counts) = (vec![0.0; count], vec![0.0; count]);
        let (mut least, mut most) = (vec![f64::INFINITY; count], vec![f64::NEG_INFINITY; count]);
        for entry in visible.iter().filter(|entry| entry.state == HostState::Present) {
            for (column, number) in table.numbers(entry) {
                totals[column] += number;
                counts[column] += 1.0;
                least[column] = number.min(least[column]);
                most[column] = number.max(most[column]);
            }
        }
        let known = |values: Vec<f64>| -> Vec<Option<f64>> {
            values.into_iter().zip(&counts).map(|(value, count)| (*count > 0.0).then_some(value)).collect()
        };
        let averages = totals.iter().zip(&counts).map(|(total, count)| total / count).collect();
        let mut lines = vec![("Total", known(totals)), ("Average", known(averages))];
        if table.extremes {
            lines.extend([("Minimum", known(least)), ("Maximum", known(most))]);
        }
        Self { lines }
    }

    fn width(&self, table: &Table, column: usize) -> usize {
        let style = table.styles[column];
        let own =
            self.lines.iter().filter_map(|(_, values)| values[column]).map(|value| style.show(value).len());
        own.max().unwrap_or(0).max(table.widths[column]).min(MAX_WIDTH)
    }

    fn lines(&self, layout: &Layout<'_>) -> Vec<StyledLine> {
        let line = |(name, values): &(&str, Vec<Option<f64>>)| {
            let mut line = StyledLine::default();
            line.left(name, layout.host);
            for column in layout.shown.clone() {
                let style: Style = layout.table.styles[column];
                let value = values[column].map_or_else(|| NOTHING.to_owned(), |value| style.show(value));
                line.blanks(1);
                line.right(&value, layout.widths[column]);
            }
            line.part(Role::Sum);
            line
        };
        self.lines.iter().map(line).collect()
    }
}

/// `<---NAME--->` in `width` characters.
fn banner(name: &str, width: usize) -> String {
    let Some(inner) = width.checked_sub(2) else { return " ".repeat(width) };
    let (name, rest) = fit(name, inner);
    format!("<{}{name}{}>", "-".repeat(rest / 2), "-".repeat(rest - rest / 2))
}
