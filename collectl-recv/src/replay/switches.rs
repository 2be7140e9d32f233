//! What is shown of raw files: the switches of collectl that choose subsystems and formats, and no others.

use clap::Parser;
use collectl_core::choice::args::Args;
use collectl_core::choice::export::Export;
use collectl_core::choice::format::Asked;
use collectl_core::choice::request::{Request, Surroundings};
use collectl_core::header::Header;
use collectl_core::report::{Headers, View};
use thiserror::Error;

use crate::view;

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
    /// Reads `words`; where there are none, takes what fits `view`.
    ///
    /// # Errors
    /// Where collectl would refuse them, and for those that say where data comes from or goes to.
    pub(crate) fn parse(words: &[String], view: view::View) -> Result<Self, SwitchesError> {
        let usual: &[&str] = match view {
            view::View::Lines => &["-scdnm", "-oT"],
            view::View::Table | view::View::Columns => &["-scdnm"],
            view::View::Json => &["-scdnm", "--export", "json"],
        };
        let typed = words.iter().map(String::as_str);
        let usual = usual.iter().copied().filter(|_| words.is_empty());
        let line =
            Line::try_parse_from(std::iter::once("collectl").chain(typed).chain(usual)).map_err(refused)?;
        let usage = |error: collectl_core::usage::UsageError| SwitchesError(error.0);
        let asked = Asked::resolve(&line.shown).map_err(usage)?;
        if asked.export() == Some(&Export::Raw) {
            return Err(SwitchesError("--export raw does not apply to a replay".to_owned()));
        }
        let header_lines = line.shown.hr.as_deref().map(str::parse).transpose();
        let header_lines =
            header_lines.map_err(|_| SwitchesError("--hr must be a number of lines".to_owned()))?;
        let request = Request::new(&line.shown, asked, Surroundings::of_playback()).map_err(usage)?;
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
        Switches::parse(&words, view::View::Lines)
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
