//! The switches of disks.

use std::sync::{Arc, Mutex, PoisonError};

use regex::bytes::Regex;

use super::DISKSTATS;
use super::names::Lines;
use crate::capture::KeepRule;
use crate::filter::{LineFilter, NameFilter, pattern};
use crate::kernel::Roots;
use crate::kernel::devices::{Devices, Kind};
use crate::scan::{Words, whole_lines};
use crate::subsystem::Context;
use crate::usage::UsageError;

/// The switches of disks.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// f and F show tenths and hundredths in the detail of disks, z omits idle disks from it, i is --iosize; o is
    /// accepted and does nothing
    #[arg(long, value_name = "LETTERS")]
    dskopts: Option<String>,

    /// disks to show and to add up: patterns separated by commas; a ^ before the first excludes those that match
    #[arg(long, value_name = "PATTERNS")]
    dskfilt: Option<String>,

    /// other names for disks: in names that match PATTERN, the match is replaced by TEXT
    #[arg(long, value_name = "PATTERN:TEXT,...")]
    dskremap: Option<String>,

    /// lines of diskstats to read instead of those of known devices; a + before the patterns reads both
    #[arg(long, value_name = "PATTERNS")]
    rawdskfilt: Option<String>,

    /// lines of diskstats not to read
    #[arg(long, value_name = "PATTERNS")]
    rawdskignore: Option<String>,

    /// with -ox, the least reads or writes per second of the disks that are shown: IOS:N [default: 10]
    #[arg(short = 'l', long, value_name = "LIMITS", allow_hyphen_values = true)]
    limits: Option<String>,
}

/// The user's options for disks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    /// Sizes of requests in the brief format.
    pub(super) sizes: bool,
    /// Decimals in the detail.
    pub(super) decimals: Decimals,
    /// Whether idle disks are omitted from the detail.
    pub(super) skip_idle: bool,
    /// The least reads or writes per second of the disks in the detail; none for all disks.
    pub(super) least: Option<f64>,
    /// Names to show and to add up.
    pub(super) filter: NameFilter,
    remap: Vec<(Regex, String)>,
    raw: LineFilter,
}

/// The decimals of some columns of the detail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Decimals {
    /// Not at all.
    #[default]
    None,
    /// Tenths, and hundredths of a percent (`--dskopts f`).
    Some,
    /// Hundredths, and thousandths of a percent (`--dskopts F`).
    More,
}

/// Least reads or writes per second of the disks that `-ox` shows, without `--limits`.
const DEFAULT_LEAST: u64 = 10;

impl Options {
    /// Reads the switches.
    ///
    /// # Errors
    /// A [`UsageError`] for values that can't be read, and for those that conflict with the selection.
    pub(super) fn resolve(args: &Args, context: &Context<'_>) -> Result<Self, UsageError> {
        let letters = context.letters;
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let dskopts = text(&args.dskopts);
        if dskopts.contains(|letter| !"fFioz".contains(letter)) {
            return Err(UsageError("only valid values for --dskopts are 'fFioz'".to_owned()));
        }
        for letter in ['z', 'f', 'F'] {
            if dskopts.contains(letter) && !letters.contains('D') {
                return Err(UsageError(format!("--dskopts {letter} only applies to -sD")));
            }
        }
        let least = least(args.limits.as_deref(), letters, context.presets.busy_disk)?;
        let wanted = args.rawdskfilt.as_deref().or(context.presets.disk_filter.as_deref());
        Ok(Self {
            sizes: context.sizes || dskopts.contains('i'),
            decimals: match (dskopts.contains('f'), dskopts.contains('F')) {
                (_, true) => Decimals::More,
                (true, false) => Decimals::Some,
                (false, false) => Decimals::None,
            },
            skip_idle: dskopts.contains('z'),
            least: context.exceptions.then_some(least as f64),
            filter: NameFilter::parse("dskfilt", &text(&args.dskfilt))?,
            remap: remap(&text(&args.dskremap))?,
            raw: LineFilter::parse("dsk", wanted, args.rawdskignore.as_deref())?,
        })
    }

    /// What is captured of diskstats on the machine at `roots`.
    pub(crate) fn keep_rule(&self, roots: &Roots) -> KeepRule {
        let raw = self.raw.clone();
        let lines = Mutex::new(Lines::new(Devices::Kernel(roots.clone())));
        let keep = move |text: &[u8], out: &mut Vec<u8>| {
            let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
            keep(text, &mut lines, |line, default| raw.accepts(line.trim_ascii_end(), default), out);
        };
        KeepRule { capture: &DISKSTATS, keep: Arc::new(keep) }
    }

    /// The name under which a disk is shown, if it differs from its own: the first pattern of `--dskremap` that matches
    /// has its match replaced.
    pub(super) fn renamed(&self, name: &[u8]) -> Option<Vec<u8>> {
        let (found, text) =
            self.remap.iter().find_map(|(pattern, text)| Some((pattern.find(name)?, text)))?;
        Some([&name[..found.start()], text.as_bytes(), &name[found.end()..]].concat())
    }
}

/// Keeps the lines that `wanted` accepts, which is told whether a line is captured by default: partitions are not, nor
/// are devices made of others or of memory that never did anything.
pub(super) fn keep(text: &[u8], lines: &mut Lines, wanted: impl Fn(&[u8], bool) -> bool, out: &mut Vec<u8>) {
    lines.begin();
    for line in whole_lines(text) {
        let mut words = Words(line.trim_ascii_end());
        let default = words.nth(2).is_some_and(|name| match lines.kind(name) {
            Kind::Own => true,
            Kind::Stacked => !words.all(|word| word == b"0"),
            Kind::Other => false,
        });
        if wanted(line, default) {
            out.extend_from_slice(b"disk ");
            out.extend_from_slice(line);
        }
    }
}

/// Reads `--dskremap`: `PATTERN:TEXT[,PATTERN:TEXT...]`.
fn remap(text: &str) -> Result<Vec<(Regex, String)>, UsageError> {
    let pairs = text.split(',').filter(|pair| !pair.is_empty());
    let read = |pair: &str| {
        let mut parts = pair.split(':');
        match (parts.next(), parts.next()) {
            (Some(old), Some(new)) => Ok((pattern("dskremap", old)?, new.replace("\\/", "/"))),
            _ => Err(UsageError(format!("--dskremap: '{}' has no ':'", pair.escape_debug()))),
        }
    };
    pairs.map(read).collect()
}

/// Reads `--limits`, and returns its limit of requests per second, or `default`. The other limits of the Perl collectl
/// are accepted and ignored: it does not apply them to text either.
fn least(text: Option<&str>, letters: &str, default: Option<u64>) -> Result<u64, UsageError> {
    let mut least = default.unwrap_or(DEFAULT_LEAST);
    let Some(text) = text else { return Ok(least) };
    if !letters.contains('D') {
        return Err(UsageError("-l only makes sense for -s D/L/l".to_owned()));
    }
    for limit in text.split('-') {
        let shown = limit.escape_debug();
        match limit.split_once(':') {
            Some((name @ ("SVC" | "IOS"), number)) => {
                let number =
                    number.parse().map_err(|_| UsageError(format!("limit for {shown} not numeric")))?;
                if name == "IOS" {
                    least = number;
                }
            }
            None if limit == "AND" || limit == "OR" => {}
            _ => return Err(UsageError(format!("invalid value for -l: {shown}"))),
        }
    }
    Ok(least)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subsystem::Switches;

    fn resolve(line: &str, letters: &str) -> Result<Options, UsageError> {
        let args = Switches::parse::<Args>(line)?.get()?;
        Options::resolve(&args, &Context { letters, exceptions: true, ..Context::default() })
    }

    fn error(line: &str, letters: &str) -> String {
        resolve(line, letters).unwrap_err().0
    }

    #[test]
    fn invalid_switches() {
        assert_eq!(error("--dskopts x", "D"), "only valid values for --dskopts are 'fFioz'");
        assert_eq!(error("--dskopts z", "d"), "--dskopts z only applies to -sD");
        assert_eq!(error("--limits IOS:3", "cd"), "-l only makes sense for -s D/L/l");
        assert_eq!(error("--limits IOS:3.5", "D"), "limit for IOS:3.5 not numeric");
        assert_eq!(error("--limits FOO:3", "D"), "invalid value for -l: FOO:3");
        assert_eq!(error("--limits IOS", "D"), "invalid value for -l: IOS");
        assert_eq!(error("--dskremap sda", "D"), "--dskremap: 'sda' has no ':'");
    }

    #[test]
    fn limits() {
        assert_eq!(resolve("", "D").unwrap().least, Some(10.0));
        assert_eq!(resolve("--limits SVC:5-IOS:500-AND", "D").unwrap().least, Some(500.0));
    }

    #[test]
    fn the_first_name_that_matches_is_replaced_once() {
        let renamed = |remap: &str, name: &str| {
            let new = resolve(&format!("--dskremap {remap}"), "D").unwrap().renamed(name.as_bytes());
            new.map(|name| String::from_utf8(name).unwrap())
        };
        assert_eq!(renamed("d:e,e:f", "sda").as_deref(), Some("sea"));
        assert_eq!(renamed("d:e,e:f", "nvme0n1").as_deref(), Some("nvmf0n1"));
        assert_eq!(renamed("(s)d:$1x", "sda").as_deref(), Some("$1xa"));
        assert_eq!(renamed("cciss!:", "cciss!c0d0").as_deref(), Some("c0d0"));
        assert_eq!(renamed("zz:", "sda"), None);
    }

    #[test]
    fn captured_lines() {
        let captured = |line: &str| {
            let roots = Roots { proc: "/nowhere".into(), sys: "/nowhere".into() };
            let keep_rule = resolve(line, "D").unwrap().keep_rule(&roots);
            let mut out = Vec::new();
            (keep_rule.keep)(b"  8 0 sda 1\n  8 1 sda1 1\n  7 0 loop0 1\n  1 0 ram0 0\n", &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(captured(""), "disk   8 0 sda 1\ndisk   7 0 loop0 1\n");
        assert_eq!(captured("--rawdskfilt sda"), "disk   8 0 sda 1\ndisk   8 1 sda1 1\n");
        let added = captured("--rawdskfilt +sda1 --rawdskignore loop");
        assert_eq!(added, "disk   8 0 sda 1\ndisk   8 1 sda1 1\n");
    }
}
