//! What is shown of the lines that come. Pure: lines in, bytes for standard output out.

use clap::ValueEnum;

use crate::link::gap::Gap;

mod lines;

/// The ways to show them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum View {
    /// Each line as it comes, its host before it.
    Lines,
}

impl View {
    /// Shows that intervals of `host` are missing.
    pub(crate) fn gap(self, host: &str, gap: Gap) -> Vec<u8> {
        match self {
            Self::Lines => lines::gap(host, gap),
        }
    }

    /// Shows `text`, whole lines of `host`.
    pub(crate) fn render(self, host: &str, text: &[u8]) -> Vec<u8> {
        match self {
            Self::Lines => lines::render(host, text),
        }
    }
}
