//! Compares collectl with the floor, which is the cost of the system calls alone, and with the Perl collectl if that is
//! installed: `cargo bench-all`. docs/performance.md has the results.
//!
//! All alternatives of a row run in turn, several times, so that a noisy machine disturbs all of them. The median is
//! shown, with the lowest and highest value.

mod cost;
mod fixture;
mod floor;
mod jitter;
mod playback;
mod processes;
mod program;
mod readers;
mod receiving;
mod sampling;
mod serving;
mod table;

use std::io;

use clap::{Parser, Subcommand};

use crate::program::Programs;
use crate::table::Table;

/// The command line.
#[derive(Debug, Parser)]
#[command(about = "Compares collectl with the floor and the Perl collectl")]
struct Arguments {
    /// How often each alternative is measured
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Tables to make: sampling, processes, machines, start, clients, playback, jitter, receiver (default: all)
    tables: Vec<String>,
    /// Only make the system calls of one alternative
    #[command(subcommand)]
    floor: Option<Floor>,
}

#[derive(Debug, Subcommand)]
enum Floor {
    /// The floor: the cost of the system calls alone
    #[command(subcommand)]
    Floor(floor::Kind),
}

/// Fills a table with the figures of the programs.
type Measure = fn(&Programs, &mut Table) -> io::Result<()>;

fn main() -> io::Result<()> {
    let arguments = Arguments::parse();
    if let Some(Floor::Floor(kind)) = arguments.floor {
        return kind.run();
    }
    let programs = Programs::find()?;
    let rounds = arguments.rounds.max(1);
    let tables: [(&str, Measure); 8] = [
        ("sampling", sampling::samples),
        ("processes", processes::measure),
        ("machines", sampling::machines),
        ("start", serving::start),
        ("clients", serving::clients),
        ("playback", playback::measure),
        ("jitter", jitter::measure),
        ("receiver", receiving::measure),
    ];
    for (name, make) in tables {
        if arguments.tables.is_empty() || arguments.tables.iter().any(|wanted| wanted == name) {
            make(&programs, &mut Table::new(rounds))?;
        }
    }
    Ok(())
}
