//! Foreign programs at the other end of the socket.

use rustix::process::Signal;
use tests::brief::{Kind, kind};
use tests::deadline::{PATIENCE, until};
use tests::netns::Machine;
use tests::peer::Peer;
use tests::port;
use tests::process::Process;
use tests::programs::{self, collectl, command};
use tests::requirement::{self, CLIENT_PL, NETCAT, Requirement};
use tests::sshd::{self, Keys};

/// A running server, and its port.
fn server(args: &str) -> (Process, u16) {
    let port = port::free();
    let mut process = Process::start(&mut collectl(&format!("{args} --hostname n7 -A server:{port}")));
    process.stdout.wait_for("waiting for");
    (process, port)
}

fn bare(line: &str) -> &str {
    line.strip_prefix("n7 ").unwrap_or_else(|| panic!("'{line}' does not begin with 'n7 '"))
}

#[test]
fn the_perl_programs_client_reads_our_server() {
    if !requirement::met(&[Requirement::ClientPl]) {
        return;
    }
    let (server, port) = server("-scdnm -i.2 --hr 0");
    let mut client = Process::start(&mut command("/usr/bin/perl", &format!("{CLIENT_PL} 127.0.0.1:{port}")));
    client.stdout.wait_for("Socket opened");
    for expected in [Kind::Titles, Kind::Headings, Kind::Data, Kind::Data, Kind::Data] {
        let line = client.stdout.next_line().expect("the client continues");
        assert_eq!(kind(bare(&line)), expected, "'{line}'");
    }
    server.signal(Signal::TERM);
    client.stdout.wait_for("Socket closed on other end");
}

#[test]
fn netcat_listens_for_ours() {
    if !requirement::met(&[Requirement::Netcat]) {
        return;
    }
    let port = port::free();
    let mut netcat = Process::start(&mut command(NETCAT, &format!("-d -v -l 127.0.0.1 {port}")));
    netcat.stderr.wait_for("Listening");
    let ours = Process::start(&mut collectl(&format!("-scdnm -i.1 -c5 --hostname n7 -A localhost:{port}")));
    let seen = netcat.stdout.to_end();
    let kinds: Vec<Kind> = seen.iter().map(|line| kind(bare(line))).collect();
    assert_eq!(kinds, [[Kind::Titles, Kind::Headings].as_slice(), &[Kind::Data; 5]].concat());
    assert_eq!(ours.finish().code, 0);
    assert_eq!(netcat.wait(), 0);
}

#[test]
fn netcat_is_killed_and_another_connects() {
    if !requirement::met(&[Requirement::Netcat]) {
        return;
    }
    let (mut server, port) = server("-sc -i.1 --hr 0");
    let mut witness = Peer::connect((std::net::Ipv4Addr::LOCALHOST, port));
    for _ in 0..3 {
        let mut netcat = Process::start(&mut command(NETCAT, &format!("-d 127.0.0.1 {port}")));
        for expected in [Kind::Titles, Kind::Headings, Kind::Data] {
            let line = netcat.stdout.next_line().expect("netcat continues");
            assert_eq!(kind(bare(&line)), expected, "'{line}'");
        }
        netcat.signal(Signal::KILL);
        netcat.wait();
        witness.lines(2);
    }
    server.signal(Signal::TERM);
    assert_eq!(server.wait(), 0);
    assert!(server.stderr.to_end().is_empty());
}

/// colmux on a head node with two other hosts, each a network namespace with an ssh server, because colmux
/// distinguishes hosts by their addresses. It reads no ssh configuration except those of the user and the machine, so
/// ours is mounted over the latter, for colmux alone.
struct Cluster {
    // Dropped in this order: what runs through a server ends with it, and a machine comes last.
    _servers: Vec<sshd::Sshd>,
    machines: Vec<Machine>,
    keys: Keys,
    port: u16,
}

impl Cluster {
    const REQUIREMENTS: &[Requirement] = &[
        Requirement::Colmux,
        Requirement::Unshare,
        Requirement::Ip,
        Requirement::Sshd,
        Requirement::Ssh,
        Requirement::Root,
    ];

    fn start() -> Self {
        let keys = Keys::generate();
        let machines = vec![Machine::start(), Machine::start()];
        let serve =
            |machine: &Machine| keys.serve(Some(machine), &[&machine.far()], programs::folder(), None);
        let servers = machines.iter().map(serve).collect();
        Self { _servers: servers, machines, keys, port: port::free() }
    }

    /// Runs colmux with our collectl as its command.
    fn colmux(&self, args: &str) -> Process {
        let hosts: Vec<String> = self.machines.iter().map(Machine::far).collect();
        let script = "mount --bind \"$1\" /etc/ssh/ssh_config && shift && exec \"$@\"";
        let mut run = command("/usr/bin/unshare", "--mount /bin/sh -c");
        run.args([script, "sh"]).arg(self.keys.client_config()).args([
            "/usr/bin/colmux",
            "-command",
            "-scdn -i1",
        ]);
        run.arg("-colbin").arg(programs::folder().join("collectl")).args(["-address", &hosts.join(",")]);
        run.args(["-retaddr", &self.machines[0].near(), "-port", &self.port.to_string(), "-noescape"]);
        // With an input at its end, colmux would use a whole processor.
        Process::start_with_input(run.args(args.split_ascii_whitespace()))
    }
}

#[test]
fn colmux_understands_our_headers() {
    if !requirement::met(Cluster::REQUIREMENTS) {
        return;
    }
    let cluster = Cluster::start();
    let outcome = cluster.colmux("-test").finish();
    let numbering = outcome.stdout.iter().skip_while(|line| !line.contains("Column Numbering"));
    let numbering: String = numbering.skip(1).cloned().collect();
    let names: Vec<&str> = numbering.split_whitespace().skip(1).step_by(2).collect();
    let expected = "#Host cpu sys inter ctxsw KBRead Reads KBWrit Writes KBIn PktIn KBOut PktOut";
    assert_eq!(names.join(" "), expected, "{outcome:#?}");
}

#[test]
fn colmux_shows_our_lines_host_by_host_and_takes_them_away() {
    if !requirement::met(Cluster::REQUIREMENTS) {
        return;
    }
    let cluster = Cluster::start();
    let mut colmux = cluster.colmux("-debug 1");
    colmux.stdout.wait_for("Connected: 2 of 2");
    for machine in &cluster.machines {
        let line = colmux.stdout.wait_for(machine.name());
        // The host, and the twelve columns of cpu, disks and network.
        assert_eq!(line.split_whitespace().count(), 13, "'{line}'");
    }
    let marker = format!(":{}", cluster.port);
    let running =
        || tests::count::processes(&marker).iter().filter(|line| line.contains("/collectl ")).count();
    assert!(running() >= 2);
    drop(colmux);
    until("no collectl is left when colmux was killed", PATIENCE, || running() == 0);
}

/// What colmux requires from a host before it starts anything there: a version line that begins with `collectl V`.
#[test]
fn our_version_reads_like_the_perl_programs() {
    let outcome = Process::start(&mut collectl("-v")).finish();
    assert_eq!(outcome.code, 0);
    let version =
        outcome.stdout.iter().find_map(|line| line.strip_prefix("collectl V")).expect("a version line");
    // colmux compares versions as texts, and needs at least 3.5.
    assert!(version > "3.5", "{version}");
}
