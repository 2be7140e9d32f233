//! `--export` and `--vmstat`: formats for other programs.

use super::args::Args;
use super::selection;
use crate::registry::{EXPORT_PROCTREE, EXPORT_VMSTAT, EXPORT_VMSUM, Entry, letters_included};
use crate::subsystem::Included;
use crate::usage::UsageError;

/// The formats of `--export`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Export {
    /// Lines of a name and a value. If letters are given, only these subsystems are shown.
    Lexpr(Option<String>),
    /// A JSON object per interval. Letters as for lexpr.
    Json(Option<String>),
    /// The columns of vmstat.
    Vmstat,
    /// The raw file of a recording, as it grows.
    Raw,
    /// Virtual machines.
    Vmsum,
    /// The process tree.
    Proctree,
}

impl Export {
    /// Reads `--export`. None if it is not given.
    ///
    /// # Errors
    /// A [`UsageError`] for an unknown export, for options that it does not have, and with `--verbose`.
    pub fn resolve(args: &Args) -> Result<Option<Self>, UsageError> {
        let vmstat = args.vmstat.then_some("vmstat");
        let Some(text) = args.export.as_deref().or(vmstat) else { return Ok(None) };
        if args.verbose || args.full {
            return Err(UsageError::new("can't use --export with --verbose"));
        }
        if args.plot {
            return Err(UsageError::new("can't use --export with -P"));
        }
        let mut words = text.split(',');
        let name = words.next().unwrap_or_default();
        let options: Vec<&str> = words.collect();
        match name {
            "lexpr" => letters(name, &options).map(|letters| Some(Self::Lexpr(letters))),
            "json" => letters(name, &options).map(|letters| Some(Self::Json(letters))),
            "raw" => Ok(Some(Self::Raw)),
            "vmstat" | "vmsum" | "proctree" if args.subsys.is_some() => {
                Err(UsageError::new(format!("-s not allowed with '{name}'")))
            }
            "vmsum" if args.top.is_some() => Err(UsageError::new("--top not allowed with 'vmsum'")),
            "vmstat" => Ok(Some(Self::Vmstat)),
            "vmsum" | "proctree" if !options.is_empty() => {
                Err(UsageError::new(format!("{name} has no options")))
            }
            "vmsum" => Ok(Some(Self::Vmsum)),
            "proctree" => Ok(Some(Self::Proctree)),
            _ => Err(UsageError::new(format!("unknown export '{}'", name.escape_debug()))),
        }
    }

    /// What is shown instead of the selected subsystems, if anything.
    #[must_use]
    pub fn entry(&self) -> Option<&'static Entry> {
        match self {
            Self::Lexpr(_) | Self::Json(_) | Self::Raw => None,
            Self::Vmstat => Some(&EXPORT_VMSTAT),
            Self::Vmsum => Some(&EXPORT_VMSUM),
            Self::Proctree => Some(&EXPORT_PROCTREE),
        }
    }

    /// The letters that are shown, out of the selected ones.
    ///
    /// # Errors
    /// A [`UsageError`] if letters are given that are not selected.
    pub fn narrow(&self, letters: String) -> Result<String, UsageError> {
        let (name, wanted) = match self {
            Self::Vmstat => return Ok("cm".to_owned()),
            Self::Vmsum | Self::Proctree => return Ok("Z".to_owned()),
            Self::Raw => return Ok(letters),
            Self::Lexpr(wanted) => ("lexpr", wanted),
            Self::Json(wanted) => ("json", wanted),
        };
        match wanted {
            None => Ok(letters),
            Some(wanted) if wanted.chars().all(|letter| letters.contains(letter)) => Ok(wanted.clone()),
            Some(wanted) => Err(UsageError::new(format!(
                "{name} subsys options '{}' not a proper subset of '{letters}'",
                wanted.escape_debug()
            ))),
        }
    }
}

/// Reads the options of the export `name`: `s=LETTERS`.
fn letters(name: &str, options: &[&str]) -> Result<Option<String>, UsageError> {
    let mut letters = None;
    for option in options {
        match option.strip_prefix("s=") {
            Some(wanted) => {
                letters = Some(selection::letters(Some(wanted), &letters_included(Included::Interactive))?);
            }
            None => {
                return Err(UsageError::new(format!("invalid {name} option '{}'", option.escape_debug())));
            }
        }
    }
    Ok(letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(line: &str) -> Result<Option<Export>, UsageError> {
        Export::resolve(&crate::choice::tests::args(line).unwrap())
    }

    #[test]
    fn known_exports() {
        assert_eq!(resolve("-sc"), Ok(None));
        assert_eq!(resolve("--export lexpr"), Ok(Some(Export::Lexpr(None))));
        assert_eq!(resolve("--export lexpr,s=cd"), Ok(Some(Export::Lexpr(Some("cd".into())))));
        assert_eq!(resolve("--export json"), Ok(Some(Export::Json(None))));
        assert_eq!(resolve("--export json,s=cd"), Ok(Some(Export::Json(Some("cd".into())))));
    }

    #[test]
    fn refused() {
        for (line, message) in [
            ("--export nosuch", "unknown export 'nosuch'"),
            ("--export lexpr --verbose", "can't use --export with --verbose"),
            ("--export lexpr -P", "can't use --export with -P"),
            ("--vmstat -P", "can't use --export with -P"),
            ("--export vmsum -sZ", "-s not allowed with 'vmsum'"),
            ("--export proctree,a", "proctree has no options"),
            ("--export vmsum,a", "vmsum has no options"),
            ("--vmstat -sc", "-s not allowed with 'vmstat'"),
            ("--export lexpr,foo", "invalid lexpr option 'foo'"),
            ("--export lexpr,s=q", "invalid subsystem 'q'"),
            ("--export json,foo", "invalid json option 'foo'"),
            ("--export json --verbose", "can't use --export with --verbose"),
        ] {
            assert_eq!(resolve(line).unwrap_err().0, message);
        }
    }

    #[test]
    fn letters_must_be_selected() {
        let narrow = |wanted: Option<&str>| Export::Lexpr(wanted.map(str::to_owned)).narrow("cdn".into());
        assert_eq!(narrow(None).as_deref(), Ok("cdn"));
        assert_eq!(narrow(Some("dc")).as_deref(), Ok("dc"));
        assert_eq!(
            narrow(Some("cm")).unwrap_err().0,
            "lexpr subsys options 'cm' not a proper subset of 'cdn'"
        );
        assert_eq!(
            Export::Json(Some("cm".into())).narrow("cdn".into()).unwrap_err().0,
            "json subsys options 'cm' not a proper subset of 'cdn'"
        );
    }
}
