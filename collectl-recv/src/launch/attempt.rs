//! One start of a collectl: from the command line to the end of its process.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::Signal;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until, timeout};

use super::children::Group;
use super::command::{LEFT, SEND, allocated_port};
use super::outcome::{StartError, Status, interpret};
use super::prepare::{Prepared, Starter, prepare};
use super::tail::Tail;
use crate::base::ids::HostId;
use crate::fleet::event::Event;
use crate::target::host::Target;

/// A connection may be seen this much later than the end of the process that made it.
const IN_FLIGHT: Duration = Duration::from_millis(500);
/// How long a session may take to end that is left.
const UNTIL_LEFT: Duration = Duration::from_secs(10);
/// How long a process may go on after its connection ended.
const AFTER_STREAM: Duration = Duration::from_secs(10);
/// A process that was asked to end is sent SIGTERM after this time,
const UNTIL_TERM: Duration = Duration::from_millis(1000);
/// and SIGKILL this much later.
const UNTIL_KILL: Duration = Duration::from_millis(600);

/// What the fleet has seen of a started host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// No connection yet.
    Pending,
    /// A connection.
    Connected,
    /// A connection that will do without the session, if that is to be left.
    Released(Release),
    /// Its end: the process should follow.
    StreamEnded,
    /// The process is to end.
    Stop,
}

/// What is left to itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Release {
    /// A collectl of ours, which ends with its connection.
    Ours,
    /// A Perl collectl, which has to be watched for that.
    Perl,
}

impl Release {
    /// The script's word for it.
    fn word(self) -> &'static [u8] {
        match self {
            Self::Ours => b"leave\n",
            Self::Perl => b"watch\n",
        }
    }
}

/// A process that runs, and all that is needed to end it.
struct Running {
    child: Child,
    group: Group,
    tail: Tail,
    /// While this is open, the collectl may run.
    stdin: Option<ChildStdin>,
}

/// Starts a collectl on `target` and follows its process until it has ended; says so to the fleet.
pub(crate) async fn attempt(
    starter: Arc<Starter>,
    target: Target,
    host: HostId,
    mut stage: watch::Receiver<Stage>,
    events: mpsc::Sender<Event>,
) {
    let mut stop = stage.clone();
    let prepared = tokio::select! {
        prepared = prepare(&starter, &target) => prepared,
        () = stopped(&mut stop) => Err(StartError::Ended),
    };
    let outcome = match prepared {
        Ok(prepared) => {
            // Said first: the connection may come before anything else is seen of the process.
            let starting = Event::Starting { host, addresses: prepared.addresses.clone() };
            if events.send(starting).await.is_err() {
                return;
            }
            follow(&starter, prepared, host, &mut stage).await
        }
        Err(error) => error,
    };
    // The fleet may have left already.
    let _ = events.send(Event::StartOver { host, outcome }).await;
}

fn spawn(starter: &Starter, words: &[String]) -> io::Result<Running> {
    let (tail, stdout, stderr) = Tail::open()?;
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).stdin(Stdio::piped()).stdout(stdout).stderr(stderr);
    // Its own group: a terminal's Ctrl-C is for us, who end it in order.
    command.process_group(0);
    let mut child = command.spawn()?;
    let group = starter.children.enter(child.id());
    let stdin = child.stdin.take();
    Ok(Running { child, group, tail, stdin })
}

async fn follow(
    starter: &Starter,
    prepared: Prepared<'_>,
    host: HostId,
    stage: &mut watch::Receiver<Stage>,
) -> StartError {
    let Prepared { words, address, is_left, permit, .. } = prepared;
    let cannot = |why: io::Error| StartError::CannotRun { program: words[0].clone(), why: why.to_string() };
    let secret = match starter.secrets.issue(host) {
        Ok(secret) => secret,
        Err(error) => {
            return StartError::CannotRun { program: "getrandom".to_owned(), why: error.to_string() };
        }
    };
    let mut running = match spawn(starter, &words) {
        Ok(running) => running,
        Err(error) => return cannot(error),
    };
    running.say(format!("{}\n", secret.secret.reveal()).as_bytes()).await;
    let mut permit = Some(permit);
    let started = Instant::now();
    let (mut released, mut stream_ended) = (None, None);
    let (mut is_told, mut is_sent) = (!starter.tunnels, false);
    loop {
        let allocated = running.tail.marked().find_map(allocated_port);
        if !is_told && let Some(port) = allocated {
            is_told = true;
            running.say(format!("127.0.0.1:{port}\n").as_bytes()).await;
        }
        if !is_sent
            && let Some(program) = &starter.pushed
            && running.tail.says(SEND)
        {
            is_sent = true;
            // How it went is seen by what becomes of the process.
            let patience = (started + starter.timeout).saturating_duration_since(Instant::now());
            let mut stop = stage.clone();
            tokio::select! {
                () = running.push(program, patience) => {}
                () = stopped(&mut stop) => {}
            }
        }
        let now = *stage.borrow_and_update();
        let patience = match now {
            Stage::Pending => Some(started + starter.timeout),
            Stage::Released(release) if is_left => {
                if released.is_none() {
                    running.say(release.word()).await;
                }
                if release == Release::Perl && running.tail.says(LEFT) {
                    // It holds the session's output and so the session, which is to end.
                    running.end().await;
                    return StartError::Left;
                }
                Some(*released.get_or_insert_with(Instant::now) + UNTIL_LEFT)
            }
            Stage::Connected | Stage::Released(_) => None,
            Stage::StreamEnded => Some(*stream_ended.get_or_insert_with(Instant::now) + AFTER_STREAM),
            Stage::Stop => {
                running.end().await;
                return StartError::Ended;
            }
        };
        if now != Stage::Pending {
            permit = None;
        }
        let status = tokio::select! {
            status = running.child.wait() => status,
            () = running.tail.read() => continue,
            changed = stage.changed() => match changed {
                Ok(()) => continue,
                Err(_) => {
                    running.end().await;
                    return StartError::Ended;
                }
            },
            () = sleep_until(patience.unwrap_or(started)), if patience.is_some() => {
                running.end().await;
                return match now {
                    Stage::Pending => StartError::NeverConnected(address),
                    Stage::Released(_) => StartError::Left,
                    _ => StartError::Ended,
                };
            }
        };
        drop(permit);
        running.tail.read_now();
        running.group.leave();
        if released.is_some() && running.tail.says(LEFT) {
            return StartError::Left;
        }
        let outcome = match status {
            Ok(status) => interpret(how(status), running.tail.kept()),
            Err(error) => cannot(error),
        };
        return match outcome {
            StartError::Ended | StartError::Other { .. } if now == Stage::Pending => {
                match timeout(IN_FLIGHT, stage.wait_for(|&stage| stage != Stage::Pending)).await {
                    Ok(_) => outcome,
                    Err(_) if outcome == StartError::Ended => StartError::EndedUnheard,
                    Err(_) => outcome,
                }
            }
            outcome => outcome,
        };
    }
}

impl Running {
    /// Says something to the session. One that has ended needs no word: its end is seen as such.
    async fn say(&mut self, words: &[u8]) {
        if let Some(stdin) = &mut self.stdin {
            let _ = timeout(UNTIL_TERM, stdin.write_all(words)).await;
        }
    }

    /// Sends a program to the session, for so long at most.
    async fn push(&mut self, program: &[u8], patience: Duration) {
        if let Some(stdin) = &mut self.stdin {
            let _ = timeout(patience, stdin.write_all(program)).await;
        }
    }

    /// Ends the collectl by the end of its session's input; the session, if it goes on, with more and more force.
    async fn end(mut self) {
        self.stdin = None;
        if timeout(UNTIL_TERM, self.over()).await.is_err() {
            self.group.signal(Signal::TERM);
            if timeout(UNTIL_KILL, self.over()).await.is_err() {
                self.group.signal(Signal::KILL);
                self.over().await;
            }
        }
        self.group.leave();
    }

    /// Waits for the process, and takes what it says, so that it can end.
    async fn over(&mut self) {
        loop {
            tokio::select! {
                _ = self.child.wait() => return,
                () = self.tail.read() => {}
            }
        }
    }
}

async fn stopped(stage: &mut watch::Receiver<Stage>) {
    // An error means that the fleet let go of the host, which is the same.
    let _ = stage.wait_for(|&stage| stage == Stage::Stop).await;
}

fn how(status: ExitStatus) -> Status {
    match (status.code(), status.signal()) {
        (Some(code), _) => Status::Exit(code),
        (None, signal) => Status::Signal(signal.unwrap_or(0)),
    }
}

#[cfg(test)]
mod tests {
    use collectl_wire::endpoint::Endpoint;
    use tokio::sync::Semaphore;

    use super::super::children::Children;
    use super::super::command::Shell;
    use super::*;
    use crate::identity::secrets::Secrets;

    /// A host that is this machine, reached by a shell instead of an ssh.
    fn starter(collectl: &[&str]) -> Arc<Starter> {
        let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
        Arc::new(Starter {
            shell: Shell::Template(words(&["sh", "-c"])),
            collectl: words(collectl),
            switches: Vec::new(),
            told: Some(Endpoint { host: "127.0.0.1".into(), port: Some(9) }),
            local: "127.0.0.1:9".into(),
            port: 9,
            timeout: Duration::from_secs(30),
            permits: Semaphore::new(1),
            keeps_sessions: false,
            tunnels: false,
            pushed: None,
            secrets: Secrets::default(),
            children: Children::default(),
        })
    }

    fn begin(starter: Arc<Starter>) -> (watch::Sender<Stage>, mpsc::Receiver<Event>) {
        let (stage, seen) = watch::channel(Stage::Pending);
        let (sender, events) = mpsc::channel(4);
        let host = || "127.0.0.1".to_owned();
        let target = Target::Remote { typed: host(), login: host(), port: None, name: host() };
        tokio::spawn(attempt(starter, target, HostId(0), seen, sender));
        (stage, events)
    }

    async fn outcome(events: &mut mpsc::Receiver<Event>) -> StartError {
        match (events.recv().await, events.recv().await) {
            (Some(Event::Starting { .. }), Some(Event::StartOver { outcome, .. })) => outcome,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn the_end_of_the_process_says_what_happened() {
        let cases: [(&[&str], StartError); 3] = [
            (&["no-such-collectl-at-all"], StartError::NoCommand),
            (
                &["sh", "-c", "echo Error: bad switch; exit 1"],
                StartError::Switches("Error: bad switch".into()),
            ),
            (&["true"], StartError::EndedUnheard),
        ];
        for (collectl, expected) in cases {
            let (_stage, mut events) = begin(starter(collectl));
            assert_eq!(outcome(&mut events).await, expected);
        }
    }

    #[tokio::test]
    async fn what_is_stopped_leaves_nothing() {
        let starter = starter(&["sleep", "1000"]);
        let (stage, mut events) = begin(Arc::clone(&starter));
        assert!(matches!(events.recv().await, Some(Event::Starting { .. })));
        stage.send_replace(Stage::Stop);
        assert!(matches!(events.recv().await, Some(Event::StartOver { outcome: StartError::Ended, .. })));
        assert_eq!(starter.permits.available_permits(), 1);
    }
}
