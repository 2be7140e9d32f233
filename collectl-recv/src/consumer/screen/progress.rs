//! One line on the terminal with the number of hosts that are up, for as long as some are not.

use std::io;

use collectl_wire::stderr;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle, TermLike};

use crate::consumer::status::Counts;

/// The line. It is removed before anything else is written to the terminal, and drawn again after that.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    counts: Counts,
}

impl Progress {
    /// Nothing is drawn yet.
    pub(crate) fn new() -> Self {
        Self { bar: None, counts: Counts::default() }
    }

    /// True where there is a terminal to draw on.
    pub(crate) fn is_possible() -> bool {
        rustix::termios::isatty(rustix::stdio::stderr())
    }

    /// Draws the line, if links are to come up.
    pub(crate) fn show(&mut self, counts: Counts) {
        if counts.waiting == 0 {
            self.hide();
        } else if self.bar.is_none() || counts != self.counts {
            let bar = self.bar.get_or_insert_with(|| {
                let bar =
                    ProgressBar::with_draw_target(None, ProgressDrawTarget::term_like(Box::new(Terminal)));
                bar.with_style(
                    ProgressStyle::with_template("{msg}")
                        .unwrap_or_else(|_| ProgressStyle::default_spinner()),
                )
            });
            bar.set_message(text(counts));
            bar.force_draw();
        }
        self.counts = counts;
    }

    /// Removes the line.
    pub(crate) fn hide(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

/// The terminal of standard error, which may be stopped (^S): nothing waits for it.
#[derive(Debug)]
struct Terminal;

impl Terminal {
    /// Moves the cursor; `letter` is the direction.
    fn step(&self, count: usize, letter: char) -> io::Result<()> {
        if count > 0 { self.write_str(&format!("\x1b[{count}{letter}")) } else { Ok(()) }
    }
}

impl TermLike for Terminal {
    fn width(&self) -> u16 {
        rustix::termios::tcgetwinsize(rustix::stdio::stderr()).map_or(80, |size| size.ws_col.max(1))
    }

    fn move_cursor_up(&self, count: usize) -> io::Result<()> {
        self.step(count, 'A')
    }

    fn move_cursor_down(&self, count: usize) -> io::Result<()> {
        self.step(count, 'B')
    }

    fn move_cursor_right(&self, count: usize) -> io::Result<()> {
        self.step(count, 'C')
    }

    fn move_cursor_left(&self, count: usize) -> io::Result<()> {
        self.step(count, 'D')
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.write_str(&format!("{text}\n"))
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        stderr::write("collectl-recv", text.to_owned());
        Ok(())
    }

    fn clear_line(&self) -> io::Result<()> {
        self.write_str("\r\x1b[2K")
    }

    fn flush(&self) -> io::Result<()> {
        Ok(())
    }
}

fn text(Counts { up, waiting, failed, .. }: Counts) -> String {
    format!("{up} up, {waiting} waiting, {failed} failed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_the_state_of_links() {
        assert_eq!(text(Counts { up: 3, waiting: 2, failed: 1, ended: 0 }), "3 up, 2 waiting, 1 failed");
    }
}
