//! Resolves how collectl is started, for `launch` and `mixed`.

use collectl_wire::endpoint::Endpoint;

use super::{PlanError, backoff};
use crate::fleet::plan::StartPlan;
use crate::launch::command::Shell;
use crate::launch::local::find;
use crate::launch::push::PushError;
use crate::link::machine::Retry;
use crate::run::cli::{Common, RetryArgs, StartArgs};

/// The command that reaches hosts.
pub(super) fn shell(args: &StartArgs, tunnel: bool) -> Result<Shell, PlanError> {
    let shell = match &args.rsh {
        None => Shell::Ssh,
        Some(text) => Shell::Template(words("--rsh", text)?),
    };
    if tunnel && !shell.is_ssh() { Err(PlanError::TunnelRsh) } else { Ok(shell) }
}

/// How collectl is started.
pub(super) fn start(
    args: &StartArgs,
    retry: &RetryArgs,
    common: &Common,
    switches: &[String],
    shell: Shell,
    tunnel: bool,
) -> Result<StartPlan, PlanError> {
    if let Some(switch) = switches.iter().find(|switch| switch.contains('\n')) {
        return Err(PlanError::LineEnd(switch.clone()));
    }
    let advertised = match (&args.advertise, common.bind) {
        (Some(text), _) => Some(Endpoint::parse(text)?),
        (None, Some(ip)) if !ip.is_unspecified() => Some(Endpoint { host: ip.to_string(), port: None }),
        (None, _) => None,
    };
    Ok(StartPlan {
        switches: switches.to_vec(),
        shell,
        collectl: words("--collectl", &args.collectl)?,
        advertised,
        fanout: usize::from(args.fanout),
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
        timeout: args.start_timeout,
        retry: if args.restart { Retry::After(backoff(retry)?) } else { Retry::Never },
    })
}

fn words(switch: &'static str, text: &str) -> Result<Vec<String>, PlanError> {
    let error = |why| PlanError::Words { switch, text: text.to_owned(), why };
    let words = shell_words::split(text).map_err(|_| error("a quote is not closed"))?;
    match words.first().filter(|word| !word.is_empty()) {
        None => Err(error("it is empty")),
        Some(_) if text.contains('\n') => Err(error("it has a line end")),
        Some(_) => Ok(words),
    }
}
