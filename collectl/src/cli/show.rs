//! Texts that are printed instead of a run.

use collectl_core::registry::{Entry, REGISTRY, letters_included};
use collectl_core::subsystem::{Included, process, slab};

use super::defaults::Defaults;
use super::{address, headings, interval, suboptions};

/// The answer to `-h`.
#[must_use]
pub fn help() -> String {
    headings::command().render_help().to_string()
}

/// The answer to `-v`. colmux reads the first words.
#[must_use]
pub fn version() -> String {
    format!("collectl V{} (in Rust; formats of V4.3.1)\n", env!("CARGO_PKG_VERSION"))
}

/// The answer to `--whatsnew`.
#[must_use]
pub fn whats_new() -> String {
    "What is new in collectl is listed in its file CHANGELOG.md.\n".to_owned()
}

/// The answer to `--showtopopts`.
#[must_use]
pub fn top_types() -> String {
    let mut text = "--top [TYPE][,LINES[,v]] shows the LINES processes or slabs with the largest figures of a \
                    type.\nWith v, intervals scroll; without, each starts at the top of the screen.\n\nProcesses \
                    [default: time]\n"
        .to_owned();
    let mut add = |name: &str, meaning: &str| text.push_str(&format!("  {name:<8}  {meaning}\n"));
    process::Key::ALL.iter().for_each(|(name, meaning, _)| add(name, meaning));
    text.push_str("\nSlabs\n");
    let mut add = |name: &str, meaning: &str| text.push_str(&format!("  {name:<8}  {meaning}\n"));
    slab::Key::ALL.iter().for_each(|(name, meaning, _)| add(name, meaning));
    text
}

/// The answer to `--showsubsys`, made from the registry.
#[must_use]
pub fn subsystems() -> String {
    let line = |entry: &Entry| {
        let descriptor = entry.descriptor;
        format!("  {}{}  {}\n", letter(descriptor.summary), letter(descriptor.detail), descriptor.about)
    };
    let lines: String = REGISTRY.iter().map(line).collect();
    format!("Letters of -s, small for a summary and capital for details:\n{lines}")
}

/// The answer to `--showoptions`.
#[must_use]
pub fn options() -> String {
    const OPTIONS: [(&str, &str); 14] = [
        ("T", "time before each line"),
        ("d", "month, day and time before each line"),
        ("D", "date and time before each line"),
        ("m", "adds milliseconds to any of these"),
        ("U", "seconds since the epoch instead of date and time (-P)"),
        ("n", "counts per interval, not per second"),
        ("1", "one decimal (-P)"),
        ("2", "two decimals (-P)"),
        ("g", "decimals for units of giga and more, as in 1g25"),
        ("G", "decimals for units of giga and more, as in 1.3G"),
        ("x", "only disks with more I/O than --limits says (-sD)"),
        ("z", "files are not compressed"),
        ("c", "existing files are replaced"),
        ("X", "all disks (-sD), the default"),
    ];
    let lines: String = OPTIONS.iter().map(|(letter, meaning)| format!("  {letter}  {meaning}\n")).collect();
    format!("Letters of -o:\n{lines}")
}

/// The answer to `-X`.
#[must_use]
pub fn everything() -> String {
    [help(), subsystems(), options(), suboptions::text(), top_types()].join("\n")
}

/// The answer to `-V`, with the values of `collectl.conf`.
#[must_use]
pub fn defaults(defaults: &Defaults) -> String {
    let interactive = [interval::DEFAULT.join(":"), letters_included(Included::Interactive)];
    let daemon = [defaults.of_daemon().join(":"), defaults.core()];
    let port = defaults.port.unwrap_or(collectl_wire::DEFAULT_PORT);
    let timeout = defaults.timeout.unwrap_or(address::DEFAULT_TIMEOUT).as_secs_f64();
    format!(
        "Default values by switch:\n{:18}Interactive   Daemon\n  -c              -1            -1\n  -i              \
         {:14}{}\n  -s              {:14}{}\n  --max-clients   64\n\
         Port            = {port}\nTimeout         = {timeout}\n",
        "", interactive[0], daemon[0], interactive[1], daemon[1],
    )
}

fn letter(letter: Option<char>) -> char {
    letter.unwrap_or(' ')
}
