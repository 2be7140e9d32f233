//! What is simulated.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;

use super::strange::Strange;

/// How the hosts and their receiver connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// They connect to it.
    Connect(SocketAddr),
    /// They listen on a port of their addresses (any, if it is 0).
    Serve(u16),
}

/// A crowd of hosts.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct Options {
    /// How many
    #[arg(long, default_value_t = 1000)]
    pub hosts: usize,
    /// Their name, before their number
    #[arg(long, default_value = "n")]
    pub name: String,
    /// How they and their receiver connect
    #[arg(skip = Way::Serve(0))]
    pub way: Way,
    /// Seconds between two samples, which are taken at the same times on all hosts
    #[arg(long, value_parser = seconds, default_value = "1")]
    pub interval: Duration,
    /// Seconds over which the lines of one sample are spread, because machines differ in speed
    #[arg(long, value_parser = seconds, default_value = "0.05")]
    pub spread: Duration,
    /// Seconds within which they connect, evenly; 0 is as fast as possible
    #[arg(long, value_parser = seconds, default_value = "0")]
    pub connect_within: Duration,
    /// Lines begin with the time of day (-oT), in UTC
    #[arg(long)]
    pub stamped: bool,
    /// Share of the lines that are late, from 0 to 1
    #[arg(long, default_value_t = 0.0)]
    pub stragglers: f64,
    /// Highest delay of these lines, in seconds
    #[arg(long, value_parser = seconds, default_value = "1.5")]
    pub late: Duration,
    /// Number of intervals that are sent together
    #[arg(long, default_value_t = 1)]
    pub burst: u64,
    /// Connections per second that break, and are made again
    #[arg(long, default_value_t = 0.0)]
    pub reconnects: f64,
    /// Only accept connections, and close them at once (servers)
    #[arg(long)]
    pub closing: bool,
    /// The first hosts are stuck, noise, endless, clock=SECONDS ahead, or called name=NAME; one for each use of the
    /// switch
    #[arg(long, value_name = "WHAT")]
    pub strange: Vec<Strange>,
}

impl Options {
    /// This number of hosts, all normal.
    #[must_use]
    pub fn new(hosts: usize, way: Way) -> Self {
        Self {
            hosts,
            name: "n".to_owned(),
            way,
            interval: Duration::from_secs(1),
            spread: Duration::from_millis(50),
            connect_within: Duration::ZERO,
            stamped: false,
            stragglers: 0.0,
            late: Duration::from_millis(1500),
            burst: 1,
            reconnects: 0.0,
            closing: false,
            strange: Vec::new(),
        }
    }
}

/// Reads seconds.
///
/// # Errors
/// If it is not a number of seconds.
pub fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().map_err(|error| error.to_string())?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}
