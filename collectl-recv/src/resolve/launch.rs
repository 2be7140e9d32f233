//! What `launch` is told.

use std::net::Ipv4Addr;
use std::time::Duration;

use shared::DEFAULT_PORT;
use shared::allow::Allowed;
use shared::endpoint::{Endpoint, parse_port, split_host};

use super::hosts::{hosts, is_user, once_each};
use super::{PlanError, backoff, bind};
use crate::cli::LaunchArgs;
use crate::duration;
use crate::launch::command::Shell;
use crate::launch::local::find;
use crate::launch::push::PushError;
use crate::link::state::Retry;
use crate::plan::{Bind, Launch, Listen, Port, Target, short_name};

/// Most starts under way that may be asked for.
pub(super) const MAX_FANOUT: usize = 4096;
/// How long a start may take, unless the user says otherwise.
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// Makes the plan of a launch.
pub(super) fn launch(args: &LaunchArgs) -> Result<Launch, PlanError> {
    let targets = once_each(hosts(&args.hosts, &args.choice)?, target)?;
    if !(1..=MAX_FANOUT).contains(&args.fanout) {
        return Err(PlanError::Fanout);
    }
    if let Some(switch) = args.switches.iter().find(|switch| switch.contains('\n')) {
        return Err(PlanError::LineEnd(switch.clone()));
    }
    let shell = match &args.rsh {
        None => Shell::Ssh,
        Some(text) => Shell::Template(words("--rsh", text)?),
    };
    if !shell.takes_port()
        && let Some(typed) = targets.iter().find_map(|target| target.host.own_port())
    {
        return Err(PlanError::RshPort(typed.to_owned()));
    }
    if args.tunnel && !shell.is_ssh() {
        return Err(PlanError::TunnelRsh);
    }
    let asked = bind(&args.common)?;
    let bind = match asked {
        Some(ip) => Bind::Address(ip),
        None if args.tunnel => Bind::Address(Ipv4Addr::LOCALHOST.into()),
        None if targets.iter().all(|target| target.host == Target::Local) => {
            Bind::Address(Ipv4Addr::LOCALHOST.into())
        }
        None => Bind::All,
    };
    let told = match (&args.advertise, asked) {
        (Some(text), _) => Some(Endpoint::parse(text)?),
        (None, Some(ip)) if !ip.is_unspecified() => Some(Endpoint { host: ip.to_string(), port: None }),
        (None, _) => None,
    };
    let port = args.common.port.map_or(Port::Preferred(DEFAULT_PORT), Port::Fixed);
    Ok(Launch {
        targets,
        switches: args.switches.clone(),
        shell,
        collectl: words("--collectl", &args.collectl)?,
        told,
        fanout: args.fanout,
        allow_plain: args.allow_plain,
        keep_ssh: args.keep_ssh,
        tunnel: args.tunnel,
        push: args
            .push
            .as_ref()
            .map(|file| match file {
                Some(file) => Ok(file.clone()),
                None => find().ok_or(PushError::Missing),
            })
            .transpose()?,
        start_timeout: match &args.start_timeout {
            None => START_TIMEOUT,
            Some(text) => duration::parse(text).map_err(PlanError::StartTimeout)?,
        },
        retry: if args.restart { Retry::After(backoff(&args.retry)?) } else { Retry::Never },
        listen: Listen { bind, port, allow: Allowed::default() },
    })
}

fn target(text: &str) -> Result<Target, PlanError> {
    let error = || PlanError::Target(text.to_owned());
    let (user, host) = match text.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, text),
    };
    if !user.is_none_or(is_user) {
        return Err(error());
    }
    let (host, port) = split_host(host).map_err(|_| error())?;
    if user.is_none() && port.is_none() && host == "localhost" {
        return Ok(Target::Local);
    }
    Ok(Target::Remote {
        typed: text.to_owned(),
        login: user.map_or_else(|| host.clone(), |user| format!("{user}@{host}")),
        port: port.map(|port| parse_port(port, text)).transpose()?,
        name: short_name(&host),
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
