//! `HOST[:PORT]` as a user types it.

use std::fmt;

use thiserror::Error;

/// A host (name or address, never resolved here) and the port, if one was given.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// A name, an IPv4 address, or an IPv6 address without its brackets.
    pub host: String,
    /// The port, if the text had one.
    pub port: Option<u16>,
}

/// Why a text is not an endpoint. The quoted text can't control a terminal.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EndpointError {
    /// The host is empty.
    #[error("'{}' names no host", .0.escape_debug())]
    NoHost(String),
    /// The host contains a character that is not allowed in names and addresses.
    #[error("'{}' is not a host name or address", .0.escape_debug())]
    BadHost(String),
    /// A `[` without `]`, or text between `]` and the port.
    #[error("'{}' has unmatched brackets", .0.escape_debug())]
    Brackets(String),
    /// An IPv6 address without brackets, and more.
    #[error("'{}' is not an address: write an IPv6 address with a port as {}", .0.escape_debug(), with_brackets(.0))]
    BareIpv6(String),
    /// A port that is not a number from 1 to 65535.
    #[error("'{}' in '{}' is not a port (1 to 65535)", port.escape_debug(), text.escape_debug())]
    BadPort {
        /// The text of the port.
        port: String,
        /// The whole text.
        text: String,
    },
}

impl Endpoint {
    /// Reads `HOST`, `HOST:PORT`, `[IPv6]`, `[IPv6]:PORT`, or a bare IPv6 address.
    ///
    /// # Errors
    /// An [`EndpointError`] that names the faulty part.
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        let (host, rest) = split_host(text)?;
        match rest {
            None => Ok(Self { host, port: None }),
            Some(rest) if rest.contains(':') => Err(EndpointError::BareIpv6(text.to_owned())),
            Some(port) => Ok(Self { host, port: Some(parse_port(port, text)?) }),
        }
    }

    /// The endpoint's port, or `default`.
    #[must_use]
    pub fn port_or(&self, default: u16) -> u16 {
        self.port.unwrap_or(default)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.host.contains(':'), self.port) {
            (false, None) => write!(f, "{}", self.host),
            (false, Some(port)) => write!(f, "{}:{port}", self.host),
            (true, None) => write!(f, "[{}]", self.host),
            (true, Some(port)) => write!(f, "[{}]:{port}", self.host),
        }
    }
}

/// Splits `text` into its host and what follows the colon after it, if there is one.
///
/// # Errors
/// All [`EndpointError`]s except [`EndpointError::BadPort`].
pub fn split_host(text: &str) -> Result<(String, Option<&str>), EndpointError> {
    let (host, rest) = if let Some(inner) = text.strip_prefix('[') {
        let (host, after) = inner.split_once(']').ok_or_else(|| EndpointError::Brackets(text.to_owned()))?;
        match after.strip_prefix(':') {
            Some(rest) => (host, Some(rest)),
            None if after.is_empty() => (host, None),
            None => return Err(EndpointError::Brackets(text.to_owned())),
        }
    } else if is_ipv6(text) {
        (text, None)
    } else if is_like_ipv6(text) {
        return Err(EndpointError::BareIpv6(text.to_owned()));
    } else {
        match text.split_once(':') {
            Some((host, rest)) => (host, Some(rest)),
            None => (text, None),
        }
    };
    if host.is_empty() {
        return Err(EndpointError::NoHost(text.to_owned()));
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '%');
    if host.starts_with('-') || host.len() > 255 || !host.chars().all(allowed) {
        return Err(EndpointError::BadHost(text.to_owned()));
    }
    Ok((host.to_owned(), rest))
}

/// Whether `text` is an IPv6 address, with or without a zone.
fn is_ipv6(text: &str) -> bool {
    let (address, zone) = text.split_once('%').unwrap_or((text, "-"));
    address.parse::<std::net::Ipv6Addr>().is_ok() && !zone.is_empty() && !zone.contains(':')
}

/// Whether `text` is an IPv6 address that can't be read, or one with a port: it is not `HOST:PORT:MORE`, where the port
/// may be left out.
fn is_like_ipv6(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let has_port = parts.get(1).is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()));
    parts.len() > 3 || (parts.len() == 3 && !has_port)
}

/// What to write in place of an IPv6 address and a port without brackets.
fn with_brackets(text: &str) -> String {
    let is_port = |port: &str| port.parse::<u16>().is_ok_and(|port| port != 0);
    let mut parts = text.rmatch_indices(':').map(|(place, _)| (&text[..place], &text[place + 1..]));
    let found = parts.find(|(address, rest)| is_ipv6(address) && rest.split(':').next().is_some_and(is_port));
    found.map_or_else(
        || "[ADDRESS]:PORT".to_owned(),
        |(address, rest)| format!("[{}]:{}", address.escape_debug(), rest.escape_debug()),
    )
}

/// Reads a port; `text` is the whole that it stands in, for the message.
///
/// # Errors
/// [`EndpointError::BadPort`] unless `port` is a number from 1 to 65535.
pub fn parse_port(port: &str, text: &str) -> Result<u16, EndpointError> {
    port.parse()
        .ok()
        .filter(|&number| number != 0 && port.bytes().all(|b| b.is_ascii_digit()))
        .ok_or_else(|| EndpointError::BadPort { port: port.to_owned(), text: text.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::display::sanitize;

    fn ok(text: &str) -> (String, Option<u16>) {
        let endpoint = Endpoint::parse(text).unwrap();
        (endpoint.host, endpoint.port)
    }

    #[test]
    fn reads_names_and_addresses() {
        assert_eq!(ok("node7"), ("node7".into(), None));
        assert_eq!(ok("node7.example.com:99"), ("node7.example.com".into(), Some(99)));
        assert_eq!(ok("127.0.0.1:2655"), ("127.0.0.1".into(), Some(2655)));
        assert_eq!(ok("::1"), ("::1".into(), None));
        assert_eq!(ok("[::1]"), ("::1".into(), None));
        assert_eq!(ok("fe80::1%eth0"), ("fe80::1%eth0".into(), None));
        assert_eq!(ok("[fe80::1%eth0]:80"), ("fe80::1%eth0".into(), Some(80)));
    }

    #[test]
    fn shows_what_it_read() {
        for text in ["node7", "node7:99", "[::1]", "[::1]:80"] {
            assert_eq!(Endpoint::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn refuses_the_rest() {
        for text in [
            "",
            ":1",
            "a:",
            "a:0",
            "a:65536",
            "a:+1",
            "a:b",
            "[::1",
            "[::1]x",
            "a b",
            "-oProxyCommand=x",
            "a\nb",
        ] {
            assert!(Endpoint::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_bare_address_with_a_port_is_told_its_brackets() {
        for (text, right) in [
            ("::1:26561", "[::1]:26561"),
            ("::1:26561:2.5", "[::1]:26561:2.5"),
            ("fe80::1%eth0:7", "[fe80::1%eth0]:7"),
            ("2001:db8:1:2:3:4:5:6:99", "[2001:db8:1:2:3:4:5:6]:99"),
            ("fe80::1:x%eth0", "[ADDRESS]:PORT"),
            ("a:b:c", "[ADDRESS]:PORT"),
        ] {
            let expected =
                format!("'{text}' is not an address: write an IPv6 address with a port as {right}");
            assert_eq!(Endpoint::parse(text).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn an_error_can_not_control_a_terminal() {
        for text in ["\u{1b}[2Jx", "[\u{9b}31m", "a:\u{202e}7", ":\u{7}"] {
            let error = Endpoint::parse(text).unwrap_err().to_string();
            assert_eq!(sanitize(error.as_bytes()), error, "{text:?}");
        }
    }
}
