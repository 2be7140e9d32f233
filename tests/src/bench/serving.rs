//! What connections cost.

use std::io::{self, Read};
use std::net::{Ipv4Addr, TcpListener};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::cost::Running;
use crate::program::Programs;
use crate::readers::Readers;
use crate::table::{Alternative, Spread, Table};

/// For how long lines are counted.
const WINDOW: Duration = Duration::from_secs(4);
/// Number of clients in the large case.
const MANY: usize = 64;

/// From the start to the first byte that a listener gets.
pub(crate) fn start(programs: &Programs, table: &mut Table) -> io::Result<()> {
    table.begin(&["start to first byte on the socket, ms", "collectl", "static binary", "Perl collectl"])?;
    let first = |command: &dyn Fn(&str) -> Command| -> io::Result<(f64, f64)> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let begin = Instant::now();
        let running = Running::start(&mut command(&format!("-scdnm -i0 -A {address}")))?;
        let (mut stream, _) = listener.accept()?;
        stream.read_exact(&mut [0])?;
        Ok((begin.elapsed().as_secs_f64() * 1e3, running.cpu()? / 1e3))
    };
    let [ours, statics, perls] = table.measure([
        Some(Box::new(|| first(&|args| programs.ours(args))) as Alternative<'_, _>),
        programs.linked_statically().map(|command| Box::new(move || first(&command)) as Alternative<'_, _>),
        programs.has_perl().then(|| Box::new(|| first(&|args| programs.perl(args))) as Alternative<'_, _>),
    ])?;
    let row = |what: &str, of: fn(&(f64, f64)) -> f64| {
        let cells = [&ours, &statics, &perls].map(|all| Spread::cell(all.iter().map(of)));
        table.row(&[&[what.to_owned()], &cells[..]].concat())
    };
    row("elapsed time", |one| one.0)?;
    row("CPU", |one| one.1)
}

/// The cost of a client beyond the first: 100 intervals per second to one client and to many.
pub(crate) fn clients(programs: &Programs, table: &mut Table) -> io::Result<()> {
    table.begin(&["CPU of an interval at -i.01, µs", "write(2) alone", "collectl"])?;
    let floor = |clients| {
        move || {
            let command = |port: u16| programs.floor(&format!("server {port} {clients} 10"));
            lines(&command, clients)
        }
    };
    let ours = |clients| {
        move || lines(&|port: u16| programs.ours(&format!("-scdnm -i.01 -A server:{port}")), clients)
    };
    let [floor_one, floor_many, ours_one, ours_many] = table.measure([
        Some(Box::new(floor(1)) as Alternative<'_, _>),
        Some(Box::new(floor(MANY)) as Alternative<'_, _>),
        Some(Box::new(ours(1)) as Alternative<'_, _>),
        Some(Box::new(ours(MANY)) as Alternative<'_, _>),
    ])?;
    let row = |what: &str, floor: Vec<f64>, ours: Vec<f64>| {
        table.row(&[what.to_owned(), Spread::cell(floor), Spread::cell(ours)])
    };
    let extra = |one: &[f64], many: &[f64]| -> Vec<f64> {
        one.iter().zip(many).map(|(one, many)| (many - one) / (MANY - 1) as f64).collect()
    };
    let extras = (extra(&floor_one, &floor_many), extra(&ours_one, &ours_many));
    row("1 client", floor_one, ours_one)?;
    row(&format!("{MANY} clients"), floor_many, ours_many)?;
    row("each client beyond the first", extras.0, extras.1)
}

/// CPU time of a server per line that its first client gets.
fn lines(server: &dyn Fn(u16) -> Command, clients: usize) -> io::Result<f64> {
    let port = tests::port::free();
    let server = Running::start(&mut server(port))?;
    let readers = Readers::connect(port, clients)?;
    std::thread::sleep(Duration::from_millis(300));
    let (cpu, lines) = (server.cpu()?, readers.lines());
    std::thread::sleep(WINDOW);
    Ok((server.cpu()? - cpu) / (readers.lines() - lines).max(1) as f64)
}
