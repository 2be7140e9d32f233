//! What hosts are, as they are typed: `[USER@]HOST[:PORT]`. Pure.

use std::collections::HashSet;
use std::hash::Hash;

use collectl_wire::endpoint::{Endpoint, parse_port, split_host};

use crate::run::resolve::PlanError;
use crate::target::host::{Called, Server, Target, short_name};

/// A host to start collectl on; the port is ssh's.
pub(crate) fn target(text: &str) -> Result<Target, PlanError> {
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

/// Whether an ssh may be told to log in as `user`.
fn is_user(user: &str) -> bool {
    !user.is_empty() && !user.starts_with('-') && user.bytes().all(|byte| byte.is_ascii_graphic())
}

/// A server; its port is `default` where `text` says none. Whom to log in as matters to a `tunnel` only.
pub(crate) fn server(text: &str, default: u16, tunnel: bool) -> Result<Server, PlanError> {
    let (user, place) = match text.rsplit_once('@') {
        Some((user, place)) => (Some(user).filter(|_| tunnel), place),
        None => (None, text),
    };
    if !user.is_none_or(is_user) {
        return Err(PlanError::Target(text.to_owned()));
    }
    let endpoint = Endpoint::parse(place)?;
    let port = endpoint.port_or(default);
    Ok(Server { user: user.map(str::to_owned), host: Endpoint { port: None, ..endpoint }, port })
}

/// Those that are the same once; the first is kept.
pub(crate) fn once_each<T: Clone + Eq + Hash>(hosts: Vec<Called<T>>) -> Vec<Called<T>> {
    let mut seen = HashSet::new();
    hosts.into_iter().filter(|called| seen.insert(called.host.clone())).collect()
}
