//! The arguments of this run, completed from the configuration.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use collectl_core::usage::UsageError;

use super::Config;
use crate::cli::defaults::Defaults;
use crate::cli::literal::Literal;

/// Largest configuration file that is read, in bytes.
const MAX_BYTES: u64 = 1 << 20;
/// Most errors that are reported for one configuration.
const MAX_ERRORS: usize = 10;
const NAME: &str = "collectl.conf";

/// The command line and the configuration together.
#[derive(Debug)]
pub struct Configured {
    /// The arguments, those from the configuration first.
    pub args: Vec<String>,
    /// The values of the configuration.
    pub defaults: Defaults,
    /// The parsed arguments, or what is wrong with them. The two fields above are valid in either case.
    pub literal: Result<Literal, UsageError>,
    /// Problems that do not stop the run.
    pub problems: Vec<String>,
}

/// Reads `args` and the configuration.
#[must_use]
pub fn read(args: &[String]) -> Configured {
    let typed = Literal::parse_from_args(args);
    let loaded = load(typed.as_ref().ok().and_then(|literal| literal.config.as_deref()));
    let (config, problems, unread) = match loaded {
        Ok((config, problems)) => (config, problems, None),
        Err(error) => (Config::default(), Vec::new(), Some(error)),
    };
    let merged = typed.as_ref().map_or_else(|_| args.to_vec(), |literal| config.merge(literal, args));
    let complete = |literal| match unread {
        Some(error) => Err(error),
        None => config.complete(literal, args),
    };
    let literal = typed.and_then(complete);
    Configured { args: merged, defaults: config.defaults, literal, problems }
}

/// Reads the configuration `given` with `-C`, or else the first that exists: beside the program, in `../etc` of its
/// folder, in `/etc`. No file is the same as an empty one. A `given` file must be readable; a file that was found and
/// can't be read is a problem.
fn load(given: Option<&str>) -> Result<(Config, Vec<String>), UsageError> {
    if let Some(given) = given {
        let unread = |error| UsageError(format!("-C {}: {error}", given.escape_debug()));
        return read_file(Path::new(given)).map(|text| parse(&text)).map_err(unread);
    }
    let Some(path) = candidates().into_iter().find(|path| path.is_file()) else {
        return Ok((Config::default(), Vec::new()));
    };
    Ok(match read_file(&path) {
        Ok(text) => parse(&text),
        Err(error) => (Config::default(), vec![format!("reading {}: {error}", path.display())]),
    })
}

fn parse(text: &str) -> (Config, Vec<String>) {
    let (config, errors) = Config::parse(text);
    let mut problems: Vec<String> = errors.iter().take(MAX_ERRORS).map(ToString::to_string).collect();
    if errors.len() > MAX_ERRORS {
        problems.push(format!("collectl.conf: {} more such lines", errors.len() - MAX_ERRORS));
    }
    (config, problems)
}

fn candidates() -> Vec<PathBuf> {
    let program = std::env::current_exe().ok();
    let own = program.as_deref().and_then(Path::parent);
    let beside = own.into_iter().flat_map(|folder| [folder.to_owned(), folder.join("../etc")]);
    beside.chain([PathBuf::from("/etc")]).map(|folder| folder.join(NAME)).collect()
}

fn read_file(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(io::Error::other("the file is too large"));
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_file_must_be_readable() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.conf");
        let args = ["-C".to_owned(), path.display().to_string(), "-A".to_owned(), "head".to_owned()];
        let configured = read(&args);
        assert_eq!(configured.args, args);
        assert!(configured.literal.unwrap_err().0.contains("No such file"));
        std::fs::write(&path, [b"Port = 7\n".as_slice(), &b"\xff = 1\n".repeat(12)].concat()).unwrap();
        let configured = read(&args);
        assert_eq!((configured.defaults.port, configured.problems.len()), (Some(7), MAX_ERRORS + 1));
        assert_eq!(configured.literal.unwrap().defaults.port, Some(7));
        std::fs::write(&path, vec![b'#'; MAX_BYTES as usize + 1]).unwrap();
        assert!(read(&args).literal.is_err());
        assert!(load(folder.path().to_str()).is_err());
    }

    #[test]
    fn a_daemon_has_the_arguments_of_both() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.conf");
        std::fs::write(&path, "DaemonCommands = -A head -sc\n").unwrap();
        let args = ["-C".to_owned(), path.display().to_string(), "-D".to_owned()];
        assert_eq!(read(&args).args[..3], ["-A", "head", "-sc"]);
        assert_eq!(read(&args[..2]).args, args[..2]);
    }
}
