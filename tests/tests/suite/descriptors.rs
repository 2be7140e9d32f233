//! A lack of file descriptors: reported, waited out at no cost, and over when descriptors are available again.

use std::fs;
use std::net::Ipv4Addr;
use std::process::Command;
use std::time::Duration;

use tests::deadline::until;
use tests::peer::Peer;
use tests::port;
use tests::process::Process;
use tests::programs::{collectl, collectl_recv, command};

/// Number of files that may be open.
const LIMIT: u32 = 30;
/// More clients than that.
const CLIENTS: usize = 60;

/// The same command with this few descriptors, as hard limit too.
fn limited(program: &Command) -> Command {
    let mut shell = command("sh", "-c");
    shell
        .arg(format!("ulimit -n {LIMIT}; exec \"$0\" \"$@\""))
        .arg(program.get_program())
        .args(program.get_args());
    shell
}

/// Processor time that a process has used, in ticks of 10 ms (proc_pid_stat(5), fields 14 and 15).
fn ticks(process: &Process) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{}/stat", process.pid())).expect("it runs");
    let (_, fields) = stat.rsplit_once(')').expect("a name in brackets");
    fields
        .split_ascii_whitespace()
        .skip(11)
        .take(2)
        .map(|field| field.parse::<u64>().expect("a number"))
        .sum()
}

/// Waits two seconds, in which `process` may use a tenth of a processor at most: it must not spin.
fn costs_little(process: &Process) {
    let before = ticks(process);
    assert!(!process.ends_within(Duration::from_secs(2)), "it continues");
    let used = ticks(process) - before;
    assert!(used < 20, "{used} ticks in two seconds");
}

#[test]
fn the_server_waits_for_descriptors() {
    let port = port::free();
    let mut server = Process::start(&mut limited(&collectl(&format!("-sc -i.5 -A server:{port}"))));
    server.stdout.wait_for("waiting for");
    let mut clients: Vec<_> = (0..CLIENTS).map(|_| Peer::connect((Ipv4Addr::LOCALHOST, port))).collect();
    let said = server.stderr.wait_for("accepting clients: ");
    assert!(said.contains("Too many open files"), "{said}");
    costs_little(&server);
    clients[0].lines(3);
    clients.drain(..CLIENTS - 1);
    let mut last = clients.remove(0);
    last.lines(3);
    let times = server.stderr.so_far().iter().filter(|line| line.contains("accepting")).count();
    assert_eq!(times, 1);
}

#[test]
fn the_receiver_waits_for_descriptors() {
    let port = port::free();
    let mut receiver =
        Process::start(&mut limited(&collectl_recv(&format!("listen --bind 127.0.0.1 --port {port}"))));
    receiver.stderr.wait_for("listening on port");
    let mut collectors: Vec<_> = (0..CLIENTS).map(|_| Peer::connect((Ipv4Addr::LOCALHOST, port))).collect();
    let said = receiver.stderr.wait_for("accepting connections: ");
    assert!(said.contains("Too many open files"), "{said}");
    costs_little(&receiver);
    collectors[0].send("first 1\n");
    receiver.stdout.wait_for("first 1");
    collectors.drain(..CLIENTS - 1);
    collectors[0].send("last 1\n");
    receiver.stdout.wait_for("last 1");
    until("all others are closed", Duration::from_secs(5), || {
        let closed =
            receiver.stderr.so_far().iter().filter(|line| line.contains("connection closed")).count();
        closed == CLIENTS - 1
    });
}

#[test]
fn what_a_cluster_lacks_is_reported() {
    let args = "connect n[1-100].invalid --for 0.2";
    let outcome = Process::start(&mut limited(&collectl_recv(args))).finish();
    assert!(outcome.stderr[0].contains("100 hosts need 164 open files, and 30 are allowed"), "{outcome:#?}");
}
