//! The listener.

use std::io;
use std::net::{IpAddr, SocketAddr};

use collectl_wire::allow::Allowed;
use collectl_wire::listen::listen;
use thiserror::Error;
use tokio::net::TcpListener;

use crate::base::io_error::fragment;

/// What to listen on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listen {
    /// The local address; none for all of them.
    pub(crate) address: Option<IpAddr>,
    /// The port.
    pub(crate) port: Port,
    /// Which addresses may connect.
    pub(crate) allow: Allowed,
}

/// A port to listen on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Port {
    /// This one.
    Fixed(u16),
    /// This one, or any other if it is taken.
    Preferred(u16),
}

/// The listener could not be opened.
#[derive(Debug, Error)]
#[error("listening on {}: {}", place(*.address, *.port), fragment(.why))]
pub(crate) struct ListenError {
    address: Option<IpAddr>,
    port: u16,
    why: io::Error,
}

fn place(address: Option<IpAddr>, port: u16) -> String {
    address.map_or_else(|| format!("port {port}"), |address| SocketAddr::new(address, port).to_string())
}

impl Listen {
    /// Opens the listener.
    ///
    /// # Errors
    /// A [`ListenError`]. A preferred port that is taken is no error: another one is used.
    pub(crate) fn open(&self) -> Result<TcpListener, ListenError> {
        let on =
            |port| listen(self.address, port).map_err(|why| ListenError { address: self.address, port, why });
        match self.port {
            Port::Fixed(port) => on(port),
            Port::Preferred(port) => match on(port) {
                Err(error) if error.why.kind() == io::ErrorKind::AddrInUse => on(0),
                result => result,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[tokio::test]
    async fn another_port_is_used_only_if_that_is_allowed() {
        let on = |port| Listen { address: Some(Ipv4Addr::LOCALHOST.into()), port, allow: Allowed::default() };
        let first = on(Port::Fixed(0)).open().unwrap();
        let port = first.local_addr().unwrap().port();
        let error = on(Port::Fixed(port)).open().unwrap_err();
        assert_eq!(error.to_string(), format!("listening on 127.0.0.1:{port}: address already in use"));
        let other = on(Port::Preferred(port)).open().unwrap();
        assert_ne!(other.local_addr().unwrap().port(), port);
    }
}
