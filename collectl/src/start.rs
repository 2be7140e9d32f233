//! From the command line to a run and an exit status.
//!
//! A connection to an initiator is opened before anything else, so that it receives every later error.

use std::io::Write;
use std::net::TcpStream;
use std::process::ExitCode;

use collectl_core::facts::Facts;
use collectl_core::usage::UsageError;
use collectl_wire::display::sanitize_lines;
use collectl_wire::host::HostName;
use collectl_wire::prefix::prefix_lines;
use jiff::tz::TimeZone;

use crate::cli::address::{self, Address};
use crate::cli::config::configured;
use crate::cli::literal::Literal;
use crate::cli::plan::Plan;
use crate::cli::{messages, show, suboptions};
use crate::record::Contents;
use crate::run::{self, Opened, Outcome};
use crate::sink::initiator;
use crate::{daemon, launched, message, warn};

/// The exit status of a playback of which some recordings are damaged.
const DAMAGED: u8 = 4;

/// Runs collectl with the arguments of this process.
///
/// The exit status is 0 for a run that ended as it should (its end was asked for, or its reader left), 1 for a command
/// line that can't be followed, a socket that can't be opened, and a run that failed, and 4 for a playback of recordings
/// of which some are damaged.
#[must_use]
pub fn main() -> ExitCode {
    let args: Vec<String> =
        std::env::args_os().skip(1).map(|arg| arg.to_string_lossy().into_owned()).collect();
    let mut output = EarlyOutput { initiator: None };
    let status = match start(&args, &mut output) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Damaged) => ExitCode::from(DAMAGED),
        Err(message) => {
            message::fatal(format_args!("Error: {message}"));
            output.fail(&format!(
                "Error: {}\ntype 'collectl -h' for help\n",
                sanitize_lines(&message.to_string())
            ));
            ExitCode::FAILURE
        }
    };
    message::finish();
    status
}

/// Where texts and errors go before a run, or instead of one.
struct EarlyOutput {
    initiator: Option<(HostName, TcpStream)>,
}

impl EarlyOutput {
    /// Prints a text that was asked for: to the initiator, or on standard output.
    #[expect(clippy::disallowed_methods, reason = "nothing runs yet that could be delayed")]
    fn show(&mut self, text: &str) {
        // A reader that has left needs no text.
        let _ = match &mut self.initiator {
            Some((host, stream)) => stream.write_all(&prefix_lines(host, text.as_bytes())),
            None => std::io::stdout().write_all(text.as_bytes()),
        };
    }

    /// Prints an error: to the initiator, and on standard error.
    fn fail(&mut self, text: &str) {
        if let Some((host, stream)) = &mut self.initiator {
            let _ = stream.write_all(&prefix_lines(host, text.as_bytes()));
        }
        message::fail(text.to_owned());
    }
}

fn start(args: &[String], output: &mut EarlyOutput) -> Result<Outcome, Box<dyn std::error::Error>> {
    let configured = configured::read(args);
    // The daemon opens the connection itself.
    if let Ok(literal) = &configured.literal
        && daemon::is_wanted(literal)
        && requested_text(literal).is_none()
    {
        daemon::launch(literal)?;
        return Ok(Outcome::Done);
    }
    let host = host_name(address::find_hostname(&configured.args));
    if let (Ok(literal), Ok(host)) = (&configured.literal, &host) {
        message::open(messages::outlets(literal, host.as_str()));
    }
    let launched = launched::given()?;
    let parse = |text| Address::parse(text, &configured.defaults);
    if let Some(Address::Initiator { endpoint, timeout }) =
        address::find(&configured.args).map(parse).transpose()?
    {
        let mut stream = match initiator::connect(&endpoint, timeout) {
            Err(error) if error.has_left() => return Ok(Outcome::Done),
            connected => connected?,
        };
        let name = host.clone().or_else(|_| host_name(None))?;
        if let Some(launched) = &launched {
            initiator::prove(&mut stream, &name, launched);
        }
        output.initiator = Some((name, stream));
    }
    let host = host?;
    let literal = configured.literal?;
    if let Some(text) = requested_text(&literal) {
        output.show(&text);
        return Ok(Outcome::Done);
    }
    if literal.playback.is_none() {
        message::begin(host.as_str(), literal.nohup);
    }
    configured.problems.iter().for_each(|problem| warn!("{problem}"));
    let plan = Plan::resolve(&literal, terminal_rows())?;
    // colmux starts `collectl -sZ :1 ... -A ADDRESS` for its own -i1:1, and shows what we say.
    if plan.playback.is_none() && output.initiator.is_none() {
        literal.files.iter().for_each(|word| warn!("'{word}' is not a switch, and is ignored"));
    }
    if literal.showheader && plan.playback.is_none() {
        let description = plan.description(host.as_str());
        output.show(&description.block(
            &Facts::gather(&plan.roots),
            Contents::All,
            None,
            &TimeZone::system(),
        ));
        return Ok(Outcome::Done);
    }
    daemon::settle(&literal)?;
    let _pid_file = daemon::is_daemon().then(|| daemon::begin(&literal)).transpose()?;
    let stream = output.initiator.as_ref().map(|(_, stream)| stream.try_clone()).transpose()?;
    Ok(run::run(&plan, &host, stream.map(|stream| Opened { stream, launched }))?)
}

fn requested_text(literal: &Literal) -> Option<String> {
    if literal.showdefs {
        return Some(show::defaults(&literal.defaults));
    }
    let texts: [(bool, fn() -> String); 8] = [
        (literal.help || literal.helpextend, show::help),
        (literal.helpall, show::everything),
        (literal.version, show::version),
        (literal.whatsnew, show::whats_new),
        (literal.showsubsys, show::subsystems),
        (literal.showoptions, show::options),
        (literal.showsubopts, suboptions::text),
        (literal.showtopopts, show::top_types),
    ];
    texts.into_iter().find(|(wanted, _)| *wanted).map(|(_, text)| text())
}

fn host_name(given: Option<&str>) -> Result<HostName, UsageError> {
    let kernel = rustix::system::uname();
    let name = given.map_or_else(|| kernel.nodename().to_string_lossy(), Into::into);
    HostName::short(&name).map_err(|error| UsageError(error.to_string()))
}

fn terminal_rows() -> Option<u64> {
    let size = rustix::termios::tcgetwinsize(rustix::stdio::stdout()).ok()?;
    (size.ws_row > 0).then_some(u64::from(size.ws_row))
}
