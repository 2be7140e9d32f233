//! Chosen columns side by side: a line for each interval, a host in each column. What `colmux -cols` does.

use std::collections::BTreeMap;
use std::sync::Arc;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, FromArgMatches, ValueEnum};

use super::figure::Style;
use super::merged::{self, Merged};
use super::table::find;
use super::{Output, Start, Terminal, View, ViewEntry, lines};
use crate::base::gap::Gap;
use crate::base::ids::ConnId;
use crate::base::time::{self, Time};
use crate::consumer::Arrival;
use crate::consumer::entry::SwitchError;
use crate::merge::{Interval, Presence};
use crate::sample::{Refused, Row};

/// For the registry.
pub(super) const VIEW: ViewEntry = ViewEntry {
    name: "columns",
    help: "The columns of --columns side by side, a line for each interval",
    collectl_switches: &["-scdnm"],
    terminal: Terminal::Scrolls,
    switches,
    choose,
    refuse,
};

/// Lines on a terminal after which the header comes again.
const HEADER_EVERY: u32 = 20;

/// What the user chose.
#[derive(Debug, Clone, Args)]
struct ColumnsArgs {
    /// Columns of '--view columns': names (cpu, CPU.cpu, '[CPU]User%') or numbers.
    #[arg(long, value_name = "COL,...", value_delimiter = ',', required_if_eq("view", "columns"))]
    columns: Vec<String>,
    /// Add the totals of all hosts.
    #[arg(long)]
    col_total: bool,
    /// The totals only, without the hosts.
    #[arg(long)]
    col_no_detail: bool,
    /// What to do with the figures of '--view columns'.
    #[arg(long, value_enum, value_name = "HOW", default_value_t = Scale::None)]
    col_scale: Scale,
    /// Columns that '--col-scale' does not apply to.
    #[arg(long, value_name = "COL,...", value_delimiter = ',')]
    col_no_scale: Vec<String>,
    /// Width of each column.
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u8).range(1..=64))]
    col_width: u8,
    /// Intervals for which the last figure of a silent host continues to be shown.
    #[arg(long, value_name = "N", default_value_t = 2)]
    col_age: u32,
    /// Shown after that.
    #[arg(long, value_name = "TEXT", default_value = "-1", allow_hyphen_values = true)]
    col_no_data: String,
    /// Shown instead of figures below zero [default: the figure].
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    col_negative: Option<String>,
}

fn switches(command: Command) -> Command {
    ColumnsArgs::augment_args(command)
}

fn choose(matches: &ArgMatches) -> Start {
    let (args, limits) = (ColumnsArgs::from_arg_matches(matches), merged::limits(matches));
    Box::new(move |output| {
        let args = args.map_err(std::io::Error::other)?;
        Ok(Box::new(ColumnsView { merged: Merged::new(limits), columns: Columns::new(args), output }))
    })
}

fn refuse(matches: &ArgMatches) -> Result<(), SwitchError> {
    if matches.value_source("columns") != Some(ValueSource::CommandLine) {
        return Ok(());
    }
    let names: Vec<_> =
        matches.get_many::<String>("columns").into_iter().flatten().map(String::as_str).collect();
    Err(SwitchError::OtherView { switch: "--columns", value: names.join(","), view: VIEW.name })
}

/// The view.
struct ColumnsView {
    merged: Merged,
    columns: Columns,
    output: Output,
}

impl View for ColumnsView {
    fn opened(&mut self, conn: ConnId, now: Time) {
        self.merged.opened(conn, now);
    }

    fn interval(&mut self, arrival: &Arrival<'_>, out: &mut Vec<u8>) {
        self.merged.interval(arrival);
        self.advance(arrival.time, out);
    }

    fn gap(&mut self, host: &str, gap: Gap, out: &mut Vec<u8>) {
        if self.output == Output::Pipe {
            lines::gap(host, gap, out);
        }
    }

    fn closed(&mut self, conn: ConnId) {
        self.merged.closed(conn);
    }

    fn due(&self) -> Option<Time> {
        self.merged.due()
    }

    fn advance(&mut self, now: Time, out: &mut Vec<u8>) {
        while let Some(interval) = self.merged.finished(now) {
            self.columns.show(&interval, self.output, out);
        }
    }

    fn finish(&mut self, now: Time, out: &mut Vec<u8>) {
        while let Some(interval) = self.merged.rest(now) {
            self.columns.show(&interval, self.output, out);
        }
    }

    fn refused(&self) -> Refused {
        self.merged.refused()
    }
}

/// What is done with figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Scale {
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

/// The lines of the view.
#[derive(Debug)]
struct Columns {
    options: ColumnsArgs,
    /// The last figures of each host, and how many intervals ago they came.
    last: BTreeMap<Arc<str>, (Vec<Option<f64>>, u32)>,
    styles: Vec<Style>,
    hosts: Vec<Arc<str>>,
    since_header: u32,
}

impl Columns {
    /// Nothing has come yet.
    fn new(options: ColumnsArgs) -> Self {
        let styles = vec![Style::default(); options.columns.len()];
        Self { options, last: BTreeMap::new(), styles, hosts: Vec::new(), since_header: 0 }
    }

    /// Adds the line of an interval; the header first, where hosts have come or gone.
    fn show(&mut self, interval: &Interval<Row>, output: Output, out: &mut Vec<u8>) {
        for host in &interval.hosts {
            match &host.presence {
                Presence::Present(rows) | Presence::Late(rows) => {
                    let figures = rows.first().map(|row| self.figures(row)).unwrap_or_default();
                    self.last.insert(Arc::clone(&host.name), (figures, 0));
                }
                Presence::Missing | Presence::Stale(_) => {
                    if let Some((_, age)) = self.last.get_mut(&host.name) {
                        *age = age.saturating_add(1);
                    }
                }
            }
        }
        let hosts: Vec<Arc<str>> = interval.hosts.iter().map(|host| Arc::clone(&host.name)).collect();
        self.last.retain(|host, _| hosts.binary_search(host).is_ok());
        let repeated = output == Output::Terminal && self.since_header >= HEADER_EVERY;
        if hosts != self.hosts || repeated {
            self.hosts = hosts;
            self.header(out);
            self.since_header = 0;
        }
        self.since_header += 1;
        self.line(interval.time, out);
    }

    /// Whether hosts are shown, or their totals alone.
    fn shows_hosts(&self) -> bool {
        !self.options.col_no_detail
    }

    fn shows_totals(&self) -> bool {
        self.options.col_total || self.options.col_no_detail
    }

    fn width(&self) -> usize {
        self.options.col_width.into()
    }

    /// The chosen figures of a row, scaled.
    fn figures(&mut self, row: &Row) -> Vec<Option<f64>> {
        let options = &self.options;
        let mut figures = Vec::with_capacity(options.columns.len());
        for (name, style) in options.columns.iter().zip(&mut self.styles) {
            let cell = find(&row.columns, name).and_then(|place| row.cell(place));
            let scale = if options.col_no_scale.contains(name) { Scale::None } else { options.col_scale };
            if let (Some(cell), Scale::None) = (cell, scale) {
                style.learn(cell.text);
            }
            figures.push(cell.and_then(|cell| cell.number).map(|number| scale.of(number)));
        }
        figures
    }

    fn header(&self, out: &mut Vec<u8>) {
        let width = self.width();
        let detail = if self.shows_hosts() { self.hosts.len() } else { 0 };
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
        if self.shows_totals() {
            line.push_str(" |");
            for name in &self.options.columns {
                line.push_str(&format!("{:>1$} ", cut(name, width), width));
            }
        }
        end(line, out);
    }

    fn line(&self, time: Time, out: &mut Vec<u8>) {
        let width = self.width();
        let mut line = format!("{:8}", time::of_day(time));
        let figure = |host: &Arc<str>, column: usize| {
            let (figures, age) = self.last.get(host)?;
            figures.get(column).copied().flatten().filter(|_| *age <= self.options.col_age)
        };
        let shown = |value: Option<f64>, column: usize| {
            let text = match (value, &self.options.col_negative) {
                (None, _) => self.options.col_no_data.clone(),
                (Some(value), Some(instead)) if value < 0.0 => instead.clone(),
                (Some(value), _) => self.styles[column].show(value),
            };
            format!("{text:>width$}")
        };
        if self.shows_hosts() {
            for column in 0..self.options.columns.len() {
                let figures = self.hosts.iter().map(|host| shown(figure(host, column), column));
                line.push_str(" |");
                line.push_str(&figures.collect::<Vec<_>>().join(" "));
            }
        }
        if self.shows_totals() {
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
