//! The file of a mixed run: who is started, who is connected to, and from where others may connect. It may change.
//!
//! A line is `launch HOSTS [ALIASES]`, `connect HOSTS [ALIASES]`, both as in files of hosts, or `listen [NETWORK ...]`.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::time::{Duration, SystemTime};

use collectl_wire::allow::Allowed;
use collectl_wire::display::sanitize;
use thiserror::Error;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use crate::fleet::event::Event;
use crate::link::dial::plain;
use crate::run::resolve::PlanError;
use crate::target::gather::gather_line;
use crate::target::host::{Called, Way};
use crate::target::surroundings::{Machine, Surroundings};
use crate::target::typed::{once_each, server, target};
use crate::target::{Named, file};

/// How often it is looked at. It is read again when it has changed, and then not for so long.
const LOOK: Duration = Duration::from_secs(1);

/// Where the file is, and what its hosts have to fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Roster {
    pub(crate) path: String,
    /// Whether hosts to start may have a port.
    pub(crate) takes_port: bool,
    /// Whether servers are reached through ssh.
    pub(crate) tunnel: bool,
    /// The port of servers whose line says none.
    pub(crate) port: u16,
}

/// What the file says.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Members {
    pub(crate) hosts: Vec<Called<Way>>,
    /// Who may connect by himself; none if nobody may.
    pub(crate) guests: Option<Allowed>,
}

/// Why the file can't be used.
#[derive(Debug, Error)]
pub(crate) enum RosterError {
    #[error("reading {}: {}", sanitize(.path.as_bytes()), plain(.why))]
    Unreadable { path: String, why: io::Error },
    #[error("{}, line {line}: {why}", sanitize(.path.as_bytes()))]
    Line { path: String, line: usize, why: Box<PlanError> },
    #[error("{}, line {line}: '{}' is none of launch, connect, listen", sanitize(.path.as_bytes()), sanitize(.word.as_bytes()))]
    Way { path: String, line: usize, word: String },
    #[error("{}, line {line}: no host is named", sanitize(.path.as_bytes()))]
    NoHost { path: String, line: usize },
    #[error("{}: no line says launch, connect or listen", sanitize(.0.as_bytes()))]
    Empty(String),
}

/// What shows that a file has changed: its place on the disk, its length, and when it was written.
pub(crate) type Mark = Option<(u64, u64, SystemTime)>;

impl Roster {
    /// Reads the file.
    pub(crate) fn read(&self) -> Result<Members, RosterError> {
        let path = self.path.clone();
        let text = Machine.file(&path).map_err(|why| RosterError::Unreadable { path, why })?;
        self.parse(&text, &Machine)
    }

    /// What `text` says; groups are those of `around`.
    fn parse(&self, text: &str, around: &impl Surroundings) -> Result<Members, RosterError> {
        let (mut hosts, mut networks, mut listens, mut all) = (Vec::new(), Vec::new(), false, false);
        for (number, line) in text.lines().enumerate().map(|(index, line)| (index + 1, line)) {
            let path = || self.path.clone();
            let wrong = |why: PlanError| RosterError::Line { path: path(), line: number, why: Box::new(why) };
            let line = line.split('#').next().unwrap_or_default().trim_ascii();
            let (word, rest) = line.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((line, ""));
            let read: &dyn Fn(&str) -> Result<Way, PlanError> = match word {
                "" => continue,
                "listen" => {
                    listens = true;
                    all |= rest.is_empty();
                    let line = rest.split(|c: char| c == ',' || c.is_ascii_whitespace());
                    let line: Vec<_> = line.filter(|word| !word.is_empty()).collect();
                    Allowed::parse(line.iter().copied()).map_err(|error| wrong(error.into()))?;
                    networks.extend(line);
                    continue;
                }
                "launch" => &|text| self.target(text),
                "connect" => &|text| server(text, self.port, self.tunnel).map(Way::Connect),
                _ => return Err(RosterError::Way { path: path(), line: number, word: word.to_owned() }),
            };
            let Some(line) = file::lines(rest).next() else {
                return Err(RosterError::NoHost { path: path(), line: number });
            };
            let found = gather_line(line, hosts.len(), around).map_err(|error| wrong(error.into()))?;
            for Named { typed, alias } in found {
                hosts.push(Called { host: read(&typed).map_err(wrong)?, alias });
            }
        }
        if hosts.is_empty() && !listens {
            return Err(RosterError::Empty(self.path.clone()));
        }
        if all {
            networks.clear();
        }
        // Each network was read before.
        let guests = listens.then(|| Allowed::parse(networks).unwrap_or_default());
        Ok(Members { hosts: once_each(hosts), guests })
    }

    fn target(&self, text: &str) -> Result<Way, PlanError> {
        let target = target(text)?;
        match target.own_port().filter(|_| !self.takes_port) {
            Some(typed) => Err(PlanError::RshPort(typed.to_owned())),
            None => Ok(Way::Launch(target)),
        }
    }
}

/// Reads the file again whenever it has changed, and tells the fleet; ends when that has left.
pub(crate) async fn watch(roster: Roster, mut known: Mark, events: mpsc::Sender<Event>) {
    let mut before = known;
    loop {
        sleep(LOOK).await;
        let now = mark_of(roster.path.clone()).await;
        // Whoever writes it may not have finished.
        let is_settled = std::mem::replace(&mut before, now) == now;
        if now == known || !is_settled {
            continue;
        }
        known = now;
        let reader = roster.clone();
        let Ok(result) = spawn_blocking(move || reader.read()).await else { return };
        if events.send(Event::Roster(result.map_err(|error| error.to_string()))).await.is_err() {
            return;
        }
    }
}

async fn mark_of(path: String) -> Mark {
    spawn_blocking(move || mark(&path)).await.ok().flatten()
}

/// How the file at `path` stands; none where there is none.
pub(crate) fn mark(path: &str) -> Mark {
    let data = std::fs::metadata(path).ok()?;
    Some((data.ino(), data.len(), data.modified().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::groups::Groups;

    struct Nothing;

    impl Surroundings for Nothing {
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
        let roster = Roster { path: "ways".into(), takes_port: false, tunnel: false, port: 2655 };
        roster.parse(text, &Nothing).map_err(|error| error.to_string())
    }

    #[test]
    fn each_host_has_its_way() {
        let text = "# all\nlaunch n[1-2] web[1-2] # two\n\nconnect\tn[3-4]:7 \nconnect n3:7\nlisten 10.0.0.0/8,::1 10.1.0.0/16\n";
        let members = parse(text).unwrap();
        let show = |called: &Called<Way>| {
            let way = match &called.host {
                Way::Launch(target) => format!("launch {}", target.typed()),
                Way::Connect(server) => format!("connect {} {}", server.host, server.port),
            };
            format!("{way} {}", called.alias.as_deref().unwrap_or("-"))
        };
        let shown: Vec<String> = members.hosts.iter().map(show).collect();
        assert_eq!(shown, ["launch n1 web1", "launch n2 web2", "connect n3 7 -", "connect n4 7 -"]);
        assert_eq!(members.guests, Some(Allowed::parse(["10.0.0.0/8", "::1", "10.1.0.0/16"]).unwrap()));
        assert_eq!(parse("listen ::1\nlisten\n").unwrap().guests, Some(Allowed::default()));
        assert_eq!(parse("launch localhost").unwrap().guests, None);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (text, expected) in [
            ("", "ways: no line says launch, connect or listen"),
            ("launch a\nn1\n", "ways, line 2: 'n1' is none of launch, connect, listen"),
            ("connect # x\n", "ways, line 1: no host is named"),
            ("launch n[1-\n", "ways, line 1: 'n[1-', character 2: '[' is not closed"),
            ("launch a b c\n", "ways, line 1: a line is HOST or HOST ALIAS"),
            ("launch n1:22\n", "ways, line 1: 'n1:22' has a port, and --rsh no {port}"),
            ("launch n[1-60000]\nconnect m[1-60000]\n", "ways, line 2: more than 100000 hosts are named"),
        ] {
            assert_eq!(parse(text), Err(expected.into()));
        }
        assert!(parse("listen 10.0.0.0/33\n").unwrap_err().starts_with("ways, line 1: "));
    }
}
