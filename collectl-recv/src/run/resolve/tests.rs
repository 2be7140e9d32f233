//! Plans, and what is wrong with command lines.

use std::net::{IpAddr, Ipv4Addr};

use clap::Parser;

use super::*;
use crate::fleet::plan::Launch;
use crate::launch::command::Shell;
use crate::target::host::{Aliased, Target};

fn plan(line: &str) -> Result<Plan, PlanError> {
    resolve(Cli::try_parse_from(line.split(' ')).unwrap()).map(Task::gather)
}

fn launch_of(line: &str) -> Launch {
    match plan(line).unwrap().mode {
        Mode::Launch(launch) => launch,
        mode => panic!("{mode:?}"),
    }
}

fn listen_on(address: Option<IpAddr>, port: Port) -> Listen {
    Listen { address, port, allow: Allowed::default() }
}

#[test]
fn hosts_come_before_the_dashes_and_switches_after() {
    let launch = launch_of("collectl-recv launch localhost me@n1.example -- -scdnm -i1 --hr 0");
    let typed = String::from("me@n1.example");
    let remote = Target::Remote { login: typed.clone(), typed, port: None, name: "n1".into() };
    assert_eq!(launch.targets, [Target::Local, remote].map(|host| Aliased { host, alias: None }));
    assert_eq!(launch.start.switches, ["-scdnm", "-i1", "--hr", "0"]);
    assert_eq!(launch.listen, listen_on(None, Port::Preferred(2655)));
    assert_eq!(
        (launch.start.retry, launch.start.advertised, launch.start.shell),
        (Retry::Never, None, Shell::Ssh)
    );
}

#[test]
fn this_machine_alone_needs_only_loopback() {
    let listen = launch_of("collectl-recv launch localhost localhost --port 7").listen;
    assert_eq!(listen, listen_on(Some(Ipv4Addr::LOCALHOST.into()), Port::Fixed(7)));
}

#[test]
fn a_bound_address_is_what_hosts_are_told() {
    let told = |line: &str| launch_of(line).start.advertised.map(|address| address.to_string());
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
        .map(|server| format!("{} {}", server.host.host.host, server.host.port))
        .collect();
    assert_eq!(servers, ["a 7", "b 9", "::1 8"]);
}

#[test]
fn hosts_are_nodesets_without_repeats() {
    let Mode::Connect(connect) =
        plan("r connect n[08-10],a me@n09 a:2655 a:7 -x n10 --exclude b").unwrap().mode
    else {
        panic!()
    };
    let servers: Vec<String> =
        connect.servers.iter().map(|server| format!("{} {}", server.host.host, server.host.port)).collect();
    assert_eq!(servers, ["n08 2655", "n09 2655", "a 2655", "a 7"]);
}

#[test]
fn a_host_may_have_a_port_of_its_own() {
    let targets = launch_of("r launch me@[::1]:99 localhost:22 n[1-2]").targets;
    let show = |target: &Aliased<Target>| match &target.host {
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
fn wrong_command_lines_are_errors() {
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
        "r launch $(id)@n1",
        "r launch n1 --fanout 5000",
        "r connect n1 --for 0",
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

fn shortage_of(line: &str, limit: Option<u64>) -> Option<String> {
    crate::fleet::descriptors::shortage(&plan(line).unwrap(), limit)
}

#[test]
fn a_shortage_of_files_is_reported() {
    let text = shortage_of("r connect n[1-1000]", Some(1024)).unwrap();
    assert!(text.starts_with("1000 hosts need 1064 open files, and 1024 are allowed"), "{text}");
    assert_eq!(shortage_of("r connect n[1-900]", Some(1024)), None);
    assert_eq!(shortage_of("r connect n[1-1000]", None), None);
    assert_eq!(shortage_of("r listen", Some(10)), None);
    let text = shortage_of("r launch n[1-1000] --keep-ssh", Some(4096)).unwrap();
    assert!(text.contains("need 4448 open files"), "{text}");
    let text = shortage_of("r launch n[1-1000]", Some(1024)).unwrap();
    assert!(text.contains("need 1640 open files"), "{text}");
}
