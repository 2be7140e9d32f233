//! The table as lines of text: the same in a pipe and on a terminal, where each part has a colour, too.

use std::borrow::Cow;

use super::{Entry, Standing, Table};
use crate::view::figure::Style;

/// Widest column; longer texts are cut.
pub(crate) const MAX_WIDTH: usize = 24;
/// Widest host name on a terminal.
const MAX_HOST: usize = 20;
/// What is shown for a figure that is not there.
const NOTHING: &str = "-";

/// What a part of a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Plain,
    Header,
    /// In the column that is sorted by.
    Sorted,
    Late,
    Missing,
    Stale,
    Sum,
}

/// A line, in parts.
pub(crate) type Line = Vec<(Cow<'static, str>, Role)>;

/// How much room there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Room {
    /// Characters in a line.
    pub(crate) width: usize,
    /// Rows of hosts.
    pub(crate) rows: usize,
}

/// The table, laid out.
#[derive(Debug)]
pub(crate) struct Sheet {
    /// Groups, and names below them.
    pub(crate) head: [Line; 2],
    pub(crate) rows: Vec<Line>,
    pub(crate) sums: Vec<Line>,
    /// How many rows there are, shown or not.
    pub(crate) total: usize,
}

/// Lays out `table` in `room`; without room, all of it.
pub(crate) fn sheet(table: &Table, room: Option<Room>) -> Sheet {
    let visible = table.visible();
    let host = visible.iter().map(|entry| entry.host.chars().count()).max().unwrap_or(0).max(7);
    let host = if room.is_some() { host.min(MAX_HOST) } else { host };
    let sums = Sums::of(table, &visible);
    let widths: Vec<usize> = (0..table.columns.len()).map(|column| sums.width(table, column)).collect();
    let shown = fitting(&widths, table.sort, room.map(|room| room.width.saturating_sub(host)));
    let layout = Layout { table, host, widths: &widths, shown };
    let limit = room.map_or(usize::MAX, |room| room.rows).min(table.rows.unwrap_or(usize::MAX));
    let first = table.first.min(visible.len().saturating_sub(1));
    Sheet {
        head: [layout.groups(), layout.names()],
        rows: visible.iter().skip(first).take(limit).map(|entry| layout.entry(entry)).collect(),
        sums: sums.lines(&layout),
        total: visible.len(),
    }
}

/// The columns that find room: from the first, or so many further that the one at `sort` is among them.
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

struct Layout<'a> {
    table: &'a Table,
    host: usize,
    widths: &'a [usize],
    shown: std::ops::Range<usize>,
}

impl Layout<'_> {
    fn role(&self, column: usize, other: Role) -> Role {
        if column == self.table.sort { Role::Sorted } else { other }
    }

    /// `<--CPU-->` above the columns of each group.
    fn groups(&self) -> Line {
        let mut text = left("#", self.host);
        let mut column = self.shown.start;
        while column < self.shown.end {
            let group = &*self.table.columns[column].group;
            let same =
                (column..self.shown.end).take_while(|&at| *self.table.columns[at].group == *group).count();
            let width: usize =
                self.widths[column..column + same].iter().map(|width| width + 1).sum::<usize>() - 1;
            text.push(' ');
            text.push_str(&if group.is_empty() { " ".repeat(width) } else { banner(group, width) });
            column += same;
        }
        vec![(text.into(), Role::Header)]
    }

    fn names(&self) -> Line {
        let mut line: Line = vec![(left("#Host", self.host).into(), Role::Header)];
        for column in self.shown.clone() {
            let name = right(&self.table.columns[column].name, self.widths[column]);
            line.push((" ".into(), Role::Header));
            line.push((name.into(), self.role(column, Role::Header)));
        }
        line
    }

    fn entry(&self, entry: &Entry) -> Line {
        let role = match entry.standing {
            Standing::Present => Role::Plain,
            Standing::Late => Role::Late,
            Standing::Missing => Role::Missing,
            Standing::Stale(_) => Role::Stale,
        };
        let mark = match entry.standing {
            Standing::Late => "~",
            _ => " ",
        };
        let mut line: Line = vec![((left(&entry.host, self.host) + mark).into(), role)];
        match entry.standing {
            Standing::Missing => line.push(("missing".into(), role)),
            Standing::Stale(silent) => line.push((format!("stale: silent for {silent:.0} s").into(), role)),
            Standing::Present | Standing::Late => {
                for column in self.shown.clone() {
                    let cell = entry.cells.get(column).and_then(Option::as_ref);
                    let text = cell.map_or(NOTHING, |cell| &cell.text);
                    let cell = if cell.is_some_and(|cell| cell.number.is_none())
                        && column + 1 == self.widths.len()
                    {
                        left(text, self.widths[column])
                    } else {
                        right(text, self.widths[column])
                    };
                    line.push((
                        cell.into(),
                        if role == Role::Plain { self.role(column, role) } else { role },
                    ));
                    line.push((" ".into(), Role::Plain));
                }
                line.pop();
            }
        }
        line
    }
}

/// Totals and the like of the hosts that are present.
struct Sums {
    lines: Vec<(&'static str, Vec<Option<f64>>)>,
}

impl Sums {
    fn of(table: &Table, visible: &[&Entry]) -> Self {
        let count = table.columns.len();
        let (mut totals, mut counts) = (vec![0.0; count], vec![0.0; count]);
        let (mut least, mut most) = (vec![f64::INFINITY; count], vec![f64::NEG_INFINITY; count]);
        for entry in visible.iter().filter(|entry| entry.standing == Standing::Present) {
            for (column, number) in entry.cells.iter().enumerate() {
                let Some(number) = number.as_ref().and_then(|cell| cell.number) else { continue };
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

    fn lines(&self, layout: &Layout<'_>) -> Vec<Line> {
        let line = |(name, values): &(&str, Vec<Option<f64>>)| {
            let mut text = left(name, layout.host);
            for column in layout.shown.clone() {
                let style: Style = layout.table.styles[column];
                let value = values[column].map_or_else(|| NOTHING.to_owned(), |value| style.show(value));
                text.push(' ');
                text.push_str(&right(&value, layout.widths[column]));
            }
            vec![(text.into(), Role::Sum)]
        };
        self.lines.iter().map(line).collect()
    }
}

/// `<---NAME--->` in `width` characters.
fn banner(name: &str, width: usize) -> String {
    let Some(inner) = width.checked_sub(2) else { return " ".repeat(width) };
    let name: String = name.chars().take(inner).collect();
    format!("<{name:-^inner$}>")
}

fn left(text: &str, width: usize) -> String {
    let (cut, blanks) = fit(text, width);
    let mut out = String::with_capacity(cut.len() + blanks);
    out.push_str(cut);
    out.extend(std::iter::repeat_n(' ', blanks));
    out
}

fn right(text: &str, width: usize) -> String {
    let (cut, blanks) = fit(text, width);
    let mut out = String::with_capacity(cut.len() + blanks);
    out.extend(std::iter::repeat_n(' ', blanks));
    out.push_str(cut);
    out
}

/// As much of `text` as finds room, and how many blanks fill the rest.
fn fit(text: &str, width: usize) -> (&str, usize) {
    match text.char_indices().nth(width) {
        Some((end, _)) => (&text[..end], 0),
        None => (text, width - text.chars().count()),
    }
}

/// A line without its colours, for a pipe.
pub(crate) fn plain(line: &Line) -> String {
    let mut text: String = line.iter().map(|(part, _)| &**part).collect();
    text.truncate(text.trim_end().len());
    text
}
