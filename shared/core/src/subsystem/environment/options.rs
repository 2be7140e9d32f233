//! `--envopts`, `--envfilt`, `--envremap`.

use regex::{Regex, bytes};

use super::name::Kind;
use super::sensor::Unit;
use crate::usage::UsageError;

/// The switches of the environment.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// what to show of the environment: f fans, p power, t temperatures [default: all]; C or F converts temperatures, M
    /// shows each kind on its own line, T cuts readings to whole numbers; a number selects the device that ipmitool
    /// queries
    #[arg(long, value_name = "LETTERS")]
    envopts: Option<String>,

    /// regular expression for the sensor lines to read
    #[arg(long, value_name = "REGEX")]
    envfilt: Option<String>,

    /// other names for sensors: in names that match REGEX, the match is replaced by TEXT
    #[arg(long, value_name = "/REGEX/TEXT/,...")]
    envremap: Option<String>,
}

/// The user's options for the environment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    /// Kinds to show in the verbose format; empty for all.
    pub(super) kinds: Vec<Kind>,
    /// The unit that temperatures are converted to.
    pub(super) unit: Option<Unit>,
    /// Whether each kind has its own lines.
    pub(super) apart: bool,
    /// Whether readings are cut to whole numbers.
    pub(super) whole: bool,
    /// The number of the device that ipmitool queries.
    pub(super) device: Option<u8>,
    /// Captured lines that are kept.
    pub(super) filter: Option<bytes::Regex>,
    /// Replacements in short names.
    pub(super) remap: Vec<(Regex, String)>,
}

impl Options {
    /// Reads the switches.
    ///
    /// # Errors
    /// A [`UsageError`] for values that can't be read.
    pub(crate) fn resolve(args: &Args) -> Result<Self, UsageError> {
        let mut options = Self::default();
        let mut digits = String::new();
        for letter in args.envopts.as_deref().unwrap_or_default().chars() {
            match letter {
                'f' => options.kinds.push(Kind::Fan),
                'p' => options.kinds.push(Kind::Power),
                't' => options.kinds.push(Kind::Temperature),
                'C' => options.unit = Some(Unit::Celsius),
                'F' => options.unit = Some(Unit::Fahrenheit),
                'M' => options.apart = true,
                'T' => options.whole = true,
                '0'..='9' => digits.push(letter),
                _ => return Err(UsageError("--envopts are only fptCFMT and/or a number".to_owned())),
            }
        }
        if !digits.is_empty() {
            let number = digits.parse();
            options.device = Some(number.map_err(|_| UsageError("--envopts: no such device".to_owned()))?);
        }
        if let Some(pattern) = &args.envfilt {
            let regex = bytes::Regex::new(pattern).map_err(|error| refused("envfilt", &error))?;
            options.filter = Some(regex);
        }
        if let Some(text) = &args.envremap {
            options.remap = text.split(',').map(substitution).collect::<Result<_, _>>()?;
        }
        Ok(options)
    }

    /// Whether this kind is shown in the verbose format.
    pub(super) fn shows(&self, kind: Kind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    /// The name under which a sensor is shown, without its number.
    pub(super) fn name(&self, short: &str) -> String {
        self.remap
            .iter()
            .fold(short.to_owned(), |name, (pattern, text)| pattern.replace(&name, text).into_owned())
    }
}

/// Reads `/PATTERN/TEXT/` or `s/PATTERN/TEXT/`; in the text `$1` is what the first group matched.
fn substitution(text: &str) -> Result<(Regex, String), UsageError> {
    let parts: Vec<&str> = text.trim_start_matches('s').split('/').collect();
    let ["", pattern, replacement, ""] = parts[..] else {
        let text = text.escape_debug();
        return Err(UsageError(format!("--envremap is /PATTERN/TEXT/,..., not '{text}'")));
    };
    let group = Regex::new(r"\$(\d)").map_err(|error| refused("envremap", &error))?;
    let regex = Regex::new(pattern).map_err(|error| refused("envremap", &error))?;
    Ok((regex, group.replace_all(replacement, "$${$1}").into_owned()))
}

/// The last line of the error of a pattern that can't be read.
fn refused(switch: &str, error: &regex::Error) -> UsageError {
    let text = error.to_string();
    let reason = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
    UsageError(format!("--{switch}: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(line: &str) -> Result<Options, UsageError> {
        Options::resolve(&crate::subsystem::Switches::parse::<Args>(line)?.get()?)
    }

    #[test]
    fn letters_and_names() {
        let options = resolve("--envopts ftFM12T").unwrap();
        assert_eq!((options.unit, options.apart, options.whole), (Some(Unit::Fahrenheit), true, true));
        assert_eq!(options.device, Some(12));
        assert!(options.shows(Kind::Fan) && !options.shows(Kind::Power));
        assert!(resolve("").unwrap().shows(Kind::Power));
        let options = resolve("--envremap s/Temp/T/,/T(.)/X$1b/").unwrap();
        assert_eq!(options.name("CTempab"), "CXabb");
    }

    #[test]
    fn refusals() {
        for (line, message) in [
            ("--envopts q", "--envopts are only fptCFMT and/or a number"),
            ("--envopts 999", "--envopts: no such device"),
            ("--envfilt (", "--envfilt: unclosed group"),
            ("--envremap a/b", "--envremap is /PATTERN/TEXT/,..., not 'a/b'"),
            ("--envremap /(/b/", "--envremap: unclosed group"),
        ] {
            assert_eq!(resolve(line).unwrap_err().0, message);
        }
    }
}
