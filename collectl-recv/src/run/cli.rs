//! The command line as it is typed. [`crate::run::resolve`] makes the plan from it.

use std::net::IpAddr;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, value_parser};
use collectl_wire::span;

use crate::consumer::registry::{Gathering, Replaying, Switches};

/// Gathers what collectl sends from a whole cluster.
#[derive(Debug, Parser)]
#[command(name = "collectl-recv", version, after_help = crate::base::exit::HELP, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start collectl on hosts over ssh, and show what they send.
    ///
    /// The host 'localhost' needs no ssh: the collectl in the folder of collectl-recv, or else in PATH, is started
    /// directly.
    Launch(LaunchArgs),
    /// Connect to collectl servers (collectl -A server), and reconnect whenever a connection ends.
    Connect(ConnectArgs),
    /// Wait for collectors that are started elsewhere (collectl -A ADDR).
    Listen(ListenArgs),
    /// Start collectl on some hosts, connect to others, and accept the rest, as a file lists that may change.
    Mixed(MixedArgs),
    /// Show what was recorded with '--record', in any view and at any speed.
    ///
    /// Raw files are played back as collectl does it, with the switches after '--'; text is shown as it was received.
    Replay(ReplayArgs),
}

/// The switches of launch, connect, listen and mixed.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// TCP port to listen on, or to connect to [default: 2655].
    #[arg(long, value_name = "PORT")]
    pub(crate) port: Option<u16>,
    /// Local address to listen on, or to connect from [default: all].
    #[arg(long, value_name = "ADDR", value_parser = address)]
    pub(crate) bind: Option<IpAddr>,
    /// End after N intervals of each host.
    ///
    /// If a stream has '### RECORD' lines (verbose, detail) or lexpr records, each of them is one interval. In other
    /// formats every line is one that is not empty, not a header and not an error.
    #[arg(short = 'n', long, value_name = "N", value_parser = value_parser!(u64).range(1..))]
    pub(crate) intervals: Option<u64>,
    /// End after this time: 30, 30s, 5m, 1.5h.
    #[arg(long = "for", value_name = "DURATION", value_parser = span::parse_positive)]
    pub(crate) duration: Option<Duration>,
    #[command(flatten)]
    pub(crate) consumers: Switches<Gathering>,
    /// Show no progress, and no messages except errors.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RetryArgs {
    /// Longest wait between two retries: 30, 0.5, 5m [default: 10].
    #[arg(long, value_name = "DURATION", value_parser = span::parse)]
    pub(crate) retry_max: Option<Duration>,
}

#[derive(Debug, Args)]
pub(crate) struct LaunchArgs {
    /// Hosts, as ssh knows them: [USER@]HOST[:PORT], with the port of ssh.
    ///
    /// Also nodesets (n[001-128], r[1-2]n[08-11/2], a,b[1,3]), ^FILE with a host or a nodeset on each line, and
    /// @GROUP if ClusterShell's files define it. Without hosts, the nodes of the Slurm job.
    #[arg(value_name = "HOST")]
    pub(crate) hosts: Vec<String>,
    #[command(flatten)]
    pub(crate) choice: HostArgs,
    /// Switches for collectl, after '--'.
    #[arg(value_name = "COLLECTL-SWITCHES", last = true, allow_hyphen_values = true)]
    pub(crate) switches: Vec<String>,
    #[command(flatten)]
    pub(crate) start: StartArgs,
    /// Send all data through ssh, and listen on loopback only. The ssh of each host keeps running.
    #[arg(long)]
    pub(crate) tunnel: bool,
    #[command(flatten)]
    pub(crate) retry: RetryArgs,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// How collectl is started on hosts.
#[derive(Debug, Args)]
pub(crate) struct StartArgs {
    /// Command that replaces ssh; {host} in it is replaced by the host, {port} by its port (22). The remote command
    /// is added as the last argument.
    #[arg(long, value_name = "CMD")]
    pub(crate) rsh: Option<String>,
    /// Largest number of concurrent starts, up to 4096.
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = value_parser!(u16).range(1..=4096))]
    pub(crate) fanout: u16,
    /// Longest time until a collectl that was started has connected: 30, 30s, 5m.
    #[arg(long, value_name = "DURATION", default_value = "30", value_parser = span::parse_positive)]
    pub(crate) start_timeout: Duration,
    /// Address of this machine that the hosts connect to [default: the address from which each host is reached].
    #[arg(long, value_name = "ADDR[:PORT]")]
    pub(crate) advertise: Option<String>,
    /// The collectl command on the hosts.
    #[arg(long, value_name = "CMD", default_value = "collectl")]
    pub(crate) collectl: String,
    /// Accept collectors without a secret, too (Perl collectors), from the addresses of hosts that are being started.
    #[arg(long)]
    pub(crate) allow_plain: bool,
    /// Keep the ssh of each host running while its collectl runs.
    ///
    /// Otherwise it ends when the collectl has connected, which then ends with its connection.
    #[arg(long)]
    pub(crate) keep_ssh: bool,
    /// Send a static collectl to hosts that have none [default: the collectl in the folder of collectl-recv].
    ///
    /// It runs from a file in XDG_RUNTIME_DIR, /dev/shm, /tmp or the home folder, which is removed when it runs.
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    pub(crate) push: Option<Option<std::path::PathBuf>>,
    /// Start a host's collectl again when it has ended.
    #[arg(long)]
    pub(crate) restart: bool,
}

#[derive(Debug, Args)]
pub(crate) struct MixedArgs {
    /// File that lists the hosts and how each is connected to. It is read again when it changes.
    ///
    /// A line is 'launch HOSTS [ALIASES]' or 'connect HOSTS [ALIASES]', with nodesets as in launch and connect, or
    /// 'listen [NETWORK ...]' with the networks whose addresses may connect; without a network, all may. A '#' begins
    /// a comment. When the file changes, hosts that are no longer listed are ended, new ones are started, and all
    /// others continue unchanged. An error in the file is reported, and changes nothing.
    #[arg(value_name = "FILE")]
    pub(crate) file: String,
    /// Switches for collectl on hosts where it is started, after '--'.
    #[arg(value_name = "COLLECTL-SWITCHES", last = true, allow_hyphen_values = true)]
    pub(crate) switches: Vec<String>,
    #[command(flatten)]
    pub(crate) start: StartArgs,
    /// Send the data of hosts that are started through ssh, and connect to servers through an ssh to their hosts.
    #[arg(long)]
    pub(crate) tunnel: bool,
    #[command(flatten)]
    pub(crate) retry: RetryArgs,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, Args)]
pub(crate) struct ConnectArgs {
    /// Servers; an IPv6 address with a port is [ADDR]:PORT. USER@ is used by --tunnel only.
    ///
    /// Also nodesets (n[001-128], r[1-2]n[08-11/2]:2655, a,b[1,3]), ^FILE with a host or a nodeset on each line, and
    /// @GROUP if ClusterShell's files define it. Without hosts, the nodes of the Slurm job.
    #[arg(value_name = "HOST[:PORT]")]
    pub(crate) hosts: Vec<String>,
    #[command(flatten)]
    pub(crate) choice: HostArgs,
    /// Connect to each server through an ssh to its host. The servers may listen on loopback only.
    #[arg(long)]
    pub(crate) tunnel: bool,
    #[command(flatten)]
    pub(crate) retry: RetryArgs,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// More about the hosts.
#[derive(Debug, Args)]
pub(crate) struct HostArgs {
    /// Hosts to exclude: a nodeset, ^FILE or @GROUP; may be given more than once.
    #[arg(short = 'x', long, value_name = "NODESET")]
    pub(crate) exclude: Vec<String>,
    /// Add the nodes of the Slurm job (SLURM_JOB_NODELIST).
    #[arg(long)]
    pub(crate) slurm: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ListenArgs {
    /// Networks that may connect, like 10.0.0.0/8 or fd00::/8, separated by commas or given more than once [default:
    /// all].
    ///
    /// Connections from other addresses are closed and counted, and reported at most once per minute.
    #[arg(long, value_name = "CIDR")]
    pub(crate) allow: Vec<String>,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// Folder of '--record', or folder with raw files of collectl.
    #[arg(value_name = "DIR")]
    pub(crate) folder: std::path::PathBuf,
    /// Switches with which raw files are played back, after '--' [default: -scdnm].
    #[arg(value_name = "COLLECTL-SWITCHES", last = true, allow_hyphen_values = true)]
    pub(crate) switches: Vec<String>,
    /// Show data from [DATE:]TIME on, or between [DATE:]TIME-[DATE:]TIME; DATE is YYYYMMDD, TIME is H:MM[:SS].
    ///
    /// Times are by this machine's clock. Without a date they apply to every day.
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<String>,
    /// Show data up to [DATE:]TIME.
    #[arg(long, value_name = "TIME")]
    pub(crate) thru: Option<String>,
    /// Speed, relative to the recording, or 'max' [default: 1 for the table on a terminal, otherwise max].
    ///
    /// Times without data are skipped.
    #[arg(long, value_name = "N")]
    pub(crate) speed: Option<String>,
    #[command(flatten)]
    pub(crate) consumers: Switches<Replaying>,
    /// Show no messages except errors.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Reads a local address, with or without brackets.
fn address(text: &str) -> Result<IpAddr, &'static str> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    bare.parse().map_err(|_| "it is not an IP address")
}
