//! Makes the plan out of what was typed. Pure, but for the lists of hosts that it asks this machine for.

use std::net::IpAddr;
use std::time::Duration;

use collectl_wire::DEFAULT_PORT;
use collectl_wire::allow::Allowed;

use crate::base::verbosity::Verbosity;
use crate::fleet::plan::{Mode, Plan};
use crate::link::backoff::{Backoff, BackoffError};
use crate::link::listen::{Bind, Listen, Port};
use crate::run::cli::{Cli, Command, Common, ListenArgs, RetryArgs};
use crate::run::duration;
use crate::run::plan::Task;

mod connect;
mod error;
mod hosts;
mod launch;
mod mixed;
mod replay;
mod start;

pub(crate) use error::PlanError;

/// Makes the plan, or says what is wrong.
pub(crate) fn resolve(cli: Cli) -> Result<Task, PlanError> {
    let (mode, common) = match cli.command {
        Command::Launch(args) => (Mode::Launch(launch::launch(&args)?), args.common),
        Command::Connect(args) => (Mode::Connect(connect::connect(&args)?), args.common),
        Command::Listen(args) => (Mode::Listen(listen(&args)?), args.common),
        Command::Mixed(args) => (Mode::Mixed(Box::new(mixed::mixed(&args)?)), args.common),
        Command::Replay(args) => return replay::replay(args).map(|replay| Task::Replay(Box::new(replay))),
    };
    if common.intervals == Some(0) {
        return Err(PlanError::NoIntervals);
    }
    Ok(Task::Gather(Box::new(Plan {
        mode,
        intervals: common.intervals,
        duration: common.duration.as_deref().map(duration::parse).transpose()?,
        consumers: common.consumers.choose()?,
        verbosity: if common.quiet { Verbosity::Quiet } else { Verbosity::Normal },
    })))
}

fn listen(args: &ListenArgs) -> Result<Listen, PlanError> {
    Ok(Listen {
        bind: bind(&args.common)?.map_or(Bind::All, Bind::Address),
        port: Port::Fixed(args.common.port.unwrap_or(DEFAULT_PORT)),
        allow: Allowed::parse(args.allow.iter().map(String::as_str))?,
    })
}

fn bind(common: &Common) -> Result<Option<IpAddr>, PlanError> {
    let parse = |text: &String| {
        let bare = text.trim_start_matches('[').trim_end_matches(']');
        bare.parse().map_err(|_| PlanError::Bind(text.clone()))
    };
    common.bind.as_ref().map(parse).transpose()
}

fn backoff(args: &RetryArgs) -> Result<Backoff, PlanError> {
    let Some(seconds) = args.retry_max else { return Ok(Backoff::default()) };
    Ok(Backoff::capped(Duration::try_from_secs_f64(seconds).map_err(|_| BackoffError)?)?)
}

#[cfg(test)]
mod tests;
