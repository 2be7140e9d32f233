//! `f`, `F`: NFS clients and servers, from `/proc/net/rpc` (the kernel's fs/nfs and fs/nfsd, net/sunrpc/stats.c).

mod filter;
mod json;
mod kind;

use filter::NfsOptions;

use kind::{COLUMNS, COMMIT, KINDS, Kind, META, OPERATIONS, READ, WRITE};

use super::counter::increase;
use super::{Context, Descriptor, Included, Interval, Part, Subsystem, Switches};
use crate::capture::{Capture, Root};
use crate::frame::Frame;
use crate::number::Scale;
use crate::render::brief::BriefSheet;
use crate::render::json::Object;
use crate::render::lexpr::Pairs;
use crate::render::line::Line;
use crate::render::plot::{Names, Values};
use crate::render::verbose::{Heading, Rows};
use crate::scan::{UNKNOWN, Words};
use crate::settings::{Per, Settings};
use crate::usage::UsageError;

/// Counters of the client, present once its module is loaded.
pub(crate) static CLIENT: Capture = Capture {
    root: Root::Proc,
    path: "net/rpc/nfs",
    optional: true,
    tags: &[b"nfsc-"],
    keep: |text, out| keep_lines(text, b"nfsc-", out),
};

/// Counters of the server, present once its module is loaded.
pub(crate) static SERVER: Capture = Capture {
    root: Root::Proc,
    path: "net/rpc/nfsd",
    optional: true,
    tags: &[b"nfss-"],
    keep: |text, out| keep_lines(text, b"nfss-", out),
};

pub(crate) struct Nfs {
    options: NfsOptions,
    per: Per,
}

/// Counters since the modules were loaded; none for a missing module.
#[derive(Debug, Default)]
pub(crate) struct Sample {
    kinds: [Option<[u64; OPERATIONS]>; 6],
    /// net: packets, UDP, TCP, connections.
    net: Option<[u64; 4]>,
    /// rpc of the server: calls, bad calls, and the parts with bad format, authentication and client.
    server: Option<[u64; 5]>,
    /// rpc of the client: calls, retransmissions, refreshed authentications.
    client: Option<[u64; 3]>,
}

#[derive(Debug)]
pub(crate) struct Rates {
    seconds: f64,
    kinds: [Operations; 6],
    net: [u64; 4],
    server: [u64; 5],
    client: [u64; 3],
}

/// The activity of one version and side.
#[derive(Debug)]
struct Operations {
    /// How often each operation occurred in the interval.
    gained: [u64; OPERATIONS],
    /// Whether it was ever read from or written to.
    used: bool,
}

fn gained<const N: usize>(previous: Option<&[u64; N]>, current: Option<&[u64; N]>) -> [u64; N] {
    match (previous, current) {
        (Some(previous), Some(current)) => std::array::from_fn(|i| increase(previous[i], current[i])),
        _ => [0; N],
    }
}

impl Operations {
    fn between(
        kind: &Kind,
        previous: Option<&[u64; OPERATIONS]>,
        current: Option<&[u64; OPERATIONS]>,
    ) -> Self {
        let used = current.is_some_and(|now| {
            let counted = |column| !matches!(kind.of(now, column), 0 | UNKNOWN);
            counted(READ) || counted(WRITE)
        });
        Self { gained: gained(previous, current), used }
    }

    fn is_active(&self) -> bool {
        self.gained.iter().any(|&count| count > 0)
    }
}

impl Rates {
    /// Reads, writes, metadata and commits of one side per second, as far as they are shown.
    fn totals(&self, options: &NfsOptions, server: bool) -> [f64; 4] {
        let mut totals = [0u64; 4];
        for (index, (kind, operations)) in KINDS.iter().zip(&self.kinds).enumerate() {
            if kind.is_server() == server && options.shows(index) {
                let of = |column| kind.of(&operations.gained, column);
                let meta = META.into_iter().fold(0, |sum: u64, column| sum.saturating_add(of(column)));
                for (total, more) in totals.iter_mut().zip([of(READ), of(WRITE), meta, of(COMMIT)]) {
                    *total = total.saturating_add(more);
                }
            }
        }
        totals.map(|total| total as f64 / self.seconds)
    }

    /// Packets by UDP and TCP, connections, bad authentications and clients per second.
    fn server_figures(&self) -> [f64; 5] {
        let [_, udp, tcp, connections] = self.net;
        let [_, _, _, authentication, client] = self.server;
        [udp, tcp, connections, authentication, client].map(|count| count as f64 / self.seconds)
    }

    /// Retransmissions and refreshed authentications per second.
    fn client_figures(&self) -> [f64; 2] {
        let [_, retransmissions, refreshed] = self.client;
        [retransmissions, refreshed].map(|count| count as f64 / self.seconds)
    }
}

impl Subsystem for Nfs {
    type Args = filter::Args;
    type Options = NfsOptions;
    type Sample = Sample;
    type Rates = Rates;

    const DESCRIPTOR: Descriptor = Descriptor {
        name: "nfs",
        about: "NFS",
        summary: Some('f'),
        detail: Some('F'),
        included: Included::Daemon,
        details_in_all: true,
        brief: Some(120),
        plot: 70,
        plot_detail: 30,
        captures: &[&CLIENT, &SERVER],
        plot_file: Some("nfs"),
        ..Descriptor::EMPTY
    };

    fn options(switches: &Switches, context: &Context<'_>) -> Result<NfsOptions, UsageError> {
        NfsOptions::resolve(&switches.get()?, context.recorded)
    }

    fn captures(options: &NfsOptions) -> &'static [&'static Capture] {
        match (options.shows_side(false), options.shows_side(true)) {
            (true, false) => const { &[&CLIENT] },
            (false, true) => const { &[&SERVER] },
            _ => Self::DESCRIPTOR.captures,
        }
    }

    fn new(settings: &Settings, options: &NfsOptions) -> Self {
        Self { options: options.clone(), per: settings.per }
    }

    fn read(&self, frame: &Frame, sample: &mut Sample) {
        *sample = Sample::default();
        for line in frame.lines(&CLIENT).chain(frame.lines(&SERVER)) {
            if let Some((kind, rest)) = operations(line) {
                // The number of operations comes first.
                let mut words = Words(rest);
                words.next();
                sample.kinds[kind] = Some(words.counters());
                continue;
            }
            let mut words = Words(line);
            match words.next() {
                Some(b"nfss-net") => sample.net = Some(words.counters()),
                Some(b"nfss-rpc") => sample.server = Some(words.counters()),
                Some(b"nfsc-rpc") => sample.client = Some(words.counters()),
                _ => {}
            }
        }
    }

    fn rates(&self, previous: &Sample, current: &Sample, interval: Interval) -> Rates {
        Rates {
            seconds: interval.seconds,
            kinds: std::array::from_fn(|index| {
                let (before, now) = (previous.kinds[index].as_ref(), current.kinds[index].as_ref());
                Operations::between(&KINDS[index], before, now)
            }),
            net: gained(previous.net.as_ref(), current.net.as_ref()),
            server: gained(previous.server.as_ref(), current.server.as_ref()),
            client: gained(previous.client.as_ref(), current.client.as_ref()),
        }
    }

    fn brief_header(&self, _: &Rates, sheet: &mut BriefSheet) {
        let name = match self.options.filter() {
            "" => "NFS Totals".to_owned(),
            filter => format!("NFS [{filter}]"),
        };
        let dashes = 22usize.saturating_sub(name.len());
        let title =
            format!("<{:-<left$}{name}{:-<right$}>", "", "", left = dashes.div_ceil(2), right = dashes / 2);
        sheet.group(&title, " Reads Writes Meta Comm ");
    }

    fn brief(&self, rates: &Rates, line: &mut Line) {
        let (client, server) = (rates.totals(&self.options, false), rates.totals(&self.options, true));
        for (width, (client, server)) in [6, 6, 4, 4].into_iter().zip(client.into_iter().zip(server)) {
            line.scaled(client + server, width, width, Scale::Count).text(" ");
        }
    }

    fn heading(&self, part: Part, _: &Rates) -> Heading {
        match part {
            Part::Summary => self.summary_heading(),
            Part::Detail => {
                let columns = COLUMNS.map(|(heading, _)| format!(" {heading}")).concat();
                let title = format!("# NFS SERVER/CLIENT DETAILS (/{})", self.per.word());
                Heading::new(&title, vec![format!("Type{columns}")])
            }
        }
    }

    fn rows(&self, part: Part, rates: &Rates, rows: &mut Rows<'_>) {
        match part {
            Part::Summary => rows.row(|line| self.summary_row(rates, line)),
            Part::Detail => {
                for (index, (kind, operations)) in KINDS.iter().zip(&rates.kinds).enumerate() {
                    let active = operations.is_active();
                    let shown = active || operations.used && !self.options.active_only();
                    if shown && self.options.shows(index) {
                        rows.row(|line| detail_row(kind, operations, rates.seconds, line));
                    }
                }
            }
        }
    }

    fn plot_names(&self, part: Part, _: &Rates, names: &mut Names) {
        match part {
            Part::Summary => {
                names.push("NFS", ["ReadsS", "WritesS", "MetaS", "CommitS"]);
                names.push("NFS", ["Udp", "Tcp", "TcpConn", "BadAuth", "BadClient"]);
                names.push("NFS", ["ReadsC", "WritesC", "MetaC", "CommitC", "Retrans", "AuthRef"]);
            }
            Part::Detail => {
                for (kind, _) in self.shown_kinds() {
                    let shown = kind.columns().zip(COLUMNS).filter_map(|(at, (_, name))| at.map(|_| name));
                    names.push(kind.group, shown);
                }
            }
        }
    }

    fn plot(&self, part: Part, rates: &Rates, values: &mut Values) {
        match part {
            Part::Summary => {
                let server = rates.totals(&self.options, true).into_iter().chain(rates.server_figures());
                let client = rates.totals(&self.options, false).into_iter().chain(rates.client_figures());
                for value in server.chain(client) {
                    values.number(value);
                }
            }
            Part::Detail => {
                for (kind, index) in self.shown_kinds() {
                    for position in kind.columns().flatten() {
                        values.number(rates.kinds[index].gained[position] as f64 / rates.seconds);
                    }
                }
            }
        }
    }

    fn lexpr(&self, part: Part, rates: &Rates, pairs: &mut Pairs) {
        if part == Part::Summary {
            for (server, side) in [(true, 'S'), (false, 'C')] {
                let totals = rates.totals(&self.options, server);
                pairs.push_all(&format!("nfsinfo.{side}"), &["read", "write", "meta", "commit"], &totals);
            }
        }
    }

    fn json(&self, part: Part, rates: &Rates, line: &mut Object) {
        self.push_json(part, rates, line);
    }
}

impl Nfs {
    fn shown_kinds(&self) -> impl Iterator<Item = (&'static Kind, usize)> {
        KINDS
            .iter()
            .enumerate()
            .filter(|(index, _)| self.options.shows(*index))
            .map(|(index, kind)| (kind, index))
    }

    fn summary_heading(&self) -> Heading {
        const SERVER: [&str; 2] = [
            "<---------------------------server--------------------------->",
            " Reads Writes Meta Comm  UDP   TCP  TCPConn  BadAuth  BadClnt ",
        ];
        const CLIENT: [&str; 2] =
            ["<----------------client---------------->", " Reads Writes Meta Comm Retrans  Authref"];
        let filters = match self.options.filter() {
            "" => String::new(),
            filter => format!("Filters: {filter}"),
        };
        let lines = [0, 1].map(|line| {
            let server = if self.options.shows_side(true) { SERVER[line] } else { "" };
            let client = if self.options.shows_side(false) { CLIENT[line] } else { "" };
            format!("{server}{client}")
        });
        Heading::new(&format!("# NFS SUMMARY (/{}) {filters}", self.per.word()), lines.into())
    }

    fn summary_row(&self, rates: &Rates, line: &mut Line) {
        // Blanks before each column, and its width.
        const TOTALS: [(usize, usize); 4] = [(1, 6), (1, 6), (1, 4), (1, 4)];
        let mut columns = |values: &[f64], widths: &[(usize, usize)]| {
            for (value, (gap, width)) in values.iter().zip(widths) {
                line.blanks(*gap).scaled(*value, *width, *width, Scale::Count);
            }
        };
        if self.options.shows_side(true) {
            columns(&rates.totals(&self.options, true), &TOTALS);
            columns(&rates.server_figures(), &[(1, 4), (2, 4), (5, 4), (5, 4), (5, 4)]);
        }
        if self.options.shows_side(false) {
            columns(&rates.totals(&self.options, false), &TOTALS);
            columns(&rates.client_figures(), &[(4, 4), (5, 4)]);
        }
    }
}

fn detail_row(kind: &Kind, operations: &Operations, seconds: f64, line: &mut Line) {
    line.text(" ").text(kind.row);
    let last = kind.columns().enumerate().filter(|(_, at)| at.is_some()).last().map_or(0, |(index, _)| index);
    for position in kind.columns().take(last + 1) {
        match position {
            Some(position) => {
                line.blanks(1).scaled(operations.gained[position] as f64 / seconds, 4, 4, Scale::Count)
            }
            None => line.blanks(5),
        };
    }
}

/// The kind that a line of operations belongs to, and the text after its tag.
fn operations(line: &[u8]) -> Option<(usize, &[u8])> {
    KINDS.iter().enumerate().find_map(|(index, kind)| Some((index, line.strip_prefix(kind.tag)?)))
}

fn keep_lines(text: &[u8], tag: &[u8], out: &mut Vec<u8>) {
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        out.extend_from_slice(tag);
        out.extend_from_slice(line);
    }
}

#[cfg(test)]
mod tests;
