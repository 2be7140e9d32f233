//! The receiver: gathers what collectl sends from a whole cluster.
//!
//! Which [`hosts`] are meant is known before anything begins. Three ways in, one receiver behind them: collectl is started
//! on each host and connects back ([`launch`]), servers are dialled for ever ([`link::dial`]), or whoever connects is
//! heard ([`link::accept`]); a [`roster`] says it for each host. The [`fleet`] owns every task and is told all that happens as [`event`]s; it alone decides
//! what the user sees, and hands that to the [`screen`]. What a link does next ([`link::state`]), how long it waits ([`backoff`]), whose a connection is ([`attribute`]), which
//! interval a line belongs to ([`interval`]) and what an ssh meant to say ([`launch::outcome`]) are pure functions.
//! What was recorded ([`record`]) is shown again by [`replay`], on the same screen and by its own clock.

use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use collectl_wire::display::sanitize_lines;
use collectl_wire::{limits, stderr};
use plan::Task;

mod attribute;
mod backoff;
mod cli;
mod descriptors;
mod duration;
mod event;
mod exit;
mod fleet;
pub mod foreign;
mod hosts;
mod interval;
mod launch;
mod link;
mod merge;
mod names;
mod plan;
mod progress;
mod record;
mod replay;
mod resolve;
mod roster;
mod sample;
mod screen;
mod signals;
mod typed;
mod view;
mod why;

/// Threads that resolve names; more lookups wait.
const RESOLVERS: usize = 16;

/// The command line, as manual pages and completions are made from it.
#[must_use]
pub fn command() -> clap::Command {
    cli::Cli::command()
}

/// The program: reads the command line, runs, and returns the exit status that `--help` documents.
pub fn main() -> ExitCode {
    let status = follow();
    stderr::finish();
    status
}

fn follow() -> ExitCode {
    let task = match cli::Cli::try_parse() {
        Ok(cli) => resolve::resolve(cli),
        Err(error) if error.use_stderr() => {
            complain(&error.to_string());
            return ExitCode::from(exit::USAGE);
        }
        Err(text) => {
            // Where it can't be printed there is nobody to tell.
            let _ = text.print();
            return ExitCode::SUCCESS;
        }
    };
    let status = task.map_err(|error| error.to_string()).and_then(|task| {
        let limit = descriptors::raise();
        limits::check_descriptors().map_err(|error| format!("starting: {error}"))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .max_blocking_threads(RESOLVERS)
            .build()
            .map_err(|error| format!("starting: {error}"))?;
        let status = match task {
            Task::Gather(plan) => {
                runtime.block_on(fleet::run(*plan, limit)).map_err(|error| error.to_string())
            }
            Task::Replay(plan) => runtime.block_on(replay::run(*plan)).map_err(|error| error.to_string()),
        };
        // A resolver may be stuck for long; it is not waited for.
        runtime.shutdown_background();
        status
    });
    ExitCode::from(status.unwrap_or_else(|error| {
        complain(&format!("collectl-recv: {error}\n"));
        exit::USAGE
    }))
}

/// Says what keeps the program from its task. Arguments are shown in it.
fn complain(text: &str) {
    stderr::write("collectl-recv", sanitize_lines(text));
}
