//! Plans, and what is wrong with command lines.

use std::net::Ipv4Addr;

use clap::Parser;

use super::*;
use crate::fleet::plan::Launch;
use crate::launch::command::Shell;
use crate::link::state::Retry;
use crate::target::host::{Called, Target};

fn plan(line: &str) -> Result<Plan, PlanError> {
    resolve(Cli::try_parse_from(line.split(' ')).unwrap()).map(Task::gather)
}

fn launch_of(line: &str) -> Launch {
    match plan(line).unwrap().mode {
        Mode::Launch(launch) => launch,
        mode => panic!("{mode:?}"),
    }
}

fn loopback_or_all(bind: Bind, port: Port) -> Listen {
    Listen { bind, port, allow: Allowed::default() }
}

#[test]
fn hosts_stand_before_the_dashes_and_switches_behind() {
    let launch = launch_of("collectl-recv launch localhost me@n1.example -- -scdnm -i1 --hr 0");
    let typed = String::from("me@n1.example");
    let remote = Target::Remote { login: typed.clone(), typed, port: None, name: "n1".into() };
    assert_eq!(launch.targets, [Target::Local, remote].map(|host| Called { host, alias: None }));
    assert_eq!(launch.start.switches, ["-scdnm", "-i1", "--hr", "0"]);
    assert_eq!(launch.listen, loopback_or_all(Bind::All, Port::Preferred(2655)));
    assert_eq!((launch.start.retry, launch.start.told, launch.start.shell), (Retry::Never, None, Shell::Ssh));
}

#[test]
fn this_machine_alone_needs_only_loopback() {
    let listen = launch_of("collectl-recv launch localhost localhost --port 7").listen;
    assert_eq!(listen, loopback_or_all(Bind::Address(Ipv4Addr::LOCALHOST.into()), Port::Fixed(7)));
}

#[test]
fn a_bound_address_is_what_hosts_are_told() {
    let told = |line: &str| launch_of(line).start.told.map(|told| told.to_string());
    assert_eq!(told("r launch n1 --bind 192.0.2.1"), Some("192.0.2.1".into()));
    assert_eq!(told("r launch n1 --bind ::"), None);
    assert_eq!(told("r launch n1 --bind ::1 --advertise head:99"), Some("head:99".into()));
}

#[test]
fn servers_have_ports() {
    let Mode::Connect(connect) = plan("r connect a b:9 [::1]:8 a --port 7").unwrap().mode else { panic!() };
    let servers: Vec<String> = connect
        .servers
        .iter()
        .map(|called| format!("{} {}", called.host.host.host, called.host.port))
        .collect();
    assert_eq!(servers, ["a 7", "b 9", "::1 8"]);
}

#[test]
fn hosts_are_nodesets_and_each_stands_once() {
    let Mode::Connect(connect) =
        plan("r connect n[08-10],a me@n09 a:2655 a:7 -x n10 --exclude b").unwrap().mode
    else {
        panic!()
    };
    let servers: Vec<String> =
        connect.servers.iter().map(|called| format!("{} {}", called.host.host, called.host.port)).collect();
    assert_eq!(servers, ["n08 2655", "n09 2655", "a 2655", "a 7"]);
}

#[test]
fn a_host_may_have_a_port_of_its_own() {
    let targets = launch_of("r launch me@[::1]:99 localhost:22 n[1-2]").targets;
    let show = |called: &Called<Target>| match &called.host {
        Target::Remote { login, port, .. } => format!("{login} {port:?}"),
        Target::Local => panic!("ssh was asked for"),
    };
    let shown: Vec<String> = targets.iter().map(show).collect();
    assert_eq!(shown, ["me@::1 Some(99)", "localhost Some(22)", "n1 None", "n2 None"]);
}

#[test]
fn networks_that_may_connect() {
    let Mode::Listen(listen) = plan("r listen --allow 10.0.0.0/8,fd00::/8 --allow ::1").unwrap().mode else {
        panic!()
    };
    assert_eq!(listen.allow, Allowed::parse(["10.0.0.0/8", "fd00::/8", "::1"]).unwrap());
}

#[test]
fn what_is_wrong_is_said() {
    for line in [
        "r launch -n 0 n1",
        "r launch n1:0",
        "r launch n1:23 --rsh rsh",
        "r launch",
        "r launch n[1-",
        "r launch n1 -x n1",
        "r launch n1 --start-timeout 0",
        "r listen --allow 10.0.0.0/33",
        "r launch @n1",
        "r launch a@-oProxyCommand=x",
        "r launch n1 --fanout 0",
        "r launch n1 --rsh ''",
        "r launch n1 --rsh 'a",
        "r launch n1 --bind n1",
        "r connect -oProxyCommand=x@n1 --tunnel",
        "r launch n1 --tunnel --rsh rsh",
        "r connect n1 --port 0",
        "r connect n1 --retry-max 0",
        "r connect n1 --retry-max -1",
        "r connect n1 --for 5x",
        "r connect n1:x",
        "r listen --roll 0:00",
        "r replay . --speed 0",
        "r replay . --from 10",
        "r replay . -- -A server",
        "r replay . -- -f /tmp",
        "r replay . -- -sQQ",
    ] {
        let parsed = Cli::try_parse_from(line.split(' '));
        assert!(parsed.is_err() || resolve(parsed.unwrap()).is_err(), "{line}");
    }
}
