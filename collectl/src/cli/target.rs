//! Where the text of a run goes: `-A`, and what applies to a server.

use std::net::IpAddr;

use collectl_core::usage::UsageError;
use collectl_wire::allow::Allowed;

use super::address::Address;
use super::history;
use super::literal::Literal;
use crate::sink::memory::Limits;

/// Where the text goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Standard output.
    Terminal,
    /// The initiator, over a connection that is already open.
    Initiator,
    /// Any client that connects.
    Server {
        /// Port to listen on.
        port: u16,
        /// Address to listen on; all addresses without one.
        bind: Option<IpAddr>,
        /// Which addresses may connect.
        allow: Allowed,
        /// Most clients at a time.
        max_clients: usize,
        /// What is kept for clients that reconnect.
        history: Limits,
    },
}

impl Target {
    /// Resolves `-A`, `--bind`, `--allow`, `--max-clients` and `--history`.
    pub(super) fn resolve(literal: &Literal) -> Result<Self, UsageError> {
        let address =
            literal.address.as_deref().map(|text| Address::parse(text, &literal.defaults)).transpose()?;
        let number = |text: &str| text.parse().ok().filter(|&number| number > 0);
        let max_clients = number(&literal.max_clients).ok_or_else(|| {
            UsageError::new(format!("--max-clients must be a number above 0, not '{}'", literal.max_clients))
        })?;
        let parse_bind = |text: &String| {
            text.trim_start_matches('[').trim_end_matches(']').parse().map_err(|_| {
                UsageError::new(format!("--bind must be an IP address, not '{}'", text.escape_debug()))
            })
        };
        let bind = literal.bind.as_ref().map(parse_bind).transpose()?;
        let history = history::parse(&literal.history)?;
        let allow = Allowed::parse(literal.allow.iter().map(String::as_str))
            .map_err(|error| UsageError::new(format!("--allow: {error}")))?;
        match address {
            Some(Address::Server(port)) => Ok(Self::Server { port, bind, allow, max_clients, history }),
            _ if bind.is_some() => Err(UsageError::new("--bind only applies to -A server")),
            _ if !allow.is_everyone() => Err(UsageError::new("--allow only applies to -A server")),
            Some(Address::Initiator { .. }) => Ok(Self::Initiator),
            None => Ok(Self::Terminal),
        }
    }
}
