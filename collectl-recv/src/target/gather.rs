//! From words on the command line to hosts: nodesets, files, groups and the Slurm job, less the excluded hosts.

use std::collections::HashSet;
use std::io;

use collectl_wire::display::{counted, sanitize};
use collectl_wire::endpoint::split_host;
use thiserror::Error;

use super::environment::Environment;
use super::groups::Groups;
use super::host::Typed;
use super::nodeset::{NodesetError, Term, parse};
use super::{MAX_HOSTS, file};
use crate::base::io_error::fragment;

/// How deeply groups may name groups.
const MAX_DEPTH: usize = 8;
/// Largest number of groups that are looked up.
const MAX_LOOKUPS: usize = 10_000;

/// What was asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// Nodesets and `^FILE`.
    pub(crate) words: &'a [String],
    /// Likewise, the hosts to exclude.
    pub(crate) excluded: &'a [String],
    /// Whether the nodes of the Slurm job are wanted. Without words they always are.
    pub(crate) slurm: bool,
}

/// Why the hosts of a run are not known.
#[derive(Debug, Error)]
pub(crate) enum HostsError {
    #[error(transparent)]
    Nodeset(#[from] NodesetError),
    #[error("more than {MAX_HOSTS} hosts")]
    TooMany,
    #[error("reading {}: {}", sanitize(.path.as_bytes()), fragment(.why))]
    Unreadable { path: String, why: io::Error },
    #[error("{}, line {line}: {why}", sanitize(.path.as_bytes()))]
    Line { path: String, line: usize, why: Box<Self> },
    #[error("{} for {}", counted(*aliases, "alias"), counted(*hosts as u64, "host"))]
    Aliases { hosts: usize, aliases: u64 },
    #[error("a line must be HOST or HOST ALIAS")]
    Words,
    #[error("a file of hosts can't include another one")]
    FileInFile,
    #[error("no group '@{}' in ClusterShell's groups and groups.d", sanitize(.0.as_bytes()))]
    NoGroup(String),
    #[error("group '@{}': groups include each other without end", sanitize(.0.as_bytes()))]
    Endless(String),
    #[error("--slurm: SLURM_JOB_NODELIST is not set")]
    NoSlurm,
    #[error("no hosts: give HOST, NODESET, ^FILE or @GROUP, or set SLURM_JOB_NODELIST")]
    None,
    #[error("no host is left: -x excludes all of them")]
    AllExcluded,
}

/// The hosts that are wanted, in order. Some may be repeated.
///
/// # Errors
/// A [`HostsError`].
pub(crate) fn gather(wanted: Wanted<'_>, environment: &impl Environment) -> Result<Vec<Typed>, HostsError> {
    let mut gatherer = Gatherer { environment, groups: None, lookups: 0, found: Vec::new() };
    let slurm =
        || environment.slurm().ok_or(if wanted.slurm { HostsError::NoSlurm } else { HostsError::None });
    if wanted.slurm || wanted.words.is_empty() {
        gatherer.nodeset(&slurm()?, None, 0)?;
    }
    gatherer.words(wanted.words)?;
    let mut named = std::mem::take(&mut gatherer.found);
    if named.is_empty() {
        return Err(HostsError::None);
    }
    gatherer.words(wanted.excluded)?;
    let excluded: HashSet<_> = gatherer.found.iter().map(|host| place(&host.text)).collect();
    named.retain(|host| {
        let (host, port) = place(&host.text);
        !excluded.contains(&(host.clone(), None)) && !excluded.contains(&(host, port))
    });
    if named.is_empty() { Err(HostsError::AllExcluded) } else { Ok(named) }
}

/// The hosts of a line, in order, besides `others` that other lines name.
///
/// # Errors
/// A [`HostsError`].
pub(crate) fn gather_line(
    line: file::HostLine<'_>,
    others: usize,
    environment: &impl Environment,
) -> Result<Vec<Typed>, HostsError> {
    let mut gatherer = Gatherer { environment, groups: None, lookups: 0, found: Vec::new() };
    gatherer.line(line)?;
    if gatherer.found.len() + others > MAX_HOSTS { Err(HostsError::TooMany) } else { Ok(gatherer.found) }
}

/// Host and port of `[USER@]HOST[:PORT]`.
fn place(typed: &str) -> (String, Option<String>) {
    let place = typed.rsplit_once('@').map_or(typed, |(_, host)| host);
    split_host(place)
        .map_or_else(|_| (place.to_owned(), None), |(host, port)| (host, port.map(str::to_owned)))
}

struct Gatherer<'a, S> {
    environment: &'a S,
    /// Read when the first group is looked up.
    groups: Option<Groups>,
    lookups: usize,
    found: Vec<Typed>,
}

impl<S: Environment> Gatherer<'_, S> {
    fn words(&mut self, words: &[String]) -> Result<(), HostsError> {
        for word in words {
            match word.strip_prefix('^') {
                Some(path) => self.file(path)?,
                None => self.nodeset(word, None, 0)?,
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &str) -> Result<(), HostsError> {
        let unreadable = |why| HostsError::Unreadable { path: path.to_owned(), why };
        let text = self.environment.file(path).map_err(unreadable)?;
        for line in file::lines(&text) {
            let wrong =
                |why| HostsError::Line { path: path.to_owned(), line: line.number, why: Box::new(why) };
            self.line(line).map_err(wrong)?;
        }
        Ok(())
    }

    fn line(&mut self, line: file::HostLine<'_>) -> Result<(), HostsError> {
        if line.hosts.starts_with('^') {
            return Err(HostsError::FileInFile);
        }
        if line.has_more {
            return Err(HostsError::Words);
        }
        let first = self.found.len();
        self.nodeset(line.hosts, None, 0)?;
        if let Some(aliases) = line.aliases {
            let hosts = self.found.len() - first;
            let mut names = Vec::new();
            for term in parse(aliases)? {
                let Term::Hosts(pattern) = term else { return Err(HostsError::Words) };
                let aliases = pattern.count().saturating_add(names.len() as u64);
                if aliases > hosts as u64 {
                    return Err(HostsError::Aliases { hosts, aliases });
                }
                names.extend(pattern.expand());
            }
            if names.len() != hosts {
                return Err(HostsError::Aliases { hosts, aliases: names.len() as u64 });
            }
            for (host, alias) in self.found[first..].iter_mut().zip(names) {
                host.alias = Some(alias);
            }
        }
        Ok(())
    }

    /// Adds a nodeset. Its groups are those of `source`, if there is one.
    fn nodeset(&mut self, text: &str, source: Option<&str>, depth: usize) -> Result<(), HostsError> {
        for term in parse(text)? {
            match term {
                Term::Hosts(pattern) => {
                    let room = MAX_HOSTS - self.found.len();
                    if pattern.count() > room as u64 {
                        return Err(HostsError::TooMany);
                    }
                    self.found
                        .extend(pattern.expand().into_iter().map(|typed| Typed { text: typed, alias: None }));
                }
                Term::Group(name) => self.group(&name, source, depth)?,
            }
        }
        Ok(())
    }

    fn group(&mut self, name: &str, source: Option<&str>, depth: usize) -> Result<(), HostsError> {
        self.lookups += 1;
        if depth >= MAX_DEPTH || self.lookups > MAX_LOOKUPS {
            return Err(HostsError::Endless(name.to_owned()));
        }
        let environment = self.environment;
        let groups = self.groups.get_or_insert_with(|| environment.groups());
        let found = groups.find(name, source);
        let (nodesets, source) = found.ok_or_else(|| HostsError::NoGroup(name.to_owned()))?;
        nodesets.iter().try_for_each(|nodeset| self.nodeset(nodeset, Some(&source), depth + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A machine with a file of hosts, groups, and a Slurm job.
    struct Fake {
        file: &'static str,
        slurm: Option<&'static str>,
    }

    impl Environment for Fake {
        fn file(&self, path: &str) -> io::Result<String> {
            if path == "hosts" { Ok(self.file.to_owned()) } else { Err(io::ErrorKind::NotFound.into()) }
        }

        fn groups(&self) -> Groups {
            let mut groups = Groups::default();
            groups.add_lines("local", "gpu: g[1-2]\nall: @gpu,n1\nloop: @loop\nother: @racks:r1 x\n");
            groups.add_yaml("racks:\n  r1: '@half,n7'\n  half: n6\n");
            groups
        }

        fn slurm(&self) -> Option<String> {
            self.slurm.map(str::to_owned)
        }
    }

    fn run(words: &str, excluded: &str, environment: &Fake, slurm: bool) -> Result<String, String> {
        let split = |text: &str| text.split_ascii_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let (words, excluded) = (split(words), split(excluded));
        let named = gather(Wanted { words: &words, excluded: &excluded, slurm }, environment);
        let show = |host: Typed| match host.alias {
            None => host.text,
            Some(alias) => format!("{}={alias}", host.text),
        };
        named
            .map(|all| all.into_iter().map(show).collect::<Vec<_>>().join(" "))
            .map_err(|error| error.to_string())
    }

    fn of(words: &str, excluded: &str) -> Result<String, String> {
        run(words, excluded, &Fake { file: "", slurm: None }, false)
    }

    fn of_file(file: &'static str) -> Result<String, String> {
        run("^hosts", "", &Fake { file, slurm: None }, false)
    }

    #[test]
    fn words_and_exclusions() {
        assert_eq!(of("n[1-4] a", "n[2-3]").as_deref(), Ok("n1 n4 a"));
        assert_eq!(of("me@n1:22 n2:7 n2:8 [::1]:9", "n1 n2:8 [::1]").as_deref(), Ok("n2:7"));
        assert_eq!(of("n[1-2]", "n[1-9]"), Err("no host is left: -x excludes all of them".into()));
        assert_eq!(of("n[1-99999] m[1-2]", ""), Err("more than 100000 hosts".into()));
        assert_eq!(of("n[1-99999999][1-99999999][1-99999999]", ""), Err("more than 100000 hosts".into()));
    }

    #[test]
    fn groups() {
        assert_eq!(of("@gpu,n3", "").as_deref(), Ok("g1 g2 n3"));
        assert_eq!(of("@all", "@gpu").as_deref(), Ok("n1"));
        assert_eq!(of("@other", "").as_deref(), Ok("n6 n7 x"));
        assert_eq!(of("@nosuch", ""), Err("no group '@nosuch' in ClusterShell's groups and groups.d".into()));
        assert_eq!(of("@loop", ""), Err("group '@loop': groups include each other without end".into()));
    }

    #[test]
    fn files() {
        assert_eq!(
            of_file("n1 web # one\n@gpu\nn[2-3]:7 db[1-2]\n").as_deref(),
            Ok("n1=web g1 g2 n2:7=db1 n3:7=db2")
        );
        for (text, expected) in [
            ("n1\nn[1-\n", "hosts, line 2: 'n[1-', character 2: '[' is not closed"),
            ("n[1-2] a\n", "hosts, line 1: 1 alias for 2 hosts"),
            ("n1 a[1-99999999999]\n", "hosts, line 1: 99999999999 aliases for 1 host"),
            ("a b c\n", "hosts, line 1: a line must be HOST or HOST ALIAS"),
            ("^hosts\n", "hosts, line 1: a file of hosts can't include another one"),
            ("# none\n", "no hosts: give HOST, NODESET, ^FILE or @GROUP, or set SLURM_JOB_NODELIST"),
        ] {
            assert_eq!(of_file(text), Err(expected.into()));
        }
        assert_eq!(of("^nosuch", ""), Err("reading nosuch: entity not found".into()));
    }

    #[test]
    fn the_slurm_job() {
        let job = Fake { file: "", slurm: Some("tux[01-02]") };
        assert_eq!(run("", "tux01", &job, false).as_deref(), Ok("tux02"));
        assert_eq!(run("n1", "", &job, false).as_deref(), Ok("n1"));
        assert_eq!(run("n1", "", &job, true).as_deref(), Ok("tux01 tux02 n1"));
        assert_eq!(
            run("n1", "", &Fake { slurm: None, ..job }, true),
            Err("--slurm: SLURM_JOB_NODELIST is not set".into())
        );
    }
}
