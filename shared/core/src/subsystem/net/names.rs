//! The kinds of network interfaces.

/// The kind of an interface, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A port of the machine, as drivers and systemd.net-naming-scheme(7) name it.
    Port,
    /// Loopback, or an interface on top of others or for the machine's own guests: bonds, bridges, tunnels, virtual
    /// pairs, and VLANs and aliases (a `.`, `:` or `@` in the name). Its packets are those of another interface.
    Stacked,
    /// Any other name.
    Other,
}

pub(super) fn kind(name: &[u8]) -> Kind {
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
    const PORTS: &[&[u8]] = &[b"eth", b"en", b"em", b"ib", b"hed", b"hsn", b"wl", b"ww"];
    let begins_with = |prefixes: &[&[u8]]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    if name == b"lo" || name.iter().any(|byte| matches!(byte, b'.' | b':' | b'@')) || begins_with(STACKED) {
        Kind::Stacked
    } else if begins_with(PORTS) || is_slot(name) {
        Kind::Port
    } else {
        Kind::Other
    }
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
            assert_eq!(kind(name.as_bytes()), Kind::Port, "{name}");
        }
        for name in [
            "lo", "bond0", "br0", "br-1f2e", "docker0", "veth12ab", "tun0", "eth0.100", "virbr0", "ifb0",
            "wg0",
        ] {
            assert_eq!(kind(name.as_bytes()), Kind::Stacked, "{name}");
        }
        for name in ["vpeer", "lan0", "ppp0", "p1x", ""] {
            assert_eq!(kind(name.as_bytes()), Kind::Other, "{name}");
        }
    }
}
