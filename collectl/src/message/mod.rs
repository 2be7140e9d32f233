//! Messages to the user: on standard error, in the log beside a recording, and in syslog from a daemon without a log.
//!
//! A run sets its destinations once ([`open`]). Until then, and without a recording, messages go to standard error. If
//! that is closed, messages are lost and nothing else. Any thread may send a message; none waits until it is written.

mod log;
mod syslog;

pub use log::Log;

use std::fmt::Arguments;
use std::sync::{Mutex, PoisonError};

use collectl_wire::display::sanitize_lines;
use collectl_wire::stderr;
use jiff::Zoned;

/// How serious a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A normal event: the start, the end.
    Info,
    /// Something went wrong and the run continues.
    Warning,
    /// Something went wrong, and data is missing.
    Error,
    /// An error that ends the run.
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

/// The destinations of messages.
#[derive(Debug)]
pub struct Outlets {
    /// The least severity that goes to standard error.
    pub terminal: Severity,
    /// The log, which gets all messages.
    pub log: Option<Log>,
    /// Whether errors go to syslog.
    pub syslog: bool,
}

/// The only state of the whole process: any code may report an error.
static OUTLETS: Mutex<Outlets> =
    Mutex::new(Outlets { terminal: Severity::Warning, log: None, syslog: false });

/// Sends all further messages to `outlets`.
pub fn open(outlets: Outlets) {
    *OUTLETS.lock().unwrap_or_else(PoisonError::into_inner) = outlets;
}

/// The first message of a run.
pub fn begin(host: &str, nohup: bool) {
    let nohup = if nohup { "[--nohup]" } else { "" };
    let version = env!("CARGO_PKG_VERSION");
    line(Severity::Info, format_args!("V{version} Beginning execution{nohup} on {host}..."));
}

/// Sends one message. See [`warn!`](crate::warn) and [`info!`](crate::info).
pub fn line(severity: Severity, text: Arguments<'_>) {
    tell(severity, text, true);
}

/// Reports what ended the run to the log and to syslog; the terminal has it already.
pub fn fatal(text: Arguments<'_>) {
    tell(Severity::Fatal, text, false);
}

/// Reports to the log only what the user knows already: a signal, for example.
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

/// Reports what ended the program, verbatim on standard error.
pub fn fail(text: String) {
    stderr::write("collectl", text);
}

/// Waits a short time until all messages have been written. Call it at the end of the program.
pub fn finish() {
    let log = OUTLETS.lock().unwrap_or_else(PoisonError::into_inner).log.take();
    if let Some(log) = log {
        log.finish();
    }
    stderr::finish();
}

/// Warns the user, with the arguments of `format!`. Unlike `eprintln!` it does not panic if standard error is closed.
#[macro_export]
macro_rules! warn {
    ($($text:tt)*) => {
        $crate::message::line($crate::message::Severity::Warning, format_args!($($text)*))
    };
}

/// Reports a normal event, which is shown with `-m`.
#[macro_export]
macro_rules! info {
    ($($text:tt)*) => {
        $crate::message::line($crate::message::Severity::Info, format_args!($($text)*))
    };
}

/// Reports that data is lost: a part of a recording. `--quiet` does not hide it.
#[macro_export]
macro_rules! error {
    ($($text:tt)*) => {
        $crate::message::line($crate::message::Severity::Error, format_args!($($text)*))
    };
}
