//! A host, and how it is reached.

use std::net::IpAddr;

use collectl_wire::endpoint::Endpoint;

/// What the link of a host is made with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Way {
    /// Its collectl is started, and connects.
    Launch(Target),
    /// It is connected to.
    Connect(Server),
}

impl Way {
    /// The host as it is shown in messages.
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
}

/// A host, and what it is to be called.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Called<T> {
    pub(crate) host: T,
    /// Where it is not to be called as it calls itself.
    pub(crate) alias: Option<String>,
}

impl Called<Way> {
    /// Its host without user and port, which stays the same when it goes another way.
    pub(crate) fn host_name(&self) -> &str {
        match &self.host {
            Way::Launch(Target::Local) => "localhost",
            Way::Launch(Target::Remote { login, .. }) => {
                login.rsplit_once('@').map_or(login, |(_, host)| host)
            }
            Way::Connect(server) => &server.host.host,
        }
    }
}

/// A host to start collectl on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    /// This machine, without ssh.
    Local,
    /// Another, over ssh.
    Remote {
        /// As typed: `[USER@]HOST[:PORT]`.
        typed: String,
        /// `[USER@]HOST`, without brackets around an address.
        login: String,
        /// ssh's port, where the host has one of its own.
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

    /// As typed, if that says a port.
    pub(crate) fn own_port(&self) -> Option<&str> {
        match self {
            Self::Remote { typed, port: Some(_), .. } => Some(typed),
            Self::Local | Self::Remote { .. } => None,
        }
    }
}

/// A collectl that listens.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Server {
    /// Whom an ssh to its host logs in as, where that was said.
    pub(crate) user: Option<String>,
    /// Its host.
    pub(crate) host: Endpoint,
    /// Its port.
    pub(crate) port: u16,
}

impl Server {
    /// What an ssh to its host is told.
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
