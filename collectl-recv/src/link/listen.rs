//! What to listen on.

use std::net::IpAddr;

use collectl_wire::allow::Allowed;

/// What to listen on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listen {
    pub(crate) bind: Bind,
    pub(crate) port: Port,
    /// Who may connect.
    pub(crate) allow: Allowed,
}

/// A local address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bind {
    /// All of them.
    All,
    /// This one.
    Address(IpAddr),
}

/// A port to listen on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Port {
    /// This one.
    Fixed(u16),
    /// This one, or any other if it is taken.
    Preferred(u16),
}
