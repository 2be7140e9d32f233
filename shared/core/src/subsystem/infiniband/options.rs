//! `--xopts`.

use crate::subsystem::Context;
use crate::usage::UsageError;

/// The switch of InfiniBand.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// i shows packet sizes of InfiniBand in the brief format
    #[arg(long, value_name = "LETTERS")]
    xopts: Option<String>,
}

/// The user's options for InfiniBand.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Options {
    /// Packet sizes in the brief format.
    pub(super) sizes: bool,
}

impl Options {
    /// Reads the switches.
    ///
    /// # Errors
    /// A [`UsageError`] for an unknown letter.
    pub(super) fn resolve(args: &Args, context: &Context<'_>) -> Result<Self, UsageError> {
        let letters = args.xopts.as_deref().unwrap_or_default();
        if letters.contains(|letter| letter != 'i') {
            return Err(UsageError("only valid value for --xopts is 'i'".to_owned()));
        }
        Ok(Self { sizes: context.sizes || letters.contains('i') })
    }
}
