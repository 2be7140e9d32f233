//! Which of the started hosts a connection comes from.
//!
//! There is nothing in the plain stream that proves it, so the best of several hints is taken. Only the name, or there
//! being a single host, is trusted enough to end a host's process because of what its connection does.

use std::net::IpAddr;

/// A started host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate<'a> {
    /// Its short name as typed.
    pub(crate) name: &'a str,
    /// What it resolved to.
    pub(crate) addresses: &'a [IpAddr],
}

/// What an attribution rests on, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Basis {
    /// Several hosts could be meant: the one that was started first is taken.
    Oldest,
    /// No other host is waited for.
    OnlyOneLeft,
    /// The peer has an address of this host and of no other.
    Address,
    /// The stream says the host's name.
    Name,
}

/// Picks among `candidates`, which stand in the order they were started in; returns an index into them.
///
/// `name` is the host that the stream names, where it has done so already.
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
    fn an_address_counts_where_one_host_has_it() {
        assert_eq!(attribute(None, A, &[host("n1", &[B]), host("n2", &[A, B])]), Some((1, Basis::Address)));
        assert_eq!(attribute(None, A, &[host("n1", &[A]), host("n2", &[A])]), Some((0, Basis::Oldest)));
    }

    #[test]
    fn else_the_only_one_or_the_oldest() {
        assert_eq!(attribute(None, A, &[]), None);
        assert_eq!(attribute(Some("x"), A, &[host("n1", &[])]), Some((0, Basis::OnlyOneLeft)));
        assert_eq!(attribute(Some("x"), A, &[host("n1", &[]), host("n2", &[B])]), Some((0, Basis::Oldest)));
    }
}
