//! The screen of a recording that is shown again: its clock is that of the recording.

use std::io;

use super::clock::Clock;
use super::{Display, Screen};
use crate::base::verbosity::Verbosity;
use crate::consumer::view::Look;

impl Screen {
    /// Takes over both to show a recording, at a `speed` that is said.
    ///
    /// # Errors
    /// As for [`Screen::new`].
    pub(crate) fn of_recording(look: &Look, talk: Verbosity, speed: &str) -> io::Result<Self> {
        let screen = Self::new(look, talk)?;
        let note = format!("replay {speed}");
        Ok(Self { clock: Clock::Recording(0.0), progress: None, note, ..screen })
    }

    /// Brings the clock of a recording forward, and finishes the intervals whose time has come by then.
    ///
    /// # Errors
    /// As for [`Screen::lines`].
    pub(crate) fn turn_to(&mut self, time: f64) -> io::Result<()> {
        self.clock = Clock::Recording(time);
        self.advance()
    }

    /// When an interval is due, by the clock of the recording, in seconds of the epoch.
    pub(crate) fn due_in_recording(&self) -> Option<f64> {
        match &self.display {
            Display::Merged(merged) => merged.merge.due(),
            Display::Lines | Display::Json(_) => None,
        }
    }

    /// Says in the status line of the table how a replay stands.
    pub(crate) fn note(&mut self, text: &str) {
        text.clone_into(&mut self.note);
        self.touch();
    }
}
