//! Finds the address that a started collectl is told to connect to.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use collectl_wire::endpoint::Endpoint;
use tokio::net::{UdpSocket, lookup_host};
use tokio::process::Command;
use tokio::time::timeout;

use super::command::{Shell, config_hostname};

/// Longest time for `ssh -G`, and for the resolver.
const PATIENCE: Duration = Duration::from_secs(5);

/// The addresses of both ends.
#[derive(Debug)]
pub(crate) struct Reach {
    /// The address that the host is to connect to.
    pub(crate) address: String,
    /// The addresses of the host; none if its name does not resolve.
    pub(crate) addresses: Vec<IpAddr>,
}

/// Finds both for `host`, which may be `user@host`. `advertised` is the address to connect to, if the user set one.
///
/// Otherwise it is the local address from which the host is reached, or the name of this machine if the host's name
/// does not resolve.
pub(crate) async fn reach(shell: &Shell, host: &str, advertised: Option<&Endpoint>, port: u16) -> Reach {
    let addresses = resolve(shell, host).await;
    let endpoint = match advertised {
        Some(endpoint) => endpoint.clone(),
        None => {
            let own = own_address(&addresses).await.map_or_else(own_name, |own| own.to_string());
            Endpoint { host: own, port: None }
        }
    };
    let port = endpoint.port_or(port);
    Reach { address: Endpoint { port: Some(port), ..endpoint }.to_string(), addresses }
}

async fn resolve(shell: &Shell, host: &str) -> Vec<IpAddr> {
    let mut name = host.rsplit('@').next().unwrap_or(host).to_owned();
    if let Some(words) = shell.ask_config(host) {
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).stdin(std::process::Stdio::null()).kill_on_drop(true);
        command.process_group(0);
        if let Ok(Ok(output)) = timeout(PATIENCE, command.output()).await
            && let Some(real) = config_hostname(&output.stdout)
        {
            real.clone_into(&mut name);
        }
    }
    match timeout(PATIENCE, lookup_host((name, 0))).await {
        Ok(Ok(found)) => found.map(|address| address.ip().to_canonical()).collect(),
        Ok(Err(_)) | Err(_) => Vec::new(),
    }
}

/// The local address that the kernel would send from. Nothing is sent.
async fn own_address(addresses: &[IpAddr]) -> Option<IpAddr> {
    for &address in addresses {
        let any: SocketAddr = match address {
            IpAddr::V4(_) => (std::net::Ipv4Addr::UNSPECIFIED, 0).into(),
            IpAddr::V6(_) => (std::net::Ipv6Addr::UNSPECIFIED, 0).into(),
        };
        if let Ok(socket) = UdpSocket::bind(any).await
            && socket.connect((address, 9)).await.is_ok()
            && let Ok(own) = socket.local_addr()
        {
            return Some(own.ip().to_canonical());
        }
    }
    None
}

fn own_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn none() -> Shell {
        Shell::Template(vec!["rsh".to_owned(), "{host}".to_owned()])
    }

    #[tokio::test]
    async fn a_host_on_loopback_connects_to_loopback() {
        let reach = reach(&none(), "me@127.0.0.5", None, 2655).await;
        assert_eq!(reach.address, "127.0.0.1:2655");
        assert_eq!(reach.addresses, ["127.0.0.5".parse::<IpAddr>().unwrap()]);
    }

    #[tokio::test]
    async fn an_address_that_is_set_is_used() {
        let advertised = Endpoint::parse("[2001:db8::1]").unwrap();
        assert_eq!(reach(&none(), "127.0.0.5", Some(&advertised), 99).await.address, "[2001:db8::1]:99");
        let advertised = Endpoint::parse("head:7").unwrap();
        assert_eq!(reach(&none(), "127.0.0.5", Some(&advertised), 99).await.address, "head:7");
    }

    #[tokio::test]
    async fn a_host_whose_name_does_not_resolve_is_told_our_name() {
        let reach = reach(&none(), "no-such-host.invalid", None, 99).await;
        assert_eq!(reach.address, format!("{}:99", own_name()));
        assert!(reach.addresses.is_empty());
    }
}
