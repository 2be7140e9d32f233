//! Addresses that may connect: networks as `ADDRESS/BITS` (CIDR, RFC 4632 and RFC 4291).

use std::fmt;
use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};
use thiserror::Error;

/// A network; a single address is a network, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network(IpNet);

/// A text that is not a network.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("'{}' is not an address or a network like 10.0.0.0/8 or fd00::/8", .0.escape_debug())]
pub struct NetworkError(String);

/// The networks whose addresses may connect; without any, all addresses may.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allowed(Vec<Network>);

impl Network {
    /// Reads `ADDRESS` or `ADDRESS/BITS`; the other bits of the address are ignored. An IPv4 address mapped into IPv6
    /// (`::ffff:10.0.0.0/104`) counts as IPv4.
    ///
    /// # Errors
    /// A [`NetworkError`] with the text.
    pub fn parse(text: &str) -> Result<Self, NetworkError> {
        let (address, bits) =
            text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let bare = address.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(address);
        let network = match bits {
            None => bare.parse::<IpAddr>().ok().map(IpNet::from),
            Some(bits) => format!("{bare}/{bits}").parse().ok(),
        };
        let network: IpNet = network.ok_or_else(|| NetworkError(text.to_owned()))?;
        let mapped = network.addr().to_canonical();
        let unmapped = match (mapped, network.prefix_len().checked_sub(96)) {
            (IpAddr::V4(address), Some(bits)) if network.addr().is_ipv6() => {
                Ipv4Net::new(address, bits).ok().map(IpNet::from)
            }
            _ => None,
        };
        Ok(Self(unmapped.unwrap_or(network).trunc()))
    }

    /// True for an address of this network; a mapped IPv4 address counts as IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Allowed {
    /// Reads networks separated by commas, from all of `texts`.
    ///
    /// # Errors
    /// The [`NetworkError`] of the first invalid one.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, NetworkError> {
        let words = texts.into_iter().flat_map(|text| text.split(','));
        Ok(Self(words.map(|word| Network::parse(word.trim())).collect::<Result<_, _>>()?))
    }

    /// True if every address may connect.
    #[must_use]
    pub fn is_everyone(&self) -> bool {
        self.0.is_empty()
    }

    /// True if this address may connect.
    #[must_use]
    pub fn allows(&self, address: IpAddr) -> bool {
        self.is_everyone() || self.0.iter().any(|network| network.contains(address))
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use proptest::prelude::*;

    use super::*;

    fn allows(networks: &str, address: &str) -> bool {
        Allowed::parse([networks]).unwrap().allows(address.parse().unwrap())
    }

    #[test]
    fn networks_and_addresses() {
        assert!(allows("10.0.0.0/8", "10.255.0.1") && !allows("10.0.0.0/8", "11.0.0.1"));
        assert!(allows("10.1.2.3/8,192.0.2.7", "10.0.0.1"));
        assert!(allows("10.1.2.3/8,192.0.2.7", "192.0.2.7") && !allows("192.0.2.7", "192.0.2.6"));
        assert!(allows("fd00::/8", "fdff::1") && !allows("fd00::/8", "fe00::1"));
        assert!(allows("[::1]", "::1") && !allows("::1", "::2"));
        assert!(allows("0.0.0.0/0", "1.2.3.4") && !allows("0.0.0.0/0", "::1"));
        assert!(allows("::/0", "::1") && !allows("::/0", "1.2.3.4"));
        assert!(Allowed::default().allows("1.2.3.4".parse().unwrap()));
    }

    #[test]
    fn mapped_addresses_are_ipv4() {
        assert!(allows("10.0.0.0/8", "::ffff:10.0.0.1") && !allows("10.0.0.0/8", "::ffff:11.0.0.1"));
        assert!(allows("::ffff:10.0.0.0/104", "10.9.9.9") && !allows("::ffff:10.0.0.0/104", "11.0.0.1"));
        assert_eq!(Network::parse("::ffff:10.0.0.1").unwrap().to_string(), "10.0.0.1/32");
    }

    #[test]
    fn refuses_the_rest() {
        for text in [
            "",
            "10.0.0.0/33",
            "::/129",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "10.0.0.0/-1",
            "10.0.0/8",
            "node7",
            "1.2.3.4/8/9",
        ] {
            assert!(Network::parse(text).is_err(), "{text:?}");
        }
        let error = Allowed::parse(["10.0.0.0/8,x"]).unwrap_err().to_string();
        assert_eq!(error, "'x' is not an address or a network like 10.0.0.0/8 or fd00::/8");
    }

    proptest! {
        #[test]
        fn an_address_is_in_all_its_networks(address: u32, bits in 0_u8..=32, flipped in 0_u8..32) {
            let address = Ipv4Addr::from_bits(address);
            let network = Network::parse(&format!("{address}/{bits}")).unwrap();
            prop_assert!(network.contains(address.into()));
            prop_assert!(network.contains(address.to_ipv6_mapped().into()));
            // The flipped bit, counted from the highest.
            let other = Ipv4Addr::from_bits(address.to_bits() ^ (1 << (31 - flipped)));
            prop_assert_eq!(network.contains(other.into()), flipped >= bits);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[0-9a-f:./\\[\\]]{0,30}") {
            let _ = Network::parse(&text);
        }
    }
}
