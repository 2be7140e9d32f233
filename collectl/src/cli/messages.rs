//! `-m` and `--quiet`: where messages go.

use super::literal::Literal;
use crate::message::{Log, Outlets, Severity};
use crate::record::Location;

/// Where the messages of a run on `host` go: with `-m` all of them on the terminal, and into a log beside the recording,
/// whose folder is made for it. Of those of a daemon without one, syslog is told the errors.
#[must_use]
pub fn outlets(literal: &Literal, host: &str) -> Outlets {
    let terminal = match (literal.messages, literal.quiet) {
        (true, _) => Severity::Info,
        (false, true) => Severity::Error,
        (false, false) => Severity::Warning,
    };
    let recorded = literal.filename.as_deref().filter(|_| literal.playback.is_none() && literal.messages);
    let log = recorded.map(|filename| {
        let location = Location::parse(filename);
        // Where it can't be made, both the log and the recording say so.
        let _ = location.create();
        Log::new(location.folder().to_owned(), host)
    });
    Outlets { terminal, syslog: literal.daemon && log.is_none(), log }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_told() {
        let outlets = |line: &str| {
            let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            let outlets = outlets(&Literal::parse_from_args(&args).unwrap(), "n1");
            (outlets.terminal, outlets.log.is_some(), outlets.syslog)
        };
        assert_eq!(outlets("-sc"), (Severity::Warning, false, false));
        assert_eq!(outlets("-sc --quiet"), (Severity::Error, false, false));
        assert_eq!(outlets("-m --quiet"), (Severity::Info, false, false));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/");
        assert_eq!(outlets(&format!("-f {}/ -m -D", path.display())), (Severity::Info, true, false));
        assert!(path.is_dir());
        assert_eq!(outlets("-f /x -D"), (Severity::Warning, false, true));
    }
}
