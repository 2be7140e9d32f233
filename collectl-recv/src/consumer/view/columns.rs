//! Chosen columns side by side: a line for each interval, a host in each column. What `colmux -cols` does.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::figure::Style;
use super::merged::To;
use super::{table, time};
use crate::merge::{Interval, Presence};
use crate::sample::Row;

/// Lines on a terminal after which the header comes again.
const HEADER_EVERY: u32 = 20;

/// What the user chose.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Options {
    /// Names or numbers.
    pub(crate) columns: Vec<String>,
    pub(crate) hosts: Hosts,
    pub(crate) totals: bool,
    pub(crate) scale: Scale,
    /// Columns, as above, that are not scaled.
    pub(crate) unscaled: Vec<String>,
    pub(crate) width: usize,
    /// Intervals for which the last figure of a host goes on to be shown.
    pub(crate) age: u32,
    /// What is shown instead of a figure that is not there.
    pub(crate) no_data: String,
    /// What is shown instead of one below zero.
    pub(crate) negative: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
            hosts: Hosts::All,
            totals: false,
            scale: Scale::None,
            unscaled: Vec::new(),
            width: 7,
            age: 2,
            no_data: "-1".to_owned(),
            negative: None,
        }
    }
}

/// Whether hosts are shown, or their totals alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hosts {
    All,
    None,
}

/// What becomes of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Scale {
    /// Nothing.
    None,
    /// Divided by 1024.
    K,
    /// Divided by 1000.
    #[value(name = "1000")]
    Thousand,
    /// Ten times the logarithm: 10 is 10, 100 is 20, up to 90.
    Log10,
}

impl Scale {
    fn of(self, value: f64) -> f64 {
        match self {
            Self::None => value,
            Self::K => value / 1024.0,
            Self::Thousand => value / 1000.0,
            Self::Log10 if value <= 1.0 => 0.0,
            Self::Log10 => (value.log10() * 10.0).min(90.0),
        }
    }
}

/// The view.
#[derive(Debug)]
pub(crate) struct Columns {
    options: Options,
    /// The last figures of each host, and how many intervals ago they came.
    last: BTreeMap<Arc<str>, (Vec<Option<f64>>, u32)>,
    styles: Vec<Style>,
    hosts: Vec<Arc<str>>,
    since_header: u32,
}

impl Columns {
    /// Nothing has come yet.
    pub(crate) fn new(options: Options) -> Self {
        let styles = vec![Style::default(); options.columns.len()];
        Self { options, last: BTreeMap::new(), styles, hosts: Vec::new(), since_header: 0 }
    }

    /// Shows an interval; the header first, where hosts have come or gone.
    pub(crate) fn show(&mut self, interval: &Interval<Row>, to: To, out: &mut Vec<u8>) {
        for seat in &interval.seats {
            match &seat.presence {
                Presence::Present(rows) | Presence::Late(rows) => {
                    let figures = rows.first().map(|row| self.figures(row)).unwrap_or_default();
                    self.last.insert(Arc::clone(&seat.host), (figures, 0));
                }
                Presence::Missing | Presence::Stale(_) => {
                    if let Some((_, age)) = self.last.get_mut(&seat.host) {
                        *age = age.saturating_add(1);
                    }
                }
            }
        }
        let hosts: Vec<Arc<str>> = interval.seats.iter().map(|seat| Arc::clone(&seat.host)).collect();
        self.last.retain(|host, _| hosts.binary_search(host).is_ok());
        let repeated = to == To::Terminal && self.since_header >= HEADER_EVERY;
        if hosts != self.hosts || repeated {
            self.hosts = hosts;
            self.header(out);
            self.since_header = 0;
        }
        self.since_header += 1;
        self.line(interval.time, out);
    }

    /// The chosen figures of a row, scaled.
    fn figures(&mut self, row: &Row) -> Vec<Option<f64>> {
        let options = &self.options;
        let mut figures = Vec::with_capacity(options.columns.len());
        for (name, style) in options.columns.iter().zip(&mut self.styles) {
            let cell = table::find(&row.columns, name).and_then(|place| row.cell(place));
            let scale = if options.unscaled.contains(name) { Scale::None } else { options.scale };
            if let (Some(cell), Scale::None) = (cell, scale) {
                style.learn(cell.text);
            }
            figures.push(cell.and_then(|cell| cell.number).map(|number| scale.of(number)));
        }
        figures
    }

    fn header(&self, out: &mut Vec<u8>) {
        let width = self.options.width;
        let detail = if self.options.hosts == Hosts::All { self.hosts.len() } else { 0 };
        if detail > 0 {
            let mut line = format!("{:8}", "#");
            for name in &self.options.columns {
                line.push_str(&format!(
                    " |{:-^1$}",
                    cut(name, detail * (width + 1)),
                    detail * (width + 1) - 1
                ));
            }
            end(line, out);
        }
        let mut line = "#Time   ".to_owned();
        for _ in self.options.columns.iter().filter(|_| detail > 0) {
            line.push_str(" |");
            let hosts: Vec<String> =
                self.hosts.iter().map(|host| format!("{:>width$}", cut(host, width))).collect();
            line.push_str(&hosts.join(" "));
        }
        if self.options.totals {
            line.push_str(" |");
            for name in &self.options.columns {
                line.push_str(&format!("{:>1$} ", cut(name, width), width));
            }
        }
        end(line, out);
    }

    fn line(&self, at: f64, out: &mut Vec<u8>) {
        let width = self.options.width;
        let mut line = format!("{:8}", time::of_day(at));
        let figure = |host: &Arc<str>, column: usize| {
            let (figures, age) = self.last.get(host)?;
            figures.get(column).copied().flatten().filter(|_| *age <= self.options.age)
        };
        let shown = |value: Option<f64>, column: usize| {
            let text = match (value, &self.options.negative) {
                (None, _) => self.options.no_data.clone(),
                (Some(value), Some(instead)) if value < 0.0 => instead.clone(),
                (Some(value), _) => self.styles[column].show(value),
            };
            format!("{text:>width$}")
        };
        if self.options.hosts == Hosts::All {
            for column in 0..self.options.columns.len() {
                let figures = self.hosts.iter().map(|host| shown(figure(host, column), column));
                line.push_str(" |");
                line.push_str(&figures.collect::<Vec<_>>().join(" "));
            }
        }
        if self.options.totals {
            line.push_str(" |");
            for column in 0..self.options.columns.len() {
                let known: Vec<f64> = self.hosts.iter().filter_map(|host| figure(host, column)).collect();
                let total = (!known.is_empty()).then(|| known.iter().sum());
                line.push_str(&shown(total, column));
                line.push(' ');
            }
        }
        end(line, out);
    }
}

fn cut(text: &str, width: usize) -> String {
    text.chars().take(width).collect()
}

fn end(line: String, out: &mut Vec<u8>) {
    out.extend_from_slice(line.trim_end().as_bytes());
    out.push(b'\n');
}
