//! `--xopts`.

use crate::cli::UsageError;
use crate::cli::literal::Literal;

/// What the user wants of InfiniBand.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Options {
    /// Sizes of packets in the brief format.
    pub(super) sizes: bool,
}

impl Options {
    /// Reads the switches.
    ///
    /// # Errors
    /// A [`UsageError`] for a letter that is unknown.
    pub(crate) fn resolve(literal: &Literal) -> Result<Self, UsageError> {
        let letters = literal.xopts.as_deref().unwrap_or_default();
        if letters.contains(|letter| letter != 'i') {
            return Err(UsageError("only valid value for --xopts is 'i'".to_owned()));
        }
        Ok(Self { sizes: literal.iosize || letters.contains('i') })
    }
}
