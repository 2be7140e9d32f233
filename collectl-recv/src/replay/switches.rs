//! What is shown of raw files: the switches of collectl that choose subsystems and formats, and no others.

use clap::Parser;
use collectl_core::choice::args::Args;
use collectl_core::choice::export::Export;
use collectl_core::choice::format::RequestedFormat;
use collectl_core::choice::request::{Request, Surroundings};
use collectl_core::header::Header;
use collectl_core::report::{Headers, View};
use thiserror::Error;

/// Switches that do not fit.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("collectl: {0}")]
pub(crate) struct SwitchesError(String);

/// Lines between two headers.
const HEADER_LINES: u64 = 22;

/// The command line of a replay: what the library lets a user choose, and nothing else.
#[derive(Debug, Parser)]
#[command(name = "collectl", disable_help_flag = true, infer_long_args = true, args_override_self = true)]
struct Line {
    #[command(flatten)]
    shown: Args,
}

/// How raw files are played.
#[derive(Debug, Clone)]
pub(crate) struct Switches {
    request: Request,
    /// Lines between two headers, as `--hr` says.
    header_lines: Option<i64>,
}

impl Switches {
    /// Reads `words`, or `usual` where there are none.
    ///
    /// # Errors
    /// Where collectl would refuse them, and for those that do not choose what is shown.
    pub(crate) fn parse(words: &[String], usual: &[&str]) -> Result<Self, SwitchesError> {
        let typed = words.iter().map(String::as_str);
        let usual = usual.iter().copied().filter(|_| words.is_empty());
        let line =
            Line::try_parse_from(std::iter::once("collectl").chain(typed).chain(usual)).map_err(refused)?;
        let usage = |error: collectl_core::usage::UsageError| SwitchesError(error.0);
        let requested = RequestedFormat::resolve(&line.shown).map_err(usage)?;
        if requested.export() == Some(&Export::Raw) {
            return Err(SwitchesError("--export raw does not apply to a replay".to_owned()));
        }
        let header_lines = line.shown.hr.as_deref().map(str::parse).transpose();
        let header_lines =
            header_lines.map_err(|_| SwitchesError("--hr must be a number of lines".to_owned()))?;
        let request = Request::new(&line.shown, requested, Surroundings::of_playback()).map_err(usage)?;
        // What is wrong with the switches is reported at once, not at the first file.
        request.choose(None).map_err(usage)?;
        Ok(Self { request, header_lines })
    }

    /// What is shown of a recording with this header. None if nothing that is to be shown was recorded.
    pub(super) fn for_recording(&self, header: &Header) -> Option<View> {
        let choice = self.request.choose(Some(header)).ok().filter(|choice| choice.was_recorded(header))?;
        let options = self.request.options();
        let headers = Headers::repeated(self.header_lines, choice.format, HEADER_LINES);
        Some(View { choice, stamp: options.stamp, millis: options.millis, headers })
    }
}

/// The first line of what clap says; a switch that is none of those that apply is named.
fn refused(error: clap::Error) -> SwitchesError {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
    SwitchesError(match error.kind() {
        clap::error::ErrorKind::UnknownArgument => {
            format!("{line}: a replay takes only switches that choose what is shown")
        }
        _ => line.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &str) -> Result<Switches, SwitchesError> {
        let words: Vec<String> = words.split_ascii_whitespace().map(str::to_owned).collect();
        Switches::parse(&words, &["-scdnm"])
    }

    #[test]
    fn switches_that_choose_what_is_shown_are_read_as_collectl_reads_them() {
        for words in ["", "-scdnm -oTm", "-sD --verbose", "-sc -P", "--export lexpr", "-sZ --top cpu"] {
            assert!(parse(words).is_ok(), "{words}: {:?}", parse(words).err());
        }
        for words in ["-sQQ", "--no-such", "-i1", "-f /tmp", "-p x.raw", "--from 9:00", "x", "--export raw"] {
            assert!(parse(words).is_err(), "{words}");
        }
    }

    #[test]
    fn others_are_named() {
        for words in ["-A server", "--nohup", "--procfs /tmp", "--history 0", "--tworaw", "--bind ::1"] {
            let error = parse(words).unwrap_err().to_string();
            assert!(error.contains("a replay takes only switches that choose what is shown"), "{error}");
            assert!(error.contains(&words[..2]), "{error}");
        }
    }
}
