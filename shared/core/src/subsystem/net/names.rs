//! The kinds of network interfaces.

use crate::kernel::devices::{Asked, Kind};

/// What an interface is: as the kernel or the header of the recording tells, or else by its name.
pub(super) fn kind(asked: &mut Asked, name: &[u8]) -> Kind {
    match asked.kind(name) {
        // Without hardware it may be a tunnel, or the way out of a container.
        Some(Kind::Other) if by_name(name) == Kind::Stacked => Kind::Stacked,
        Some(kind) => kind,
        None => by_name(name),
    }
}

/// By the names that drivers and systemd.net-naming-scheme(7) give: a port of the machine is [`Kind::Own`]. Loopback is
/// stacked, and so is what stands on other interfaces or between the machine's own guests: bonds, bridges, tunnels,
/// virtual pairs, and VLANs and aliases (a `.`, `:` or `@` in the name). Its packets are those of another interface.
fn by_name(name: &[u8]) -> Kind {
    const STACKED: &[&[u8]] = &[
        b"bond",
        b"br",
        b"cali",
        b"cilium",
        b"cni",
        b"docker",
        b"dummy",
        b"erspan",
        b"flannel",
        b"gre",
        b"ifb",
        b"ip6",
        b"kube",
        b"lxc",
        b"macv",
        b"ovs",
        b"sit",
        b"tailscale",
        b"tap",
        b"team",
        b"tun",
        b"veth",
        b"virbr",
        b"vlan",
        b"vnet",
        b"vxlan",
        b"wg",
        b"zt",
    ];
    const PORTS: &[&[u8]] = &[b"eth", b"em", b"ib", b"hed", b"hsn", b"wl", b"ww"];
    let begins_with = |prefixes: &[&[u8]]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    if name == b"lo" || name.iter().any(|byte| matches!(byte, b'.' | b':' | b'@')) || begins_with(STACKED) {
        Kind::Stacked
    } else if begins_with(PORTS) || is_slot(name) || is_predictable(name) {
        Kind::Own
    } else {
        Kind::Other
    }
}

/// True for `en` and a letter for how the number after it was found. Pods of Amazon's clusters have `eni`.
fn is_predictable(name: &[u8]) -> bool {
    name.strip_prefix(b"en")
        .and_then(|rest| rest.first())
        .is_some_and(|letter| b"ospxcdvaPX".contains(letter))
}

/// True for `p`, digits, `p`: a port in a PCI slot.
fn is_slot(name: &[u8]) -> bool {
    let digits = name.iter().skip(1).take_while(|byte| byte.is_ascii_digit()).count();
    name.first() == Some(&b'p') && digits > 0 && name.get(1 + digits) == Some(&b'p')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interfaces_are_known_by_rule() {
        for name in
            ["eth0", "enp3s0", "ens5", "em1", "ib0", "wlan0", "wlp2s0", "p4p1", "p10p2", "hsn0", "wwan0"]
        {
            assert_eq!(by_name(name.as_bytes()), Kind::Own, "{name}");
        }
        for name in [
            "lo", "bond0", "br0", "br-1f2e", "docker0", "veth12ab", "tun0", "eth0.100", "virbr0", "ifb0",
            "wg0",
        ] {
            assert_eq!(by_name(name.as_bytes()), Kind::Stacked, "{name}");
        }
        for name in ["vpeer", "lan0", "ppp0", "p1x", "eni1a2b3c4d5e6", ""] {
            assert_eq!(by_name(name.as_bytes()), Kind::Other, "{name}");
        }
    }
}
