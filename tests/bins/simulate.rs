//! Acts as many hosts, to try a receiver: see `tests::simulator`.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::time::Duration;

use clap::{ArgGroup, Parser};
use tests::simulator::{Options, Way, options, run_for, servers};

/// The command line.
#[derive(Debug, Parser)]
#[command(about = "Speaks as many hosts of 127.1.0.0/16, as collectl -scdnm would", group(ArgGroup::new("way").required(true)))]
struct Arguments {
    /// They connect to a receiver: collectl-recv listen
    #[arg(long, group = "way", value_name = "ADDRESS:PORT")]
    connect: Option<SocketAddr>,
    /// They are servers, on this port: collectl-recv connect
    #[arg(long, group = "way", value_name = "PORT")]
    serve: Option<u16>,
    /// Seconds until they leave
    #[arg(long = "for", value_parser = options::seconds, default_value = "60")]
    time: Duration,
    #[command(flatten)]
    options: Options,
}

fn main() -> io::Result<()> {
    let Arguments { connect, serve, time, mut options } = Arguments::parse();
    options.way = connect.map_or(Way::Serve(serve.unwrap_or(0)), Way::Connect);
    let mut out = io::stdout().lock();
    if let Some(port) = serve {
        writeln!(
            out,
            "collectl-recv connect {}",
            servers(options.hosts, port).replace("127", "'127").replace(' ', "' ") + "'"
        )?;
    }
    let report = run_for(options, time)?;
    let dropped: u64 = report.hosts.iter().map(|host| host.dropped).sum();
    let last = report.connected.last().copied().unwrap_or_default();
    writeln!(
        out,
        "{} connections, the last after {:.1} s, {} lost; {} lines taken, {dropped} intervals dropped",
        report.connected.len(),
        last.as_secs_f64(),
        report.lost,
        report.lines()
    )
}
