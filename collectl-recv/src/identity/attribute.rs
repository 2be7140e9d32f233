//! Which of the started hosts a connection without a secret comes from. Pure.
//!
//! Nothing in its stream proves that, so the best of several hints decides. Only the name, or that there is a single
//! host, is trusted enough to end a host's process because of what its connection does.

use std::net::IpAddr;

/// A started host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate<'a> {
    /// Its short name, as typed.
    pub(crate) name: &'a str,
    /// The addresses of its name.
    pub(crate) addresses: &'a [IpAddr],
}

/// The basis of an attribution, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Basis {
    /// Several hosts are possible; the one that was started first is taken.
    Oldest,
    /// No other host is expected to connect.
    OnlyOneLeft,
    /// Only this host has the address of the peer.
    Address,
    /// The stream has the host's name.
    Name,
}

/// Picks one of `candidates`, which are in the order of their starts; returns its index.
///
/// `name` is the host name in the stream, if one has come already.
pub(crate) fn attribute(
    name: Option<&str>,
    peer: IpAddr,
    candidates: &[Candidate<'_>],
) -> Option<(usize, Basis)> {
    if let Some(index) = name.and_then(|name| candidates.iter().position(|host| host.name == name)) {
        return Some((index, Basis::Name));
    }
    let mut same_address = (0..candidates.len()).filter(|&index| candidates[index].addresses.contains(&peer));
    match (same_address.next(), same_address.next(), candidates.len()) {
        (_, _, 0) => None,
        (Some(index), None, _) => Some((index, Basis::Address)),
        (_, _, 1) => Some((0, Basis::OnlyOneLeft)),
        _ => Some((0, Basis::Oldest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const B: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    fn host<'a>(name: &'a str, addresses: &'a [IpAddr]) -> Candidate<'a> {
        Candidate { name, addresses }
    }

    #[test]
    fn the_name_is_the_best_hint() {
        let hosts = [host("n1", &[A]), host("n2", &[B])];
        assert_eq!(attribute(Some("n1"), B, &hosts), Some((0, Basis::Name)));
        assert_eq!(attribute(Some("other"), B, &hosts), Some((1, Basis::Address)));
    }

    #[test]
    fn an_address_counts_if_only_one_host_has_it() {
        assert_eq!(attribute(None, A, &[host("n1", &[B]), host("n2", &[A, B])]), Some((1, Basis::Address)));
        assert_eq!(attribute(None, A, &[host("n1", &[A]), host("n2", &[A])]), Some((0, Basis::Oldest)));
    }

    #[test]
    fn otherwise_the_only_one_or_the_oldest() {
        assert_eq!(attribute(None, A, &[]), None);
        assert_eq!(attribute(Some("x"), A, &[host("n1", &[])]), Some((0, Basis::OnlyOneLeft)));
        assert_eq!(attribute(Some("x"), A, &[host("n1", &[]), host("n2", &[B])]), Some((0, Basis::Oldest)));
    }
}
