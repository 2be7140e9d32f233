//! The address that a started collectl is told to connect to.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use collectl_wire::endpoint::Endpoint;
use tokio::net::{UdpSocket, lookup_host};
use tokio::process::Command;
use tokio::time::timeout;

use super::command::{Shell, config_hostname};

/// How long `ssh -G` and the resolver may take, each.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is known about a host before it is started.
#[derive(Debug)]
pub(crate) struct Reach {
    /// Where it is to connect to.
    pub(crate) address: String,
    /// What its name resolves to; empty if it does not.
    pub(crate) addresses: Vec<IpAddr>,
}

/// Finds both for `host`, which may be `user@host`. `told` is the address to tell, where that is settled already.
///
/// Else it is the local address the host is reached from; where its name does not resolve here, this machine's name.
pub(crate) async fn reach(shell: &Shell, host: &str, told: Option<&Endpoint>, port: u16) -> Reach {
    let addresses = resolve(shell, host).await;
    let endpoint = match told {
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

/// The local address that the kernel would send from; nothing is sent.
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
    async fn what_the_user_says_is_told() {
        let told = Endpoint::parse("[2001:db8::1]").unwrap();
        assert_eq!(reach(&none(), "127.0.0.5", Some(&told), 99).await.address, "[2001:db8::1]:99");
        let told = Endpoint::parse("head:7").unwrap();
        assert_eq!(reach(&none(), "127.0.0.5", Some(&told), 99).await.address, "head:7");
    }

    #[tokio::test]
    async fn a_name_unknown_here_is_told_our_name() {
        let reach = reach(&none(), "no-such-host.invalid", None, 99).await;
        assert_eq!(reach.address, format!("{}:99", own_name()));
        assert!(reach.addresses.is_empty());
    }
}
