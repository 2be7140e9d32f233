//! Texts that are shown in place of a run.

use clap::CommandFactory;

use super::literal::Literal;
use crate::subsystem::{REGISTRY, process, slab};

/// The answer to `-h`.
#[must_use]
pub fn help() -> String {
    Literal::command().render_help().to_string()
}

/// The answer to `-v`. The first words are read by colmux.
#[must_use]
pub fn version() -> String {
    format!("collectl V{} (in Rust; formats of V4.3.1)\n", env!("CARGO_PKG_VERSION"))
}

/// The answer to `--showtopopts`.
#[must_use]
pub fn top_types() -> String {
    let mut text = "--top [TYPE][,LINES[,v]] shows the processes or slabs with the largest figures of a type, so many lines \
                    of them.\nWith v, intervals scroll; without, each begins at the top of the screen.\n\nProcesses \
                    [default: time]\n"
        .to_owned();
    let mut add = |name: &str, meaning: &str| text.push_str(&format!("  {name:<8}  {meaning}\n"));
    process::Key::ALL.iter().for_each(|(name, meaning, _)| add(name, meaning));
    text.push_str("\nSlabs\n");
    let mut add = |name: &str, meaning: &str| text.push_str(&format!("  {name:<8}  {meaning}\n"));
    slab::Key::ALL.iter().for_each(|(name, meaning, _)| add(name, meaning));
    text
}

/// The answer to `-V`.
#[must_use]
pub fn defaults() -> String {
    let subsystems: String = REGISTRY
        .iter()
        .map(|entry| {
            format!("  {}{}  {}\n", letter(entry.place.summary), letter(entry.place.detail), entry.place.name)
        })
        .collect();
    format!(
        "Default values by switch:\n  -c              -1\n  -i              1:60\n  -s              cdn\n  \
         --max-clients   64\nPort            = {}\nTimeout         = 10\nSubsystems:\n{subsystems}",
        shared::DEFAULT_PORT
    )
}

fn letter(letter: Option<char>) -> char {
    letter.unwrap_or(' ')
}
