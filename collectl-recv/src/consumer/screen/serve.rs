//! What the screen does by itself: writes what waits, finishes intervals, draws, and hears keys.

use std::io;

use tokio::time::{Instant, sleep_until};

use super::{Display, Screen};
use crate::consumer::view::merged::{Face, To};
use crate::consumer::view::table::keys::Asked;
use crate::consumer::view::table::live::Live;
use crate::consumer::view::time;

/// What was done while [`Screen::serve`] waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Served {
    /// Something was written.
    Written,
    /// The user wants the end.
    Quit,
}

impl Screen {
    /// Does what is to be done by itself: lets standard output take what waits, finishes intervals whose time has come,
    /// draws, and hears keys. May be dropped at any time.
    ///
    /// # Errors
    /// As for [`Screen::lines`].
    pub(crate) async fn serve(&mut self) -> io::Result<Served> {
        let behind = !self.out.is_drained();
        let due = self.due().filter(|_| !behind);
        tokio::select! {
            result = self.out.drain(), if behind => {
                result?;
                self.redraw();
            }
            key = async {
                match &mut self.live {
                    Some(live) => live.key().await,
                    None => std::future::pending().await,
                }
            } => {
                if let (Some(live), Display::Merged(merged)) = (&mut self.live, &mut self.display)
                    && let Face::Table(table) = &mut merged.face
                    && live.press(table, key) == Asked::Quit
                {
                    return Ok(Served::Quit);
                }
            }
            () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                self.advance()?;
                self.draw()?;
            }
            () = std::future::pending() => {}
        }
        Ok(Served::Written)
    }

    /// When there is something to do, but for what others do.
    fn due(&self) -> Option<Instant> {
        let merged = match &self.display {
            Display::Merged(merged) => merged.merge.due().and_then(|due| self.clock.instant(due)),
            Display::Lines | Display::Json(_) => None,
        };
        let drawing = self.live.as_ref().and_then(Live::due);
        merged.into_iter().chain(drawing).min()
    }

    /// Finishes the intervals whose time has come.
    pub(super) fn advance(&mut self) -> io::Result<()> {
        let Display::Merged(merged) = &mut self.display else { return Ok(()) };
        let to = if self.shared { To::Terminal } else { To::Pipe };
        let Some(text) = merged.advance(self.clock.now(), to) else { return Ok(()) };
        self.touch();
        self.write(text)
    }

    /// Something that the table shows has changed, where it is drawn.
    pub(super) fn touch(&mut self) {
        if let Some(live) = &mut self.live {
            live.touch();
        }
    }

    /// Draws the table, where it is time to.
    fn draw(&mut self) -> io::Result<()> {
        let (Some(live), Display::Merged(merged)) = (&mut self.live, &mut self.display) else {
            return Ok(());
        };
        let connected = merged.connected();
        let Face::Table(table) = &mut merged.face else { return Ok(()) };
        if live.due().is_none_or(|due| due > Instant::now()) {
            return Ok(());
        }
        let (counts, stands) = (self.counts, table.standings);
        let mut status = if table.time > 0.0 { time::of_day(table.time) } else { "waiting".to_owned() };
        for (count, what) in [
            (counts.up.max(connected), "up"),
            (counts.waiting, "waiting"),
            (counts.failed, "failed"),
            (stands.late, "late"),
            (stands.missing, "missing"),
            (stands.stale, "stale"),
        ] {
            if count > 0 || what == "up" {
                status.push_str(&format!("  {count} {what}"));
            }
        }
        status.push_str(&format!("  lag {:.1} s", table.lag));
        let dropped = merged.merge.late + self.losses.dropped + self.losses.cut;
        if dropped > 0 {
            status.push_str(&format!("  dropped {dropped}"));
        }
        if self.losses.gaps > 0 {
            status.push_str(&format!("  gaps {}", self.losses.gaps));
        }
        if !self.note.is_empty() {
            status.push_str(&format!("  {}", self.note));
        }
        if table.frozen {
            status.push_str("  FROZEN");
        }
        if !table.filter.is_empty() {
            status.push_str(&format!("  /{}", table.filter));
        }
        let bytes = live.draw(table, &status)?;
        self.write(bytes)
    }
}
