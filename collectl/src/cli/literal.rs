//! The arguments as they are typed.

use clap::Parser;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::config::Defaults;
use super::{UsageError, interval, selection};

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
    /// subsystems to measure, a letter each: b fragmentation of memory, c CPU, d disks, f NFS, g control groups, i inodes,
    /// j interrupts, m memory, n network, p pressure (time lost waiting), s sockets, t TCP, x InfiniBand, y slabs; in
    /// detail B, C, D, E environment, F, G, J, M memory nodes, N, T (with -P), X, Y, Z processes [default: cdn]; +LETTERS
    /// adds to the default, -LETTERS takes away
    #[arg(short = 's', long, value_name = "LETTERS", allow_hyphen_values = true)]
    pub subsys: Option<String>,

    /// all summaries but that of slabs
    #[arg(long)]
    pub all: bool,

    /// all summaries but that of slabs, and all details
    #[arg(long = "ALL")]
    pub all_details: bool,

    /// Lustre, which is not supported
    #[arg(long, value_name = "LETTERS", hide = true)]
    pub lustopts: Option<String>,

    /// Lustre, which is not supported
    #[arg(short = 'L', long, value_name = "SERVICES", hide = true)]
    pub lustsvcs: Option<String>,

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

    /// one section for each subsystem, with more figures
    #[arg(long)]
    pub verbose: bool,

    /// verbose, with a separator before each interval
    #[arg(long)]
    pub full: bool,

    /// bare numbers in one line for each interval, to plot
    #[arg(short = 'P', long)]
    pub plot: bool,

    /// show what other programs read: lexpr, a name and a value in each line, or json, an object in each line for an
    /// interval (lexpr,s=LETTERS and json,s=LETTERS narrow the subsystems); vmstat, its columns; vmsum, virtual machines;
    /// proctree, processes below their parents with the sums of both; raw, the raw file of a recording
    #[arg(long, value_name = "NAME[,OPTION]")]
    pub export: Option<String>,

    /// show the columns of vmstat, as --export vmstat does
    #[arg(long)]
    pub vmstat: bool,

    /// separator of the plot format: one character, or its decimal code [default: a blank]
    #[arg(long, value_name = "CHAR")]
    pub sep: Option<String>,

    /// z leaves processors that do nothing but idle out of the detail
    #[arg(long, value_name = "LETTERS")]
    pub cpuopts: Option<String>,

    /// processors to show and to add up: numbers and ranges, as in 0,2-5; a ^ before them excludes them
    #[arg(long, value_name = "LIST")]
    pub cpufilt: Option<String>,

    /// f and F show tenths and hundredths in the detail of disks, z leaves idle ones out of it,
    /// i is --iosize; o is accepted and does nothing
    #[arg(long, value_name = "LETTERS")]
    pub dskopts: Option<String>,

    /// disks to show and to add up: patterns separated by commas; a ^ before the first excludes those that match
    #[arg(long, value_name = "PATTERNS")]
    pub dskfilt: Option<String>,

    /// other names for disks: in those that match PATTERN, the match is replaced by TEXT
    #[arg(long, value_name = "PATTERN:TEXT,...")]
    pub dskremap: Option<String>,

    /// lines of diskstats to read, in place of those of known devices; a + before the patterns reads those, too
    #[arg(long, value_name = "PATTERNS")]
    pub rawdskfilt: Option<String>,

    /// lines of diskstats not to read
    #[arg(long, value_name = "PATTERNS")]
    pub rawdskignore: Option<String>,

    /// e shows network errors, by kind where there is room; E shows only what has errors; i is --iosize;
    /// wN makes names N wide; o is accepted and does nothing
    #[arg(long, value_name = "LETTERS")]
    pub netopts: Option<String>,

    /// i shows sizes of packets of InfiniBand in the brief format
    #[arg(long, value_name = "LETTERS")]
    pub xopts: Option<String>,

    /// what to show of the environment: f fans, p power, t temperatures [default: all]; C or F converts temperatures,
    /// M shows each kind on a line of its own, T cuts readings to whole numbers; a number is the device that ipmitool asks
    #[arg(long, value_name = "LETTERS")]
    pub envopts: Option<String>,

    /// lines of sensors to read: a regular expression
    #[arg(long, value_name = "REGEX")]
    pub envfilt: Option<String>,

    /// other names for sensors: in those that match REGEX, the match is replaced by TEXT
    #[arg(long, value_name = "/REGEX/TEXT/,...")]
    pub envremap: Option<String>,

    /// interfaces to show and to add up: patterns separated by commas; a ^ before the first excludes those that match
    #[arg(long, value_name = "PATTERNS")]
    pub netfilt: Option<String>,

    /// lines of net/dev to read
    #[arg(long, value_name = "PATTERNS")]
    pub rawnetfilt: Option<String>,

    /// lines of net/dev not to read
    #[arg(long, value_name = "PATTERNS")]
    pub rawnetignore: Option<String>,

    /// P shows physical memory only, V swap and paging; p adds pages allocated and refilled, s pages stolen and scanned;
    /// R shows changes in place of levels
    #[arg(long, value_name = "LETTERS")]
    pub memopts: Option<String>,

    /// control groups to show and to add up, by their paths: patterns separated by commas, each of which chooses the topmost
    /// groups that match it; a ^ before the first excludes those that match, and all below them
    #[arg(long, value_name = "PATTERNS")]
    pub cgroupfilt: Option<String>,

    /// mean sizes of requests and packets in the brief format
    #[arg(long)]
    pub iosize: bool,

    /// with -ox, the least reads or writes by the second of the disks that are shown: IOS:N [default: 10]
    #[arg(short = 'l', long, value_name = "LIMITS", allow_hyphen_values = true)]
    pub limits: Option<String>,

    /// numbers in full, without units
    #[arg(short = 'w', long)]
    pub wide: bool,

    /// stamps before each line: T time, d MM/DD and time, D YYYYMMDD and time, m adds milliseconds,
    /// U seconds of the epoch (plot format); n leaves counters whole, not by the second; 1 and 2 are the decimals of the
    /// plot format; g and G show decimals of numbers from giga on, as 1g25 and 1.3G; x shows only the disks that do much
    /// (see --limits), X all
    #[arg(short = 'o', long, value_name = "LETTERS")]
    pub options: Option<String>,

    /// interrupts to show and count: regular expressions for their lines in /proc/interrupts, separated by commas; a caret
    /// before the first one leaves out those that match
    #[arg(long, value_name = "REGEX")]
    pub intfilt: Option<String>,

    /// what to show of NFS: c or s for client or server and a version, separated by commas, as in c3,c4
    #[arg(long, value_name = "KINDS")]
    pub nfsfilt: Option<String>,

    /// z leaves out details of NFS versions that did nothing
    #[arg(long, value_name = "LETTERS")]
    pub nfsopts: Option<String>,

    /// what to show of the TCP/IP stack: i IP, t TCP, u UDP, c ICMP, I IP extended, T TCP extended [default: ituc]
    #[arg(long, value_name = "LETTERS")]
    pub tcpfilt: Option<String>,

    /// lines between two headers; 0 shows one header only, -1 none [default: the terminal's height less 2, or 22]
    #[arg(long = "hr", visible_alias = "headerrepeat", value_name = "LINES", allow_hyphen_values = true)]
    pub hr: Option<String>,

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
    /// processes: c with the time of children that ended, f page faults since the start, i columns of I/O, I no I/O, k
    /// without shells, m columns of memory, p none that is new, r without folders, R priorities as numbers, s or S with
    /// the time or day of the start, t threads, uN N columns for users, wN with N characters of arguments, x context
    /// switches, z with --top none that is zero
    #[arg(long, value_name = "LETTERS")]
    pub procopts: Option<String>,

    /// processes: only those that match one of TYPE[+]MATCH,...: c within the name, C its start, f within the command
    /// line, p number, P parent, u user's number or range, U user; + with their threads; or a file of such lines
    #[arg(long, value_name = "FILTER")]
    pub procfilt: Option<String>,

    /// processes: only those in one of the states D R S T W Z
    #[arg(long, value_name = "STATES")]
    pub procstate: Option<String>,

    /// processes: where the names of users are [default: /etc/passwd]
    #[arg(long, value_name = "FILE")]
    pub passwd: Option<String>,

    /// slabs: s only those with any memory, S only those that changed
    #[arg(long, value_name = "LETTERS")]
    pub slabopts: Option<String>,

    /// slabs: only those whose names begin with one of these
    #[arg(long, value_name = "NAMES")]
    pub slabfilt: Option<String>,

    /// show the top processes or slabs by TYPE, LINES of them; v does not begin at the top of the screen
    #[arg(long, value_name = "[TYPE][,LINES[,v]]", num_args = 0..=1, default_missing_value = "")]
    pub top: Option<String>,

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
    pub fn default_letters(&self) -> &str {
        if self.daemon { self.defaults.core() } else { selection::DEFAULT }
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
        assert_eq!(literal.subsys.as_deref(), Some("cdnm"));
        assert_eq!(literal.interval.as_deref(), Some(".5"));
        assert_eq!(literal.count.as_deref(), Some("5"));
        assert_eq!(literal.options.as_deref(), Some("Tm"));
        assert_eq!(literal.hr.as_deref(), Some("0"));
        assert!(literal.quiet);
        assert_eq!(parse("-s -n+m").unwrap().subsys.as_deref(), Some("-n+m"));
        assert_eq!(parse("-s+m-n --hr -1").unwrap().subsys.as_deref(), Some("+m-n"));
    }

    #[test]
    fn what_is_wrong_is_said_as_the_reference_says_it() {
        assert_eq!(parse("--nosuchswitch").unwrap_err().0, "Unknown option: nosuchswitch");
        assert_eq!(parse("-scd -k").unwrap_err().0, "Unknown option: k");
        assert_eq!(parse("-c").unwrap_err().0, "Option count requires an argument");
        assert_eq!(parse("--address").unwrap_err().0, "Option address requires an argument");
    }
}
