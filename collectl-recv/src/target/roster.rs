//! The file of a mixed run: which hosts are started, which are connected to, and which addresses may connect. It may
//! change.
//!
//! A line is `launch HOSTS [ALIASES]`, `connect HOSTS [ALIASES]`, both as in files of hosts, or `listen [NETWORK ...]`.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

use collectl_wire::allow::{Allowed, NetworkError};
use collectl_wire::display::sanitize;
use futures::stream::{Stream, unfold};
use thiserror::Error;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use super::environment::{Environment, ThisMachine, read_regular};
use super::file;
use super::gather::{HostsError, gather_line};
use super::host::{Aliased, Method, Typed};
use super::parse::{HostError, distinct, server, target};
use crate::base::io_error::fragment;

/// Time between two checks of the file. It is read again when it has changed, and has then been unchanged for this
/// long.
const CHECK: Duration = Duration::from_secs(1);

/// Where the file is, and what its hosts must be like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Roster {
    /// Its path.
    pub(crate) path: String,
    /// Whether hosts to start may have a port.
    pub(crate) takes_port: bool,
    /// Whether servers are reached through ssh.
    pub(crate) tunnel: bool,
    /// The port of servers whose line has none.
    pub(crate) port: u16,
}

/// The content of the file.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Members {
    /// Hosts that are started or connected to.
    pub(crate) hosts: Vec<Aliased<Method>>,
    /// The addresses that may connect by themselves; none if no address may.
    pub(crate) guests: Option<Allowed>,
}

/// Why the file can't be used.
#[derive(Debug, Error)]
pub(crate) enum RosterError {
    #[error("reading {}: {}", sanitize(.path.as_bytes()), fragment(.why))]
    Unreadable { path: String, why: io::Error },
    #[error("{}, line {line}: {fault}", sanitize(.path.as_bytes()))]
    Line { path: String, line: usize, fault: LineFault },
    #[error("{}: it has no launch, connect or listen line", sanitize(.0.as_bytes()))]
    Empty(String),
}

/// What is wrong with a line.
#[derive(Debug, Error)]
pub(crate) enum LineFault {
    #[error(transparent)]
    Hosts(#[from] HostsError),
    #[error(transparent)]
    Host(#[from] HostError),
    #[error(transparent)]
    Network(#[from] NetworkError),
    #[error("'{}' is not launch, connect or listen", sanitize(.0.as_bytes()))]
    Word(String),
    #[error("no host is named")]
    NoHost,
}

/// Shows that a file has changed: its inode, length and time of the last change. None if there is no such file.
pub(crate) type FileStamp = Option<(u64, u64, SystemTime)>;

impl Roster {
    /// Reads the file.
    ///
    /// # Errors
    /// A [`RosterError`].
    pub(crate) fn read(&self) -> Result<Members, RosterError> {
        let path = self.path.clone();
        let text = read_regular(Path::new(&path)).map_err(|why| RosterError::Unreadable { path, why })?;
        self.parse(&text, &ThisMachine)
    }

    /// The members that `text` lists; groups are those of `environment`.
    fn parse(&self, text: &str, environment: &impl Environment) -> Result<Members, RosterError> {
        let mut found = Found::default();
        for (line, number) in text.lines().zip(1..) {
            let line = line.split('#').next().unwrap_or_default().trim_ascii();
            let fault = |fault| RosterError::Line { path: self.path.clone(), line: number, fault };
            self.line(line, environment, &mut found).map_err(fault)?;
        }
        let Found { hosts, listens, all, networks } = found;
        if hosts.is_empty() && !listens {
            return Err(RosterError::Empty(self.path.clone()));
        }
        let networks = if all { Vec::new() } else { networks };
        // Each network was parsed before.
        let guests = listens.then(|| Allowed::parse(networks).unwrap_or_default());
        Ok(Members { hosts: distinct(hosts), guests })
    }

    fn line<'a>(
        &self,
        line: &'a str,
        environment: &impl Environment,
        found: &mut Found<'a>,
    ) -> Result<(), LineFault> {
        let (word, rest) = line.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((line, ""));
        let read: &dyn Fn(&str) -> Result<Method, HostError> = match word {
            "" => return Ok(()),
            "listen" => {
                let words = rest.split(|c: char| c == ',' || c.is_ascii_whitespace());
                let networks: Vec<_> = words.filter(|word| !word.is_empty()).collect();
                Allowed::parse(networks.iter().copied())?;
                found.listens = true;
                found.all |= networks.is_empty();
                found.networks.extend(networks);
                return Ok(());
            }
            "launch" => &|text| self.target(text),
            "connect" => &|text| server(text, self.port, self.tunnel).map(Method::Connect),
            _ => return Err(LineFault::Word(word.to_owned())),
        };
        let line = file::lines(rest).next().ok_or(LineFault::NoHost)?;
        for Typed { text, alias } in gather_line(line, found.hosts.len(), environment)? {
            found.hosts.push(Aliased { host: read(&text)?, alias });
        }
        Ok(())
    }

    fn target(&self, text: &str) -> Result<Method, HostError> {
        let target = target(text)?;
        match target.with_port().filter(|_| !self.takes_port) {
            Some(typed) => Err(HostError::RshPort(typed.to_owned())),
            None => Ok(Method::Launch(target)),
        }
    }
}

/// The lines of the file so far.
#[derive(Debug, Default)]
struct Found<'a> {
    hosts: Vec<Aliased<Method>>,
    /// Whether there is a `listen` line.
    listens: bool,
    /// Whether one of them has no network.
    all: bool,
    networks: Vec<&'a str>,
}

/// Reads the file again whenever it is no longer what `known` shows.
pub(crate) fn watch(roster: Roster, known: FileStamp) -> impl Stream<Item = Result<Members, RosterError>> {
    unfold((roster, known), async |(roster, mut known)| {
        let mut before = known;
        loop {
            sleep(CHECK).await;
            let path = roster.path.clone();
            let now = spawn_blocking(move || stamp(&path)).await.ok()?;
            // The file may still be being written.
            let is_settled = std::mem::replace(&mut before, now) == now;
            if now != known && is_settled {
                known = now;
                let reader = roster.clone();
                let result = spawn_blocking(move || reader.read()).await.ok()?;
                return Some((result, (roster, known)));
            }
        }
    })
}

/// The present stamp of the file at `path`.
pub(crate) fn stamp(path: &str) -> FileStamp {
    let data = std::fs::metadata(path).ok()?;
    Some((data.ino(), data.len(), data.modified().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::groups::Groups;

    struct Nothing;

    impl Environment for Nothing {
        fn file(&self, _: &str) -> io::Result<String> {
            Err(io::ErrorKind::NotFound.into())
        }

        fn groups(&self) -> Groups {
            Groups::default()
        }

        fn slurm(&self) -> Option<String> {
            None
        }
    }

    fn parse(text: &str) -> Result<Members, String> {
        let roster = Roster { path: "hosts".into(), takes_port: false, tunnel: false, port: 2655 };
        roster.parse(text, &Nothing).map_err(|error| error.to_string())
    }

    #[test]
    fn each_host_has_its_method() {
        let text = "# all\nlaunch n[1-2] web[1-2] # two\n\nconnect\tn[3-4]:7 \nconnect n3:7\n\
                    listen 10.0.0.0/8,::1 10.1.0.0/16\n";
        let members = parse(text).unwrap();
        let show = |aliased: &Aliased<Method>| {
            let method = match &aliased.host {
                Method::Launch(target) => format!("launch {}", target.typed()),
                Method::Connect(server) => format!("connect {} {}", server.host, server.port),
            };
            format!("{method} {}", aliased.alias.as_deref().unwrap_or("-"))
        };
        let shown: Vec<String> = members.hosts.iter().map(show).collect();
        assert_eq!(shown, ["launch n1 web1", "launch n2 web2", "connect n3 7 -", "connect n4 7 -"]);
        assert_eq!(members.guests, Some(Allowed::parse(["10.0.0.0/8", "::1", "10.1.0.0/16"]).unwrap()));
        assert_eq!(parse("listen ::1\nlisten\n").unwrap().guests, Some(Allowed::default()));
        assert_eq!(parse("launch localhost").unwrap().guests, None);
    }

    #[test]
    fn errors_name_their_line() {
        for (text, expected) in [
            ("", "hosts: it has no launch, connect or listen line"),
            ("launch a\nn1\n", "hosts, line 2: 'n1' is not launch, connect or listen"),
            ("connect # x\n", "hosts, line 1: no host is named"),
            ("launch n[1-\n", "hosts, line 1: 'n[1-', character 2: '[' is not closed"),
            ("launch a b c\n", "hosts, line 1: a line must be HOST or HOST ALIAS"),
            ("launch n1:22\n", "hosts, line 1: 'n1:22' has a port, but --rsh has no {port}"),
            ("launch n[1-60000]\nconnect m[1-60000]\n", "hosts, line 2: more than 100000 hosts"),
        ] {
            assert_eq!(parse(text), Err(expected.into()));
        }
        assert!(parse("listen 10.0.0.0/33\n").unwrap_err().starts_with("hosts, line 1: "));
    }
}
