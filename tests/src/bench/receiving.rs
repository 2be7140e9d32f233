//! What a whole cluster costs its receiver.

use std::io::{self, BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tests::simulator::{Options, Simulator, Way};

use crate::cost::Running;
use crate::program::Programs;
use crate::table::{Alternative, Spread, Table};

/// For how long lines are counted.
const WINDOW: Duration = Duration::from_secs(6);
/// Time limit for steps that should take no time.
const PATIENCE: Duration = Duration::from_secs(30);
/// Hosts of a large cluster.
const LARGE: usize = 10_000;

/// All rows about the receiver.
pub(crate) fn measure(programs: &Programs, table: &mut Table) -> io::Result<()> {
    lines(programs, table)?;
    connections(programs, table)?;
    shown(programs, table)
}

/// CPU time per line, at one line per second of each host.
fn lines(programs: &Programs, table: &Table) -> io::Result<()> {
    table.begin(&["CPU per line, µs", "epoll and read", "--view lines", "ratio", "--view table", "ratio"])?;
    for hosts in [1000, LARGE] {
        let floor = || line(|port| programs.floor(&format!("receive {port} {hosts}")), hosts);
        let view = |view: &'static str| move || line(|port| receiver(programs, port, view), hosts);
        let measured = table.measure([
            Some(Box::new(floor) as Alternative<'_, _>),
            Some(Box::new(view("lines")) as Alternative<'_, _>),
            Some(Box::new(view("table")) as Alternative<'_, _>),
        ])?;
        let ratio = |values: &[f64]| {
            let ratios = values.iter().zip(&measured[0]).map(|(ours, floor)| ours / floor);
            Spread::of(ratios).map_or("-".to_owned(), |spread| format!("{:.2}", spread.median))
        };
        let cell = |values: &[f64]| Spread::cell(values.iter().copied());
        table.row(&[
            format!("{hosts} hosts"),
            cell(&measured[0]),
            cell(&measured[1]),
            ratio(&measured[1]),
            cell(&measured[2]),
            ratio(&measured[2]),
        ])?;
    }
    Ok(())
}

/// Connections as fast as they arrive, and their memory while they are silent.
fn connections(programs: &Programs, table: &Table) -> io::Result<()> {
    table.begin(&[
        "10,000 hosts that connect at once",
        "seconds until all are accepted",
        "lost",
        "KiB for each",
    ])?;
    let [measured] = table.measure([Some(Box::new(|| storm(programs)) as Alternative<'_, _>)])?;
    let cell = |of: fn(&Storm) -> f64| Spread::cell(measured.iter().map(of));
    table.row(&[
        "--view lines, idle".to_owned(),
        cell(|storm| storm.seconds),
        cell(|storm| storm.lost),
        cell(|storm| storm.each),
    ])
}

/// From the last line of an interval, when it was sent, to the end of its table in a pipe.
fn shown(programs: &Programs, table: &Table) -> io::Result<()> {
    table.begin(&["from the last line of an interval to the whole table in a pipe, ms", "each interval"])?;
    for hosts in [1000, LARGE] {
        let [measured] = table.measure([Some(Box::new(|| delays(programs, hosts)) as Alternative<'_, _>)])?;
        table.row(&[format!("{hosts} hosts"), Spread::cell(measured.into_iter().flatten())])?;
    }
    Ok(())
}

struct Storm {
    seconds: f64,
    lost: f64,
    each: f64,
}

fn receiver(programs: &Programs, port: u16, view: &str) -> Command {
    programs.receiver(&format!("listen --bind 127.0.0.1 --port {port} --quiet --view {view}"))
}

/// Starts a program that listens, and waits until it listens.
fn listening(command: &mut Command, port: u16) -> io::Result<Running> {
    let running = Running::start(command)?;
    let listens = || {
        std::fs::read_to_string("/proc/net/tcp")
            .unwrap_or_default()
            .contains(&format!(":{port:04X} 00000000:0000 0A"))
    };
    wait("it listens", listens)?;
    Ok(running)
}

fn wait(what: &str, mut done: impl FnMut() -> bool) -> io::Result<()> {
    let begin = Instant::now();
    while !done() {
        if begin.elapsed() > PATIENCE {
            return Err(io::Error::other(format!("not so: {what}")));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

fn crowd(hosts: usize, port: u16) -> Options {
    Options::new(hosts, Way::Connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port))))
}

fn line(command: impl Fn(u16) -> Command, hosts: usize) -> io::Result<f64> {
    let port = tests::port::free();
    let running = listening(&mut command(port), port)?;
    let crowd = Simulator::start(crowd(hosts, port))?;
    wait("all are up", || crowd.up() == hosts)?;
    std::thread::sleep(Duration::from_secs(2));
    let before = running.cpu()?;
    std::thread::sleep(WINDOW);
    Ok((running.cpu()? - before) / (hosts as f64 * WINDOW.as_secs_f64()))
}

fn storm(programs: &Programs) -> io::Result<Storm> {
    let port = tests::port::free();
    let running = listening(&mut receiver(programs, port, "lines"), port)?;
    let before = running.resident()?;
    let options = Options { interval: Duration::from_secs(86_400), ..crowd(LARGE, port) };
    let begin = Instant::now();
    let crowd = Simulator::start(options)?;
    wait("all are accepted", || running.files() > LARGE)?;
    let seconds = begin.elapsed().as_secs_f64();
    std::thread::sleep(Duration::from_secs(1));
    let each = (running.resident()? - before) / LARGE as f64;
    Ok(Storm { seconds, lost: crowd.stop()?.lost as f64, each })
}

fn delays(programs: &Programs, hosts: usize) -> io::Result<Vec<f64>> {
    let port = tests::port::free();
    let (mut running, output) =
        Running::with_output(receiver(programs, port, "table").stdout(Stdio::piped()))?;
    wait("it listens", || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok())?;
    let crowd = Simulator::start(crowd(hosts, port))?;
    let reader = std::thread::spawn(move || ends_of_blocks(output, hosts));
    std::thread::sleep(WINDOW + Duration::from_secs(3));
    let report = crowd.stop()?;
    running.end()?;
    let ends = reader.join().map_err(|_| io::Error::other("the reader has panicked"))?;
    let delay = |end: &Instant| {
        let sampled = report.sampled.iter().rfind(|sampled| *sampled <= end)?;
        Some((*end - *sampled).as_secs_f64() * 1e3)
    };
    Ok(ends.iter().filter_map(delay).collect())
}

/// When the last line of each whole table arrived.
fn ends_of_blocks(output: impl io::Read, hosts: usize) -> Vec<Instant> {
    let (mut ends, mut is_whole) = (Vec::new(), false);
    for line in BufReader::with_capacity(1 << 20, output).lines().map_while(Result::ok) {
        if line.contains(" present, ") {
            is_whole = line.contains(&format!(" {hosts} present, "));
        } else if line.is_empty() && is_whole {
            ends.push(Instant::now());
        }
    }
    ends
}
