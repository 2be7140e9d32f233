//! The switches of processors.

use std::ops::RangeInclusive;

use crate::subsystem::interrupts::{self, InterruptFilter};
use crate::subsystem::{Context, Switches};
use crate::usage::UsageError;

/// The switches of processors.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// z omits idle processors from the detail
    #[arg(long, value_name = "LETTERS")]
    cpuopts: Option<String>,

    /// processors to show and to add up: numbers and ranges, as in 0,2-5; a ^ before them excludes them
    #[arg(long, value_name = "LIST")]
    cpufilt: Option<String>,
}

/// The user's options for processors.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    /// Whether idle processors are omitted from the detail.
    pub(super) skip_idle: bool,
    /// The processors that are shown and added up; none for all.
    pub(super) wanted: Option<Processors>,
    /// The interrupts that are shown for each processor, if any.
    pub(super) interrupts: Option<InterruptFilter>,
}

/// A set of processors, by their numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Processors {
    ranges: Vec<RangeInclusive<usize>>,
    excluding: bool,
}

impl Options {
    /// Reads the switches.
    ///
    /// # Errors
    /// A [`UsageError`] for values that can't be read.
    pub(super) fn resolve(
        args: &Args,
        switches: &Switches,
        context: &Context<'_>,
    ) -> Result<Self, UsageError> {
        let letters = args.cpuopts.as_deref().unwrap_or_default();
        if letters.contains(|letter| letter != 'z') {
            return Err(UsageError("only valid value for --cpuopts is 'z'".to_owned()));
        }
        let wanted = args.cpufilt.as_deref().map(Processors::parse).transpose()?;
        let interrupts = match context.interrupts_of_processors {
            true => Some(interrupts::requested(switches)?),
            false => None,
        };
        Ok(Self { skip_idle: letters.contains('z'), wanted, interrupts })
    }

    /// Whether a processor is shown and added up.
    pub(super) fn wants(&self, index: usize) -> bool {
        self.wanted.as_ref().is_none_or(|wanted| wanted.contains(index))
    }
}

impl Processors {
    /// Reads numbers and ranges, `1-3` or `1..3`, separated by commas; a `^` before them inverts the list.
    fn parse(text: &str) -> Result<Self, UsageError> {
        let (excluding, list) = text.strip_prefix('^').map_or((false, text), |list| (true, list));
        let refused =
            || UsageError(format!("--cpufilt: '{}' is not a list of processor numbers", text.escape_debug()));
        let range = |range: &str| {
            let (first, last) =
                range.split_once("..").or_else(|| range.split_once('-')).unwrap_or((range, range));
            Some(first.parse().ok()?..=last.parse().ok()?)
        };
        let ranges = list.split(',').map(range).collect::<Option<_>>().ok_or_else(refused)?;
        Ok(Self { ranges, excluding })
    }

    fn contains(&self, index: usize) -> bool {
        self.ranges.iter().any(|range| range.contains(&index)) != self.excluding
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(line: &str) -> Result<Options, UsageError> {
        let switches = Switches::parse::<Args>(line)?;
        Options::resolve(&switches.get()?, &switches, &Context::default())
    }

    #[test]
    fn numbers_and_ranges() {
        let wanted = |list: &str| -> Vec<usize> {
            let options = resolve(&format!("--cpufilt {list}")).unwrap();
            (0..6).filter(|&index| options.wants(index)).collect()
        };
        assert_eq!(wanted("1"), [1]);
        assert_eq!(wanted("01"), [1]);
        assert_eq!(wanted("0,3-4"), [0, 3, 4]);
        assert_eq!(wanted("4..9"), [4, 5]);
        assert_eq!(wanted("^0,2-9"), [1]);
        assert!(resolve("").unwrap().wants(5));
    }

    #[test]
    fn refused() {
        assert_eq!(resolve("--cpuopts x").unwrap_err().0, "only valid value for --cpuopts is 'z'");
        for list in ["x", "1,", "1-", "-1", "^", ""] {
            assert!(resolve(&format!("--cpufilt={list}")).is_err(), "{list}");
        }
    }
}
