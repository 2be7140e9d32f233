//! The views of the lines that come. Pure but for [`table::live`], which has the terminal: lines in, text for standard
//! output out. A new view is its file or folder and its line in [`registry`].

use std::fmt;
use std::io;

use clap::{ArgMatches, Command};
use tokio::time::Instant;

use super::entry::SwitchError;
use super::status::Status;
use super::{Arrival, Waiting};
use crate::base::gap::Gap;
use crate::base::ids::ConnId;
use crate::base::time::Time;
use crate::sample::Refused;

pub(crate) mod columns;
pub(crate) mod figure;
pub(crate) mod json;
pub(crate) mod lines;
pub(crate) mod merged;
pub(crate) mod registry;
pub(crate) mod table;
pub(crate) mod width;

/// A view that can be chosen.
pub(crate) struct ViewEntry {
    /// What it is called on the command line.
    pub(crate) name: &'static str,
    pub(crate) help: &'static str,
    /// Collectl's switches that suit it, for recordings.
    pub(crate) collectl_switches: &'static [&'static str],
    pub(crate) terminal: Terminal,
    /// Adds its own switches.
    pub(crate) switches: fn(Command) -> Command,
    /// How it begins.
    pub(crate) choose: fn(&ArgMatches) -> Start,
    /// Refuses its switches where another view was chosen.
    pub(crate) refuse: fn(&ArgMatches) -> Result<(), SwitchError>,
}

/// How a view uses a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Terminal {
    /// As any output: line after line.
    Scrolls,
    /// It is drawn in place, and takes keys.
    Draws,
}

/// Where the text of a view goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    Terminal,
    /// A pipe or a file.
    Pipe,
}

impl Output {
    /// That of this program.
    pub(crate) fn of_stdout() -> Self {
        if rustix::termios::isatty(rustix::stdio::stdout()) { Self::Terminal } else { Self::Pipe }
    }
}

/// How a view begins.
pub(crate) type Start = Box<dyn FnOnce(Output) -> io::Result<Box<dyn View>>>;

/// A view of what comes. It gets the events of a consumer, and adds text to `out`, from which controls are removed
/// when it is written.
pub(crate) trait View {
    /// A connection was opened.
    fn opened(&mut self, _conn: ConnId, _now: Time) {}

    /// Lines came.
    fn interval(&mut self, arrival: &Arrival<'_>, out: &mut Vec<u8>);

    /// Intervals of `host` are missing for good.
    fn gap(&mut self, host: &str, gap: Gap, out: &mut Vec<u8>) {
        lines::gap(host, gap, out);
    }

    /// A connection ended.
    fn closed(&mut self, _conn: ConnId) {}

    /// When [`View::advance`] has something to do though nothing comes.
    fn due(&self) -> Option<Time> {
        None
    }

    /// It is `now`.
    fn advance(&mut self, _now: Time, _out: &mut Vec<u8>) {}

    /// No more lines come.
    fn finish(&mut self, _now: Time, _out: &mut Vec<u8>) {}

    /// What hosts sent and it left out.
    fn refused(&self) -> Refused {
        Refused::default()
    }

    /// What it does besides where it is drawn in place on a terminal.
    fn drawing(&mut self) -> Option<&mut dyn Drawing> {
        None
    }
}

/// A view that is drawn in place on a terminal.
pub(crate) trait Drawing {
    /// Shows a message.
    fn message(&mut self, text: &str);

    /// Shows the state of the run.
    fn status(&mut self, status: &Status);

    /// When it is to be drawn, if it has changed.
    fn due(&self) -> Option<Instant>;

    /// Draws; returns the bytes for the terminal.
    ///
    /// # Errors
    /// Where the size of the terminal can't be read any more.
    fn draw(&mut self) -> io::Result<Vec<u8>>;

    /// Waits for a key and does what it asks for. May be dropped at any time.
    fn key(&mut self) -> Waiting<'_, KeyEffect>;

    /// Gives the terminal back; returns the last bytes for it, and the messages to repeat after that.
    fn leave(&mut self) -> (Vec<u8>, Vec<String>);
}

/// What a key asks of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyEffect {
    Draw,
    Quit,
}

impl fmt::Debug for ViewEntry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
}

/// For views whose switches are accepted beside any other view.
pub(crate) fn accept(_matches: &ArgMatches) -> Result<(), SwitchError> {
    Ok(())
}
