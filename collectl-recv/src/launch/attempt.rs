//! One start of a collectl: its process, from the start to the end.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::Signal;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

use super::children::Group;
use super::command::{LEFT, SEND, allocated_port};
use super::outcome::{StartError, Status, interpret};
use super::prepare::{Prepared, Starter};
use super::stage::{Release, Stage, stopped};
use super::tail::Tail;
use crate::base::ids::HostId;
use crate::identity::secrets::Issued;

/// A connection may be seen this much later than the end of the process that made it.
const IN_FLIGHT: Duration = Duration::from_millis(500);
/// Longest time that a released session may take to end.
const UNTIL_LEFT: Duration = Duration::from_secs(10);
/// Longest time that a process may run after its connection ended.
const AFTER_STREAM: Duration = Duration::from_secs(10);
/// A process that was asked to end is sent SIGTERM after this time,
const UNTIL_TERM: Duration = Duration::from_millis(1000);
/// and SIGKILL after this time more.
const UNTIL_KILL: Duration = Duration::from_millis(600);

/// Starts what was prepared for `host` and follows its process until it has ended; returns what became of it.
pub(crate) async fn attempt(
    starter: Arc<Starter>,
    prepared: Prepared,
    host: HostId,
    mut stage: watch::Receiver<Stage>,
) -> StartError {
    let program = prepared.words[0].clone();
    let cannot_run = |error: &io::Error| StartError::CannotRun { program, why: error.to_string() };
    let secret = match starter.secrets.issue(host) {
        Ok(secret) => secret,
        Err(error) => {
            return StartError::CannotRun { program: "getrandom".to_owned(), why: error.to_string() };
        }
    };
    let process = match spawn(&starter, &prepared.words) {
        Ok(process) => process,
        Err(error) => return cannot_run(&error),
    };
    let mut attempt = Attempt {
        starter: &starter,
        prepared: Some(prepared),
        process,
        started: Instant::now(),
        released: None,
        stream_ended: None,
        address_sent: !starter.tunnels,
        program_sent: false,
    };
    let status = match attempt.follow(&mut stage, &secret).await {
        Followed::Exited(status) => status,
        Followed::Stop(outcome) => {
            attempt.process.end().await;
            return outcome;
        }
    };
    let Attempt { mut process, released, .. } = attempt;
    process.tail.read_now();
    process.group.leave();
    if released.is_some() && process.tail.has(LEFT) {
        return StartError::Left;
    }
    let outcome = match status {
        Ok(status) => interpret(status_of(status), process.tail.kept()),
        Err(error) => cannot_run(&error),
    };
    if !matches!(outcome, StartError::Ended | StartError::Other { .. }) {
        return outcome;
    }
    let connected = timeout(IN_FLIGHT, stage.wait_for(|&stage| stage != Stage::Pending)).await.is_ok();
    if !connected && outcome == StartError::Ended { StartError::EndedUnconnected } else { outcome }
}

/// A process that was started, and what was done for it so far.
struct Attempt<'a> {
    starter: &'a Starter,
    /// Until the start is over.
    prepared: Option<Prepared>,
    process: Process,
    started: Instant,
    released: Option<Instant>,
    stream_ended: Option<Instant>,
    address_sent: bool,
    program_sent: bool,
}

/// Why a process is not followed any longer.
enum Followed {
    /// It has ended.
    Exited(io::Result<ExitStatus>),
    /// It is to be ended, with this outcome.
    Stop(StartError),
}

impl Attempt<'_> {
    async fn follow(&mut self, stage: &mut watch::Receiver<Stage>, secret: &Issued) -> Followed {
        let (address, is_released) = match &self.prepared {
            Some(prepared) => (prepared.address.clone(), prepared.is_released),
            None => (String::new(), false),
        };
        self.process.write(format!("{}\n", secret.secret.reveal()).as_bytes()).await;
        loop {
            self.answer(stage).await;
            let now = *stage.borrow_and_update();
            let deadline = match now {
                Stage::Pending => Some(self.started + self.starter.timeout),
                Stage::Released(release) if is_released => {
                    if self.released.is_none() {
                        self.process.write(release.word()).await;
                    }
                    if release == Release::Perl && self.process.tail.has(LEFT) {
                        // It holds the session's output, and so the session, which is to end.
                        return Followed::Stop(StartError::Left);
                    }
                    Some(*self.released.get_or_insert_with(Instant::now) + UNTIL_LEFT)
                }
                Stage::Connected | Stage::Released(_) => None,
                Stage::StreamEnded => {
                    Some(*self.stream_ended.get_or_insert_with(Instant::now) + AFTER_STREAM)
                }
                Stage::Stop => return Followed::Stop(StartError::Ended),
            };
            if now != Stage::Pending {
                // The start is over: another may begin.
                self.prepared = None;
            }
            tokio::select! {
                status = self.process.child.wait() => return Followed::Exited(status),
                () = self.process.tail.read() => {}
                changed = stage.changed() => if changed.is_err() {
                    return Followed::Stop(StartError::Ended);
                },
                () = sleep_until(deadline.unwrap_or(self.started)), if deadline.is_some() => {
                    return Followed::Stop(match now {
                        Stage::Pending => StartError::NeverConnected(address),
                        Stage::Released(_) => StartError::Left,
                        _ => StartError::Ended,
                    });
                }
            }
        }
    }

    /// Sends what the session asks for: the address of a tunnel, and the program.
    async fn answer(&mut self, stage: &watch::Receiver<Stage>) {
        let allocated = self.process.tail.marked().find_map(allocated_port);
        if !self.address_sent
            && let Some(port) = allocated
        {
            self.address_sent = true;
            self.process.write(format!("127.0.0.1:{port}\n").as_bytes()).await;
        }
        if !self.program_sent
            && let Some(program) = &self.starter.pushed
            && self.process.tail.has(SEND)
        {
            self.program_sent = true;
            // Whether it arrived shows in how the process continues.
            let patience = (self.started + self.starter.timeout).saturating_duration_since(Instant::now());
            let mut stop = stage.clone();
            tokio::select! {
                () = self.process.push(program, patience) => {}
                () = stopped(&mut stop) => {}
            }
        }
    }
}

/// A process that runs, and all that is needed to end it.
struct Process {
    child: Child,
    group: Group,
    tail: Tail,
    /// While this is open, the collectl may run.
    stdin: Option<ChildStdin>,
}

fn spawn(starter: &Starter, words: &[String]) -> io::Result<Process> {
    let (tail, stdout, stderr) = Tail::open()?;
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).stdin(Stdio::piped()).stdout(stdout).stderr(stderr);
    // A process group of its own: the Ctrl-C of a terminal goes to us, and we end it in order.
    command.process_group(0);
    let mut child = command.spawn()?;
    let group = starter.children.enter(child.id());
    let stdin = child.stdin.take();
    Ok(Process { child, group, tail, stdin })
}

impl Process {
    /// Writes to the session. If the session has ended, its end is seen elsewhere.
    async fn write(&mut self, words: &[u8]) {
        self.push(words, UNTIL_TERM).await;
    }

    /// The same, for at most `patience`.
    async fn push(&mut self, bytes: &[u8], patience: Duration) {
        if let Some(stdin) = &mut self.stdin {
            let _ = timeout(patience, stdin.write_all(bytes)).await;
        }
    }

    /// Ends the collectl by closing the session's input; if the session continues, by SIGTERM, then by SIGKILL.
    async fn end(mut self) {
        self.stdin = None;
        if timeout(UNTIL_TERM, self.exit()).await.is_err() {
            self.group.signal(Signal::TERM);
            if timeout(UNTIL_KILL, self.exit()).await.is_err() {
                self.group.signal(Signal::KILL);
                self.exit().await;
            }
        }
        self.group.leave();
    }

    /// Waits for the process, and reads its output so that it can end.
    async fn exit(&mut self) {
        loop {
            tokio::select! {
                _ = self.child.wait() => return,
                () = self.tail.read() => {}
            }
        }
    }
}

fn status_of(status: ExitStatus) -> Status {
    match (status.code(), status.signal()) {
        (Some(code), _) => Status::Exit(code),
        (None, signal) => Status::Signal(signal.unwrap_or(0)),
    }
}

#[cfg(test)]
mod tests {
    use collectl_wire::endpoint::Endpoint;
    use tokio::sync::Semaphore;

    use super::*;
    use crate::identity::secrets::Secrets;
    use crate::launch::children::Children;
    use crate::launch::command::Shell;
    use crate::launch::prepare::prepare;
    use crate::target::host::Target;

    /// Starts on this machine, by a shell instead of an ssh.
    fn starter(collectl: &[&str]) -> Arc<Starter> {
        let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
        Arc::new(Starter {
            shell: Shell::Template(words(&["sh", "-c"])),
            collectl: words(collectl),
            switches: Vec::new(),
            advertised: Some(Endpoint { host: "127.0.0.1".into(), port: Some(9) }),
            local: "127.0.0.1:9".into(),
            port: 9,
            timeout: Duration::from_secs(30),
            permits: Arc::new(Semaphore::new(1)),
            keeps_sessions: false,
            tunnels: false,
            pushed: None,
            secrets: Secrets::default(),
            children: Children::default(),
        })
    }

    /// Begins an attempt; returns what it is told by, and its outcome.
    fn begin(starter: Arc<Starter>) -> (watch::Sender<Stage>, impl Future<Output = StartError>) {
        let (sender, stage) = watch::channel(Stage::Pending);
        let host = || "127.0.0.1".to_owned();
        let target = Target::Remote { typed: host(), login: host(), port: None, name: host() };
        let attempt = async move {
            let prepared = prepare(Arc::clone(&starter), target, stage.clone()).await.unwrap();
            attempt(starter, prepared, HostId(0), stage).await
        };
        (sender, attempt)
    }

    #[tokio::test]
    async fn the_end_of_the_process_tells_what_happened() {
        let cases: [(&[&str], StartError); 3] = [
            (&["no-such-collectl-at-all"], StartError::NoCommand),
            (
                &["sh", "-c", "echo Error: bad switch; exit 1"],
                StartError::Switches("Error: bad switch".into()),
            ),
            (&["true"], StartError::EndedUnconnected),
        ];
        for (collectl, expected) in cases {
            let (_stage, attempt) = begin(starter(collectl));
            assert_eq!(attempt.await, expected);
        }
    }

    #[tokio::test]
    async fn a_start_that_is_stopped_leaves_nothing() {
        let starter = starter(&["sleep", "1000"]);
        let (stage, attempt) = begin(Arc::clone(&starter));
        let stop = async {
            while starter.children.is_empty() {
                tokio::task::yield_now().await;
            }
            stage.send_replace(Stage::Stop);
        };
        assert_eq!(tokio::join!(attempt, stop).0, StartError::Ended);
        assert!(starter.children.is_empty());
        assert_eq!(starter.permits.available_permits(), 1);
    }
}
