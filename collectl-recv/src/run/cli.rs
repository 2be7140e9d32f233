//! The command line as it is typed. [`crate::run::resolve`] makes the plan from it.

use std::net::IpAddr;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, value_parser};
use collectl_wire::span;

use crate::consumer::view::View;
use crate::consumer::view::columns::Scale;

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
    /// The host 'localhost' needs no ssh: the collectl in the folder of collectl-recv, or else in PATH, is started directly.
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
    /// If a stream has '### RECORD' lines (verbose, detail) or lexpr records, each of them is one interval. In other formats
    /// every line is one that is not empty, not a header and not an error.
    #[arg(short = 'n', long, value_name = "N", value_parser = value_parser!(u64).range(1..))]
    pub(crate) intervals: Option<u64>,
    /// End after this time: 30, 30s, 5m, 1.5h.
    #[arg(long = "for", value_name = "DURATION", value_parser = span::parse_positive)]
    pub(crate) duration: Option<Duration>,
    #[command(flatten)]
    pub(crate) view: ViewArgs,
    /// Record everything that is received in DIR, with a file for each host, connection and day.
    ///
    /// If collectl sends a raw file (--export raw), it is HOST-YYYYMMDD-HHMMSS.raw, which collectl -p plays back. Otherwise
    /// .txt has the text, and .times the times when it was received. 'collectl-recv replay DIR' shows both.
    #[arg(long, value_name = "DIR")]
    pub(crate) record: Option<std::path::PathBuf>,
    /// Start new files at this time of day, and again after each MINUTES.
    ///
    /// Each raw file can be played back by itself, and each text begins with its column headers. No line is lost, and no
    /// file is ever removed.
    #[arg(long, value_name = "HH:MM[,MINUTES]", default_value = "00:00,1440")]
    pub(crate) roll: String,
    /// Show no progress, and no messages except errors.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// How to show what comes.
#[derive(Debug, Args)]
#[command(next_help_heading = "View")]
pub(crate) struct ViewArgs {
    /// How to show what comes.
    #[arg(long, value_enum, default_value_t = View::Lines)]
    pub(crate) view: View,
    /// Column that the table is sorted by: its name, or its number from 1, times and hosts not counted [default: 1].
    #[arg(long, value_name = "COL")]
    pub(crate) sort: Option<String>,
    /// Sort the smallest first.
    #[arg(long)]
    pub(crate) reverse: bool,
    /// Show the first N rows of the table only [default: as many as the terminal has].
    #[arg(long, value_name = "N")]
    pub(crate) rows: Option<usize>,
    /// Leave out rows with 0 in the sort column.
    #[arg(long)]
    pub(crate) hide_zeros: bool,
    /// Columns of '--view columns': names (cpu, CPU.cpu, '[CPU]User%') or numbers.
    #[arg(long, value_name = "COL,...", value_delimiter = ',')]
    pub(crate) columns: Vec<String>,
    /// Add the totals of all hosts.
    #[arg(long)]
    pub(crate) col_total: bool,
    /// The totals only, without the hosts.
    #[arg(long)]
    pub(crate) col_no_detail: bool,
    /// What to do with the figures of '--view columns'.
    #[arg(long, value_enum, value_name = "HOW", default_value_t = Scale::None)]
    pub(crate) col_scale: Scale,
    /// Columns that '--col-scale' does not apply to.
    #[arg(long, value_name = "COL,...", value_delimiter = ',')]
    pub(crate) col_no_scale: Vec<String>,
    /// Width of each column.
    #[arg(long, value_name = "N", default_value_t = 7)]
    pub(crate) col_width: usize,
    /// Intervals for which the last figure of a silent host goes on to be shown.
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub(crate) col_age: u32,
    /// Shown after that.
    #[arg(long, value_name = "TEXT", default_value = "-1", allow_hyphen_values = true)]
    pub(crate) col_no_data: String,
    /// Shown instead of figures below zero [default: the figure].
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) col_negative: Option<String>,
    /// How long the table and the columns wait for late hosts, in seconds.
    #[arg(long, value_name = "SECS", default_value_t = 2.0)]
    pub(crate) window: f64,
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
    /// Also nodesets (n[001-128], r[1-2]n[08-11/2], a,b[1,3]), ^FILE with a host or a nodeset on each line, and @GROUP if
    /// ClusterShell's files define it. Without hosts, the nodes of the Slurm job.
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
    /// Command that replaces ssh; {host} in it is replaced by the host, {port} by its port (22). The remote command is added
    /// as the last argument.
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
    /// A line is 'launch HOSTS [ALIASES]' or 'connect HOSTS [ALIASES]', with nodesets as in launch and connect, or 'listen
    /// [NETWORK ...]' with the networks whose addresses may connect; without a network, all may. A '#' begins a comment.
    /// When the file changes, hosts that are no longer listed are ended, new ones are started, and all others continue
    /// unchanged. An error in the file is reported, and changes nothing.
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
    /// Also nodesets (n[001-128], r[1-2]n[08-11/2]:2655, a,b[1,3]), ^FILE with a host or a nodeset on each line, and @GROUP
    /// if ClusterShell's files define it. Without hosts, the nodes of the Slurm job.
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
    /// Networks that may connect, like 10.0.0.0/8 or fd00::/8, separated by commas or given more than once [default: all].
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
    pub(crate) view: ViewArgs,
    /// Show no messages except errors.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Reads a local address, with or without brackets.
fn address(text: &str) -> Result<IpAddr, &'static str> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    bare.parse().map_err(|_| "it is not an IP address")
}
