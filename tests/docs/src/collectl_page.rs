//! `collectl(1)`.

use std::io;

use clap::Command;

use super::page::{Entry, Page};

/// Working commands, and what they do.
pub(super) const EXAMPLES: &[Entry] = &[
    ("collectl", "Processors, disks and network, once per second, until Ctrl-C."),
    ("collectl -scdnm -i.2 -oTm", "Also memory, five times per second, with the time before each line."),
    ("collectl -sD --verbose -ox -c5", "The disks with ten reads or writes per second or more, five times."),
    ("collectl --top time,20", "The processes that use most of the processors, at the top of the screen."),
    ("collectl -sZ -i:5 --procfilt cssh", "The processes whose names contain ssh, every five seconds."),
    (
        "collectl -scdnm -i10 -f /var/log/collectl -r00:00,7",
        "Records to a file per day, and keeps them for a week.",
    ),
    (
        "collectl -p '/var/log/collectl/*.raw.gz' --from 8:00-9:30 -oT",
        "Plays what was recorded between 8:00 and 9:30.",
    ),
    (
        "collectl -p '/var/log/collectl/*.raw.gz' -sc -P",
        "The same for a plotting program: plain numbers in columns.",
    ),
    ("collectl -scdnm --export json", "A JSON object per second."),
    (
        "collectl -scdnm -A server",
        "Serves measurements on port 2655 to any number of clients, such as nc or collectl-recv.",
    ),
    ("collectl -scdnm -A headnode:2655", "Sends them to a program that listens on another machine."),
];

const FILES: &[Entry] = &[
    (
        "/etc/collectl.conf",
        "Defaults, and the switches of a daemon: see collectl.conf(5). A file in the folder of the program, or in ../etc of that \
         folder, comes first.",
    ),
    (
        "DIR/[PREFIX-]HOST-YYYYMMDD-HHMMSS.raw.gz",
        "A recording (-f): the text of kernel files, sample by sample.",
    ),
    ("DIR/[PREFIX-]HOST-YYYYMMDD-HHMMSS.rawp.gz", "Its processes and slabs, with --tworaw."),
    (
        "DIR/[PREFIX-]HOST-YYYYMMDD.tab.gz",
        "A plot file (-f, -P): the summaries of a day. Details are in separate files, such as .cpu, .dsk and .net.",
    ),
    ("/var/run/collectl.pid", "The process number of the daemon (-D)."),
    ("DIR/HOST-collectl-YYYYMM.log", "The messages of a month (-f, -m)."),
];

const SIGNALS: &[Entry] = &[
    ("SIGINT, SIGTERM", "End the run. Recordings are complete."),
    (
        "SIGUSR1",
        "Flushes recordings to the disk now, as -F does regularly. A run that records nothing ignores it.",
    ),
    ("SIGHUP", "Begins new files. It ends a run that neither records nor is a daemon."),
];

const STATUS: &[Entry] = &[
    ("0", "The run ended normally: its end was requested, or its reader left."),
    (
        "1",
        "The command line is invalid, a socket can't be opened, or the run failed. The reason goes to standard error, and also \
           to the address of -A.",
    ),
    (
        "4",
        "Recordings that were played with -p are damaged or could not be read. Standard error says which ones, and what is \
           wrong with them; what is sound of them was played.",
    ),
];

pub(super) fn page(command: Command) -> io::Result<Vec<u8>> {
    let mut page = Page::new(
        "collectl",
        "1",
        "measures a Linux machine and shows it, records it, or sends it over a socket",
    );
    page.section("SYNOPSIS");
    page.synopsis("collectl", "[SWITCHES]");
    page.synopsis("collectl", "-f DIR [SWITCHES]");
    page.synopsis("collectl", "-p FILES [SWITCHES]");
    page.synopsis("collectl", "-A ADDRESS [SWITCHES]");
    page.section("DESCRIPTION");
    page.paragraph(
        "collectl measures processors, memory, disks, network and more, once per second, and shows them: in one line per \
         sample (brief), in a section per subsystem (--verbose), as plain numbers (-P), or for other programs (--export).\n\
         It records samples (-f) and plays recordings (-p), in all of these formats, with all of these switches.\n\
         It sends them to a program that listens, or serves them to clients (-A).",
    );
    page.paragraph(
        "Switches, formats and files are those of the Perl collectl. Each of the two plays the recordings of the other.",
    );
    page.paragraph(
        "Long switches may be abbreviated as long as they are unique. If a switch is given twice, the last one counts.",
    );
    page.switches("OPTIONS", command)?;
    page.section("FILES");
    page.entries(FILES);
    page.section("SIGNALS");
    page.entries(SIGNALS);
    page.section("EXIT STATUS");
    page.entries(STATUS);
    page.section("EXAMPLES");
    page.entries(EXAMPLES);
    page.see_also(
        ".BR collectl\\-recv (1),\n.BR collectl.conf (5),\n.BR proc (5),\n.BR vmstat (8),\n.BR iostat (1)",
    );
    Ok(page.end())
}
