//! Makes the plan out of what was typed. Pure, but for the lists of hosts that it asks this machine for.

use std::hash::Hash;
use std::io::IsTerminal;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use collectl::cli::timeframe::Timeframe;
use shared::DEFAULT_PORT;
use shared::allow::{Allowed, NetworkError};
use shared::endpoint::{Endpoint, EndpointError};
use thiserror::Error;

use crate::backoff::{Backoff, BackoffError};
use crate::cli::{
    Cli, Command, Common, ConnectArgs, HostArgs, LaunchArgs, ListenArgs, MixedArgs, ReplayArgs, RetryArgs,
    StartArgs, ViewArgs,
};
use crate::duration::{self, DurationError};
use crate::hosts::Named;
use crate::hosts::gather::{HostsError, Wanted, gather};
use crate::hosts::surroundings::Machine;
use crate::launch::command::Shell;
use crate::launch::local::find;
use crate::launch::push::PushError;
use crate::link::state::Retry;
use crate::merge::Limits;
use crate::plan::{
    Bind, Called, Connect, Dialling, Launch, Listen, Mixed, Mode, Plan, Port, Record, Replay, Start, Talk,
    Target, Task,
};
use crate::record::roll::{Roll, RollError};
use crate::replay::pace::{Speed, SpeedError};
use crate::replay::switches::{Switches, SwitchesError};
use crate::roster::{self, Roster, RosterError};
use crate::typed::{once_each, server, target};
use crate::view::columns::Hosts;
use crate::view::{Look, View, columns, table};

/// Most starts under way that may be asked for.
const MAX_FANOUT: usize = 4096;
/// How long a start may take, unless the user says otherwise.
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// Widest column of '--view columns'.
const MAX_WIDTH: usize = 64;
/// Longest wait for late hosts, in seconds.
const MAX_WINDOW: f64 = 3600.0;

/// What is wrong with what was typed.
#[derive(Debug, Error)]
pub(crate) enum PlanError {
    #[error(transparent)]
    Hosts(#[from] HostsError),
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    #[error(transparent)]
    Duration(#[from] DurationError),
    #[error("--retry-max: {0}")]
    RetryMax(#[from] BackoffError),
    #[error("'{0}' is not [USER@]HOST[:PORT]")]
    Target(String),
    #[error("'{0}' has a port, and --rsh no {{port}}")]
    RshPort(String),
    #[error("--allow: {0}")]
    Allow(#[from] NetworkError),
    #[error(transparent)]
    Push(#[from] PushError),
    #[error("--tunnel: --rsh is no ssh")]
    TunnelRsh,
    #[error("--start-timeout: {0}")]
    StartTimeout(DurationError),
    #[error("--bind: '{0}' is not an IP address")]
    Bind(String),
    #[error("--port: 0 is no port to connect to")]
    PortZero,
    #[error("--view columns: --columns A,B,... is needed")]
    NoColumns,
    #[error("--columns: {0} is for --view columns")]
    ColumnsElsewhere(String),
    #[error("--col-width: a number from 1 to {MAX_WIDTH} is needed")]
    Width,
    #[error("--rows: at least 1 is needed")]
    NoRows,
    #[error("--window: a number of seconds from 0 to {MAX_WINDOW} is needed")]
    Window,
    #[error("--intervals: at least 1 is needed")]
    NoIntervals,
    #[error("--fanout: a number from 1 to {MAX_FANOUT} is needed")]
    Fanout,
    #[error("{switch}: '{text}' is not a command: {why}")]
    Words { switch: &'static str, text: String, why: &'static str },
    #[error("--roll: {0}")]
    Roll(#[from] RollError),
    #[error("{0}")]
    Timeframe(String),
    #[error("--speed: {0}")]
    Speed(#[from] SpeedError),
    #[error("{0}")]
    Switches(#[from] SwitchesError),
    #[error(transparent)]
    Roster(Box<RosterError>),
    #[error("collectl's switch {0:?} holds a line end")]
    LineEnd(String),
}

/// What `read` makes of the hosts.
fn each<T: Clone + Eq + Hash>(
    hosts: Vec<Named>,
    read: impl Fn(&str) -> Result<T, PlanError>,
) -> Result<Vec<Called<T>>, PlanError> {
    let read = |Named { typed, alias }: Named| read(&typed).map(|host| Called { host, alias });
    Ok(once_each(hosts.into_iter().map(read).collect::<Result<_, _>>()?))
}

/// Makes the plan, or says what is wrong.
pub(crate) fn resolve(cli: Cli) -> Result<Task, PlanError> {
    let (mode, common) = match cli.command {
        Command::Launch(args) => (Mode::Launch(launch(&args)?), args.common),
        Command::Connect(args) => (Mode::Connect(connect(&args)?), args.common),
        Command::Listen(args) => (Mode::Listen(listen(&args)?), args.common),
        Command::Mixed(args) => (Mode::Mixed(Box::new(mixed(&args)?)), args.common),
        Command::Replay(args) => return replay(args).map(|replay| Task::Replay(Box::new(replay))),
    };
    if common.intervals == Some(0) {
        return Err(PlanError::NoIntervals);
    }
    let roll = Roll::parse(&common.roll)?;
    Ok(Task::Gather(Box::new(Plan {
        mode,
        intervals: common.intervals,
        duration: common.duration.as_deref().map(duration::parse).transpose()?,
        look: look(&common.view)?,
        record: common.record.map(|folder| Record { folder, roll }),
        talk: if common.quiet { Talk::Quiet } else { Talk::Normal },
    })))
}

fn replay(args: ReplayArgs) -> Result<Replay, PlanError> {
    let look = look(&args.view)?;
    let timeframe = Timeframe::parse(args.from.as_deref(), args.thru.as_deref());
    Ok(Replay {
        folder: args.folder,
        switches: Switches::parse(&args.switches, look.view)?,
        timeframe: timeframe.map_err(|error| PlanError::Timeframe(error.0))?,
        speed: match &args.speed {
            Some(text) => Speed::parse(text)?,
            None if look.view == View::Table && std::io::stdout().is_terminal() => Speed::REAL,
            None => Speed::Max,
        },
        look,
        talk: if args.quiet { Talk::Quiet } else { Talk::Normal },
    })
}

fn listen(args: &ListenArgs) -> Result<Listen, PlanError> {
    Ok(Listen {
        bind: bind(&args.common)?.map_or(Bind::All, Bind::Address),
        port: Port::Fixed(args.common.port.unwrap_or(DEFAULT_PORT)),
        allow: Allowed::parse(args.allow.iter().map(String::as_str))?,
    })
}

fn hosts(words: &[String], choice: &HostArgs) -> Result<Vec<Named>, HostsError> {
    gather(Wanted { words, excluded: &choice.exclude, slurm: choice.slurm }, &Machine)
}

fn look(args: &ViewArgs) -> Result<Look, PlanError> {
    match (args.view, args.columns.first()) {
        (View::Columns, None) => return Err(PlanError::NoColumns),
        (View::Columns, Some(_)) | (_, None) => {}
        (_, Some(_)) => return Err(PlanError::ColumnsElsewhere(args.columns.join(","))),
    }
    if !(1..=MAX_WIDTH).contains(&args.col_width) {
        return Err(PlanError::Width);
    }
    if args.rows == Some(0) {
        return Err(PlanError::NoRows);
    }
    if !(0.0..=MAX_WINDOW).contains(&args.window) {
        return Err(PlanError::Window);
    }
    Ok(Look {
        view: args.view,
        table: table::Options {
            sort: args.sort.clone(),
            ascending: args.reverse,
            rows: args.rows,
            hide_zeros: args.hide_zeros,
        },
        columns: columns::Options {
            columns: args.columns.clone(),
            hosts: if args.col_no_detail { Hosts::None } else { Hosts::All },
            totals: args.col_total || args.col_no_detail,
            scale: args.col_scale,
            unscaled: args.col_no_scale.clone(),
            width: args.col_width,
            age: args.col_age,
            no_data: args.col_no_data.clone(),
            negative: args.col_negative.clone(),
        },
        limits: Limits { window: args.window },
    })
}

fn launch(args: &LaunchArgs) -> Result<Launch, PlanError> {
    let shell = shell(&args.start, args.tunnel)?;
    let targets = each(hosts(&args.hosts, &args.choice)?, target)?;
    if !shell.takes_port()
        && let Some(typed) = targets.iter().find_map(|target| target.host.own_port())
    {
        return Err(PlanError::RshPort(typed.to_owned()));
    }
    let bind = match bind(&args.common)? {
        Some(ip) => Bind::Address(ip),
        None if args.tunnel => Bind::Address(Ipv4Addr::LOCALHOST.into()),
        None if targets.iter().all(|target| target.host == Target::Local) => {
            Bind::Address(Ipv4Addr::LOCALHOST.into())
        }
        None => Bind::All,
    };
    let port = args.common.port.map_or(Port::Preferred(DEFAULT_PORT), Port::Fixed);
    let start = start(&args.start, &args.retry, &args.common, &args.switches, shell, args.tunnel)?;
    Ok(Launch { targets, start, listen: Listen { bind, port, allow: Allowed::default() } })
}

fn mixed(args: &MixedArgs) -> Result<Mixed, PlanError> {
    let shell = shell(&args.start, args.tunnel)?;
    let roster = Roster {
        path: args.file.clone(),
        takes_port: shell.takes_port(),
        tunnel: args.tunnel,
        port: DEFAULT_PORT,
    };
    let mark = roster::mark(&roster.path);
    let members = roster.read().map_err(|error| PlanError::Roster(Box::new(error)))?;
    let asked = bind(&args.common)?;
    let port = match (args.common.port, &members.guests) {
        (Some(port), _) => Port::Fixed(port),
        // Whoever connects by himself knows no other.
        (None, Some(_)) => Port::Fixed(DEFAULT_PORT),
        (None, None) => Port::Preferred(DEFAULT_PORT),
    };
    Ok(Mixed {
        roster,
        mark,
        members,
        start: start(&args.start, &args.retry, &args.common, &args.switches, shell, args.tunnel)?,
        dialling: Dialling {
            tunnel: args.tunnel,
            from: asked.filter(|ip| !ip.is_unspecified()),
            retry: Retry::After(backoff(&args.retry)?),
        },
        listen: Listen { bind: asked.map_or(Bind::All, Bind::Address), port, allow: Allowed::default() },
    })
}

fn shell(args: &StartArgs, tunnel: bool) -> Result<Shell, PlanError> {
    let shell = match &args.rsh {
        None => Shell::Ssh,
        Some(text) => Shell::Template(words("--rsh", text)?),
    };
    if tunnel && !shell.is_ssh() { Err(PlanError::TunnelRsh) } else { Ok(shell) }
}

/// How hosts are started.
fn start(
    args: &StartArgs,
    retry: &RetryArgs,
    common: &Common,
    switches: &[String],
    shell: Shell,
    tunnel: bool,
) -> Result<Start, PlanError> {
    if !(1..=MAX_FANOUT).contains(&args.fanout) {
        return Err(PlanError::Fanout);
    }
    if let Some(switch) = switches.iter().find(|switch| switch.contains('\n')) {
        return Err(PlanError::LineEnd(switch.clone()));
    }
    let told = match (&args.advertise, bind(common)?) {
        (Some(text), _) => Some(Endpoint::parse(text)?),
        (None, Some(ip)) if !ip.is_unspecified() => Some(Endpoint { host: ip.to_string(), port: None }),
        (None, _) => None,
    };
    Ok(Start {
        switches: switches.to_vec(),
        shell,
        collectl: words("--collectl", &args.collectl)?,
        told,
        fanout: args.fanout,
        allow_plain: args.allow_plain,
        keep_ssh: args.keep_ssh,
        tunnel,
        push: args
            .push
            .as_ref()
            .map(|file| match file {
                Some(file) => Ok(file.clone()),
                None => find().ok_or(PushError::Missing),
            })
            .transpose()?,
        timeout: match &args.start_timeout {
            None => START_TIMEOUT,
            Some(text) => duration::parse(text).map_err(PlanError::StartTimeout)?,
        },
        retry: if args.restart { Retry::After(backoff(retry)?) } else { Retry::Never },
    })
}

fn connect(args: &ConnectArgs) -> Result<Connect, PlanError> {
    let default = args.common.port.unwrap_or(DEFAULT_PORT);
    if default == 0 {
        return Err(PlanError::PortZero);
    }
    Ok(Connect {
        servers: each(hosts(&args.hosts, &args.choice)?, |text| server(text, default, args.tunnel))?,
        dialling: Dialling {
            tunnel: args.tunnel,
            from: bind(&args.common)?.filter(|ip| !ip.is_unspecified()),
            retry: Retry::After(backoff(&args.retry)?),
        },
    })
}

fn bind(common: &Common) -> Result<Option<IpAddr>, PlanError> {
    let parse = |text: &String| {
        let bare = text.trim_start_matches('[').trim_end_matches(']');
        bare.parse().map_err(|_| PlanError::Bind(text.clone()))
    };
    common.bind.as_ref().map(parse).transpose()
}

fn backoff(args: &RetryArgs) -> Result<Backoff, PlanError> {
    let Some(seconds) = args.retry_max else { return Ok(Backoff::default()) };
    Ok(Backoff::capped(Duration::try_from_secs_f64(seconds).map_err(|_| BackoffError)?)?)
}

fn words(switch: &'static str, text: &str) -> Result<Vec<String>, PlanError> {
    let error = |why| PlanError::Words { switch, text: text.to_owned(), why };
    let words = shell_words::split(text).map_err(|_| error("a quote is not closed"))?;
    match words.first().filter(|word| !word.is_empty()) {
        None => Err(error("it is empty")),
        Some(_) if text.contains('\n') => Err(error("it holds a line end")),
        Some(_) => Ok(words),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

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
        assert_eq!(
            (launch.start.retry, launch.start.told, launch.start.shell),
            (Retry::Never, None, Shell::Ssh)
        );
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
        let Mode::Connect(connect) = plan("r connect a b:9 [::1]:8 a --port 7").unwrap().mode else {
            panic!()
        };
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
        let servers: Vec<String> = connect
            .servers
            .iter()
            .map(|called| format!("{} {}", called.host.host, called.host.port))
            .collect();
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
        let Mode::Listen(listen) = plan("r listen --allow 10.0.0.0/8,fd00::/8 --allow ::1").unwrap().mode
        else {
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
}
