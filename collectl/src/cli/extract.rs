//! `--extract`: the destination for a part of recordings.

use collectl_core::usage::UsageError;

use super::literal::Literal;
use crate::record::Location;

const SHOWS_NOTHING: &str = "--extract shows nothing: it is not allowed with -P, --grep or --export";

/// Where `--extract` writes, if it is given.
///
/// # Errors
/// A [`UsageError`] without a recording, and for switches that select more than a timeframe.
pub fn resolve(literal: &Literal) -> Result<Option<Location>, UsageError> {
    let Some(text) = literal.extract.as_deref() else { return Ok(None) };
    let refused = if literal.playback.is_none() {
        "--extract only applies to playback mode"
    } else if literal.shown.subsys.is_some() {
        "-s not allowed in 'extract' mode"
    } else if literal.from.is_none() && literal.thru.is_none() {
        "--from OR --thru required in 'extract' mode"
    } else if literal.shown.plot
        || literal.grep.is_some()
        || literal.shown.export.is_some()
        || literal.shown.vmstat
    {
        SHOWS_NOTHING
    } else if text.is_empty() {
        "--extract needs a folder or a prefix"
    } else {
        return Ok(Some(Location::parse(text)));
    };
    Err(UsageError::new(refused))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refused() {
        for (line, message) in [
            ("--extract x", "--extract only applies to playback mode"),
            ("-p a.raw --extract x --from 1:00 -sc", "-s not allowed in 'extract' mode"),
            ("-p a.raw --extract x", "--from OR --thru required in 'extract' mode"),
            ("-p a.raw --extract x --from 1:00 -P", SHOWS_NOTHING),
            ("-p a.raw --extract x --from 1:00 --grep cpu", SHOWS_NOTHING),
            ("-p a.raw --extract x --from 1:00 --export json", SHOWS_NOTHING),
        ] {
            let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            let error = resolve(&Literal::parse_from_args(&args).unwrap()).unwrap_err();
            assert_eq!(error.0, message);
        }
    }
}
