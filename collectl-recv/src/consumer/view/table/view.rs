//! Feeds the table, and shows it: as blocks of lines in a pipe, or drawn in place.

use std::io;

use clap::{ArgMatches, Args, Command, FromArgMatches};
use tokio::time::Instant;

use super::live::LiveTable;
use super::sheet::{StyledLine, sheet};
use super::{Table, TableArgs};
use crate::base::gap::Gap;
use crate::base::ids::ConnId;
use crate::base::time::{self, Time};
use crate::consumer::status::Status;
use crate::consumer::view::merged::{self, Merged};
use crate::consumer::view::{Drawing, KeyEffect, Output, Start, Terminal, View, ViewEntry, accept, lines};
use crate::consumer::{Arrival, Waiting};
use crate::merge::Interval;
use crate::sample::{Refused, Row};

/// For the registry.
pub(in crate::consumer::view) const VIEW: ViewEntry = ViewEntry {
    name: "table",
    help: "A row for each host, sorted; needs formats with one line for each interval (brief, -P, --export json)",
    collectl_switches: &["-scdnm"],
    terminal: Terminal::Draws,
    switches,
    choose,
    refuse: accept,
};

fn switches(command: Command) -> Command {
    TableArgs::augment_args(command)
}

fn choose(matches: &ArgMatches) -> Start {
    let (args, limits) = (TableArgs::from_arg_matches(matches), merged::limits(matches));
    Box::new(move |output| {
        let table = Table::new(&args.map_err(io::Error::other)?);
        let live = (output == Output::Terminal).then(LiveTable::enter).transpose()?;
        Ok(Box::new(TableView { merged: Merged::new(limits), table, live, status: Status::default() }))
    })
}

/// The view.
struct TableView {
    merged: Merged,
    table: Table,
    /// On a terminal, until the end.
    live: Option<LiveTable>,
    status: Status,
}

impl TableView {
    /// Something that is drawn has changed.
    fn touch(&mut self) {
        if let Some(live) = &mut self.live {
            live.touch();
        }
    }

    fn show(&mut self, interval: Interval<Row>, out: &mut Vec<u8>) {
        self.table.take(interval);
        match &mut self.live {
            Some(live) => live.touch(),
            None => block(&self.table, out),
        }
    }

    /// The first line on a terminal.
    fn status_line(&self) -> String {
        let (links, losses, table) = (self.status.links, self.status.losses, &self.table);
        let mut line = table.time.map_or_else(|| "waiting".to_owned(), time::of_day);
        for (count, what) in [
            (links.up.max(self.merged.connected()), "up"),
            (links.waiting, "waiting"),
            (links.failed, "failed"),
            (table.states.late, "late"),
            (table.states.missing, "missing"),
            (table.states.stale, "stale"),
        ] {
            if count > 0 || what == "up" {
                line.push_str(&format!("  {count} {what}"));
            }
        }
        line.push_str(&format!("  lag {:.1} s", table.lag));
        let dropped = self.merged.late() + losses.dropped + losses.cut;
        if dropped > 0 {
            line.push_str(&format!("  dropped {dropped}"));
        }
        if losses.gaps > 0 {
            line.push_str(&format!("  gaps {}", losses.gaps));
        }
        if !self.status.note.is_empty() {
            line.push_str(&format!("  {}", self.status.note));
        }
        if table.frozen {
            line.push_str("  FROZEN");
        }
        if !table.filter.is_empty() {
            line.push_str(&format!("  /{}", table.filter));
        }
        line
    }
}

impl View for TableView {
    fn opened(&mut self, conn: ConnId, now: Time) {
        self.merged.opened(conn, now);
    }

    fn interval(&mut self, arrival: &Arrival<'_>, out: &mut Vec<u8>) {
        if self.merged.interval(arrival) {
            self.touch();
        }
        self.advance(arrival.time, out);
    }

    fn gap(&mut self, host: &str, gap: Gap, out: &mut Vec<u8>) {
        // On a terminal the status line counts them.
        if self.live.is_none() {
            lines::gap(host, gap, out);
        }
    }

    fn closed(&mut self, conn: ConnId) {
        self.merged.closed(conn);
        self.touch();
    }

    fn due(&self) -> Option<Time> {
        self.merged.due()
    }

    fn advance(&mut self, now: Time, out: &mut Vec<u8>) {
        while let Some(interval) = self.merged.finished(now) {
            self.show(interval, out);
        }
    }

    fn finish(&mut self, now: Time, out: &mut Vec<u8>) {
        while let Some(interval) = self.merged.rest(now) {
            self.show(interval, out);
        }
    }

    fn refused(&self) -> Refused {
        self.merged.refused()
    }

    fn drawing(&mut self) -> Option<&mut dyn Drawing> {
        if self.live.is_some() { Some(self) } else { None }
    }
}

impl Drawing for TableView {
    fn message(&mut self, text: &str) {
        if let Some(live) = &mut self.live {
            live.message(text);
        }
    }

    fn status(&mut self, status: &Status) {
        self.status.clone_from(status);
        self.touch();
    }

    fn due(&self) -> Option<Instant> {
        self.live.as_ref().and_then(LiveTable::due)
    }

    fn draw(&mut self) -> io::Result<Vec<u8>> {
        let status = self.status_line();
        match &mut self.live {
            Some(live) => live.draw(&mut self.table, &status),
            None => Ok(Vec::new()),
        }
    }

    fn key(&mut self) -> Waiting<'_, KeyEffect> {
        Box::pin(async {
            match &mut self.live {
                Some(live) => {
                    let key = live.key().await;
                    live.press(&mut self.table, key)
                }
                None => std::future::pending().await,
            }
        })
    }

    fn leave(&mut self) -> (Vec<u8>, Vec<String>) {
        self.live.take().map(LiveTable::leave).unwrap_or_default()
    }
}

/// An interval of the table as lines.
fn block(table: &Table, out: &mut Vec<u8>) {
    let counts = table.states;
    let sheet = sheet(table, None);
    let title = format!(
        "# {}  {} present, {} late, {} missing, {} stale, lag {:.1} s",
        table.time.map_or_else(String::new, time::full),
        counts.present,
        counts.late,
        counts.missing,
        counts.stale,
        table.lag
    );
    out.extend_from_slice(title.as_bytes());
    out.push(b'\n');
    let mut put = |line: &StyledLine| {
        out.extend_from_slice(line.plain().as_bytes());
        out.push(b'\n');
    };
    sheet.head.iter().for_each(&mut put);
    sheet.rows(&mut put);
    sheet.sums.iter().for_each(&mut put);
    out.push(b'\n');
}
