//! The receiver: gathers what collectl sends from a whole cluster.
//!
//! Which hosts are meant ([`target`]) is known before anything begins. Collectl is started on each host and connects back
//! ([`launch`]), or servers are connected to, or clients are accepted ([`link`]). The [`fleet`] owns every task and
//! decides what becomes of each event; [`identity`] tells whose a connection is and what its host is called. What the
//! hosts send goes to the [`consumer`]s: it is shown and recorded. What was recorded is shown again by [`replay`].
//! [`run`] reads the command line.

use std::process::ExitCode;

use base::exit;
use clap::{CommandFactory, Parser};
use collectl_wire::display::sanitize_lines;
use collectl_wire::{limits, stderr};
use fleet::descriptors;
use run::plan::Task;
use run::{cli, resolve};

mod base;
mod consumer;
mod fleet;
mod identity;
mod launch;
mod link;
mod merge;
mod replay;
mod run;
mod sample;
mod stream;
mod target;

pub use run::foreign;

/// Threads that resolve names. More lookups wait.
const RESOLVERS: usize = 16;

/// The command line, for manual pages and completions.
#[must_use]
pub fn command() -> clap::Command {
    cli::Cli::command()
}

/// The program: parses the command line, runs, and returns the exit status that `--help` documents.
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
            // If it can't be printed there is nobody to tell.
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
        // A resolver may be stuck for a long time: nothing waits for it.
        runtime.shutdown_background();
        status
    });
    ExitCode::from(status.unwrap_or_else(|error| {
        complain(&format!("collectl-recv: {error}\n"));
        exit::USAGE
    }))
}

/// Reports why the program can't run. The text may contain arguments.
fn complain(text: &str) {
    stderr::write("collectl-recv", sanitize_lines(text));
}
