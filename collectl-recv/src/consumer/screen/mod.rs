//! The consumer that the user looks at: a view on standard output, messages and progress on standard error.

use std::io;

use bytes::Bytes;
use clap::ArgMatches;
use collectl_wire::display::{sanitize, sanitize_text};
use collectl_wire::stderr;
use collectl_wire::stdout::Stdout;
use tokio::time::{Instant, sleep_until};

use super::clock::Clock;
use super::entry::{ConsumerEntry, Feed, Links, Setting, Start, StartError, SwitchError};
use super::status::{Counts, Losses, Severity, Status};
use super::view::{Drawing, KeyEffect, Output, View, registry};
use super::{Arrival, Consumer, Served, Waiting};
use crate::base::gap::Gap;
use crate::base::ids::ConnId;
use crate::base::time::Time;
use crate::base::verbosity::Verbosity;

mod progress;

use progress::Progress;

/// For the registry.
pub(super) const CONSUMER: ConsumerEntry = ConsumerEntry { feed: Feed::Any, switches, choose };

/// Most bytes that wait for a slow reader of standard output. Beyond that the oldest lines are dropped and counted.
const MAX_WAITING: usize = 8 * 1024 * 1024;

fn switches(command: clap::Command) -> clap::Command {
    registry::switches(command.next_help_heading("View")).next_help_heading(None::<&'static str>)
}

fn choose(matches: &ArgMatches) -> Result<Option<Start>, SwitchError> {
    let start = (registry::chosen(matches)?.choose)(matches);
    Ok(Some(Start::new(move |setting| {
        let view = start(Output::of_stdout())
            .map_err(|error| StartError { doing: "drawing on the terminal".to_owned(), error })?;
        Ok(Box::new(Screen::new(view, Output::of_stdout(), setting)))
    })))
}

/// Standard output and standard error.
struct Screen {
    out: Stdout,
    view: Box<dyn View>,
    /// That of standard output.
    output: Output,
    verbosity: Verbosity,
    progress: Option<Progress>,
    /// Whether the view was drawn in place when it began.
    drawn: bool,
    links: Counts,
    /// Chunks of output that were dropped.
    dropped: u64,
}

impl Screen {
    /// Takes over both.
    fn new(mut view: Box<dyn View>, output: Output, setting: Setting) -> Self {
        let drawn = view.drawing().is_some();
        let has_progress = setting.links == Links::Some
            && setting.verbosity == Verbosity::Normal
            && !drawn
            && Progress::is_possible();
        Self {
            out: Stdout::open(MAX_WAITING),
            view,
            output,
            verbosity: setting.verbosity,
            progress: has_progress.then(Progress::new),
            drawn,
            links: Counts::default(),
            dropped: 0,
        }
    }

    /// Writes text that a view made. This is where controls in what hosts sent are removed, whatever it was made from.
    fn write(&mut self, mut text: Vec<u8>) {
        sanitize_text(&mut text);
        self.queue(text);
    }

    /// Writes bytes as they are.
    fn queue(&mut self, bytes: Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        if self.output == Output::Terminal {
            self.hide();
        }
        self.dropped += self.out.queue(Bytes::from(bytes)) as u64;
        self.redraw();
    }

    /// Draws the view in place, if it is time to.
    fn draw(&mut self) -> io::Result<()> {
        let Some(drawing) = self.view.drawing() else { return Ok(()) };
        if drawing.due().is_none_or(|due| due > Instant::now()) {
            return Ok(());
        }
        let bytes = drawing.draw()?;
        self.queue(bytes);
        Ok(())
    }

    fn hide(&mut self) {
        if let Some(progress) = &mut self.progress {
            progress.hide();
        }
    }

    /// Draws the progress line, but not into the middle of lines that the same terminal has not taken yet.
    fn redraw(&mut self) {
        if let Some(progress) = &mut self.progress
            && (self.output == Output::Pipe || self.out.is_drained())
        {
            progress.show(self.links);
        }
    }

    async fn work(&mut self, clock: Clock) -> io::Result<Served> {
        let waits = !self.out.is_drained();
        let drawing = self.view.drawing().and_then(|drawing| drawing.due());
        let finished = self.view.due().and_then(|due| clock.instant(due));
        let due = finished.into_iter().chain(drawing).min().filter(|_| !waits);
        tokio::select! {
            result = self.out.drain(), if waits => {
                result?;
                self.redraw();
            }
            effect = key(self.view.drawing()) => {
                if effect == KeyEffect::Quit {
                    return Ok(Served::Quit);
                }
            }
            () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                self.advance(clock.now());
                self.draw()?;
            }
        }
        Ok(Served::Work)
    }
}

/// Waits for a key; for ever where there are none.
async fn key(drawing: Option<&mut dyn Drawing>) -> KeyEffect {
    match drawing {
        Some(drawing) => drawing.key().await,
        None => std::future::pending().await,
    }
}

impl Consumer for Screen {
    fn opened(&mut self, conn: ConnId, now: Time) {
        self.view.opened(conn, now);
    }

    fn interval(&mut self, arrival: &Arrival<'_>) {
        let mut text = Vec::new();
        self.view.interval(arrival, &mut text);
        self.write(text);
    }

    fn gap(&mut self, host: &str, gap: Gap) {
        let mut text = Vec::new();
        self.view.gap(host, gap, &mut text);
        self.write(text);
    }

    fn closed(&mut self, conn: ConnId) {
        self.view.closed(conn);
    }

    /// Good news is not shown where the progress line or the view counts the links.
    fn trouble(&mut self, severity: Severity, text: &str) {
        let counts = self.progress.is_some() || self.view.drawing().is_some();
        let is_shown = match severity {
            Severity::Error => true,
            Severity::Warning => self.verbosity == Verbosity::Normal,
            Severity::Info => self.verbosity == Verbosity::Normal && !counts,
        };
        if !is_shown {
            return;
        }
        if let Some(drawing) = self.view.drawing() {
            return drawing.message(text);
        }
        self.hide();
        stderr::write("collectl-recv", format!("collectl-recv: {}\n", sanitize(text.as_bytes())));
        self.redraw();
    }

    fn status(&mut self, status: &Status) {
        if let Some(drawing) = self.view.drawing() {
            let mut status = status.clone();
            status.losses.dropped += self.dropped;
            drawing.status(&status);
        }
        if self.links != status.links {
            self.links = status.links;
            self.redraw();
        }
    }

    fn losses(&self) -> Losses {
        let refused = self.view.refused();
        Losses { dropped: self.dropped, names: refused.names, objects: refused.objects, ..Losses::default() }
    }

    fn due(&self) -> Option<Time> {
        self.view.due()
    }

    fn advance(&mut self, now: Time) {
        let mut text = Vec::new();
        self.view.advance(now, &mut text);
        self.write(text);
    }

    fn serve(&mut self, clock: Clock) -> Waiting<'_, io::Result<Served>> {
        Box::pin(self.work(clock))
    }

    fn is_drained(&self) -> bool {
        self.out.is_drained()
    }

    fn drain(&mut self) -> Waiting<'_, io::Result<()>> {
        Box::pin(async {
            self.out.drain().await?;
            self.redraw();
            Ok(())
        })
    }

    fn is_interactive(&self) -> bool {
        self.drawn
    }

    /// Gives the terminal back, for good.
    fn finish(&mut self, now: Time) {
        self.hide();
        self.progress = None;
        let mut text = Vec::new();
        self.view.finish(now, &mut text);
        self.write(text);
        let Some(drawing) = self.view.drawing() else { return };
        let (bytes, messages) = drawing.leave();
        self.queue(bytes);
        for message in messages {
            self.trouble(Severity::Error, &message);
        }
    }
}
