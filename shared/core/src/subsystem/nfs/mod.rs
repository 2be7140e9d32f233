//! `f`, `F`: NFS clients and servers, from `/proc/net/rpc` (the kernel's fs/nfs and fs/nfsd, net/sunrpc/stats.c).

mod figures;
mod filter;
mod kind;
mod rates;

use filter::NfsOptions;

use kind::{COLUMNS, KINDS};
use rates::{ClientRpc, Net, Rates, Sample, ServerRpc, Version};

use super::counter::Counters as _;
use super::{Context, Descriptor, Included, Interval, Part, Subsystem, Switches};
use crate::capture::{Capture, Root};
use crate::figure::{Table, Value};
use crate::frame::Frame;
use crate::number::Scale;
use crate::render::brief::BriefSheet;
use crate::render::line::Line;
use crate::render::sheet::Sheet;
use crate::render::verbose::{Heading, Rows};
use crate::scan::Words;
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
            if let Some((index, rest)) = operations(line) {
                // How many there are comes first.
                let mut words = Words(rest);
                words.next();
                sample.versions[index] = Some(words.counters());
                continue;
            }
            let mut words = Words(line);
            match words.next() {
                Some(b"nfss-net") => sample.net = Some(Net::read(words)),
                Some(b"nfss-rpc") => sample.server = Some(ServerRpc::read(words)),
                Some(b"nfsc-rpc") => sample.client = Some(ClientRpc::read(words)),
                _ => {}
            }
        }
    }

    fn rates(&self, previous: &Sample, current: &Sample, interval: Interval) -> Rates {
        Rates::between(previous, current, interval.seconds, &self.options)
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
        let (client, server) = (rates.client.totals.columns(), rates.server.totals.columns());
        for (width, (client, server)) in [6, 6, 4, 4].into_iter().zip(client.into_iter().zip(server)) {
            line.scaled(client + server, width, width, Scale::Count).text(" ");
        }
    }

    fn heading(&self, part: Part, _: &Rates) -> Heading {
        match part {
            Part::Summary => self.summary_heading(),
            Part::Detail => {
                let columns = COLUMNS.map(|heading| format!(" {heading}")).concat();
                let title = format!("# NFS SERVER/CLIENT DETAILS (/{})", self.per.word());
                Heading::new(&title, vec![format!("Type{columns}")])
            }
        }
    }

    fn rows(&self, part: Part, rates: &Rates, rows: &mut Rows<'_>) {
        match part {
            Part::Summary => rows.row(|line| self.summary_row(rates, line)),
            Part::Detail => {
                for version in self.shown(rates) {
                    if version.is_active() || version.used && !self.options.active_only() {
                        rows.row(|line| detail_row(version, line));
                    }
                }
            }
        }
    }

    fn figures(&self, part: Part, rates: &Rates, sheet: &mut Sheet<'_>) {
        if part == Part::Detail {
            let versions = self.shown(rates).map(|version| (Value::text(version.kind.plot), version));
            return sheet.many(&figures::NFS_VERSIONS, versions);
        }
        // Only JSON leaves out a side that is not selected.
        let shows_all = !matches!(sheet, Sheet::Json(_));
        sheet.within("nfs", |sheet| {
            if shows_all || self.options.shows_side(true) {
                sheet.one(&figures::SERVER, &rates.server);
            }
            if shows_all || self.options.shows_side(false) {
                sheet.one(&figures::CLIENT, &rates.client);
            }
        });
    }

    fn tables(part: Part) -> Vec<Table> {
        match part {
            Part::Summary => {
                let sides = [figures::SERVER.table(), figures::CLIENT.table()];
                vec![Table::nest("nfs", "both sides of NFS", sides)]
            }
            Part::Detail => vec![figures::NFS_VERSIONS.table()],
        }
    }
}

impl Nfs {
    /// The versions that are selected.
    fn shown<'a>(&self, rates: &'a Rates) -> impl Iterator<Item = &'a Version> {
        let versions = rates.versions.iter().enumerate();
        versions.filter(|(index, _)| self.options.shows(*index)).map(|(_, version)| version)
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
            let server = &rates.server;
            columns(&server.totals.columns(), &TOTALS);
            columns(
                &[server.udp_packets, server.tcp_packets, server.tcp_connections],
                &[(1, 4), (2, 4), (5, 4)],
            );
            columns(&[server.bad_authentications, server.bad_clients], &[(5, 4), (5, 4)]);
        }
        if self.options.shows_side(false) {
            let client = &rates.client;
            columns(&client.totals.columns(), &TOTALS);
            columns(&[client.retransmissions, client.refreshed_authentications], &[(4, 4), (5, 4)]);
        }
    }
}

fn detail_row(version: &Version, line: &mut Line) {
    line.text(" ").text(version.kind.row);
    for column in 0..=version.kind.last_column() {
        match version.calls(column) {
            Some(calls) => line.blanks(1).scaled(calls, 4, 4, Scale::Count),
            None => line.blanks(5),
        };
    }
}

/// The position in [`KINDS`] of the version that a line of operations is of, and what follows its tag.
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
