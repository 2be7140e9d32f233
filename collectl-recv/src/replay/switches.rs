//! What collectl makes of raw files: its own switches, read by its own code.

use collectl::cli::literal::Literal;
use collectl::cli::plan::Plan;
use collectl::source::raw::header::Header;
use thiserror::Error;

use crate::consumer::view::View;

/// Switches that do not fit.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum SwitchesError {
    #[error("collectl: {0}")]
    Usage(String),
    #[error("collectl's {0} does not apply to a replay")]
    Elsewhere(&'static str),
}

/// How raw files are played.
#[derive(Debug, Clone)]
pub(crate) struct Switches(Plan);

impl Switches {
    /// Reads `words`; where there are none, takes what fits `view`.
    ///
    /// # Errors
    /// Where collectl would refuse them, and for those that choose where from or where to.
    pub(crate) fn parse(words: &[String], view: View) -> Result<Self, SwitchesError> {
        let usual: &[&str] = match view {
            View::Lines => &["-scdnm", "-oT"],
            View::Table | View::Columns => &["-scdnm"],
            View::Json => &["-scdnm", "--export", "json"],
        };
        let words = if words.is_empty() {
            usual.iter().map(|&word| word.to_owned()).collect()
        } else {
            words.to_vec()
        };
        let usage = |error: collectl::cli::UsageError| SwitchesError::Usage(error.0);
        let mut literal = Literal::parse_from_args(&words).map_err(usage)?;
        if let Some(switch) = elsewhere(&literal) {
            return Err(SwitchesError::Elsewhere(switch));
        }
        // Which files these are is for the replay to say.
        literal.playback = Some(String::new());
        Plan::resolve(&literal, None).map(Self).map_err(usage)
    }

    /// The plan for a recording with this header. None if nothing that is to be shown was recorded.
    pub(super) fn for_recording(&self, header: &Header) -> Option<Plan> {
        self.0.for_recording(header)
    }
}

/// A switch that is given, and says where data is from or goes to, or asks for something else than intervals.
fn elsewhere(literal: &Literal) -> Option<&'static str> {
    let switches = [
        (literal.address.is_some(), "-A"),
        (literal.filename.is_some(), "-f"),
        (literal.playback.is_some() || !literal.files.is_empty(), "-p"),
        (literal.from.is_some(), "--from (give it before '--')"),
        (literal.thru.is_some(), "--thru (give it before '--')"),
        (literal.offsettime.is_some(), "--offsettime"),
        (literal.daemon, "-D"),
        (literal.extract.is_some(), "--extract"),
        (literal.grep.is_some(), "--grep"),
        (literal.procanalyze, "--procanalyze"),
        (literal.slabanalyze, "--slabanalyze"),
        (literal.stats || literal.statopts.is_some(), "--stats"),
        (literal.showheader, "--showheader"),
        (literal.showcolheaders, "--showcolheaders"),
        (literal.help || literal.helpextend || literal.helpall, "--help"),
        (literal.version, "--version"),
    ];
    switches.into_iter().find_map(|(given, switch)| given.then_some(switch))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &str) -> Result<Switches, SwitchesError> {
        let words: Vec<String> = words.split_ascii_whitespace().map(str::to_owned).collect();
        Switches::parse(&words, View::Lines)
    }

    #[test]
    fn switches_of_collectl_are_read_as_it_reads_them() {
        for words in ["", "-scdnm -oTm", "-sD --verbose", "-sc -P", "--export lexpr", "-sZ --top cpu"] {
            assert!(parse(words).is_ok(), "{words}: {:?}", parse(words).err());
        }
        for words in [
            "-sQQ",
            "--no-such",
            "-i1",
            "-f /tmp",
            "-A server",
            "-p x.raw",
            "--from 9:00",
            "x",
            "--export raw",
        ] {
            assert!(parse(words).is_err(), "{words}");
        }
    }
}
