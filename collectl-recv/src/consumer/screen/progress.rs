//! One line on the terminal that says how many hosts are up, for as long as some are not.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How the links stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Counts {
    /// Links that are up.
    pub(crate) up: usize,
    /// Links that are to come up.
    pub(crate) waiting: usize,
    /// Links that will not come up.
    pub(crate) failed: usize,
    /// Links that were up, and will not come up again.
    pub(crate) ended: usize,
}

/// The line. It is taken away before anything else is written to the terminal, and drawn again after that.
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

    /// Draws the line, if `counts` are worth one.
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

    /// Takes the line away.
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
    fn says_how_links_stand() {
        assert_eq!(text(Counts { up: 3, waiting: 2, failed: 1, ended: 0 }), "3 up, 2 waiting, 1 failed");
    }
}
