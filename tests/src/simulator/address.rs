//! The addresses of the hosts: for the kernel, all of 127.0.0.0/8 is this machine.

use std::net::{IpAddr, Ipv4Addr};

/// Hosts in each network of 256 addresses.
const EACH: usize = 250;
/// Highest number of hosts that have an address.
pub(super) const MAX_HOSTS: usize = EACH * 256;

/// The address of host `index`: from `127.1.0.1` on.
#[must_use]
pub fn of(index: usize) -> Ipv4Addr {
    let octet = |number: usize| u8::try_from(number).unwrap_or(u8::MAX);
    Ipv4Addr::new(127, 1, octet(index / EACH), octet(1 + index % EACH))
}

/// The host of an address.
pub(super) fn index(address: IpAddr) -> Option<usize> {
    match address.to_canonical() {
        IpAddr::V4(address) => match address.octets() {
            [127, 1, network, host] => Some(usize::from(network) * EACH + usize::from(host).checked_sub(1)?),
            _ => None,
        },
        IpAddr::V6(_) => None,
    }
}

/// `count` hosts that listen on `port`, as nodesets: `127.1.0.[1-250]:2655 127.1.1.[1-50]:2655`.
#[must_use]
pub fn servers(count: usize, port: u16) -> String {
    let networks = (0..count).step_by(EACH).map(|first| {
        let last = (count - first).min(EACH);
        format!("127.1.{}.[1-{last}]:{port}", first / EACH)
    });
    networks.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_host_has_its_own() {
        assert_eq!((of(0), of(250)), (Ipv4Addr::new(127, 1, 0, 1), Ipv4Addr::new(127, 1, 1, 1)));
        assert!((0..MAX_HOSTS).all(|host| index(of(host).into()) == Some(host)));
        assert_eq!(index(Ipv4Addr::LOCALHOST.into()), None);
        assert_eq!(servers(300, 7), "127.1.0.[1-250]:7 127.1.1.[1-50]:7");
    }
}
