//! One line on the terminal that says how many hosts are up, for as long as some are not.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

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
        std::io::stderr().is_terminal()
    }

    /// Draws the line, if links are to come up.
    pub(crate) fn show(&mut self, counts: Counts) {
        if counts.waiting == 0 {
            self.hide();
        } else if self.bar.is_none() || counts != self.counts {
            let bar = self.bar.get_or_insert_with(|| {
                let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
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
