//! `--procfilt`: which processes are captured.

use std::path::Path;

use regex::bytes::Regex;

use super::users::Users;
use crate::usage::UsageError;

/// Conditions, of which one must hold; without any, all processes pass.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter(Vec<Term>);

#[derive(Debug, Clone)]
struct Term {
    condition: Condition,
    /// `+`: include threads.
    threads: bool,
}

#[derive(Debug, Clone)]
enum Condition {
    /// `c`: a pattern within the name.
    Name(Regex),
    /// `C`: the start of the name.
    NameStart(String),
    /// `f`: a pattern within the command line.
    Command(Regex),
    /// `p`: the number of the process.
    Pid(u32),
    /// `P`: the number of its parent.
    Parent(u32),
    /// `u`, `U`: its user, or a range of users.
    User(u32, u32),
}

/// The properties of a process that are matched.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Subject<'a> {
    pub(super) pid: u32,
    pub(super) name: &'a [u8],
    pub(super) parent: u32,
    pub(super) user: Option<u32>,
    pub(super) command: &'a [u8],
}

/// The result of matching.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Rejected,
    Passed,
    /// It passes, with its threads.
    PassedWithThreads,
}

impl PartialEq for Filter {
    fn eq(&self, other: &Self) -> bool {
        format!("{self:?}") == format!("{other:?}")
    }
}

impl Filter {
    /// Reads any number of `<TYPE>[+]<MATCH>`, separated by commas. If `text` names a file, its lines are read instead;
    /// blank ones and those that start with `#` are skipped.
    ///
    /// # Errors
    /// A [`UsageError`] for an unknown type, an invalid number, an unknown user, and an invalid pattern.
    pub(crate) fn parse(text: &str, passwd: &Path) -> Result<Self, UsageError> {
        let file = Path::new(text);
        if !file.is_file() {
            return Self::parse_terms(text, passwd);
        }
        let lines = std::fs::read_to_string(file)
            .map_err(|error| UsageError(format!("reading --procfilt {}: {error}", file.display())))?;
        let lines: Vec<_> =
            lines.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        Self::parse_terms(&lines.join(","), passwd)
    }

    fn parse_terms(text: &str, passwd: &Path) -> Result<Self, UsageError> {
        let users = Users::new(passwd);
        let terms = text.split(',').filter(|term| !term.is_empty());
        Ok(Self(terms.map(|term| Term::parse(term, &users)).collect::<Result<_, _>>()?))
    }

    /// Whether all processes pass.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the number of a process alone can decide, and then whether it passes.
    pub(super) fn by_pid(&self, pid: u32) -> Option<Verdict> {
        if self.0.is_empty() {
            return Some(Verdict::Passed);
        }
        let only_pids = self.0.iter().all(|term| matches!(term.condition, Condition::Pid(_)));
        only_pids.then(|| self.judge(&Subject { pid, ..Subject::default() }))
    }

    /// Whether a process passes.
    pub(super) fn judge(&self, subject: &Subject<'_>) -> Verdict {
        if self.0.is_empty() {
            return Verdict::Passed;
        }
        match self.0.iter().find(|term| term.condition.holds(subject)) {
            None => Verdict::Rejected,
            Some(term) if term.threads => Verdict::PassedWithThreads,
            Some(_) => Verdict::Passed,
        }
    }
}

impl Term {
    fn parse(text: &str, users: &Users) -> Result<Self, UsageError> {
        let error = |message: String| UsageError(message);
        let unknown = || error(format!("invalid task selection in --procfilt: {}", text.escape_debug()));
        let mut rest = text.chars();
        let kind = rest.next().ok_or_else(unknown)?;
        let (wanted, threads) = match rest.as_str().strip_prefix('+') {
            Some(wanted) => (wanted, true),
            None => (rest.as_str(), false),
        };
        let pattern = || {
            Regex::new(wanted)
                .map_err(|_| error(format!("--procfilt '{}' is not a pattern", wanted.escape_debug())))
        };
        let number = |what: &str| {
            wanted
                .parse()
                .map_err(|_| error(format!("{what} {} not numeric in --procfilt", wanted.escape_debug())))
        };
        let condition = match kind {
            'c' => Condition::Name(pattern()?),
            'C' => Condition::NameStart(wanted.to_owned()),
            'f' => Condition::Command(pattern()?),
            'p' => Condition::Pid(number("pid")?),
            'P' => Condition::Parent(number("ppid")?),
            'u' => {
                let (first, last) = wanted.split_once('-').unwrap_or((wanted, wanted));
                match (first.parse(), last.parse()) {
                    (Ok(first), Ok(last)) => Condition::User(first, last),
                    _ => {
                        return Err(error(format!(
                            "uid {} not numeric in --procfilt",
                            wanted.escape_debug()
                        )));
                    }
                }
            }
            'U' => {
                let id = users.id(wanted);
                let id = id.ok_or_else(|| {
                    error(format!("unknown user '{}' in --procfilt", wanted.escape_debug()))
                })?;
                Condition::User(id, id)
            }
            _ => return Err(unknown()),
        };
        Ok(Self { condition, threads })
    }
}

impl Condition {
    fn holds(&self, subject: &Subject<'_>) -> bool {
        match self {
            Self::Name(pattern) => pattern.is_match(subject.name),
            Self::NameStart(start) => subject.name.starts_with(start.as_bytes()),
            Self::Command(pattern) => pattern.is_match(subject.command),
            Self::Pid(pid) => subject.pid == *pid,
            Self::Parent(parent) => subject.parent == *parent,
            Self::User(first, last) => subject.user.is_some_and(|user| (*first..=*last).contains(&user)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUBJECT: Subject<'_> =
        Subject { pid: 70, name: b"sshd", parent: 1, user: Some(33), command: b"/usr/sbin/sshd -D " };

    fn judge(text: &str) -> Verdict {
        let passwd = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(passwd.path(), "www:x:33:33:::\n").unwrap();
        Filter::parse(text, passwd.path()).unwrap().judge(&SUBJECT)
    }

    #[test]
    fn each_type() {
        for text in ["", "cshd$", "Css", "f-D", "p70", "P1", "u33", "u30-40", "Uwww", "p1,p70", "c[s]{2}h"] {
            assert_eq!(judge(text), Verdict::Passed, "{text}");
        }
        for text in ["csshd2", "Cshd", "cbin", "p7", "P70", "u34", "u34-40"] {
            assert_eq!(judge(text), Verdict::Rejected, "{text}");
        }
        assert_eq!(judge("p1,c+ss"), Verdict::PassedWithThreads);
    }

    #[test]
    fn a_file_of_terms() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "# mine\n\np1\n  p70\n").unwrap();
        let filter = Filter::parse(file.path().to_str().unwrap(), Path::new("/")).unwrap();
        assert_eq!(filter.by_pid(70), Some(Verdict::Passed));
        assert_eq!(filter.by_pid(71), Some(Verdict::Rejected));
    }

    #[test]
    fn numbers_alone_decide_or_do_not() {
        let by_pid = |text| Filter::parse(text, Path::new("/")).unwrap().by_pid(5);
        assert_eq!((by_pid(""), by_pid("p5,cx")), (Some(Verdict::Passed), None));
    }

    #[test]
    fn refused() {
        for (text, message) in [
            ("x1", "invalid task selection in --procfilt: x1"),
            ("p", "pid  not numeric in --procfilt"),
            ("pabc", "pid abc not numeric in --procfilt"),
            ("Unosuch", "unknown user 'nosuch' in --procfilt"),
            ("c(", "--procfilt '(' is not a pattern"),
        ] {
            assert_eq!(Filter::parse(text, Path::new("/")).unwrap_err().0, message);
        }
    }
}
