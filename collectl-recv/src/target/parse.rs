//! A single host as it is typed: `[USER@]HOST[:PORT]`. Pure.

use std::collections::HashSet;
use std::hash::Hash;

use collectl_wire::endpoint::{Endpoint, EndpointError, parse_port, split_host};
use thiserror::Error;

use super::host::{Aliased, Server, Target, short_name};

/// A text that is not a host.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum HostError {
    /// Host or port.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The user.
    #[error("'{}' is not a user name, in '{}'", user.escape_debug(), text.escape_debug())]
    User {
        /// The part before the `@`.
        user: String,
        /// The whole text.
        text: String,
    },
    /// A port that can't be passed on.
    #[error("'{0}' has a port, but --rsh has no {{port}}")]
    RshPort(String),
}

/// Reads a host to start collectl on; its port is that of ssh.
pub(crate) fn target(text: &str) -> Result<Target, HostError> {
    let (user, place) = split_user(text)?;
    let (host, port) = split_host(place)?;
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

/// Reads a server; without a port in `text`, it is `default`. The user matters to a `tunnel` only.
pub(crate) fn server(text: &str, default: u16, tunnel: bool) -> Result<Server, HostError> {
    let (user, place) = split_user(text)?;
    let endpoint = Endpoint::parse(place)?;
    let port = endpoint.port_or(default);
    let user = user.filter(|_| tunnel).map(str::to_owned);
    Ok(Server { user, host: Endpoint { port: None, ..endpoint }, port })
}

fn split_user(text: &str) -> Result<(Option<&str>, &str), HostError> {
    match text.rsplit_once('@') {
        Some((user, place)) if is_user(user) => Ok((Some(user), place)),
        Some((user, _)) => Err(HostError::User { user: user.to_owned(), text: text.to_owned() }),
        None => Ok((None, text)),
    }
}

/// Whether ssh may be told to log in as `user`. Configurations of ssh may pass it on to a shell (`%r`), so it has no
/// character that means something there. `DOMAIN\user` is refused for that reason; `user@DOMAIN` is not.
fn is_user(user: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-+@=".contains(&byte);
    !user.is_empty() && !user.starts_with('-') && user.bytes().all(is_plain)
}

/// Leaves out repeated hosts; the first of each is kept.
pub(crate) fn distinct<T: Clone + Eq + Hash>(hosts: Vec<Aliased<T>>) -> Vec<Aliased<T>> {
    let mut seen = HashSet::new();
    hosts.into_iter().filter(|aliased| seen.insert(aliased.host.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_has_no_sign_that_a_shell_knows() {
        for text in ["a@n1", "a.b-c_d+e@n1", "a@DOMAIN@n1", "n1"] {
            assert!(target(text).is_ok() && server(text, 1, true).is_ok(), "{text}");
        }
        for user in
            ["", "-oProxyCommand=x", "$(id)", "`id`", "a;b", "a|b", "a&b", "a'b", "a\"b", "a\\b", "a>b", "é"]
        {
            let text = format!("{user}@n1");
            let expected =
                format!("'{}' is not a user name, in '{}'", user.escape_debug(), text.escape_debug());
            assert_eq!(target(&text).unwrap_err().to_string(), expected);
            assert_eq!(server(&text, 1, false).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn an_address_may_have_a_zone() {
        let Ok(Target::Remote { login, port, .. }) = target("me@fe80::1%eth0") else { panic!() };
        assert_eq!((login.as_str(), port), ("me@fe80::1%eth0", None));
        assert_eq!(server("[fe80::1%eth0]:7", 1, false).unwrap().port, 7);
    }
}
