//! The arguments as they are typed.

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

    /// seconds between two samples, fractions allowed; behind a colon those between two samples of slabs and processes, and
    /// behind another those of the environment, multiples; 0 samples as fast as possible [default: 1:60:120]
    #[arg(short = 'i', long, value_name = "SECONDS[:SECONDS[:SECONDS]]", allow_hyphen_values = true)]
    pub interval: Option<String>,

    /// end after so many samples [default: -1, never]
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

    /// play from [DATE:]TIME on, or what is between [DATE:]TIME-[DATE:]TIME; DATE is YYYYMMDD, TIME is H:MM[:SS]
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,

    /// play up to [DATE:]TIME
    #[arg(long, value_name = "TIME")]
    pub thru: Option<String>,

    /// shift the times of recordings by so many seconds
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true)]
    pub offsettime: Option<String>,

    /// show the lines of recordings that match REGEX, with their times
    #[arg(long, value_name = "REGEX")]
    pub grep: Option<String>,

    /// write the part of recordings that --from and --thru choose to a recording of its own, in folder or with prefix DEST
    #[arg(long, value_name = "DEST")]
    pub extract: Option<String>,

    /// sum up the processes of recordings, a line each, in files in the folder or with the prefix of -f
    #[arg(long)]
    pub procanalyze: bool,

    /// sum up the slabs of recordings, a line each, likewise
    #[arg(long)]
    pub slabanalyze: bool,

    /// print the totals of recordings in place of their intervals: sums of what happened, means of levels
    #[arg(long)]
    pub stats: bool,

    /// with --stats: a averages, too, i intervals, too, s totals of each recording
    #[arg(long, value_name = "LETTERS")]
    pub statopts: Option<String>,

    /// write messages into a log beside the recording, and say more of them; with -p, name the files that are played
    #[arg(short = 'm', long)]
    pub messages: bool,

    /// begin each interval at the top of the screen
    #[arg(long)]
    pub home: bool,

    /// record, into files in the folder DIR, or files whose names begin with PREFIX: raw data, or with -P plots; with -p,
    /// write plots or analyses of recordings
    #[arg(short = 'f', long, value_name = "DIR|PREFIX")]
    pub filename: Option<String>,

    /// with -P, record raw data, too
    #[arg(long)]
    pub rawtoo: bool,

    /// with -P, -f and -A, send brief text while plots are recorded
    #[arg(long)]
    pub brief: bool,

    /// record processes and slabs in a raw file of their own
    #[arg(long, visible_alias = "group", short_alias = 'G')]
    pub tworaw: bool,

    /// record raw data without compression
    #[arg(long)]
    pub nogzip: bool,

    /// a text for the headers of recordings
    #[arg(long, value_name = "TEXT")]
    pub comment: Option<String>,

    /// what was recorded is safe after so many seconds; 0 for after each sample [default: 60]
    #[arg(short = 'F', long, value_name = "SECONDS")]
    pub flush: Option<String>,

    /// begin other files at this time of day, and again after so many minutes [default: 1440]; keep them for so many days
    /// [default: 7], and logs for so many months [default: 12]
    #[arg(short = 'r', long, value_name = "HH:MM[,DAYS[:MONTHS]][,MINUTES]")]
    pub rolllogs: Option<String>,

    /// run without a terminal, with the switches of DaemonCommands in collectl.conf before those given here; the pid is in
    /// /var/run/collectl.pid
    #[arg(short = 'D', long)]
    pub daemon: bool,

    /// with -D, be called collectl-NAME, so that there can be several daemons
    #[arg(long, value_name = "NAME")]
    pub pname: Option<String>,

    /// with -D, give up the rights of root; the pid file is in the folder of -f
    #[arg(long, value_name = "USER[:GROUP]")]
    pub runas: Option<String>,

    /// permissions that files are not to have, in octal; without it, files with processes are for owner and group (0640)
    #[arg(long, value_name = "MASK")]
    pub umask: Option<String>,

    /// go on when the process that started collectl ends
    #[arg(long)]
    pub nohup: bool,

    /// run with the priority 10
    #[arg(short = 'N', long)]
    pub nice: bool,

    /// sample at multiples of the interval since the epoch, together with all machines whose clocks agree
    #[arg(long)]
    pub align: bool,

    /// the configuration [default: collectl.conf beside the program, in ../etc of its folder, or in /etc]
    #[arg(short = 'C', long, value_name = "FILE")]
    pub config: Option<String>,

    /// no word but the data
    #[arg(long)]
    pub quiet: bool,

    /// send to ADDR[:PORT[:TIMEOUT]] until the other end goes away; or, with the word server[:PORT],
    /// serve whoever connects [port: 2655, timeout: 10 seconds]
    #[arg(short = 'A', long, value_name = "ADDRESS")]
    pub address: Option<String>,

    /// address to listen on with -A server [default: all]
    #[arg(long, value_name = "ADDR")]
    pub bind: Option<String>,

    /// networks whose clients -A server takes, as 10.0.0.0/8 or fd00::/8, with commas or given more than once;
    /// connections of other addresses are closed, and said once a minute at most [default: all]
    #[arg(long, value_name = "CIDR")]
    pub allow: Vec<String>,

    /// most clients of -A server at a time
    #[arg(long, value_name = "N", default_value = "64")]
    pub max_clients: String,

    /// past intervals that -A server keeps for clients that were away: a time (s, m, h, d, w), a size (K, M, G),
    /// or both, of which the first one reached counts; 0 keeps none. What is older comes out of the raw files
    /// of this run, if it records any (-f); not with 0
    #[arg(long, value_name = "TIME,SIZE", default_value = "10m,4M")]
    pub history: String,

    /// name to put before each line on the socket [default: this machine's, up to the first dot]
    #[arg(long, value_name = "NAME")]
    pub hostname: Option<String>,

    /// folder to read in place of /proc
    #[arg(long, value_name = "DIR", default_value = "/proc")]
    pub procfs: String,

    /// folder to read in place of /sys
    #[arg(long, value_name = "DIR", default_value = "/sys")]
    pub sysfs: String,

    /// print the column headers and end
    #[arg(long)]
    pub showcolheaders: bool,

    /// print the headers of recordings, or that of one of this machine, and end
    #[arg(long)]
    pub showheader: bool,

    /// print the types of --top and end
    #[arg(long)]
    pub showtopopts: bool,

    /// print this help and end
    #[arg(short = 'h', long)]
    pub help: bool,

    /// print the same help and end
    #[arg(short = 'x', long, hide = true)]
    pub helpextend: bool,

    /// print all help there is and end: this, --showsubsys, --showoptions, --showsubopts, --showtopopts
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

    /// Those of them that are from `collectl.conf`.
    #[arg(skip)]
    pub daemon_commands: String,

    /// Defaults of `collectl.conf`.
    #[arg(skip)]
    pub defaults: Defaults,
}

impl Literal {
    /// Reads the arguments behind the program's name.
    ///
    /// # Errors
    /// A [`UsageError`] for an unknown switch, a missing value, or an argument that is no switch.
    pub fn parse_from_args(args: &[String]) -> Result<Self, UsageError> {
        let all = std::iter::once("collectl").chain(args.iter().map(String::as_str));
        let literal = Self::try_parse_from(all).map_err(|error| UsageError::new(message(&error)))?;
        Ok(Self { line: args.join(" "), ..literal })
    }

    /// The subsystems where `-s` does not name them.
    #[must_use]
    pub fn default_letters(&self) -> String {
        if self.daemon { self.defaults.core() } else { letters_included(Included::Interactive) }
    }

    /// The two intervals where `-i` does not name them, in seconds.
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
    fn values_stick_to_their_letters() {
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
    fn what_is_wrong_is_said_as_the_reference_says_it() {
        assert_eq!(parse("--nosuchswitch").unwrap_err().0, "Unknown option: nosuchswitch");
        assert_eq!(parse("-scd -k").unwrap_err().0, "Unknown option: k");
        assert_eq!(parse("-c").unwrap_err().0, "Option count requires an argument");
        assert_eq!(parse("--address").unwrap_err().0, "Option address requires an argument");
    }
}
