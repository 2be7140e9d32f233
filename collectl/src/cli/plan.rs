//! What a run is to do, made from the literal arguments.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::address::Address;
use super::interval::Intervals;
use super::literal::Literal;
use super::options::Options;
use super::selection::Chosen;
use super::{UsageError, runtime, selection};
use crate::clock::Alignment;
use crate::number::NumberStyle;
use crate::render::stamp::Stamp;
use crate::render::verbose::Records;
use crate::settings::Settings;
use crate::source::live::Roots;
use crate::source::raw::files;
use crate::subsystem::process::{Filter, ProcessOptions, States};
use crate::subsystem::slab::SlabOptions;
use crate::subsystem::top::Top;
use crate::subsystem::{Part, REGISTRY};

/// Lines between two headers where there is no terminal: those of one with 24 lines, less the header.
const DEFAULT_REPEAT: u64 = 22;

/// A run, resolved.
#[derive(Debug)]
pub struct Plan {
    /// Subsystems, in the order of the registry.
    pub subsystems: Vec<Chosen>,
    /// How they are shown.
    pub format: Format,
    /// What changes measuring and numbers.
    pub settings: Settings,
    /// Time between two samples; zero for as fast as possible.
    pub interval: Duration,
    /// The interval as it was typed, for the message that asks to wait.
    pub interval_text: String,
    /// What is captured at the second interval is captured each so many samples.
    pub second_every: u64,
    /// Whether each interval begins at the top of the screen.
    pub in_place: bool,
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
    /// Recordings to play in place of a live run.
    pub playback: Option<Vec<PathBuf>>,
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
        /// Most clients at a time.
        max_clients: usize,
    },
}

impl Plan {
    /// Resolves `literal`. `terminal_rows` is the height of the terminal on standard output, if it is one.
    ///
    /// # Errors
    /// A [`UsageError`] for a value that can't be read, and for switches that exclude each other.
    pub fn resolve(literal: &Literal, terminal_rows: Option<u64>) -> Result<Self, UsageError> {
        let target = target(literal)?;
        let rows = terminal_rows.filter(|_| target == Target::Terminal);
        let options = literal.options.as_deref().map_or(Ok(Options::default()), Options::parse)?;
        let top = literal.top.as_deref().map(|text| Top::parse(text, rows)).transpose()?;
        let subsystems = subsystems(literal.subsys.as_deref(), top)?;
        let format = format(literal, &options, &subsystems)?;
        let intervals = Intervals::parse(literal.interval.as_deref(), &subsystems, top.is_some())?;
        Ok(Self {
            subsystems,
            format,
            settings: Settings {
                per: options.per,
                numbers: if literal.wide { NumberStyle::Wide } else { NumberStyle::Cut },
                decimals: options.decimals,
                process: process(literal, top)?,
                slab: slab(literal, top)?,
                top,
            },
            interval: intervals.main,
            interval_text: intervals.text,
            second_every: intervals.second_every,
            in_place: in_place(literal, top, format, &target)?,
            alignment: if literal.align { Alignment::Epoch } else { Alignment::Start },
            limit: limit(literal)?,
            stamp: (options.stamp, options.millis),
            headers: headers(literal, rows, format)?,
            quiet: literal.quiet,
            target,
            playback: literal.playback.as_deref().map(playback).transpose()?,
            roots: Roots { proc: PathBuf::from(&literal.procfs), sys: PathBuf::from(&literal.sysfs) },
            headers_only: literal.showcolheaders,
        })
    }
}

/// The subsystems of `-s` and `--top`. Without `-s`, `--top` stands alone.
fn subsystems(letters: Option<&str>, top: Option<Top>) -> Result<Vec<Chosen>, UsageError> {
    let Some(letter) = top.map(|top| top.letter()) else { return selection::parse(letters) };
    let alone = letter.to_string();
    let mut chosen = match letters {
        None => return selection::parse(Some(&alone)),
        Some(letters) => selection::parse(Some(letters))?,
    };
    let other = if letter == 'Z' { 'Y' } else { 'Z' };
    let has = |letter: char, chosen: &[Chosen]| {
        chosen.iter().any(|one| {
            one.parts.contains(&Part::Detail) && one.entry.place.letter(Part::Detail) == Some(letter)
        })
    };
    if has(other, &chosen) {
        return Err(UsageError::new("you cannot select process and slab subsystems in --top mode"));
    }
    if !has(letter, &chosen) {
        for added in selection::parse(Some(&alone))? {
            match chosen.iter_mut().find(|one| std::ptr::eq(one.entry, added.entry)) {
                Some(one) => one.parts.extend(added.parts),
                None => chosen.push(added),
            }
        }
        let place = |one: &Chosen| REGISTRY.iter().position(|entry| std::ptr::eq(entry, one.entry));
        chosen.sort_by_key(place);
    }
    Ok(chosen)
}

fn process(literal: &Literal, top: Option<Top>) -> Result<ProcessOptions, UsageError> {
    let mut options = ProcessOptions::parse(literal.procopts.as_deref().unwrap_or_default())?;
    if options.skip_zero && top.is_none() {
        return Err(UsageError::new("--procopts z can only be used with --top"));
    }
    if let Some(passwd) = &literal.passwd {
        options.passwd = PathBuf::from(passwd);
    }
    options.states = States::parse(literal.procstate.as_deref().unwrap_or_default())?;
    if let Some(filter) = &literal.procfilt {
        if literal.playback.is_some() {
            return Err(UsageError::new("sorry, but --procfilt not allowed in -p mode.  consider grep"));
        }
        options.filter = Filter::parse(filter, &options.passwd)?;
    }
    Ok(options)
}

fn slab(literal: &Literal, top: Option<Top>) -> Result<SlabOptions, UsageError> {
    if literal.slabopts.is_some() && top.is_some() {
        return Err(UsageError::new("you cannot mix --slabopts with --top"));
    }
    if literal.slabfilt.is_some() && literal.playback.is_some() {
        return Err(UsageError::new("sorry, but --slabfilt not allowed in -p mode.  consider grep"));
    }
    SlabOptions::parse(
        literal.slabopts.as_deref().unwrap_or_default(),
        literal.slabfilt.as_deref().unwrap_or_default(),
    )
}

fn in_place(
    literal: &Literal,
    top: Option<Top>,
    format: Format,
    target: &Target,
) -> Result<bool, UsageError> {
    if literal.home && literal.playback.is_some() {
        return Err(UsageError::new("--home does not apply to -p"));
    }
    let live_screen = literal.playback.is_none() && *target == Target::Terminal;
    let wanted = literal.home || top.is_some_and(|top| !top.scrolls);
    Ok(wanted && live_screen && !matches!(format, Format::Plot { .. }))
}

fn format(literal: &Literal, options: &Options, subsystems: &[Chosen]) -> Result<Format, UsageError> {
    let detailed = subsystems
        .iter()
        .any(|chosen| chosen.parts.contains(&Part::Detail) || chosen.entry.place.brief.is_none());
    match (literal.plot, literal.verbose || literal.full) {
        (true, true) => Err(UsageError::new("can't use -P with --verbose")),
        (true, false) if let Some(letter) = crowded_plot_lines(subsystems) => Err(UsageError::new(format!(
            "to display on terminal using -s{letter} with -P requires only -s{letter}"
        ))),
        (true, false) => Ok(Format::Plot { separator: separator(literal.sep.as_deref())?, utc: options.utc }),
        _ if options.utc => Err(UsageError::new("-ou/--utc only apply to -P format")),
        _ if literal.full => Ok(Format::Verbose(Records::Full)),
        (false, verbose) if verbose || detailed => Ok(Format::Verbose(Records::AsNeeded)),
        _ => Ok(Format::Brief),
    }
}

/// The letter of a detail whose plot lines are its own, if it does not stand alone.
fn crowded_plot_lines(subsystems: &[Chosen]) -> Option<char> {
    let parts: usize = subsystems.iter().map(|chosen| chosen.parts.len()).sum();
    let own = |chosen: &&Chosen| chosen.entry.own_plot_lines && chosen.parts.contains(&Part::Detail);
    let chosen = subsystems.iter().find(own).filter(|_| parts > 1)?;
    chosen.entry.place.letter(Part::Detail)
}

/// Reads `--sep`: one character but `%`, or the decimal code of one.
fn separator(text: Option<&str>) -> Result<u8, UsageError> {
    let text = text.unwrap_or(" ");
    match (text.parse::<u8>(), text.as_bytes()) {
        (Ok(code), _) if code.is_ascii() => Ok(code),
        (Err(_), [b'%']) => Err(UsageError::new("--sep can't be a '%'")),
        (Err(_), [character]) if character.is_ascii() => Ok(*character),
        _ => Err(UsageError::new("--sep much be 1 character or a number")),
    }
}

fn target(literal: &Literal) -> Result<Target, UsageError> {
    let address = literal.address.as_deref().map(Address::parse).transpose()?;
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
    match address {
        Some(Address::Server(port)) => Ok(Target::Server { port, bind, max_clients }),
        _ if bind.is_some() => Err(UsageError::new("--bind only applies to -A server")),
        Some(Address::Initiator { .. }) => Ok(Target::Initiator),
        None => Ok(Target::Terminal),
    }
}

fn playback(argument: &str) -> Result<Vec<PathBuf>, UsageError> {
    files::expand(argument).map_err(|error| UsageError::new(error.to_string()))
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

fn headers(literal: &Literal, rows: Option<u64>, format: Format) -> Result<Headers, UsageError> {
    let repeat = match literal.hr.as_deref() {
        None if matches!(format, Format::Plot { .. }) => return Ok(Headers::Once),
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
        let server = Target::Server { port: 7, bind: Some("::1".parse().unwrap()), max_clients: 2 };
        assert_eq!(resolve("-A server:7 --bind [::1] --max-clients 2").unwrap().target, server);
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
            ("-A server --max-clients 0", "--max-clients must be a number above 0, not '0'"),
            ("-i abc", "invalid interval 'abc'"),
        ] {
            assert_eq!(resolve(line).unwrap_err().0, message);
        }
    }
}
