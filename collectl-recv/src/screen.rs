//! All that the user sees: lines on standard output, messages and progress on standard error.

use std::io::{self, IsTerminal, Write};

use bytes::Bytes;
use shared::display::sanitize;
use shared::stdout::Stdout;
use tokio::time::{Instant, sleep_until};

use crate::event::ConnId;
use crate::link::gap::Gap;
use crate::plan::Talk;
use crate::progress::{Counts, Progress};
use crate::record::Recorder;
use crate::view::json::Json;
use crate::view::merged::{Face, Merged, To};
use crate::view::table::keys::Asked;
use crate::view::table::live::Live;
use crate::view::{Look, View, json, lines, time};

mod clock;

use clock::Clock;

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
    display: Display,
    live: Option<Live>,
    recorder: Option<Recorder>,
    clock: Clock,
    talk: Talk,
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

/// What was done while [`Screen::serve`] waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Served {
    /// Something was written.
    Written,
    /// The user wants the end.
    Quit,
}

impl Screen {
    /// Takes over both.
    ///
    /// # Errors
    /// Where the terminal can't be drawn on.
    pub(crate) fn new(look: &Look, talk: Talk) -> io::Result<Self> {
        let shared = io::stdout().is_terminal();
        let display = match look.view {
            View::Lines => Display::Lines,
            View::Json => Display::Json(Json::default()),
            View::Table | View::Columns => Display::Merged(Box::new(Merged::new(look))),
        };
        let live = (shared && look.view == View::Table).then(Live::enter).transpose()?;
        let progress =
            (talk == Talk::Normal && live.is_none() && Progress::is_possible()).then(Progress::new);
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

    /// Takes over both to show a recording, at a `speed` that is said.
    ///
    /// # Errors
    /// As for [`Screen::new`].
    pub(crate) fn of_recording(look: &Look, talk: Talk, speed: &str) -> io::Result<Self> {
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

    /// True when standard output has taken all.
    pub(crate) fn is_drained(&self) -> bool {
        self.out.is_drained()
    }

    /// True where a table is drawn on a terminal.
    pub(crate) fn is_live(&self) -> bool {
        self.live.is_some()
    }

    /// Says in the status line of the table how a replay stands.
    pub(crate) fn note(&mut self, text: &str) {
        text.clone_into(&mut self.note);
        self.touch();
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
    fn advance(&mut self) -> io::Result<()> {
        let Display::Merged(merged) = &mut self.display else { return Ok(()) };
        let to = if self.shared { To::Terminal } else { To::Pipe };
        let Some(text) = merged.advance(self.clock.now(), to) else { return Ok(()) };
        self.touch();
        self.write(text)
    }

    /// Something that the table shows has changed, where it is drawn.
    fn touch(&mut self) {
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
        if self.talk == Talk::Normal && (news == News::Bad || !counted) {
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
        if let Some(lost) = self.recorder.take().map(Recorder::finish).filter(|lost| *lost > 0) {
            self.error(&format!("recording: {lost} pieces could not be written"));
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
