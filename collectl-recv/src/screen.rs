//! All that the user sees: lines on standard output, messages and progress on standard error.

use std::io::{self, IsTerminal, Write};

use bytes::Bytes;
use shared::display::sanitize;
use shared::stdout::Stdout;

use crate::link::gap::Gap;
use crate::plan::Talk;
use crate::progress::{Counts, Progress};
use crate::view::View;

/// How many bytes wait at most for a slow reader of standard output. Beyond that the oldest lines go, and are counted.
const WAITING: usize = 8 * 1024 * 1024;

/// What was not shown whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Losses {
    /// Lines longer than [`shared::line::MAX_LINE`].
    pub(crate) cut: u64,
    /// Lines that a connection's end left unfinished.
    pub(crate) unfinished: u64,
    /// Chunks of lines that a slow reader of ours did not get.
    pub(crate) dropped: u64,
    /// Gaps that could not be filled.
    pub(crate) gaps: u64,
    /// What is missing in them.
    pub(crate) missing: Gap,
}

/// Standard output and standard error.
#[derive(Debug)]
pub(crate) struct Screen {
    out: Stdout,
    view: View,
    talk: Talk,
    progress: Option<Progress>,
    /// Whether both are a terminal, most likely the same one.
    shared: bool,
    counts: Counts,
    pub(crate) losses: Losses,
}

impl Screen {
    /// Takes over both.
    pub(crate) fn new(view: View, talk: Talk) -> Self {
        let progress = (talk == Talk::Normal && Progress::is_possible()).then(Progress::new);
        Self {
            out: Stdout::open(WAITING),
            view,
            talk,
            progress,
            shared: io::stdout().is_terminal(),
            counts: Counts::default(),
            losses: Losses::default(),
        }
    }

    /// Shows whole lines of `host`.
    ///
    /// # Errors
    /// What writing to standard output returns; `BrokenPipe` when its reader left.
    pub(crate) fn lines(&mut self, host: &str, text: &[u8]) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        self.show(self.view.render(host, text))
    }

    /// Shows, and counts, that intervals of `host` are missing.
    ///
    /// # Errors
    /// As for [`Screen::lines`].
    pub(crate) fn gap(&mut self, host: &str, gap: Gap) -> io::Result<()> {
        self.losses.gaps += 1;
        self.losses.missing.add(gap);
        self.show(self.view.gap(host, gap))
    }

    fn show(&mut self, rendered: Vec<u8>) -> io::Result<()> {
        if self.shared {
            self.hide();
        }
        let dropped = self.out.push(Bytes::from(rendered))?;
        self.losses.dropped += dropped as u64;
        self.redraw();
        Ok(())
    }

    /// True while lines wait for standard output to take them.
    pub(crate) fn is_behind(&self) -> bool {
        !self.out.is_drained()
    }

    /// Waits until standard output has taken all lines. May be dropped at any time.
    ///
    /// # Errors
    /// As for [`Screen::lines`].
    pub(crate) async fn drain(&mut self) -> io::Result<()> {
        self.out.drain().await?;
        self.redraw();
        Ok(())
    }

    /// Says that something changed as it should or as it may, on a terminal only where it is bad news: the rest is in the
    /// progress line.
    pub(crate) fn inform(&mut self, news: News, text: &str) {
        if self.talk == Talk::Normal && (news == News::Bad || self.progress.is_none()) {
            self.error(text);
        }
    }

    /// Says what must not go unheard.
    pub(crate) fn error(&mut self, text: &str) {
        self.hide();
        // Where even standard error is gone there is nobody to tell.
        let _ = writeln!(io::stderr(), "collectl-recv: {}", sanitize(text.as_bytes()));
        self.redraw();
    }

    /// True where [`Screen::count`] shows anything.
    pub(crate) fn has_progress(&self) -> bool {
        self.progress.is_some()
    }

    /// Draws how the links stand.
    pub(crate) fn count(&mut self, counts: Counts) {
        if self.counts != counts {
            self.counts = counts;
            self.redraw();
        }
    }

    /// Takes the progress line away, for good.
    pub(crate) fn end_progress(&mut self) {
        self.hide();
        self.progress = None;
    }

    fn hide(&mut self) {
        if let Some(progress) = &mut self.progress {
            progress.hide();
        }
    }

    /// Draws the progress line, but not into the middle of lines that the same terminal has not taken yet.
    fn redraw(&mut self) {
        if let Some(progress) = &mut self.progress
            && (!self.shared || self.out.is_drained())
        {
            progress.show(self.counts);
        }
    }
}

/// What a message is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    /// As hoped.
    Good,
    /// Not so.
    Bad,
}
