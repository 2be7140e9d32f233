//! `-m` and `--quiet`: the destinations of messages.

use super::literal::Literal;
use crate::message::{Log, Outlets, Severity};
use crate::record::Location;

/// Where the messages of a run on `host` go. With `-m`, all go to the terminal and to a log beside the recording, whose
/// folder is created. A daemon without a log sends its errors to syslog.
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
        // If the folder can't be created, both the log and the recording report it.
        let _ = location.create();
        Log::new(location.folder().to_owned(), host)
    });
    Outlets { terminal, syslog: literal.daemon && log.is_none(), log }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations_of_messages() {
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
