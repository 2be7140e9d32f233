//! The arguments as the user typed them.

use clap::Parser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use collectl_core::choice::args::Args;
use collectl_core::registry::letters_included;
use collectl_core::subsystem::Included;
use collectl_core::usage::UsageError;

use super::defaults::Defaults;
use super::interval;

/// Measures this machine (CPU, memory, disks, network, ...) and shows it, or sends it over a socket.
#[derive(Debug, Clone, Parser)]
#[command(
    name = "collectl",
    disable_help_flag = true,
    disable_version_flag = true,
    infer_long_args = true,
    args_override_self = true,
    override_usage = "collectl [switches]",
    max_term_width = 100
)]
pub struct Literal {
    /// What is measured and how it is shown.
    #[command(flatten)]
    pub shown: Args,

    /// seconds between samples, fractions allowed; after a colon, seconds between samples of slabs and processes, and
    /// after another colon, of the environment, both multiples of the first; 0 samples as fast as possible [default:
    /// 1:60:120]
    #[arg(short = 'i', long, value_name = "SECONDS[:SECONDS[:SECONDS]]", allow_hyphen_values = true)]
    pub interval: Option<String>,

    /// end after COUNT samples [default: -1, never]
    #[arg(short = 'c', long, value_name = "COUNT", allow_hyphen_values = true)]
    pub count: Option<String>,

    /// end after this time: a number and one of w d h m s, as in 90m
    #[arg(short = 'R', long, value_name = "DURATION")]
    pub runtime: Option<String>,

    /// play FILES, recordings with names ending in raw or raw.gz: a quoted pattern, or several separated by commas
    #[arg(short = 'p', long, value_name = "FILES")]
    pub playback: Option<String>,

    /// more files to play
    #[arg(hide = true)]
    pub files: Vec<String>,

    /// play from [DATE:]TIME on, or only the part [DATE:]TIME-[DATE:]TIME; DATE is YYYYMMDD, TIME is H:MM[:SS]
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,

    /// play up to [DATE:]TIME
    #[arg(long, value_name = "TIME")]
    pub thru: Option<String>,

    /// add this many seconds to the times of recordings
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true)]
    pub offsettime: Option<String>,

    /// show the lines of recordings that match REGEX, with their times
    #[arg(long, value_name = "REGEX")]
    pub grep: Option<String>,

    /// write the part of recordings selected by --from and --thru to a new recording in folder DEST or with prefix DEST
    #[arg(long, value_name = "DEST")]
    pub extract: Option<String>,

    /// write a summary of the processes in recordings, one line per process, to files at the place that -f names
    #[arg(long)]
    pub procanalyze: bool,

    /// write a summary of the slabs in recordings, one line per slab, to files at the place that -f names
    #[arg(long)]
    pub slabanalyze: bool,

    /// print the totals of recordings instead of their intervals: sums of counters, means of levels
    #[arg(long)]
    pub stats: bool,

    /// with --stats: a adds averages, i adds the intervals, s prints totals of each recording
    #[arg(long, value_name = "LETTERS")]
    pub statopts: Option<String>,

    /// write messages to a log beside the recording, and print more of them; with -p, name the files that are played
    #[arg(short = 'm', long)]
    pub messages: bool,

    /// start each interval at the top of the screen
    #[arg(long)]
    pub home: bool,

    /// record to files in the folder DIR, or to files whose names start with PREFIX: raw data, or plots with -P; with
    /// -p, write plots or analyses of recordings
    #[arg(short = 'f', long, value_name = "DIR|PREFIX")]
    pub filename: Option<String>,

    /// with -P, record raw data as well
    #[arg(long)]
    pub rawtoo: bool,

    /// with -P, -f and -A, send brief text while plots are recorded
    #[arg(long)]
    pub brief: bool,

    /// record processes and slabs in a separate raw file
    #[arg(long, visible_alias = "group", short_alias = 'G')]
    pub tworaw: bool,

    /// do not compress raw files
    #[arg(long)]
    pub nogzip: bool,

    /// text for the headers of recordings
    #[arg(long, value_name = "TEXT")]
    pub comment: Option<String>,

    /// write recorded data to disk at least every SECONDS seconds; 0 after each sample [default: 60]
    #[arg(short = 'F', long, value_name = "SECONDS")]
    pub flush: Option<String>,

    /// start new files at this time of day and then every MINUTES minutes [default: 1440]; keep files for DAYS days
    /// [default: 7], and logs for MONTHS months [default: 12]
    #[arg(short = 'r', long, value_name = "HH:MM[,DAYS[:MONTHS]][,MINUTES]")]
    pub rolllogs: Option<String>,

    /// run as a daemon, with the switches of DaemonCommands in collectl.conf before those given here; the pid is in
    /// /var/run/collectl.pid
    #[arg(short = 'D', long)]
    pub daemon: bool,

    /// with -D, use the name collectl-NAME, so that several daemons can run
    #[arg(long, value_name = "NAME")]
    pub pname: Option<String>,

    /// with -D, run as USER instead of root; the pid file is in the folder of -f
    #[arg(long, value_name = "USER[:GROUP]")]
    pub runas: Option<String>,

    /// permissions that new files do not get, in octal; without it, files with processes are readable by owner and
    /// group only (0640)
    #[arg(long, value_name = "MASK")]
    pub umask: Option<String>,

    /// continue when the process that started collectl ends
    #[arg(long)]
    pub nohup: bool,

    /// run with nice value 10
    #[arg(short = 'N', long)]
    pub nice: bool,

    /// sample at multiples of the interval since the epoch, at the same time as all machines with synchronized clocks
    #[arg(long)]
    pub align: bool,

    /// configuration file [default: collectl.conf beside the program, in ../etc of its folder, or in /etc]
    #[arg(short = 'C', long, value_name = "FILE")]
    pub config: Option<String>,

    /// print only the data, without messages
    #[arg(long)]
    pub quiet: bool,

    /// send to ADDR[:PORT[:TIMEOUT]] until the other end closes the connection; or, with server[:PORT], serve any
    /// client that connects [port: 2655, timeout: 10 seconds]
    #[arg(short = 'A', long, value_name = "ADDRESS")]
    pub address: Option<String>,

    /// address to listen on with -A server [default: all]
    #[arg(long, value_name = "ADDR")]
    pub bind: Option<String>,

    /// networks whose clients -A server accepts, as 10.0.0.0/8 or fd00::/8, separated by commas or given more than
    /// once; connections from other addresses are closed, and reported at most once per minute [default: all]
    #[arg(long, value_name = "CIDR")]
    pub allow: Vec<String>,

    /// most clients of -A server at a time
    #[arg(long, value_name = "N", default_value = "64")]
    pub max_clients: String,

    /// past intervals that -A server keeps for clients that reconnect: a time (s, m, h, d, w), a size (K, M, G), or
    /// both, whichever is reached first; 0 keeps none. Older intervals are read from the raw files of this run if it
    /// records any (-f), but not with 0
    #[arg(long, value_name = "TIME,SIZE", default_value = "10m,4M")]
    pub history: String,

    /// name to put before each line on the socket [default: this machine's, up to the first dot]
    #[arg(long, value_name = "NAME")]
    pub hostname: Option<String>,

    /// folder to read instead of /proc
    #[arg(long, value_name = "DIR", default_value = "/proc")]
    pub procfs: String,

    /// folder to read instead of /sys
    #[arg(long, value_name = "DIR", default_value = "/sys")]
    pub sysfs: String,

    /// print the column headers and end
    #[arg(long)]
    pub showcolheaders: bool,

    /// print the headers of recordings, or the header that this machine would record, and end
    #[arg(long)]
    pub showheader: bool,

    /// print the types of --top and end
    #[arg(long)]
    pub showtopopts: bool,

    /// print this help and end
    #[arg(short = 'h', long)]
    pub help: bool,

    /// print this help and end
    #[arg(short = 'x', long, hide = true)]
    pub helpextend: bool,

    /// print all help and end: this, --showsubsys, --showoptions, --showsubopts, --showtopopts
    #[arg(short = 'X', long)]
    pub helpall: bool,

    /// print the letters of -s and end
    #[arg(long)]
    pub showsubsys: bool,

    /// print the letters of -o and end
    #[arg(long)]
    pub showoptions: bool,

    /// print the options and filters of subsystems and end
    #[arg(long)]
    pub showsubopts: bool,

    /// print where changes are listed and end
    #[arg(long, hide = true)]
    pub whatsnew: bool,

    /// show internals: accepted for the sake of scripts, and does nothing
    #[arg(short = 'd', long, value_name = "MASK", hide = true)]
    pub debug: Option<String>,

    /// print the version and end
    #[arg(short = 'v', long)]
    pub version: bool,

    /// print the defaults and end
    #[arg(short = 'V', long)]
    pub showdefs: bool,

    /// The arguments, joined by blanks.
    #[arg(skip)]
    pub line: String,

    /// The arguments that came from `collectl.conf`.
    #[arg(skip)]
    pub daemon_commands: String,

    /// Defaults of `collectl.conf`.
    #[arg(skip)]
    pub defaults: Defaults,
}

impl Literal {
    /// Reads the arguments that follow the program's name.
    ///
    /// # Errors
    /// A [`UsageError`] for an unknown switch, a missing value, or an argument that is not a switch.
    pub fn parse_from_args(args: &[String]) -> Result<Self, UsageError> {
        let all = std::iter::once("collectl").chain(args.iter().map(String::as_str));
        let literal = Self::try_parse_from(all).map_err(|error| UsageError::new(message(&error)))?;
        Ok(Self { line: args.join(" "), ..literal })
    }

    /// The subsystems that are used without `-s`.
    #[must_use]
    pub fn default_letters(&self) -> String {
        if self.daemon { self.defaults.core() } else { letters_included(Included::Interactive) }
    }

    /// The intervals that are used without `-i`, in seconds.
    #[must_use]
    pub fn default_intervals(&self) -> [&str; 3] {
        if self.daemon { self.defaults.of_daemon() } else { interval::DEFAULT }
    }
}

fn message(error: &clap::Error) -> String {
    let argument = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(text)) => text.split_whitespace().next().unwrap_or_default(),
        _ => "",
    };
    match error.kind() {
        ErrorKind::UnknownArgument => {
            format!("Unknown option: {}", argument.trim_start_matches('-'))
        }
        ErrorKind::InvalidValue | ErrorKind::NoEquals | ErrorKind::WrongNumberOfValues => {
            format!("Option {} requires an argument", argument.trim_start_matches('-'))
        }
        ErrorKind::ArgumentConflict => format!("{argument} is given more than once"),
        _ => error.to_string().lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Literal, UsageError> {
        Literal::parse_from_args(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn values_may_follow_their_letter_directly() {
        let literal = parse("-scdnm -i.5 -c5 -oTm --hr 0 -A 127.0.0.1:99 --qui").unwrap();
        assert_eq!(literal.shown.subsys.as_deref(), Some("cdnm"));
        assert_eq!(literal.interval.as_deref(), Some(".5"));
        assert_eq!(literal.count.as_deref(), Some("5"));
        assert_eq!(literal.shown.options.as_deref(), Some("Tm"));
        assert_eq!(literal.shown.hr.as_deref(), Some("0"));
        assert!(literal.quiet);
        assert_eq!(parse("-s -n+m").unwrap().shown.subsys.as_deref(), Some("-n+m"));
        assert_eq!(parse("-s+m-n --hr -1").unwrap().shown.subsys.as_deref(), Some("+m-n"));
    }

    #[test]
    fn errors_have_the_words_of_the_reference() {
        assert_eq!(parse("--nosuchswitch").unwrap_err().0, "Unknown option: nosuchswitch");
        assert_eq!(parse("-scd -k").unwrap_err().0, "Unknown option: k");
        assert_eq!(parse("-c").unwrap_err().0, "Option count requires an argument");
        assert_eq!(parse("--address").unwrap_err().0, "Option address requires an argument");
    }
}
