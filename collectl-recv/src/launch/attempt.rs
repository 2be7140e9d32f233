//! One start of a collectl: from the command line to the end of its process.

use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::Signal;
use shared::endpoint::Endpoint;
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::{Instant, sleep_until, timeout};

use super::advertise::reach;
use super::children::{Children, Group};
use super::command::{Shell, local, remote};
use super::local::find;
use super::outcome::{StartError, Status, interpret};
use super::tail::Tail;
use crate::event::{Event, HostId};
use crate::plan::Target;

/// A start whose connection has not come by then has failed.
const START_DEADLINE: Duration = Duration::from_secs(30);
/// A connection may be seen this much later than the end of the process that made it.
const IN_FLIGHT: Duration = Duration::from_millis(500);
/// How long a process may go on after its connection ended.
const AFTER_STREAM: Duration = Duration::from_secs(10);
/// A process that was asked to end is sent SIGTERM after this time,
const UNTIL_TERM: Duration = Duration::from_millis(1000);
/// and SIGKILL this much later.
const UNTIL_KILL: Duration = Duration::from_millis(600);

/// What all starts have in common.
#[derive(Debug)]
pub(crate) struct Starter {
    /// How hosts are reached.
    pub(crate) shell: Shell,
    /// The remote command, as words.
    pub(crate) collectl: Vec<String>,
    /// collectl's switches.
    pub(crate) switches: Vec<String>,
    /// The address to tell the hosts, where it is the same for all.
    pub(crate) told: Option<Endpoint>,
    /// The address of the listener for this machine's own collectl.
    pub(crate) local: String,
    /// The port that is listened on.
    pub(crate) port: u16,
    /// Bounds the starts under way.
    pub(crate) permits: Semaphore,
    /// All processes.
    pub(crate) children: Children,
}

/// What the fleet has seen of a started host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// No connection yet.
    Pending,
    /// A connection.
    Connected,
    /// Its end: the process should follow.
    StreamEnded,
    /// The process is to end.
    Stop,
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
            follow(&starter, prepared, &mut stage).await
        }
        Err(error) => error,
    };
    // The fleet may have left already.
    let _ = events.send(Event::StartOver { host, outcome }).await;
}

/// What is to be run, and the right to do so.
struct Prepared<'a> {
    words: Vec<String>,
    /// What the collectl connects to.
    address: String,
    addresses: Vec<std::net::IpAddr>,
    permit: tokio::sync::SemaphorePermit<'a>,
}

async fn prepare<'a>(starter: &'a Starter, target: &Target) -> Result<Prepared<'a>, StartError> {
    let cannot =
        |program: &str, why: &str| StartError::CannotRun { program: program.into(), why: why.into() };
    let permit = starter.permits.acquire().await.map_err(|_| StartError::Ended)?;
    Ok(match target {
        Target::Local => {
            let program =
                find().ok_or_else(|| cannot("collectl", "it is neither beside collectl-recv nor in PATH"))?;
            let program = program.into_os_string().into_string();
            let mut words = vec![program.map_err(|_| cannot("collectl", "its path is not UTF-8"))?];
            words.extend(starter.switches.iter().cloned());
            let words = local(&words, &starter.local);
            let addresses = vec![std::net::Ipv4Addr::LOCALHOST.into(), std::net::Ipv6Addr::LOCALHOST.into()];
            Prepared { words, address: starter.local.clone(), addresses, permit }
        }
        Target::Remote { typed, .. } => {
            let reach = reach(&starter.shell, typed, starter.told.as_ref(), starter.port).await;
            let collectl: Vec<String> = starter.collectl.iter().chain(&starter.switches).cloned().collect();
            let words = starter.shell.start(typed, &remote(&collectl, &reach.address));
            Prepared { words, address: reach.address, addresses: reach.addresses, permit }
        }
    })
}

fn spawn(starter: &Starter, words: &[String]) -> std::io::Result<Running> {
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

async fn follow(starter: &Starter, prepared: Prepared<'_>, stage: &mut watch::Receiver<Stage>) -> StartError {
    let Prepared { words, address, permit, .. } = prepared;
    let mut running = match spawn(starter, &words) {
        Ok(running) => running,
        Err(error) => {
            return StartError::CannotRun { program: words[0].clone(), why: error.to_string() };
        }
    };
    let mut permit = Some(permit);
    let started = Instant::now();
    let mut stream_ended = None;
    loop {
        let now = *stage.borrow_and_update();
        let patience = match now {
            Stage::Pending => Some(started + START_DEADLINE),
            Stage::Connected => None,
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
                    _ => StartError::Ended,
                };
            }
        };
        drop(permit);
        running.tail.read_now();
        running.group.leave();
        let outcome = match status {
            Ok(status) => interpret(how(status), running.tail.kept()),
            Err(error) => StartError::CannotRun { program: words[0].clone(), why: error.to_string() },
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
        tokio::select! {
            _ = self.child.wait() => {}
            () = self.tail.read() => {}
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
