//! What a test needs beyond this workspace.

use std::path::Path;

/// Something that a machine may lack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requirement {
    /// The Perl collectl.
    PerlCollectl,
    /// colmux, from the same package.
    Colmux,
    /// `client.pl`, from the same package.
    ClientPl,
    /// The converter of Performance Co-Pilot.
    Collectl2pcp,
    /// OpenBSD's netcat.
    Netcat,
    /// An ssh server.
    Sshd,
    /// An ssh client.
    Ssh,
    /// `ip`, for network namespaces.
    Ip,
    /// `unshare`, for mounts of its own.
    Unshare,
    /// `setpriv`, to act as another user.
    Setpriv,
    /// A file system in a file, and `fsfreeze`.
    LoopDevice,
    /// The rights of root.
    Root,
    /// IPv6 on the loopback interface.
    Ipv6,
}

use Requirement::{
    ClientPl, Collectl2pcp, Colmux, Ip, Ipv6, LoopDevice, Netcat, PerlCollectl, Root, Setpriv, Ssh, Sshd,
    Unshare,
};

impl Requirement {
    fn name(self) -> &'static str {
        match self {
            PerlCollectl => "/usr/bin/collectl (the Perl collectl)",
            Colmux => "/usr/bin/colmux",
            ClientPl => CLIENT_PL,
            Collectl2pcp => COLLECTL2PCP,
            Netcat => "/usr/bin/nc.openbsd",
            Sshd => "/usr/sbin/sshd",
            Ssh => "/usr/bin/ssh",
            Ip => "ip (iproute2)",
            Unshare => "/usr/bin/unshare",
            Setpriv => "/usr/bin/setpriv",
            LoopDevice => "a loop device with mkfs.ext4 and fsfreeze",
            Root => "the right to act as root",
            Ipv6 => "IPv6",
        }
    }

    fn is_met(self) -> bool {
        match self {
            PerlCollectl => is_perl("/usr/bin/collectl"),
            Colmux => is_perl("/usr/bin/colmux"),
            ClientPl => Path::new(CLIENT_PL).exists(),
            Collectl2pcp => Path::new(COLLECTL2PCP).exists(),
            Netcat => Path::new(NETCAT).exists(),
            Sshd => Path::new("/usr/sbin/sshd").exists(),
            Ssh => Path::new("/usr/bin/ssh").exists(),
            Ip => ["/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip"].iter().any(|path| Path::new(path).exists()),
            Unshare => Path::new("/usr/bin/unshare").exists(),
            Setpriv => Path::new("/usr/bin/setpriv").exists(),
            LoopDevice => ["/dev/loop-control", "/usr/sbin/mkfs.ext4", "/usr/sbin/fsfreeze"]
                .iter()
                .all(|path| Path::new(path).exists()),
            Root => rustix::process::geteuid().is_root(),
            Ipv6 => std::net::TcpListener::bind(("::1", 0)).is_ok(),
        }
    }
}

const COLLECTL2PCP: &str = "/usr/bin/collectl2pcp";
/// The Perl program's example of a client.
pub const CLIENT_PL: &str = "/usr/share/collectl/util/client.pl";

/// OpenBSD's netcat, under a name that no other netcat has.
pub const NETCAT: &str = "/usr/bin/nc.openbsd";

/// True if all `requirements` are met. If not, prints what is missing, or fails the test if
/// `COLLECTL_TESTS_REQUIRE_ALL` is set.
///
/// # Panics
/// In that case.
#[must_use]
pub fn met(requirements: &[Requirement]) -> bool {
    let missing = requirements.iter().find(|requirement| !requirement.is_met());
    if let Some(missing) = missing {
        let name = missing.name();
        assert!(std::env::var_os("COLLECTL_TESTS_REQUIRE_ALL").is_none(), "{name} is missing");
        skip(name);
    }
    missing.is_none()
}

/// Ours may be installed under the same name. The Perl program is a script.
fn is_perl(path: &str) -> bool {
    std::fs::read(path).is_ok_and(|program| {
        program.starts_with(b"#!") && contains(&program[..program.len().min(80)], b"perl")
    })
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn skip(what: &str) {
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    // The harness shows the output of eprintln! only for failed tests; this message is for all.
    let _ = std::io::Write::write_all(
        &mut std::io::stderr(),
        format!("skipped: {what} is missing ({test})\n").as_bytes(),
    );
}
