//! The switches of the network.

use std::sync::{Arc, Mutex, PoisonError};

use super::names::kind;
use super::{NET_DEV, asked, split_name};
use crate::capture::KeepRule;
use crate::filter::{LineFilter, NameFilter};
use crate::kernel::Roots;
use crate::kernel::devices::{Asked, Devices, Kind};
use crate::scan::{Words, whole_lines};
use crate::subsystem::Context;
use crate::usage::UsageError;

/// The switches of the network.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// e shows network errors, by kind if there is room; E shows only what has errors; i is --iosize; wN makes names N
    /// wide; o is accepted and does nothing
    #[arg(long, value_name = "LETTERS")]
    netopts: Option<String>,

    /// interfaces to show and to add up: patterns separated by commas; a ^ before the first excludes those that match
    #[arg(long, value_name = "PATTERNS")]
    netfilt: Option<String>,

    /// lines of net/dev to read
    #[arg(long, value_name = "PATTERNS")]
    rawnetfilt: Option<String>,

    /// lines of net/dev not to read
    #[arg(long, value_name = "PATTERNS")]
    rawnetignore: Option<String>,
}

/// The user's options for the network.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    /// Sizes of packets in the brief format.
    pub(super) sizes: bool,
    /// Errors in the brief format, and by kind in the verbose one.
    pub(super) errors: bool,
    /// Whether only intervals, and in the detail only interfaces, with errors are shown.
    pub(super) only_errors: bool,
    /// Least width of names.
    pub(super) width: usize,
    /// Names to show and to add up.
    pub(super) filter: NameFilter,
    pub(super) raw: LineFilter,
}

/// Default width of names.
const LEAST_WIDTH: usize = 5;
/// Largest width of names: the kernel's have 15 bytes.
const MOST_WIDTH: usize = 200;

impl Options {
    /// Reads the switches.
    ///
    /// # Errors
    /// A [`UsageError`] for values that can't be read, and for those that conflict with the selection.
    pub(super) fn resolve(args: &Args, context: &Context<'_>) -> Result<Self, UsageError> {
        let netopts = args.netopts.as_deref().unwrap_or_default();
        Ok(Self {
            sizes: context.sizes || netopts.contains('i'),
            errors: netopts.contains('e'),
            only_errors: netopts.contains('E'),
            width: width(netopts, context.letters)?,
            filter: NameFilter::parse("netfilt", args.netfilt.as_deref().unwrap_or_default())?,
            raw: LineFilter::parse("net", args.rawnetfilt.as_deref(), args.rawnetignore.as_deref())?,
        })
    }

    /// What is captured of net/dev on the machine at `roots`.
    pub(crate) fn keep_rule(&self, roots: &Roots) -> KeepRule {
        let raw = self.raw.clone();
        let asked = Mutex::new(asked(Devices::Kernel(roots.clone())));
        let keep = move |text: &[u8], out: &mut Vec<u8>| {
            let mut asked = asked.lock().unwrap_or_else(PoisonError::into_inner);
            keep(text, &mut asked, |line, default| raw.accepts(line.trim_ascii_end(), default), out);
        };
        KeepRule { capture: &NET_DEV, keep: Arc::new(keep) }
    }
}

/// Keeps the lines of interfaces that `wanted` accepts, which is told whether a line is captured by default: interfaces
/// without hardware that never did anything are not, but for the loopback.
pub(super) fn keep(text: &[u8], asked: &mut Asked, wanted: impl Fn(&[u8], bool) -> bool, out: &mut Vec<u8>) {
    asked.begin();
    for line in whole_lines(text) {
        let Some((name, counters)) = split_name(line) else { continue };
        let is_idle = || Words(counters.trim_ascii_end()).all(|word| word == b"0");
        let default = kind(asked, name) == Kind::Own || name == b"lo" || !is_idle();
        if wanted(line, default) {
            out.extend_from_slice(b"Net ");
            out.extend_from_slice(line);
        }
    }
}

/// Checks the letters of `--netopts`, and reads the number after its `w`.
fn width(netopts: &str, letters: &str) -> Result<usize, UsageError> {
    let refused = |text: &str| Err(UsageError(text.to_owned()));
    if netopts.is_empty() {
        return Ok(LEAST_WIDTH);
    }
    if !letters.contains(['n', 'N']) {
        return refused("--netopts only applies to -sn or -sN");
    }
    if netopts.contains(|letter: char| !"eEiow".contains(letter) && !letter.is_ascii_digit()) {
        return refused("only valid --netopts values are 'eEiow'");
    }
    let Some((_, behind)) = netopts.split_once('w') else { return Ok(LEAST_WIDTH) };
    if !letters.contains('N') {
        return refused("--netopts -w only applies to -sN");
    }
    if !behind.starts_with(|letter: char| letter.is_ascii_digit()) {
        return refused("--netopts w must be followed by width");
    }
    let digits = behind.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(behind.len());
    match behind[..digits].parse() {
        Ok(width @ LEAST_WIDTH..=MOST_WIDTH) => Ok(width),
        Ok(..LEAST_WIDTH) => refused("--netopts width must be at least 5"),
        Ok(_) | Err(_) => refused("--netopts width must be at most 200"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subsystem::Switches;

    fn resolve(line: &str, letters: &str) -> Result<Options, UsageError> {
        let args = Switches::parse::<Args>(line)?.get()?;
        Options::resolve(&args, &Context { letters, ..Context::default() })
    }

    #[test]
    fn letters_and_width() {
        let options = resolve("--netopts ew12E", "cN").unwrap();
        assert_eq!(
            (options.errors, options.only_errors, options.sizes, options.width),
            (true, true, false, 12)
        );
        assert_eq!(resolve("--netopts i", "n").unwrap().width, LEAST_WIDTH);
        let context = Context { sizes: true, ..Context::default() };
        assert!(Options::resolve(&Args::default(), &context).unwrap().sizes);
    }

    #[test]
    fn refused() {
        for (line, letters, message) in [
            ("--netopts e", "cd", "--netopts only applies to -sn or -sN"),
            ("--netopts q", "n", "only valid --netopts values are 'eEiow'"),
            ("--netopts w9", "n", "--netopts -w only applies to -sN"),
            ("--netopts we", "N", "--netopts w must be followed by width"),
            ("--netopts w3e", "N", "--netopts width must be at least 5"),
            ("--netopts w99999999999999999999", "N", "--netopts width must be at most 200"),
            ("--netopts w999", "N", "--netopts width must be at most 200"),
        ] {
            assert_eq!(resolve(line, letters).unwrap_err().0, message);
        }
    }

    #[test]
    fn captured_lines() {
        let captured = |line: &str| {
            let roots = Roots { proc: "/nowhere".into(), sys: "/nowhere".into() };
            let keep_rule = resolve(line, "n").unwrap().keep_rule(&roots);
            let mut out = Vec::new();
            (keep_rule.keep)(b"Inter-| Receive\n    lo: 1\n  eth0: 2\n  ifb0: 0 0\n", &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(captured(""), "Net     lo: 1\nNet   eth0: 2\n");
        assert_eq!(captured("--rawnetfilt eth0:"), "Net   eth0: 2\n");
        assert_eq!(captured("--rawnetignore eth,x"), "Net     lo: 1\n");
        assert_eq!(captured("--rawnetfilt ^eth"), "");
    }
}
