//! Makes the plan from the command line. Pure, except that this machine is asked for lists of hosts.

use collectl_wire::DEFAULT_PORT;
use collectl_wire::allow::Allowed;

use crate::base::verbosity::Verbosity;
use crate::fleet::plan::{DialPlan, Mode, Plan};
use crate::link::backoff::Backoff;
use crate::link::listen::{Listen, Port};
use crate::link::machine::Retry;
use crate::run::cli::{Cli, Command, Common, ListenArgs, RetryArgs};
use crate::run::plan::Task;

mod connect;
mod error;
mod hosts;
mod launch;
mod mixed;
mod replay;
mod start;

pub(crate) use error::PlanError;

/// Makes the plan.
///
/// # Errors
/// A [`PlanError`].
pub(crate) fn resolve(cli: Cli) -> Result<Task, PlanError> {
    let (mode, common) = match cli.command {
        Command::Launch(args) => (Mode::Launch(launch::launch(&args)?), args.common),
        Command::Connect(args) => (Mode::Connect(connect::connect(&args)?), args.common),
        Command::Listen(args) => (Mode::Listen(listen(&args)?), args.common),
        Command::Mixed(args) => (Mode::Mixed(Box::new(mixed::mixed(&args)?)), args.common),
        Command::Replay(args) => return replay::replay(args).map(|replay| Task::Replay(Box::new(replay))),
    };
    Ok(Task::Gather(Box::new(Plan {
        mode,
        intervals: common.intervals,
        duration: common.duration,
        consumers: common.consumers.choose()?,
        verbosity: if common.quiet { Verbosity::Quiet } else { Verbosity::Normal },
    })))
}

fn listen(args: &ListenArgs) -> Result<Listen, PlanError> {
    Ok(Listen {
        address: args.common.bind,
        port: Port::Fixed(args.common.port.unwrap_or(DEFAULT_PORT)),
        allow: Allowed::parse(args.allow.iter().map(String::as_str))?,
    })
}

/// How servers are connected to.
fn dial(tunnel: bool, common: &Common, retry: &RetryArgs) -> Result<DialPlan, PlanError> {
    let from = common.bind.filter(|ip| !ip.is_unspecified());
    Ok(DialPlan { tunnel, from, retry: Retry::After(backoff(retry)?) })
}

fn backoff(args: &RetryArgs) -> Result<Backoff, PlanError> {
    Ok(args.retry_max.map(Backoff::capped).transpose()?.unwrap_or_default())
}

#[cfg(test)]
mod tests;
