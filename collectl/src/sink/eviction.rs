//! Which client is evicted when all places are taken: no address can keep all others out.
//!
//! While there are free places, an address may have any number: one head node may well run 64 receivers. When all are
//! taken, a new client from an address with fewer places evicts the newest client of the address with the most, unless
//! that would only swap the two.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};

/// Bits of an IPv6 address that identify a network (RFC 4291, 2.5.4): a machine may choose the others freely.
const NETWORK: u32 = 64;

/// The client that is evicted for a new one from `new_client`, out of all clients, the oldest first; none if the new
/// one has to leave.
pub fn client_to_evict<Id>(clients: impl Iterator<Item = (Id, IpAddr)>, new_client: IpAddr) -> Option<Id> {
    let mut youngest = BTreeMap::<IpAddr, (usize, Id)>::new();
    for (id, address) in clients {
        let owner = owner(address);
        let count = youngest.get(&owner).map_or(0, |(count, _)| *count);
        youngest.insert(owner, (count + 1, id));
    }
    let own = youngest.get(&owner(new_client)).map_or(0, |(count, _)| *count);
    let (most, id) = youngest.into_values().max_by_key(|(count, _)| *count)?;
    (most > own + 1).then_some(id)
}

/// Addresses that count as one.
#[must_use]
pub fn owner(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) if !six.is_unspecified() => {
            Ipv6Addr::from_bits(six.to_bits() >> (128 - NETWORK) << (128 - NETWORK)).into()
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evicted(clients: &[&str], new_client: &str) -> Option<usize> {
        let parse = |text: &str| text.parse::<IpAddr>().unwrap();
        client_to_evict(clients.iter().map(|text| parse(text)).enumerate(), parse(new_client))
    }

    #[test]
    fn the_newest_client_of_the_largest_address_is_evicted() {
        assert_eq!(
            evicted(&["10.0.0.1", "10.0.0.2", "10.0.0.1", "10.0.0.2", "10.0.0.2"], "10.0.0.3"),
            Some(4)
        );
        assert_eq!(evicted(&["10.0.0.1", "10.0.0.1", "10.0.0.2"], "10.0.0.3"), Some(1));
        assert_eq!(evicted(&["::ffff:10.0.0.1", "10.0.0.1"], "10.0.0.2"), Some(1));
    }

    #[test]
    fn no_client_is_evicted_for_an_address_with_as_many() {
        assert_eq!(evicted(&["10.0.0.1", "10.0.0.1"], "10.0.0.1"), None);
        assert_eq!(evicted(&["10.0.0.1", "10.0.0.2"], "10.0.0.3"), None);
        assert_eq!(evicted(&["10.0.0.1", "10.0.0.1", "10.0.0.2"], "10.0.0.2"), None);
        assert_eq!(evicted(&[], "10.0.0.2"), None);
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one() {
        let clients = ["fd00::1", "fd00::2", "fd00:0:0:1::1"];
        assert_eq!(evicted(&clients, "fd00::3"), None);
        assert_eq!(evicted(&clients, "fd00:0:0:2::1"), Some(1));
    }
}
