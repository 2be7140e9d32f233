//! What a run is to do, made from the literal arguments.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use collectl_wire::allow::Allowed;

use super::address::Address;
use super::choice::Choice;
use super::export::Export;
use super::history;
use super::interval::Intervals;
use super::literal::Literal;
use super::options::Options;
use super::playback::{self, Playback};
use super::recording::{self, Recorded};
use super::selection::Chosen;
use super::{UsageError, runtime};
use crate::clock::Alignment;
use crate::record::Description;
use crate::render::stamp::Stamp;
use crate::render::verbose::Records;
use crate::sink::memory::Limits;
use crate::source::live::Roots;
use crate::source::raw::header::Header;
use crate::subsystem::{EXPORT_VMSTAT, EXPORT_VMSUM, Place};

/// Lines between two headers where there is no terminal: those of one with 24 lines, less the header.
const DEFAULT_REPEAT: u64 = 22;

/// A run, resolved.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What is shown, and how.
    pub choice: Choice,
    literal: Literal,
    rows: Option<u64>,
    /// Time between two samples; zero for as fast as possible.
    pub interval: Duration,
    /// The interval as it was typed, for the message that asks to wait.
    pub interval_text: String,
    /// What is captured at the second interval is captured each so many samples.
    pub second_every: u64,
    /// What is captured at the third interval is captured each so many samples.
    pub third_every: u64,
    /// Whether each interval begins at the top of the screen.
    pub in_place: bool,
    /// Whether the run goes on when the process that started it ends.
    pub nohup: bool,
    /// What samples are aligned to.
    pub alignment: Alignment,
    /// When the run ends by itself.
    pub limit: Limit,
    /// The stamp before each line, and whether it has milliseconds.
    pub stamp: (Stamp, bool),
    /// When headers are shown.
    pub headers: Headers,
    /// Whether to leave out all but the data.
    pub quiet: bool,
    /// Where the text goes.
    pub target: Target,
    /// What the text is made of.
    pub shown: Shown,
    /// What headers of recordings tell of the run; the host is left open.
    pub description: Description,
    /// What is recorded meanwhile.
    pub recorded: Option<Recorded>,
    /// Recordings to play in place of a live run.
    pub playback: Option<Playback>,
    /// The kernel file systems.
    pub roots: Roots,
    /// Whether to print the column headers only.
    pub headers_only: bool,
}

/// How intervals are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One line, a group for each subsystem.
    Brief,
    /// A section for each subsystem.
    Verbose(Records),
    /// One line of bare numbers.
    Plot {
        /// What stands between two numbers.
        separator: u8,
        /// Whether time is shown as seconds of the epoch.
        utc: bool,
    },
    /// Lines of a name and a value.
    Lexpr {
        /// Whether a line marks the end of each interval, as it does on a socket.
        marked: bool,
    },
    /// A JSON object in a line.
    Json,
}

impl Format {
    /// Whether it is made for people, with headers that are repeated and words between the data.
    #[must_use]
    pub fn is_for_people(self) -> bool {
        matches!(self, Self::Brief | Self::Verbose(_))
    }
}

/// What a reader gets of a live run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Nothing: a recording without a socket is silent.
    Nothing,
    /// The text of intervals.
    Intervals,
    /// The raw file of a recording (`--export raw`).
    Raw,
}

/// When a run ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Never.
    None,
    /// After so many intervals.
    Count(u64),
    /// When another interval would take it past this time since its start.
    Runtime(Duration),
}

/// When headers are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Headers {
    /// Never.
    Never,
    /// Before the first line.
    Once,
    /// Before the first line, and each time after so many lines.
    Every(u64),
}

/// Where the text goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Standard output.
    Terminal,
    /// The initiator whose connection is already open.
    Initiator,
    /// Whoever connects.
    Server {
        /// Port to listen on.
        port: u16,
        /// Address to listen on; all if none.
        bind: Option<IpAddr>,
        /// Who may connect.
        allow: Allowed,
        /// Most clients at a time.
        max_clients: usize,
        /// What is kept for clients that were away.
        history: Limits,
    },
}

impl Plan {
    /// The same plan for a recording with this header: what the user left open is as it was recorded. None if nothing
    /// that is to be shown was recorded.
    #[must_use]
    pub fn for_recording(&self, header: &Header) -> Option<Self> {
        let choice = Choice::resolve(&self.literal, Some(header), self.rows).ok()?;
        choice.was_recorded(header).then(|| Self { choice, ..self.clone() })
    }

    /// The same plan for a plot file with `choice` in it.
    #[must_use]
    pub fn for_table(&self, choice: &Choice) -> Self {
        Self { choice: choice.clone(), ..self.clone() }
    }

    /// What headers of recordings tell of the run on `host`.
    #[must_use]
    pub fn description(&self, host: &str) -> Description {
        Description { host: host.to_owned(), ..self.description.clone() }
    }

    /// What is captured: that which is recorded, or else shown.
    #[must_use]
    pub fn captured(&self) -> &[Chosen] {
        subsystems(&self.choice, self.recorded.as_ref())
    }

    /// Resolves `literal`. `terminal_rows` is the height of the terminal on standard output, if it is one.
    ///
    /// # Errors
    /// A [`UsageError`] for a value that can't be read, and for switches that exclude each other.
    pub fn resolve(literal: &Literal, terminal_rows: Option<u64>) -> Result<Self, UsageError> {
        let target = target(literal)?;
        let rows = terminal_rows.filter(|_| target == Target::Terminal).or(literal.defaults.rows);
        let options = literal.options.as_deref().map_or(Ok(Options::default()), Options::parse)?;
        let recorded = recording::resolve(literal)?;
        let shown = recording::shown(literal);
        let choice = match (&shown, &recorded) {
            (None, Some(recorded)) => recorded.choice.clone(),
            _ => Choice::resolve(shown.as_ref().unwrap_or(literal), None, rows)?,
        };
        let settings = &choice.settings;
        let keepers = [settings.disk.keeper(), settings.net.keeper(), settings.memory.keeper()];
        let intervals = Intervals::parse(
            literal.interval.as_deref(),
            literal.default_intervals(),
            subsystems(&choice, recorded.as_ref()),
            settings.top.is_some() || is_export(&choice),
        )?;
        let raw = Export::resolve(literal)? == Some(Export::Raw);
        if raw && literal.playback.is_some() {
            return Err(UsageError::new("--export raw does not apply to -p"));
        }
        let captured = recorded.as_ref().map_or(&choice, |recorded| &recorded.choice);
        let description = recording::description(literal, captured, &intervals);
        Ok(Self {
            in_place: in_place(literal, &choice, &target)?,
            headers: headers(literal, rows, &choice)?,
            quiet: literal.quiet || literal.daemon || choice.format == Format::Json || raw,
            choice,
            literal: literal.clone(),
            rows,
            interval: intervals.main,
            interval_text: intervals.text,
            second_every: intervals.second_every,
            third_every: intervals.third_every,
            nohup: literal.nohup || literal.daemon,
            alignment: if literal.align || literal.daemon { Alignment::Epoch } else { Alignment::Start },
            limit: limit(literal)?,
            stamp: (options.stamp, options.millis),
            target,
            shown: match shown {
                None => Shown::Nothing,
                Some(_) if raw => Shown::Raw,
                Some(_) => Shown::Intervals,
            },
            description,
            recorded,
            playback: playback::resolve(literal, &options)?,
            roots: Roots {
                proc: PathBuf::from(&literal.procfs),
                sys: PathBuf::from(&literal.sysfs),
                keepers: keepers.into_iter().flatten().collect(),
            },
            headers_only: literal.showcolheaders,
        })
    }
}

/// What is recorded is all that is shown, and more where a format does not show it.
fn subsystems<'a>(choice: &'a Choice, recorded: Option<&'a Recorded>) -> &'a [Chosen] {
    recorded.map_or(&choice.subsystems, |recorded| &recorded.choice.subsystems)
}

fn in_place(literal: &Literal, choice: &Choice, target: &Target) -> Result<bool, UsageError> {
    if literal.home && literal.playback.is_some() {
        return Err(UsageError::new("--home does not apply to -p"));
    }
    let live_screen = literal.playback.is_none() && *target == Target::Terminal;
    let wanted = literal.home || choice.settings.top.is_some_and(|top| !top.scrolls);
    Ok(wanted && live_screen && choice.format.is_for_people())
}

fn target(literal: &Literal) -> Result<Target, UsageError> {
    let address =
        literal.address.as_deref().map(|text| Address::parse(text, &literal.defaults)).transpose()?;
    let number = |text: &str| text.parse().ok().filter(|&number| number > 0);
    let max_clients = number(&literal.max_clients).ok_or_else(|| {
        UsageError::new(format!("--max-clients must be a number above 0, not '{}'", literal.max_clients))
    })?;
    let parse_bind = |text: &String| {
        text.trim_start_matches('[').trim_end_matches(']').parse().map_err(|_| {
            UsageError::new(format!("--bind must be an IP address, not '{}'", text.escape_debug()))
        })
    };
    let bind = literal.bind.as_ref().map(parse_bind).transpose()?;
    let history = history::parse(&literal.history)?;
    let allow = Allowed::parse(literal.allow.iter().map(String::as_str))
        .map_err(|error| UsageError::new(format!("--allow: {error}")))?;
    match address {
        Some(Address::Server(port)) => Ok(Target::Server { port, bind, allow, max_clients, history }),
        _ if bind.is_some() => Err(UsageError::new("--bind only applies to -A server")),
        _ if !allow.is_everyone() => Err(UsageError::new("--allow only applies to -A server")),
        Some(Address::Initiator { .. }) => Ok(Target::Initiator),
        None => Ok(Target::Terminal),
    }
}

fn limit(literal: &Literal) -> Result<Limit, UsageError> {
    let count = match literal.count.as_deref() {
        None | Some("-1") => None,
        Some(text) => Some(text.parse().map_err(|_| {
            UsageError::new(format!(
                "Value \"{}\" invalid for option c (number expected)",
                text.escape_debug()
            ))
        })?),
    };
    match (count, literal.runtime.as_deref()) {
        (Some(_), Some(_)) => Err(UsageError::new("-c conflicts with -r and -R")),
        (Some(count), None) => Ok(Limit::Count(count)),
        (None, Some(text)) => runtime::parse(text).map(Limit::Runtime),
        (None, None) => Ok(Limit::None),
    }
}

/// Whether an export stands in place of what letters select.
fn is_export(choice: &Choice) -> bool {
    let has_no_letter = |place: &Place| place.summary.is_none() && place.detail.is_none();
    choice.subsystems.iter().all(|chosen| has_no_letter(&chosen.entry.place))
}

/// Whether virtual machines are shown: at each interval, with headings.
fn shows_guests(choice: &Choice) -> bool {
    choice.subsystems.iter().any(|chosen| chosen.entry.place.name == EXPORT_VMSUM.place.name)
}

fn headers(literal: &Literal, rows: Option<u64>, choice: &Choice) -> Result<Headers, UsageError> {
    let Choice { format, subsystems, .. } = choice;
    let exported = subsystems.iter().all(|chosen| chosen.entry.place.name == EXPORT_VMSTAT.place.name);
    if shows_guests(choice) {
        return Ok(Headers::Every(1));
    }
    let repeat = match literal.hr.as_deref() {
        None if exported || !format.is_for_people() => return Ok(Headers::Once),
        None => return Ok(Headers::Every(rows.map_or(DEFAULT_REPEAT, |rows| rows.saturating_sub(2).max(1)))),
        Some(text) => text.parse().map_err(|_| {
            UsageError::new(format!(
                "Value \"{}\" invalid for option hr (number expected)",
                text.escape_debug()
            ))
        })?,
    };
    Ok(match repeat {
        ..0 => Headers::Never,
        0 => Headers::Once,
        lines => Headers::Every(i64::unsigned_abs(lines)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(line: &str) -> Result<Plan, UsageError> {
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Plan::resolve(&Literal::parse_from_args(&args)?, Some(50))
    }

    #[test]
    fn defaults() {
        let plan = resolve("").unwrap();
        assert_eq!(plan.interval, Duration::from_secs(1));
        assert_eq!(
            (plan.limit, plan.headers, plan.target),
            (Limit::None, Headers::Every(48), Target::Terminal)
        );
    }

    #[test]
    fn the_socket_has_no_terminal_height() {
        assert_eq!(resolve("-A server").unwrap().headers, Headers::Every(22));
        assert_eq!(resolve("-A head:1").unwrap().target, Target::Initiator);
        let allow = Allowed::parse(["10.0.0.0/8", "::1"]).unwrap();
        let (bind, history) = (Some("::1".parse().unwrap()), Limits::DEFAULT);
        let server = Target::Server { port: 7, bind, allow, max_clients: 2, history };
        let line = "-A server:7 --bind [::1] --max-clients 2 --allow 10.0.0.0/8,::1";
        assert_eq!(resolve(line).unwrap().target, server);
    }

    #[test]
    fn limits_and_headers() {
        assert_eq!(resolve("-c 0").unwrap().limit, Limit::Count(0));
        assert_eq!(resolve("-c -1").unwrap().limit, Limit::None);
        assert_eq!(resolve("-R 2m").unwrap().limit, Limit::Runtime(Duration::from_secs(120)));
        assert_eq!(resolve("--hr -1").unwrap().headers, Headers::Never);
        assert_eq!(resolve("--hr 0").unwrap().headers, Headers::Once);
        assert_eq!(resolve("--hr 5").unwrap().headers, Headers::Every(5));
    }

    #[test]
    fn refused() {
        for (line, message) in [
            ("-c abc", "Value \"abc\" invalid for option c (number expected)"),
            ("-c 1 -R 3s", "-c conflicts with -r and -R"),
            ("--hr x", "Value \"x\" invalid for option hr (number expected)"),
            ("--bind 127.0.0.1", "--bind only applies to -A server"),
            ("-A server --bind lo", "--bind must be an IP address, not 'lo'"),
            ("--allow ::1", "--allow only applies to -A server"),
            (
                "-A server --allow 10.0.0.0/33",
                "--allow: '10.0.0.0/33' is not an address or a network like 10.0.0.0/8 or fd00::/8",
            ),
            ("-A server --max-clients 0", "--max-clients must be a number above 0, not '0'"),
            (
                "-A server --history 10",
                "--history must be a time (10m), a size (4M), both (10m,4M) or 0, not '10'",
            ),
            ("-i abc", "invalid interval 'abc'"),
            ("-sT", "-sT can only be used with -f or -P"),
            ("-sc --tcpfilt i", "--tcpfilt only applies to -st or -sT"),
            ("-st --tcpfilt x", "only valid --tcpopts values are 'cituIT'"),
            ("-sJ --intfilt (", "--intfilt: unclosed group"),
            ("-sf --nfsopts q", "invalid value for --nfsopts"),
        ] {
            assert_eq!(resolve(line).unwrap_err().0, message);
        }
    }
}
