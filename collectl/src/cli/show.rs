//! Texts that are shown in place of a run.

use clap::CommandFactory;

use super::literal::Literal;
use crate::subsystem::REGISTRY;

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
        "Default values by switch:\n  -c              -1\n  -i              1\n  -s              cdn\n  \
         --max-clients   64\nPort            = {}\nTimeout         = 10\nSubsystems:\n{subsystems}",
        shared::DEFAULT_PORT
    )
}

fn letter(letter: Option<char>) -> char {
    letter.unwrap_or(' ')
}
