//! `--procanalyze`, `--slabanalyze` and `-f`: analyses of recordings, written to files instead of playing them.

use collectl_core::choice::format::separator;
use collectl_core::choice::options::{Existing, Options};
use collectl_core::render::stamp::{Stamp, StampFormat};
use collectl_core::subsystem::analysis::Style;
use collectl_core::usage::UsageError;
use jiff::tz::TimeZone;

use super::literal::Literal;
use crate::record::Location;

/// Analyses of recordings, and where they are written.
#[derive(Debug, Clone)]
pub struct Analyses {
    /// Whether processes are summed up.
    pub processes: bool,
    /// Whether slabs are.
    pub slabs: bool,
    /// Where the files are written.
    pub location: Location,
    /// How they are written; the time zone is that of each recording.
    pub style: Style,
    /// Whether files are compressed (not with `-oz`).
    pub compressed: bool,
    /// Whether existing files are replaced (`-oc`).
    pub overwrites: bool,
}

impl Analyses {
    /// The analyses that the switches ask for, if any.
    ///
    /// # Errors
    /// A [`UsageError`] without a recording or a destination, and with switches that ask for other files.
    pub fn resolve(literal: &Literal, options: &Options) -> Result<Option<Self>, UsageError> {
        let wanted = literal.procanalyze || literal.slabanalyze;
        let refused = match (wanted, literal.filename.as_deref()) {
            (false, _) => return Ok(None),
            (true, _) if literal.playback.is_none() => "--procanalyze/--slabanalyze require -p",
            (true, None | Some("")) => "--procanalyze/--slabanalyze require -f",
            (true, Some(_)) if literal.shown.plot || literal.shown.subsys.is_some() => {
                "--procanalyze/--slabanalyze write no other files: -P and -s are not allowed with them"
            }
            (true, Some(filename)) => {
                let stamp = if options.stamp == Stamp::Day { Stamp::Day } else { Stamp::Date };
                return Ok(Some(Self {
                    processes: literal.procanalyze,
                    slabs: literal.slabanalyze,
                    location: Location::parse(filename),
                    style: Style {
                        separator: separator(literal.shown.sep.as_deref())?,
                        stamp: StampFormat::new(stamp, options.millis, TimeZone::UTC),
                    },
                    compressed: !options.uncompressed,
                    overwrites: options.existing == Existing::Replace,
                }));
            }
        };
        Err(UsageError::new(refused))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(line: &str) -> Result<Option<Analyses>, UsageError> {
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let literal = Literal::parse_from_args(&args).unwrap();
        let options = literal.shown.options.as_deref().map_or(Ok(Options::default()), Options::parse)?;
        Analyses::resolve(&literal, &options)
    }

    #[test]
    fn switches_choose_the_analyses() {
        assert!(resolve("-p a.raw").unwrap().is_none());
        let analyses = resolve("-p a.raw --slabanalyze -f x -ozc --sep 9").unwrap().unwrap();
        assert!(analyses.slabs && !analyses.processes && !analyses.compressed && analyses.overwrites);
        assert_eq!(analyses.style.separator, b'\t');
        assert!(resolve("-p a.raw --procanalyze -f x").unwrap().unwrap().compressed);
    }

    #[test]
    fn refused() {
        for (line, message) in [
            ("--procanalyze -f x", "--procanalyze/--slabanalyze require -p"),
            ("-p a.raw --slabanalyze", "--procanalyze/--slabanalyze require -f"),
            (
                "-p a.raw --procanalyze -f x -sc",
                "--procanalyze/--slabanalyze write no other files: -P and -s are not allowed with them",
            ),
        ] {
            assert_eq!(resolve(line).unwrap_err().0, message);
        }
    }
}
