//! How collectls are started, as `launch` and `mixed` are told.

use std::time::Duration;

use collectl_wire::endpoint::Endpoint;

use super::{PlanError, backoff, bind};
use crate::fleet::plan::Start;
use crate::launch::command::Shell;
use crate::launch::local::find;
use crate::launch::push::PushError;
use crate::link::state::Retry;
use crate::run::cli::{Common, RetryArgs, StartArgs};
use crate::run::duration;

/// Most starts under way that may be asked for.
pub(super) const MAX_FANOUT: usize = 4096;
/// How long a start may take, unless the user says otherwise.
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// How hosts are reached.
pub(super) fn shell(args: &StartArgs, tunnel: bool) -> Result<Shell, PlanError> {
    let shell = match &args.rsh {
        None => Shell::Ssh,
        Some(text) => Shell::Template(words("--rsh", text)?),
    };
    if tunnel && !shell.is_ssh() { Err(PlanError::TunnelRsh) } else { Ok(shell) }
}

/// How hosts are started.
pub(super) fn start(
    args: &StartArgs,
    retry: &RetryArgs,
    common: &Common,
    switches: &[String],
    shell: Shell,
    tunnel: bool,
) -> Result<Start, PlanError> {
    if !(1..=MAX_FANOUT).contains(&args.fanout) {
        return Err(PlanError::Fanout);
    }
    if let Some(switch) = switches.iter().find(|switch| switch.contains('\n')) {
        return Err(PlanError::LineEnd(switch.clone()));
    }
    let told = match (&args.advertise, bind(common)?) {
        (Some(text), _) => Some(Endpoint::parse(text)?),
        (None, Some(ip)) if !ip.is_unspecified() => Some(Endpoint { host: ip.to_string(), port: None }),
        (None, _) => None,
    };
    Ok(Start {
        switches: switches.to_vec(),
        shell,
        collectl: words("--collectl", &args.collectl)?,
        told,
        fanout: args.fanout,
        allow_plain: args.allow_plain,
        keep_ssh: args.keep_ssh,
        tunnel,
        push: args
            .push
            .as_ref()
            .map(|file| match file {
                Some(file) => Ok(file.clone()),
                None => find().ok_or(PushError::Missing),
            })
            .transpose()?,
        timeout: match &args.start_timeout {
            None => START_TIMEOUT,
            Some(text) => duration::parse(text).map_err(PlanError::StartTimeout)?,
        },
        retry: if args.restart { Retry::After(backoff(retry)?) } else { Retry::Never },
    })
}

fn words(switch: &'static str, text: &str) -> Result<Vec<String>, PlanError> {
    let error = |why| PlanError::Words { switch, text: text.to_owned(), why };
    let words = shell_words::split(text).map_err(|_| error("a quote is not closed"))?;
    match words.first().filter(|word| !word.is_empty()) {
        None => Err(error("it is empty")),
        Some(_) if text.contains('\n') => Err(error("it holds a line end")),
        Some(_) => Ok(words),
    }
}
