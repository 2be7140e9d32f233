//! Whose place a newcomer takes when all are taken: no address can keep all others out.
//!
//! As long as there are places, an address may have as many as it likes: one head node may well run 64 receivers. When
//! all are taken, a newcomer from an address that has fewer gets the place of the youngest client of the one that has
//! most, unless that would only turn the tables.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Bits of an IPv6 address that one network has (RFC 4291, 2.5.4): a machine may choose the others as it likes.
const NETWORK: u32 = 64;

/// The client that makes way for a newcomer from `newcomer`, out of all clients, the oldest first; none where the newcomer
/// is the one who has had enough.
pub fn makes_way<Id>(clients: impl Iterator<Item = (Id, IpAddr)>, newcomer: IpAddr) -> Option<Id> {
    let mut youngest = BTreeMap::<IpAddr, (usize, Id)>::new();
    for (id, address) in clients {
        let owner = owner(address);
        let count = youngest.get(&owner).map_or(0, |(count, _)| *count);
        youngest.insert(owner, (count + 1, id));
    }
    let own = youngest.get(&owner(newcomer)).map_or(0, |(count, _)| *count);
    let (most, id) = youngest.into_values().max_by_key(|(count, _)| *count)?;
    (most > own + 1).then_some(id)
}

/// Who counts as one: a machine, which has all of 127.0.0.0/8.
#[must_use]
pub fn owner(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(four) if four.is_loopback() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(six) if !six.is_unspecified() => {
            Ipv6Addr::from_bits(six.to_bits() >> (128 - NETWORK) << (128 - NETWORK)).into()
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(clients: &[&str], newcomer: &str) -> Option<usize> {
        let parse = |text: &str| text.parse::<IpAddr>().unwrap();
        makes_way(clients.iter().map(|text| parse(text)).enumerate(), parse(newcomer))
    }

    #[test]
    fn the_youngest_of_the_greediest_makes_way() {
        assert_eq!(who(&["10.0.0.1", "10.0.0.2", "10.0.0.1", "10.0.0.2", "10.0.0.2"], "10.0.0.3"), Some(4));
        assert_eq!(who(&["10.0.0.1", "10.0.0.1", "10.0.0.2"], "10.0.0.3"), Some(1));
        assert_eq!(who(&["::ffff:10.0.0.1", "10.0.0.1"], "10.0.0.2"), Some(1));
    }

    #[test]
    fn nobody_makes_way_for_one_who_has_as_many() {
        assert_eq!(who(&["10.0.0.1", "10.0.0.1"], "10.0.0.1"), None);
        assert_eq!(who(&["10.0.0.1", "10.0.0.2"], "10.0.0.3"), None);
        assert_eq!(who(&["10.0.0.1", "10.0.0.1", "10.0.0.2"], "10.0.0.2"), None);
        assert_eq!(who(&[], "10.0.0.2"), None);
    }

    #[test]
    fn the_addresses_of_this_machine_count_as_one() {
        let clients = ["127.0.0.1", "127.0.0.2", "::ffff:127.9.9.9"];
        assert_eq!(who(&clients, "127.0.0.4"), None);
        assert_eq!(who(&clients, "10.0.0.1"), Some(2));
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one() {
        let clients = ["fd00::1", "fd00::2", "fd00:0:0:1::1"];
        assert_eq!(who(&clients, "fd00::3"), None);
        assert_eq!(who(&clients, "fd00:0:0:2::1"), Some(1));
    }
}
