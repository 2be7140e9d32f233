//! How the hosts of `collectl-recv` are named: nodesets, files with aliases, groups, and the nodes of a Slurm job.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use tempfile::TempDir;
use tests::deadline::PATIENCE;
use tests::peer::Peer;
use tests::port;
use tests::process::{Outcome, Process};
use tests::programs::collectl_recv;

/// Servers at 127.0.0.1 to 127.0.0.4, all on one port; each sends a line and disconnects.
struct Servers {
    port: u16,
    listeners: Vec<TcpListener>,
}

impl Servers {
    fn start() -> Self {
        let port = port::free();
        let listen = |last| TcpListener::bind((Ipv4Addr::new(127, 0, 0, last), port)).expect("a free port");
        Self { port, listeners: (1..=4).map(listen).collect() }
    }

    /// Runs the receiver until it has received one interval of each host; returns the hosts that were dialled, and its
    /// end.
    fn serve(&self, args: &str, change: impl FnOnce(&mut std::process::Command)) -> (Vec<u8>, Outcome) {
        let mut command = collectl_recv(&format!("connect --port {} -n 1 {args}", self.port));
        command.env_remove("SLURM_JOB_NODELIST").env_remove("SLURM_NODELIST");
        change(&mut command);
        let receiver = Process::start(&mut command);
        let mut served = Vec::new();
        let start = std::time::Instant::now();
        while !receiver.ends_within(Duration::from_millis(20)) {
            assert!(start.elapsed() < PATIENCE, "the receiver continues: {served:?}");
            for (listener, last) in self.listeners.iter().zip(1..) {
                listener.set_nonblocking(true).expect("a socket can be asked");
                if let Ok((stream, _)) = listener.accept() {
                    served.push(last);
                    Peer::new(stream).send(format!("host{last} 1\n"));
                }
            }
        }
        served.sort_unstable();
        (served, receiver.finish())
    }
}

#[test]
fn nodesets_and_exclusions() {
    let servers = Servers::start();
    let (served, outcome) = servers.serve("127.0.0.[1-4],127.0.0.1 me@127.0.0.2 -x 127.0.0.[2-8/2]", |_| {});
    assert_eq!((served, outcome.code), (vec![1, 3], 0), "{outcome:#?}");
    assert!(
        outcome.stderr.iter().any(|line| line.contains("2 hosts: 2 up, 0 failed, 0 lost")),
        "{outcome:#?}"
    );
}

#[test]
fn files_name_hosts_and_their_aliases() {
    let servers = Servers::start();
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), "# all\n127.0.0.1\n127.0.0.[3-4]  db[01-02]   # two\n").unwrap();
    let (served, mut outcome) = servers.serve(&format!("^{}", file.path().display()), |_| {});
    outcome.stdout.sort_unstable();
    assert_eq!(served, [1, 3, 4], "{outcome:#?}");
    assert_eq!(outcome.stdout, ["db01 1", "db02 1", "host1 1"], "{outcome:#?}");
}

#[test]
fn groups_of_clustershell_without_its_commands() {
    let servers = Servers::start();
    let folder: TempDir = tempfile::tempdir().unwrap();
    let witness = folder.path().join("witness");
    let run = format!("touch {}", witness.display());
    let conf = format!("[Main]\ndefault: racks\n\n[evil]\nmap: {run}\nall: {run}\nlist: {run}\n");
    fs::write(folder.path().join("groups.conf"), conf).unwrap();
    fs::create_dir(folder.path().join("groups.d")).unwrap();
    let yaml = "racks:\n  r1: '127.0.0.[1-2]'\n  r2:\n    - 127.0.0.4\n  both: '@r1,@r2'\n";
    fs::write(folder.path().join("groups.d/cluster.yaml"), yaml).unwrap();
    let cluster = |command: &mut std::process::Command| {
        command.env("CLUSTERSHELL_CFGDIR", folder.path());
    };
    assert_eq!(servers.serve("@both -x @racks:r2", cluster).0, [1, 2]);
    for group in ["@evil:x", "@nosuch", "@racks:nosuch"] {
        let (served, outcome) = servers.serve(group, cluster);
        assert_eq!((served, outcome.code), (vec![], 1), "{outcome:#?}");
        assert!(outcome.stderr[0].contains(&format!("no group '{group}'")), "{outcome:#?}");
    }
    assert!(!witness.exists());
}

#[test]
fn the_nodes_of_a_slurm_job() {
    let servers = Servers::start();
    let job = |command: &mut std::process::Command| {
        command.env("SLURM_JOB_NODELIST", "127.0.0.[2-3]");
    };
    assert_eq!(servers.serve("", job).0, [2, 3]);
    assert_eq!(servers.serve("--slurm 127.0.0.1", job).0, [1, 2, 3]);
    assert_eq!(servers.serve("127.0.0.4", job).0, [4]);
}

#[test]
fn errors_are_reported_with_their_position() {
    for (args, said) in [
        ("connect n[1-3", "'n[1-3', character 2: '[' is not closed"),
        ("launch n[5-1]", "'n[5-1]', character 3: the range runs backwards"),
        ("connect n[1-999999][1-999999]", "more than 100000 hosts"),
        ("connect n1 -x n[1-9]", "no host is left: -x excludes all of them"),
        ("launch ^/nosuch", "reading /nosuch: no such file"),
        ("connect ^/dev/zero", "reading /dev/zero: it is larger than 8 MiB"),
        ("connect n1;id", "'n1;id' is not a host name or address"),
        ("launch n[1-2] --start-timeout 0", "invalid value '0' for '--start-timeout <DURATION>'"),
    ] {
        let outcome = Process::start(&mut collectl_recv(args)).finish();
        assert_eq!(outcome.code, 1, "{args}: {outcome:#?}");
        assert!(outcome.stderr[0].contains(said), "{args}: {outcome:#?}");
    }
}

#[test]
fn an_ipv6_server_with_a_port() {
    let Ok(listener) = TcpListener::bind("[::1]:0") else { return };
    let SocketAddr::V6(address) = listener.local_addr().unwrap() else { panic!("an IPv6 address") };
    let receiver = Process::start(&mut collectl_recv(&format!("connect -n 1 [::1]:{}", address.port())));
    Peer::new(listener.accept().unwrap().0).send("n6 1\n");
    let outcome = receiver.finish();
    assert_eq!((outcome.code, outcome.stdout), (0, vec!["n6 1".to_owned()]));
}
