//! `collectl-recv(1)`.

use std::io;

use clap::Command;

use super::page::{Entry, Page};

/// Working commands, and what they do.
pub(super) const EXAMPLES: &[Entry] = &[
    (
        "collectl-recv launch localhost -n 10 -- -scdnm -oT",
        "Ten intervals of this machine; no ssh is needed.",
    ),
    (
        "collectl-recv launch node1 node2 node3 -- -scdnm -oT",
        "Three machines, started over ssh, until Ctrl-C. No collectl stays on them.",
    ),
    (
        "collectl-recv launch node1 --rsh 'ssh -l admin -p 2222 {host}' -- -scm",
        "Another command instead of ssh.",
    ),
    (
        "collectl-recv connect node1 node2 node3:2655",
        "Three machines on which 'collectl -A server' runs. Lost connections are retried for the whole run.",
    ),
    (
        "collectl-recv launch node1 node2 --record /var/log/cluster --roll 00:00,60 -- -scdnm --export raw",
        "Raw files of both, with a new file every hour.",
    ),
    (
        "collectl-recv replay /var/log/cluster --from 20261122:9:00-9:30 --view table --speed 10 -- -scdnm",
        "Half an hour of them, ten times as fast.",
    ),
    ("collectl-recv listen --for 5m", "What 'collectl -A THISHOST' sends from any host, for five minutes."),
];

const SIGNALS: &[Entry] = &[(
    "SIGINT, SIGTERM",
    "End the run. Launched collectors are ended first; a second signal does not wait for them.",
)];

pub(super) fn page(command: Command) -> io::Result<Vec<u8>> {
    let mut page = Page::new("collectl-recv", "1", "receives what collectl sends from a whole cluster");
    page.section("SYNOPSIS");
    page.synopsis("collectl-recv launch", "[OPTIONS] HOST... [-- COLLECTL-SWITCHES]");
    page.synopsis("collectl-recv connect", "[OPTIONS] HOST[:PORT]...");
    page.synopsis("collectl-recv listen", "[OPTIONS]");
    page.synopsis("collectl-recv mixed", "[OPTIONS] FILE [-- COLLECTL-SWITCHES]");
    page.synopsis("collectl-recv replay", "[OPTIONS] DIR [-- COLLECTL-SWITCHES]");
    page.section("DESCRIPTION");
    page.paragraph(
        "collectl-recv runs on a head node. It shows every line of every machine on standard output, with its host before it.\n\
         Messages go to standard error.",
    );
    for command in command.get_subcommands() {
        let about = command.get_long_about().or(command.get_about()).map(ToString::to_string);
        page.entry(command.get_name(), &about.unwrap_or_default());
    }
    for (name, title) in [
        ("launch", "OPTIONS OF LAUNCH"),
        ("connect", "OPTIONS OF CONNECT"),
        ("listen", "OPTIONS OF LISTEN"),
        ("mixed", "OPTIONS OF MIXED"),
        ("replay", "OPTIONS OF REPLAY"),
    ] {
        if let Some(command) = command.find_subcommand(name) {
            page.switches(title, command.clone())?;
        }
    }
    page.section("SIGNALS");
    page.entries(SIGNALS);
    page.section("EXIT STATUS");
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let status = help.trim_start_matches("Exit status:\n");
    let (table, rest) = status.split_once("\n\n").unwrap_or((status, ""));
    page.verbatim(table);
    page.paragraph(rest);
    page.section("EXAMPLES");
    page.entries(EXAMPLES);
    page.see_also(".BR collectl (1),\n.BR ssh (1),\n.BR nc (1)");
    Ok(page.end())
}
