//! What a run does, resolved from the arguments as typed.

use std::path::PathBuf;
use std::time::Duration;

use collectl_core::choice::Choice;
use collectl_core::choice::export::Export;
use collectl_core::choice::format::{Format, RequestedFormat};
use collectl_core::choice::request::{Request, Surroundings};
use collectl_core::choice::stats::Stats;
use collectl_core::clock::Alignment;
use collectl_core::header::Header;
use collectl_core::kernel::Roots;
use collectl_core::registry::{EXPORT_VMSTAT, EXPORT_VMSUM, Entry};
use collectl_core::report::{Headers, View};
use collectl_core::subsystem::Cadence;
use collectl_core::usage::UsageError;

use super::interval::Intervals;
use super::literal::Literal;
use super::playback::{self, Playback};
use super::recording::{self, Recorded};
use super::runtime;
use super::target::Target;
use crate::record::Description;

/// Lines between two headers without a terminal: 24 lines less the header.
const DEFAULT_REPEAT: u64 = 22;

/// A run, resolved.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What is shown, and how.
    pub view: View,
    /// What the user asks for; a choice is made from it again for each recording.
    request: Request,
    /// Time between two samples; zero for as fast as possible.
    pub interval: Duration,
    /// The interval as typed, for the message before the first one.
    pub interval_text: String,
    /// Subsystems of the second interval are captured in every Nth sample.
    pub second_every: u64,
    /// Subsystems of the third interval are captured in every Nth sample.
    pub third_every: u64,
    /// Whether each interval starts at the top of the screen.
    pub in_place: bool,
    /// Whether the run continues when the process that started it ends.
    pub nohup: bool,
    /// What samples are aligned to.
    pub alignment: Alignment,
    /// When the run ends by itself.
    pub limit: Limit,
    /// Whether to print only the data.
    pub quiet: bool,
    /// Where the text goes.
    pub target: Target,
    /// What the text is made of.
    pub shown: Shown,
    /// What recordings' headers report about the run; the host is left open.
    pub description: Description,
    /// What is recorded at the same time.
    pub recorded: Option<Recorded>,
    /// Recordings to play instead of a live run.
    pub playback: Option<Playback>,
    /// The kernel file systems.
    pub roots: Roots,
    /// Whether to print the column headers only.
    pub headers_only: bool,
    /// Whether the header of a recording comes first (`-oi`).
    pub file_header: bool,
}

/// What a reader of a live run receives.
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
    /// After this many intervals.
    Count(u64),
    /// When one more interval would end later than this after its start.
    Runtime(Duration),
}

impl Plan {
    /// What is shown of a recording with this header. The recording decides what the user left open. None if it holds
    /// nothing of what is to be shown.
    #[must_use]
    pub fn view_of(&self, header: &Header) -> Option<View> {
        let choice = self.request.choose(Some(header)).ok()?;
        choice.was_recorded(header).then(|| self.with(choice))
    }

    /// Whether the two files of `--tworaw` are played as one.
    #[must_use]
    pub fn joins_pairs(&self) -> bool {
        self.request.joins_pairs()
    }

    /// What is shown of another choice in the same way.
    #[must_use]
    pub fn with(&self, choice: Choice) -> View {
        View { choice, ..self.view.clone() }
    }

    /// What recordings' headers report about the run on `host`.
    #[must_use]
    pub fn description(&self, host: &str) -> Description {
        Description { host: host.to_owned(), ..self.description.clone() }
    }

    /// What is captured: what is recorded, or else what is shown. Everything that is shown is recorded, and more if the
    /// format does not show all of it.
    #[must_use]
    pub fn captured(&self) -> &Choice {
        self.recorded.as_ref().map_or(&self.view.choice, |recorded| &recorded.choice)
    }

    /// Every how many samples a subsystem of this cadence is captured.
    #[must_use]
    pub fn every(&self, cadence: Cadence) -> u64 {
        match cadence {
            Cadence::Each => 1,
            Cadence::Second => self.second_every,
            Cadence::Third => self.third_every,
        }
    }

    /// Resolves `literal`. `terminal_rows` is the height of the terminal on standard output, if there is one.
    ///
    /// # Errors
    /// A [`UsageError`] for a value that can't be read, and for switches that exclude each other.
    pub fn resolve(literal: &Literal, terminal_rows: Option<u64>) -> Result<Self, UsageError> {
        let target = Target::resolve(literal)?;
        let rows = terminal_rows.filter(|_| target == Target::Terminal).or(literal.defaults.rows);
        let surroundings = surroundings(literal, rows)?;
        let recorded = recording::resolve(literal, &surroundings)?;
        let requested = recording::shown(literal)?;
        let shown = match requested {
            None => Shown::Nothing,
            Some(RequestedFormat::Export(Export::Raw)) => Shown::Raw,
            Some(_) => Shown::Intervals,
        };
        let request = Request::new(&literal.shown, requested.unwrap_or(RequestedFormat::Plot), surroundings)?;
        let mut choice = match (shown, &recorded) {
            (Shown::Nothing, Some(recorded)) => recorded.choice.clone(),
            _ => request.choose(None)?,
        };
        if literal.showcolheaders {
            choice.stats = None;
        }
        let captured = recorded.as_ref().map_or(&choice, |recorded| &recorded.choice);
        let intervals = Intervals::parse(
            literal.interval.as_deref(),
            literal.default_intervals(),
            &captured.cadences(),
            choice.top.is_some() || choice.is_export(),
        )?;
        if shown == Shown::Raw && literal.playback.is_some() {
            return Err(UsageError::new("--export raw does not apply to -p"));
        }
        let description = recording::description(literal, captured, &intervals);
        let format = choice.format;
        let options = request.options();
        if !literal.shown.plot && !literal.procanalyze && !literal.slabanalyze {
            options.without_plots()?;
        }
        let on_terminal = literal.shown.plot && literal.filename.is_none() && literal.playback.is_none();
        if options.file_header && !on_terminal {
            return Err(UsageError::new("-oi only supported interactively with -P to terminal"));
        }
        Ok(Self {
            in_place: in_place(literal, &choice, &target)?,
            quiet: literal.quiet || literal.daemon || format == Format::Json || shown == Shown::Raw,
            interval: intervals.main,
            interval_text: intervals.text,
            second_every: if literal.showcolheaders { 1 } else { intervals.second_every },
            third_every: if literal.showcolheaders { 1 } else { intervals.third_every },
            nohup: literal.nohup || literal.daemon,
            alignment: if literal.align || literal.daemon { Alignment::Epoch } else { Alignment::Start },
            limit: limit(literal)?,
            target,
            shown,
            description,
            recorded,
            playback: playback::resolve(literal, options)?,
            roots: roots(literal),
            headers_only: literal.showcolheaders,
            file_header: options.file_header,
            view: View {
                headers: headers(literal, rows, &choice)?,
                stamp: options.stamp,
                millis: options.millis,
                choice,
            },
            request,
        })
    }
}

/// What the selection depends on besides its own switches.
fn surroundings(literal: &Literal, rows: Option<u64>) -> Result<Surroundings, UsageError> {
    Ok(Surroundings {
        playback: literal.playback.is_some(),
        default_letters: literal.default_letters(),
        rows,
        to_files: literal.filename.is_some() && literal.address.is_none(),
        marked: literal.address.is_some(),
        stats: stats(literal)?,
        presets: literal.defaults.presets.clone(),
        roots: roots(literal),
    })
}

fn roots(literal: &Literal) -> Roots {
    Roots { proc: PathBuf::from(&literal.procfs), sys: PathBuf::from(&literal.sysfs) }
}

/// `--stats` and `--statopts`.
fn stats(literal: &Literal) -> Result<Option<Stats>, UsageError> {
    let letters = literal.statopts.as_deref().unwrap_or_default();
    match (literal.stats, letters) {
        (false, "") => Ok(None),
        (false, _) => Err(UsageError::new("--statopts required --stats")),
        (true, _) => {
            let stats = Stats::parse(letters)?;
            match literal.playback {
                Some(_) => Ok(Some(stats)),
                None => Err(UsageError::new("statistics not allowed interactively")),
            }
        }
    }
}

fn in_place(literal: &Literal, choice: &Choice, target: &Target) -> Result<bool, UsageError> {
    if literal.home && literal.playback.is_some() {
        return Err(UsageError::new("--home does not apply to -p"));
    }
    let live_screen = literal.playback.is_none() && *target == Target::Terminal;
    let wanted = literal.home || choice.top.is_some_and(|top| !top.scrolls);
    Ok(wanted && live_screen && choice.format.is_for_people())
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

fn headers(literal: &Literal, rows: Option<u64>, choice: &Choice) -> Result<Headers, UsageError> {
    let exports = |entry: &Entry| {
        let mut chosen = choice.subsystems.iter();
        chosen.any(|chosen| chosen.configured.descriptor() == entry.descriptor)
    };
    // Exports of virtual machines repeat their headings in every interval.
    if exports(&EXPORT_VMSUM) {
        return Ok(Headers::Every(1));
    }
    let number = |text: &str| {
        let invalid = || format!("Value \"{}\" invalid for option hr (number expected)", text.escape_debug());
        text.parse::<i64>().map_err(|_| UsageError::new(invalid()))
    };
    let given = literal.shown.hr.as_deref().map(number).transpose()?;
    let given = given.or_else(|| exports(&EXPORT_VMSTAT).then_some(0));
    let lines = rows.map_or(DEFAULT_REPEAT, |rows| rows.saturating_sub(2).max(1));
    Ok(Headers::repeated(given, choice.format, lines))
}

#[cfg(test)]
mod tests {
    use collectl_wire::allow::Allowed;

    use super::*;
    use crate::sink::memory::Limits;

    fn resolve(line: &str) -> Result<Plan, UsageError> {
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Plan::resolve(&Literal::parse_from_args(&args)?, Some(50))
    }

    #[test]
    fn defaults() {
        let plan = resolve("").unwrap();
        assert_eq!(plan.interval, Duration::from_secs(1));
        assert_eq!(
            (plan.limit, plan.view.headers, plan.target),
            (Limit::None, Headers::Every(48), Target::Terminal)
        );
    }

    #[test]
    fn the_socket_has_no_terminal_height() {
        assert_eq!(resolve("-A server").unwrap().view.headers, Headers::Every(22));
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
        assert_eq!(resolve("--hr -1").unwrap().view.headers, Headers::Never);
        assert_eq!(resolve("--hr 0").unwrap().view.headers, Headers::Once);
        assert_eq!(resolve("--hr 5").unwrap().view.headers, Headers::Every(5));
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
            ("-sc -o1", "option 1 only apply to -P"),
            ("-sc -oz", "-oz only applies to -P files"),
            ("-sc -oi", "-oi only supported interactively with -P to terminal"),
            ("-sc -P -oi -f x", "-oi only supported interactively with -P to terminal"),
            ("-sc --utc", "-ou/--utc only apply to -P format"),
            ("-sc --offsettime 5", "-offsettime only applies to playback mode"),
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
