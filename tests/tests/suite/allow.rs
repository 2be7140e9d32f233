//! Which addresses may connect: `--allow` of `collectl-recv listen` and of `collectl -A server`.

use std::net::{IpAddr, Ipv4Addr};

use rustix::process::Signal;
use tests::peer::Peer;
use tests::port;
use tests::process::Process;
use tests::programs::{collectl, collectl_recv};

fn address(last: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(127, 0, 0, last))
}

fn from(last: u8, port: u16) -> Peer {
    Peer::connect_from(address(last), (Ipv4Addr::LOCALHOST, port))
}

fn is_refused(last: u8, port: u16) -> bool {
    Peer::is_refused_from(address(last), (Ipv4Addr::LOCALHOST, port))
}

/// On all addresses, so that IPv4 peers have mapped addresses.
#[test]
fn the_receiver_accepts_only_allowed_networks() {
    let port = port::free();
    let args = format!("listen --port {port} --allow 127.0.0.8/30,::1 --allow 127.0.0.3");
    let mut receiver = Process::start(&mut collectl_recv(&args));
    receiver.stderr.wait_for("listening on port");
    for last in [2, 12, 7] {
        assert!(is_refused(last, port));
    }
    for last in [3, 8, 11] {
        from(last, port).send(format!("n{last} 1\n"));
        receiver.stdout.wait_for(&format!("n{last} 1"));
    }
    receiver.signal(Signal::INT);
    let outcome = receiver.finish();
    let about = |what: &str| outcome.stderr.iter().filter(|line| line.contains(what)).count();
    assert_eq!((outcome.code, outcome.stdout.len()), (0, 3), "{outcome:#?}");
    assert_eq!(
        about("1 connection closed that --allow does not list, the last from 127.0.0.2"),
        1,
        "{outcome:#?}"
    );
    assert_eq!(about("3 connections closed that --allow does not list"), 1, "{outcome:#?}");
    assert_eq!(about("--allow"), 2, "{outcome:#?}");
}

#[test]
fn the_server_serves_only_allowed_networks() {
    let port = port::free();
    let args = format!("-sc -i.1 --hostname n7 -A server:{port} --allow 127.0.0.2/31");
    let mut server = Process::start(&mut collectl(&args));
    server.stdout.wait_for("waiting for");
    for last in [1, 4, 1, 1] {
        assert!(is_refused(last, port));
    }
    for last in [2, 3] {
        assert!(from(last, port).lines(3).iter().all(|line| line.starts_with("n7 ")));
    }
    server.signal(Signal::TERM);
    let outcome = server.finish();
    let about: Vec<_> = outcome.stderr.iter().filter(|line| line.contains("--allow")).collect();
    assert!(
        about.len() == 1
            && about[0].ends_with("1 connection closed that --allow does not list, the last from 127.0.0.1"),
        "{outcome:#?}"
    );
}

#[test]
fn an_invalid_network_is_refused() {
    for mut command in
        [collectl("-sc -A server --allow 10.0.0.0/33"), collectl_recv("listen --allow 10.0.0.0/33")]
    {
        let outcome = Process::start(&mut command).finish();
        assert_eq!(outcome.code, 1, "{outcome:#?}");
        assert!(outcome.stderr.iter().any(|line| line.contains("--allow: '10.0.0.0/33'")), "{outcome:#?}");
    }
}
