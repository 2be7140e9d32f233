//! A host, and how it is connected to.

use std::net::IpAddr;

use collectl_wire::endpoint::Endpoint;

/// How the connection of a host is made.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Method {
    /// Its collectl is started, and connects to us.
    Launch(Target),
    /// We connect to it.
    Connect(Server),
}

impl Method {
    /// The host as messages show it.
    pub(crate) fn label(&self) -> String {
        match self {
            Self::Launch(target) => target.typed().to_owned(),
            Self::Connect(server) => Endpoint { port: Some(server.port), ..server.host.clone() }.to_string(),
        }
    }

    /// The host alone, cut at its first dot.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Launch(Target::Local) => "localhost".to_owned(),
            Self::Launch(Target::Remote { name, .. }) => name.clone(),
            Self::Connect(server) => short_name(&server.host.host),
        }
    }

    /// The host without user and port, which stays the same when its method changes.
    pub(crate) fn host(&self) -> &str {
        match self {
            Self::Launch(Target::Local) => "localhost",
            Self::Launch(Target::Remote { login, .. }) => {
                login.rsplit_once('@').map_or(login, |(_, host)| host)
            }
            Self::Connect(server) => &server.host.host,
        }
    }
}

/// A host as it was typed, one of a whole nodeset perhaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Typed {
    /// `[USER@]HOST[:PORT]`, not checked yet.
    pub(crate) text: String,
    /// The alias that a file gives it.
    pub(crate) alias: Option<String>,
}

/// A host that may have an alias.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Aliased<T> {
    /// The host.
    pub(crate) host: T,
    /// The name that is shown instead of the one that the host reports.
    pub(crate) alias: Option<String>,
}

/// A host to start collectl on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    /// This machine, without ssh.
    Local,
    /// Another machine, over ssh.
    Remote {
        /// As typed: `[USER@]HOST[:PORT]`.
        typed: String,
        /// `[USER@]HOST`, without brackets around an address.
        login: String,
        /// The port of its ssh server, unless it is the usual one.
        port: Option<u16>,
        /// The host alone, cut at its first dot.
        name: String,
    },
}

impl Target {
    /// As typed.
    pub(crate) fn typed(&self) -> &str {
        match self {
            Self::Local => "localhost",
            Self::Remote { typed, .. } => typed,
        }
    }

    /// As typed, if that has a port.
    pub(crate) fn with_port(&self) -> Option<&str> {
        match self {
            Self::Remote { typed, port: Some(_), .. } => Some(typed),
            Self::Local | Self::Remote { .. } => None,
        }
    }
}

/// A collectl that listens.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Server {
    /// The user that an ssh to its host logs in as, if not the usual one.
    pub(crate) user: Option<String>,
    /// Its host.
    pub(crate) host: Endpoint,
    /// Its port.
    pub(crate) port: u16,
}

impl Server {
    /// `[USER@]HOST` for an ssh to its host.
    pub(crate) fn login(&self) -> String {
        match &self.user {
            Some(user) => format!("{user}@{}", self.host.host),
            None => self.host.host.clone(),
        }
    }
}

/// `host` up to its first dot, or all of it if it is an address.
pub(crate) fn short_name(host: &str) -> String {
    let is_address = host.contains(':') || host.parse::<IpAddr>().is_ok();
    let end = if is_address { None } else { host.find('.') };
    host[..end.unwrap_or(host.len())].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_and_addresses_are_not() {
        let names = ["n1", "n1.example.com", "127.0.0.1", "2001:db8::1"].map(short_name);
        assert_eq!(names, ["n1", "n1", "127.0.0.1", "2001:db8::1"]);
    }
}
