//! `-A`: where the socket is.

use std::time::Duration;

use collectl_core::usage::UsageError;
use collectl_wire::endpoint::{Endpoint, parse_port, split_host};

use super::defaults::Defaults;

/// /// How long connecting may take by default.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

/// What `-A` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// Connect to an initiator.
    Initiator {
        /// Where it listens.
        endpoint: Endpoint,
        /// How long connecting may take.
        timeout: Duration,
    },
    /// Listen for clients on this port.
    Server(u16),
}

impl Address {
    /// Reads `ADDR[:PORT[:TIMEOUT]]` (an empty port is the default one) or `server[:PORT]`. What is left open comes
    /// from `defaults`.
    ///
    /// # Errors
    /// A [`UsageError`] that names the faulty part.
    pub fn parse(text: &str, defaults: &Defaults) -> Result<Self, UsageError> {
        let invalid =
            |reason: &dyn std::fmt::Display| UsageError::new(format!("invalid -A address: {reason}"));
        let (host, rest) = split_host(text).map_err(|error| invalid(&error))?;
        let (port, timeout) = match rest.map(|rest| rest.split_once(':').unwrap_or((rest, ""))) {
            None => (None, ""),
            Some(("", timeout)) if !timeout.is_empty() => (None, timeout),
            Some((port, timeout)) => {
                (Some(parse_port(port, text).map_err(|error| invalid(&error))?), timeout)
            }
        };
        let port = port.or(defaults.port);
        if host.eq_ignore_ascii_case("server") {
            return if timeout.is_empty() {
                Ok(Self::Server(port.unwrap_or(collectl_wire::DEFAULT_PORT)))
            } else {
                Err(invalid(&format_args!("'{text}': a server has no timeout")))
            };
        }
        let timeout = match timeout {
            "" => defaults.timeout.unwrap_or(DEFAULT_TIMEOUT),
            text => text
                .parse()
                .ok()
                .filter(|seconds: &f64| (0.001..=86_400.0).contains(seconds))
                .map(Duration::from_secs_f64)
                .ok_or_else(|| invalid(&format_args!("'{text}' is not a number of seconds")))?,
        };
        Ok(Self::Initiator { endpoint: Endpoint { host, port }, timeout })
    }
}

/// The value of the last `-A` among `args`, even if other arguments are wrong: every later error is sent to that
/// initiator.
#[must_use]
pub fn find(args: &[String]) -> Option<&str> {
    find_value(args, "-A", "--address", "--ad")
}

/// The value of the last `--hostname` among `args`, found the same way.
#[must_use]
pub fn find_hostname(args: &[String]) -> Option<&str> {
    find_value(args, "--hostname", "--hostname", "--ho")
}

/// `shortest` is the shortest abbreviation that means `long`.
fn find_value<'a>(args: &'a [String], short: &str, long: &str, shortest: &str) -> Option<&'a str> {
    let mut found = None;
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let (name, value) =
            arg.split_once('=').map_or((arg.as_str(), None), |(name, value)| (name, Some(value)));
        if arg == short || (long.starts_with(name) && name.starts_with(shortest)) {
            found = value.or_else(|| args.next().map(String::as_str)).or(found);
        } else if let Some(value) = arg.strip_prefix(short).filter(|_| short.len() == 2) {
            found = Some(value);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Address, UsageError> {
        Address::parse(text, &Defaults::default())
    }

    fn initiator(text: &str) -> (String, Option<u16>, f64) {
        match parse(text).unwrap() {
            Address::Initiator { endpoint, timeout } => (endpoint.host, endpoint.port, timeout.as_secs_f64()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn addresses() {
        assert_eq!(initiator("10.0.0.1"), ("10.0.0.1".into(), None, 10.0));
        assert_eq!(initiator("head:99"), ("head".into(), Some(99), 10.0));
        assert_eq!(initiator("head.example.com:99:2.5"), ("head.example.com".into(), Some(99), 2.5));
        assert_eq!(initiator("head::3"), ("head".into(), None, 3.0));
        assert_eq!(initiator("[::1]:99:3"), ("::1".into(), Some(99), 3.0));
        assert_eq!(initiator("::1"), ("::1".into(), None, 10.0));
        assert_eq!(parse("server"), Ok(Address::Server(2655)));
        assert_eq!(parse("SERVER:99"), Ok(Address::Server(99)));
    }

    #[test]
    fn omitted_parts_come_from_the_configuration() {
        let defaults =
            Defaults { port: Some(7), timeout: Some(Duration::from_secs(3)), ..Defaults::default() };
        let parse = |text| Address::parse(text, &defaults);
        let endpoint = |port| Endpoint { host: "head".into(), port: Some(port) };
        let initiator = |port, seconds| {
            Ok(Address::Initiator { endpoint: endpoint(port), timeout: Duration::from_secs(seconds) })
        };
        assert_eq!(parse("head"), initiator(7, 3));
        assert_eq!(parse("head:8:9"), initiator(8, 9));
        assert_eq!(parse("server"), Ok(Address::Server(7)));
    }

    #[test]
    fn refused() {
        for text in [
            "",
            ":99",
            "head:",
            "head:x",
            "head:99999",
            "head:1:x",
            "head:1:-1",
            "head:1:inf",
            "server:abc",
            "server:1:2",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn address_is_found_among_bad_switches() {
        let find_in = |line: &str| {
            let args: Vec<String> = line.split(' ').map(str::to_owned).collect();
            find(&args).map(str::to_owned)
        };
        assert_eq!(find_in("--nosuch -sQQ -A head:1"), Some("head:1".into()));
        assert_eq!(find_in("-Ahead:1 --x"), Some("head:1".into()));
        assert_eq!(find_in("--address=head:1"), Some("head:1".into()));
        assert_eq!(find_in("--addr head:1"), Some("head:1".into()));
        assert_eq!(find_in("--align -sc"), None);
        assert_eq!(find_in("-A"), None);
        assert_eq!(find_hostname(&["--hostname".into(), "n1".into()]), Some("n1"));
    }
}
