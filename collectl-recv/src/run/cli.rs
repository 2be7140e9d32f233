//! The command line as it is typed. What it means is decided in [`crate::run::resolve`].

use clap::{Args, Parser, Subcommand};

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
    /// The host 'localhost' needs no ssh: the collectl beside collectl-recv, or else in PATH, is started directly.
    Launch(LaunchArgs),
    /// Connect to collectl servers (collectl -A server), again and again.
    Connect(ConnectArgs),
    /// Wait for collectors that someone else starts (collectl -A ADDR).
    Listen(ListenArgs),
    /// Each host its own way: started, connected to, or heard when it connects, as a file says that may change.
    Mixed(MixedArgs),
    /// Show what was recorded with '--record', in any view and at any speed.
    ///
    /// Raw files are played as collectl does it, by the switches behind '--'; text is shown as it came.
    Replay(ReplayArgs),
}

/// What launch, connect, listen and mixed understand.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// TCP port to listen on, or to connect to [default: 2655].
    #[arg(long, value_name = "PORT")]
    pub(crate) port: Option<u16>,
    /// Local address to listen on, or to connect from [default: all].
    #[arg(long, value_name = "ADDR")]
    pub(crate) bind: Option<String>,
    /// End after N intervals of each host.
    ///
    /// A '### RECORD' (verbose, detail) or an lexpr record is one interval, where a stream has them; in other formats
    /// every line that is not empty, not a header and not an error is one.
    #[arg(short = 'n', long, value_name = "N")]
    pub(crate) intervals: Option<u64>,
    /// End after this time: 30, 30s, 5m, 1.5h.
    #[arg(long = "for", value_name = "DURATION")]
    pub(crate) duration: Option<String>,
    #[command(flatten)]
    pub(crate) consumers: Switches<Gathering>,
    /// No progress and no messages but errors.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RetryArgs {
    /// Longest wait between two tries, in seconds [default: 10].
    #[arg(long, value_name = "SECS")]
    pub(crate) retry_max: Option<f64>,
}

#[derive(Debug, Args)]
pub(crate) struct LaunchArgs {
    /// Hosts, as ssh knows them: [USER@]HOST[:PORT], the port being ssh's.
    ///
    /// Also nodesets (n[001-128], r[1-2]n[08-11/2], a,b[1,3]), ^FILE with a host or a nodeset on each line, and @GROUP
    /// where ClusterShell's files define it. Without any, the nodes of the Slurm job.
    #[arg(value_name = "HOST")]
    pub(crate) hosts: Vec<String>,
    #[command(flatten)]
    pub(crate) choice: HostArgs,
    /// Switches for collectl, behind '--'.
    #[arg(value_name = "COLLECTL-SWITCHES", last = true, allow_hyphen_values = true)]
    pub(crate) switches: Vec<String>,
    #[command(flatten)]
    pub(crate) start: StartArgs,
    /// Send all data through ssh, and listen on loopback only. The ssh of each host stays.
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
    /// Command that replaces ssh; {host} in it stands for the host, {port} for its port (22). The remote command is added
    /// as one last argument.
    #[arg(long, value_name = "CMD")]
    pub(crate) rsh: Option<String>,
    /// Starts under way at a time.
    #[arg(long, value_name = "N", default_value_t = 64)]
    pub(crate) fanout: usize,
    /// How long a start may take until its collectl has connected: 30, 30s, 5m [default: 30].
    #[arg(long, value_name = "DURATION")]
    pub(crate) start_timeout: Option<String>,
    /// Address of this machine that the hosts are told [default: the one each is reached from].
    #[arg(long, value_name = "ADDR[:PORT]")]
    pub(crate) advertise: Option<String>,
    /// The collectl command of the hosts.
    #[arg(long, value_name = "CMD", default_value = "collectl")]
    pub(crate) collectl: String,
    /// Hear collectors without a secret, too: those of Perl. Only from addresses of hosts that are being started.
    #[arg(long)]
    pub(crate) allow_plain: bool,
    /// Keep the ssh of each host for as long as its collectl runs.
    ///
    /// Without this it ends once the collectl has connected, which then ends with its connection.
    #[arg(long)]
    pub(crate) keep_ssh: bool,
    /// Send a static collectl to hosts that have none [default: the collectl beside collectl-recv].
    ///
    /// It runs from a file of its own in XDG_RUNTIME_DIR, /dev/shm, /tmp or the home folder, which is gone once it runs.
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    pub(crate) push: Option<Option<std::path::PathBuf>>,
    /// Start a host's collectl again when it has ended.
    #[arg(long)]
    pub(crate) restart: bool,
}

#[derive(Debug, Args)]
pub(crate) struct MixedArgs {
    /// File that says which host goes which way. It is read again when it changes.
    ///
    /// A line is 'launch HOSTS [ALIASES]', 'connect HOSTS [ALIASES]' (nodesets, as on the command lines of launch and
    /// connect), or 'listen [NETWORK ...]', whose addresses may connect by themselves; without a network, all may. A '#'
    /// begins a comment. Hosts whose line has gone are ended, those whose line is new are begun, and all others are left
    /// alone. While the file is wrong, that is said and all stays as it was.
    #[arg(value_name = "FILE")]
    pub(crate) file: String,
    /// Switches for collectl where it is started, behind '--'.
    #[arg(value_name = "COLLECTL-SWITCHES", last = true, allow_hyphen_values = true)]
    pub(crate) switches: Vec<String>,
    #[command(flatten)]
    pub(crate) start: StartArgs,
    /// Send the data of hosts that are started through ssh, and reach servers through an ssh to their hosts.
    #[arg(long)]
    pub(crate) tunnel: bool,
    #[command(flatten)]
    pub(crate) retry: RetryArgs,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, Args)]
pub(crate) struct ConnectArgs {
    /// Servers; an IPv6 address with a port is [ADDR]:PORT. A USER@ matters to --tunnel only.
    ///
    /// Also nodesets (n[001-128], r[1-2]n[08-11/2]:2655, a,b[1,3]), ^FILE with a host or a nodeset on each line, and
    /// @GROUP where ClusterShell's files define it. Without any, the nodes of the Slurm job.
    #[arg(value_name = "HOST[:PORT]")]
    pub(crate) hosts: Vec<String>,
    #[command(flatten)]
    pub(crate) choice: HostArgs,
    /// Reach each server through an ssh to its host, where it may listen on loopback only.
    #[arg(long)]
    pub(crate) tunnel: bool,
    #[command(flatten)]
    pub(crate) retry: RetryArgs,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// Which of the hosts that were named.
#[derive(Debug, Args)]
pub(crate) struct HostArgs {
    /// Hosts to leave out: a nodeset, ^FILE or @GROUP; may be given more than once.
    #[arg(short = 'x', long, value_name = "NODESET")]
    pub(crate) exclude: Vec<String>,
    /// The nodes of the Slurm job (SLURM_JOB_NODELIST), beside other hosts.
    #[arg(long)]
    pub(crate) slurm: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ListenArgs {
    /// Networks that may connect, as 10.0.0.0/8 or fd00::/8, with commas or given more than once [default: all].
    ///
    /// Connections of other addresses are closed, counted, and said once a minute at most.
    #[arg(long, value_name = "CIDR")]
    pub(crate) allow: Vec<String>,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// Folder of '--record', or of raw files of collectl.
    #[arg(value_name = "DIR")]
    pub(crate) folder: std::path::PathBuf,
    /// Switches that raw files are played with, behind '--' [default: -scdnm].
    #[arg(value_name = "COLLECTL-SWITCHES", last = true, allow_hyphen_values = true)]
    pub(crate) switches: Vec<String>,
    /// Show what is of [DATE:]TIME and later, or between [DATE:]TIME-[DATE:]TIME; DATE is YYYYMMDD, TIME is H:MM[:SS].
    ///
    /// Times are those of this machine's clock. Without a date they are meant for every day.
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<String>,
    /// Show what is of [DATE:]TIME and before.
    #[arg(long, value_name = "TIME")]
    pub(crate) thru: Option<String>,
    /// How many times as fast as it was, or 'max' [default: 1 for the table on a terminal, or else max].
    ///
    /// Times in which nothing was recorded are passed over.
    #[arg(long, value_name = "N")]
    pub(crate) speed: Option<String>,
    #[command(flatten)]
    pub(crate) consumers: Switches<Replaying>,
    /// No messages but errors.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}
