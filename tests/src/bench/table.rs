//! Tables of medians, in Markdown.

use std::io::{self, Write};

use crate::cost::Cpu;

/// A table that is written row by row.
pub(crate) struct Table {
    rounds: usize,
}

/// One alternative of a row.
pub(crate) type Alternative<'a, T> = Box<dyn FnMut() -> io::Result<T> + 'a>;

impl Table {
    /// A table whose alternatives are measured this many times.
    pub(crate) fn new(rounds: usize) -> Self {
        Self { rounds }
    }

    /// Begins a table with these columns.
    pub(crate) fn begin(&self, columns: &[&str]) -> io::Result<()> {
        self.write(&format!("\n| {} |\n|{}", columns.join(" | "), "---|".repeat(columns.len())))
    }

    /// A row of cells.
    pub(crate) fn row(&self, cells: &[String]) -> io::Result<()> {
        self.write(&format!("| {} |", cells.join(" | ")))
    }

    /// A row of CPU time: the floor, ours and the Perl program's, in this order, as far as they exist.
    pub(crate) fn cpu_row(
        &self,
        what: &str,
        alternatives: [Option<Alternative<'_, Cpu>>; 3],
    ) -> io::Result<()> {
        let measured = self.measure(alternatives)?;
        let totals = measured.each_ref().map(|all| Spread::of(all.iter().map(|cpu| cpu.total())));
        let users = measured.each_ref().map(|all| Spread::of(all.iter().map(|cpu| cpu.user)));
        let ratio = |nth: usize| match (totals[nth], totals[0]) {
            (Some(one), Some(floor)) => format!("{:.2}", one.median / floor.median),
            _ => "-".to_owned(),
        };
        let cell = |spread: Option<Spread>| spread.map_or("-".to_owned(), |spread| spread.to_string());
        let user = |nth: usize| users[nth].map_or("-".to_owned(), |user| format!("{:.1}", user.median));
        self.row(&[
            what.to_owned(),
            cell(totals[0]),
            cell(totals[1]),
            ratio(1),
            user(1),
            cell(totals[2]),
            ratio(2),
            user(2),
        ])
    }

    /// Begins a table of [`cpu_row`](Self::cpu_row)s.
    pub(crate) fn begin_cpu(&self, what: &str) -> io::Result<()> {
        self.begin(&[
            what,
            "floor, µs",
            "collectl, µs",
            "ratio",
            "user, µs",
            "Perl collectl, µs",
            "ratio",
            "user, µs",
        ])
    }

    /// Measures alternatives in turn.
    pub(crate) fn measure<T, const N: usize>(
        &self,
        mut alternatives: [Option<Alternative<'_, T>>; N],
    ) -> io::Result<[Vec<T>; N]> {
        let mut measured = [const { Vec::new() }; N];
        for _ in 0..self.rounds {
            for (alternative, values) in alternatives.iter_mut().zip(&mut measured) {
                if let Some(alternative) = alternative {
                    values.push(alternative()?);
                }
            }
        }
        Ok(measured)
    }

    fn write(&self, line: &str) -> io::Result<()> {
        writeln!(io::stdout().lock(), "{line}")
    }
}

/// Several measurements of the same thing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    /// Middle value.
    pub(crate) median: f64,
    lowest: f64,
    highest: f64,
}

impl Spread {
    /// None if there are no measurements.
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_unstable_by(f64::total_cmp);
        Some(Self {
            median: *values.get(values.len() / 2)?,
            lowest: *values.first()?,
            highest: *values.last()?,
        })
    }

    /// A cell of a table.
    pub(crate) fn cell(values: impl IntoIterator<Item = f64>) -> String {
        Self::of(values).map_or("-".to_owned(), |spread| spread.to_string())
    }
}

impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let places = if self.median < 100.0 { 1 } else { 0 };
        write!(f, "{:.places$} ({:.places$} to {:.places$})", self.median, self.lowest, self.highest)
    }
}
