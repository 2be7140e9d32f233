//! Messages to the user: on standard error, in the log beside a recording, and from a daemon that has neither to syslog.
//!
//! What a run wants of them is set once ([`open`]); until then, and where nothing is recorded, they go to standard error.
//! That may have gone: then they are lost, and nothing else is. Any thread may send one; none waits for it to be written.

mod log;
mod syslog;

use std::fmt::Arguments;
use std::sync::{Mutex, PoisonError};

use collectl_wire::display::sanitize_lines;
use collectl_wire::stderr;
use jiff::Zoned;

pub use log::Log;

/// How much a message matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// What happens: the start, the end.
    Info,
    /// What went wrong and is passed over.
    Warning,
    /// What went wrong, so that something is missing.
    Error,
    /// What ends the run.
    Fatal,
}

impl Severity {
    /// Its letter in the log.
    #[must_use]
    pub fn letter(self) -> char {
        match self {
            Self::Info => 'I',
            Self::Warning => 'W',
            Self::Error => 'E',
            Self::Fatal => 'F',
        }
    }
}

/// Where messages go.
#[derive(Debug)]
pub struct Outlets {
    /// The least severity that standard error is told.
    pub terminal: Severity,
    /// The log, which is told all.
    pub log: Option<Log>,
    /// Whether syslog is told of errors.
    pub syslog: bool,
}

/// The only state of the whole process: messages come from wherever something goes wrong.
static OUTLETS: Mutex<Outlets> =
    Mutex::new(Outlets { terminal: Severity::Warning, log: None, syslog: false });

/// Sends messages to `outlets` from now on.
pub fn open(outlets: Outlets) {
    *OUTLETS.lock().unwrap_or_else(PoisonError::into_inner) = outlets;
}

/// The first word of a run.
pub fn begin(host: &str, nohup: bool) {
    let nohup = if nohup { "[--nohup]" } else { "" };
    let version = env!("CARGO_PKG_VERSION");
    line(Severity::Info, format_args!("V{version} Beginning execution{nohup} on {host}..."));
}

/// One message. See [`warn!`](crate::warn) and [`info!`](crate::info).
pub fn line(severity: Severity, text: Arguments<'_>) {
    tell(severity, text, true);
}

/// What ended the run, for the log and for syslog: the terminal has been told.
pub fn fatal(text: Arguments<'_>) {
    tell(Severity::Fatal, text, false);
}

/// What the user knows, for the log alone: a signal, say.
pub fn note(text: Arguments<'_>) {
    tell(Severity::Warning, text, false);
}

fn tell(severity: Severity, text: Arguments<'_>, on_terminal: bool) {
    let outlets = OUTLETS.lock().unwrap_or_else(PoisonError::into_inner);
    if on_terminal && severity >= outlets.terminal {
        to_terminal(text);
    }
    if let Some(log) = &outlets.log {
        log.write(severity, text, &Zoned::now());
    }
    if outlets.syslog && severity >= Severity::Error {
        syslog::send(severity, text, &Zoned::now());
    }
}

fn to_terminal(text: Arguments<'_>) {
    let text = sanitize_lines(&text.to_string());
    stderr::write("collectl", format!("collectl: {text}\n"));
}

/// What ended the program, on standard error as it is.
pub fn complain(text: String) {
    stderr::write("collectl", text);
}

/// Waits for a moment until all messages have left. To be called at the end of the program.
pub fn finish() {
    let log = OUTLETS.lock().unwrap_or_else(PoisonError::into_inner).log.take();
    if let Some(log) = log {
        log.finish();
    }
    stderr::finish();
}

/// Tells the user what went wrong, as `format!` would have it. Unlike `eprintln!` it does not panic where standard
/// error is closed.
#[macro_export]
macro_rules! warn {
    ($($text:tt)*) => {
        $crate::message::line($crate::message::Severity::Warning, format_args!($($text)*))
    };
}

/// Tells what happens to those who want to know (`-m`).
#[macro_export]
macro_rules! info {
    ($($text:tt)*) => {
        $crate::message::line($crate::message::Severity::Info, format_args!($($text)*))
    };
}

/// Tells the user that something is missing for good: a part of a recording. `--quiet` does not keep it back.
#[macro_export]
macro_rules! error {
    ($($text:tt)*) => {
        $crate::message::line($crate::message::Severity::Error, format_args!($($text)*))
    };
}
