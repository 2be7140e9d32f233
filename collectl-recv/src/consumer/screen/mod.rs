//! All that the user sees: lines on standard output, messages and progress on standard error.

use std::io::{self, IsTerminal, Write};

use bytes::Bytes;
use collectl_wire::display::sanitize;
use collectl_wire::stdout::Stdout;

use crate::base::gap::Gap;
use crate::base::ids::ConnId;
use crate::base::verbosity::Verbosity;
use crate::consumer::record::Recorder;
use crate::consumer::screen::progress::{Counts, Progress};
use crate::consumer::view::json::Json;
use crate::consumer::view::merged::{Merged, To};
use crate::consumer::view::table::live::Live;
use crate::consumer::view::{Look, View, json, lines};

mod clock;
mod losses;
pub(crate) mod progress;
mod recording;
mod serve;

use clock::Clock;
pub(crate) use losses::Losses;
pub(crate) use serve::Served;

/// How many bytes wait at most for a slow reader of standard output. Beyond that the oldest lines go, and are counted.
const WAITING: usize = 8 * 1024 * 1024;

/// Standard output and standard error.
#[derive(Debug)]
pub(crate) struct Screen {
    out: Stdout,
    display: Display,
    live: Option<Live>,
    recorder: Option<Recorder>,
    clock: Clock,
    talk: Verbosity,
    progress: Option<Progress>,
    /// Whether both are a terminal, most likely the same one.
    shared: bool,
    counts: Counts,
    /// Of a replay: its speed, or that it is over.
    note: String,
    pub(crate) losses: Losses,
}

/// What is made of lines.
#[derive(Debug)]
enum Display {
    Lines,
    Json(Json),
    Merged(Box<Merged>),
}

impl Screen {
    /// Takes over both.
    ///
    /// # Errors
    /// Where the terminal can't be drawn on.
    pub(crate) fn new(look: &Look, talk: Verbosity) -> io::Result<Self> {
        let shared = io::stdout().is_terminal();
        let display = match look.view {
            View::Lines => Display::Lines,
            View::Json => Display::Json(Json::default()),
            View::Table | View::Columns => Display::Merged(Box::new(Merged::new(look))),
        };
        let live = (shared && look.view == View::Table).then(Live::enter).transpose()?;
        let progress =
            (talk == Verbosity::Normal && live.is_none() && Progress::is_possible()).then(Progress::new);
        Ok(Self {
            out: Stdout::open(WAITING),
            display,
            live,
            recorder: None,
            clock: Clock::start(),
            talk,
            progress,
            shared,
            counts: Counts::default(),
            note: String::new(),
            losses: Losses::default(),
        })
    }

    /// True when standard output has taken all.
    pub(crate) fn is_drained(&self) -> bool {
        self.out.is_drained()
    }

    /// True where a table is drawn on a terminal.
    pub(crate) fn is_live(&self) -> bool {
        self.live.is_some()
    }

    /// Keeps all that comes from now on.
    pub(crate) fn record(&mut self, recorder: Recorder) {
        self.recorder = Some(recorder);
    }

    /// Shows whole lines of `host`, which came over `conn`.
    ///
    /// # Errors
    /// What writing to standard output returns; `BrokenPipe` when its reader left.
    pub(crate) fn lines(&mut self, conn: ConnId, host: &str, text: &[u8]) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        if let Some(recorder) = &mut self.recorder {
            recorder.lines(conn, host, text, now);
            if let Some(trouble) = recorder.trouble() {
                self.error(&format!("recording: {trouble}"));
            }
        }
        let shown = match &mut self.display {
            Display::Lines => lines::render(host, text),
            Display::Json(json) => json.lines(conn, host, text, now),
            Display::Merged(merged) => {
                let connected = merged.connected();
                merged.lines(conn, host, text, now);
                if merged.connected() != connected {
                    self.touch();
                }
                return self.advance();
            }
        };
        self.write(shown)
    }

    /// Shows, and counts, that intervals of `host` are missing.
    ///
    /// # Errors
    /// As for [`Screen::lines`].
    pub(crate) fn gap(&mut self, host: &str, gap: Gap) -> io::Result<()> {
        self.losses.gaps += 1;
        self.losses.missing.add(gap);
        self.touch();
        let shown = match &self.display {
            Display::Json(_) => json::gap(host, gap),
            // The table on a terminal says it in its last line.
            Display::Merged(_) if self.shared => Vec::new(),
            Display::Lines | Display::Merged(_) => lines::gap(host, gap),
        };
        self.write(shown)
    }

    /// A connection came.
    pub(crate) fn opened(&mut self, conn: ConnId) {
        if let Display::Merged(merged) = &mut self.display {
            merged.opened(conn, self.clock.now());
        }
    }

    /// A connection ended.
    pub(crate) fn closed(&mut self, conn: ConnId) {
        if let Some(recorder) = &mut self.recorder {
            recorder.closed(conn);
        }
        match &mut self.display {
            Display::Lines => {}
            Display::Json(json) => json.closed(conn),
            Display::Merged(merged) => merged.closed(conn),
        }
        self.touch();
    }

    fn write(&mut self, bytes: Vec<u8>) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        if self.shared {
            self.hide();
        }
        let dropped = self.out.queue(Bytes::from(bytes));
        self.losses.dropped += dropped as u64;
        self.redraw();
        Ok(())
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
        let counted = self.progress.is_some() || self.live.is_some();
        if self.talk == Verbosity::Normal && (news == News::Bad || !counted) {
            self.error(text);
        }
    }

    /// Says what must not go unheard.
    pub(crate) fn error(&mut self, text: &str) {
        if let Some(live) = &mut self.live {
            return live.say(text);
        }
        self.hide();
        // Where even standard error is gone there is nobody to tell.
        let _ = writeln!(io::stderr(), "collectl-recv: {}", sanitize(text.as_bytes()));
        self.redraw();
    }

    /// Draws how the links stand.
    pub(crate) fn count(&mut self, counts: Counts) {
        if self.counts != counts {
            self.counts = counts;
            self.touch();
            self.redraw();
        }
    }

    /// Shows what is not finished, and gives the terminal back, for good.
    pub(crate) fn end(&mut self) {
        self.hide();
        self.progress = None;
        let to = if self.shared { To::Terminal } else { To::Pipe };
        let mut last = match &mut self.display {
            Display::Merged(merged) => merged.finish(self.clock.now(), to),
            Display::Lines | Display::Json(_) => Vec::new(),
        };
        let mut messages = Vec::new();
        if let Some(live) = self.live.take() {
            let (bytes, said) = live.leave();
            last.extend(bytes);
            messages = said;
        }
        // Whether it could be written makes no difference any more.
        drop(self.write(last));
        for message in messages {
            self.error(&message);
        }
        for message in self.recorder.take().map(Recorder::finish).into_iter().flatten() {
            self.error(&message);
        }
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
