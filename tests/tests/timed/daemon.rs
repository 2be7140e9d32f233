//! `-D`, and what else a run without a terminal needs: its parent, and a service manager with a watchdog.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rustix::process::{Pid, Signal, getpriority_process, kill_process, test_kill_process};
use tests::deadline::{PATIENCE, until};
use tests::listener::Listener;
use tests::peer::Peer;
use tests::port;
use tests::process::{Outcome, Process};
use tests::programs::{self, collectl, command};
use tests::recording::{file, files, samples, wait_for_samples, whole};
use tests::requirement::{self, Requirement};

/// A user without privileges.
const NOBODY: u32 = 65_534;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A daemon, killed on drop.
struct Daemon {
    pid: Pid,
    pid_file: PathBuf,
}

impl Daemon {
    /// A name for `--pname` that no other test has.
    fn name() -> String {
        format!("test{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
    }

    fn pid_file(name: &str) -> PathBuf {
        format!("/var/run/collectl-{name}.pid").into()
    }

    /// Runs a command that starts a daemon, and finds the daemon.
    fn start(command: &mut Command, pid_file: PathBuf) -> Self {
        let outcome = Process::start(command).finish();
        assert_eq!((outcome.code, &outcome.stdout[..], &outcome.stderr[..]), (0, &[][..], &[][..]));
        Self { pid: read(&pid_file).expect("there is a pid file"), pid_file }
    }

    /// Starts one with these switches that records into `folder`.
    fn record(args: &str, folder: &Path) -> Self {
        let name = Self::name();
        let mut command = collectl(&format!("-D -C /dev/null --pname {name} {args} -f"));
        Self::start(command.arg(folder), Self::pid_file(&name))
    }

    fn proc(&self, name: &str) -> PathBuf {
        format!("/proc/{}/{name}", self.pid.as_raw_nonzero()).into()
    }

    /// A field of its `stat`, counted after the name, from the state on.
    fn stat(&self, field: usize) -> String {
        let stat = fs::read_to_string(self.proc("stat")).unwrap();
        stat.rsplit_once(") ").unwrap().1.split(' ').nth(field).unwrap().to_owned()
    }

    /// Sends a signal and waits until it has ended.
    fn end(&self, signal: Signal) {
        kill_process(self.pid, signal).unwrap();
        until("the daemon ends", PATIENCE, || test_kill_process(self.pid).is_err());
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = kill_process(self.pid, Signal::KILL);
        let _ = fs::remove_file(&self.pid_file);
    }
}

fn read(pid_file: &Path) -> Option<Pid> {
    Pid::from_raw(fs::read_to_string(pid_file).ok()?.trim().parse().ok()?)
}

/// Runs our collectl with `-D`; it must fail.
fn refused(args: &str, folder: &Path) -> Outcome {
    let outcome = Process::start(collectl(&format!("-D -C /dev/null {args} -f")).arg(folder)).finish();
    assert_eq!(outcome.code, 1, "{args}: {outcome:?}");
    outcome
}

#[test]
fn a_daemon_runs_when_its_start_returns() {
    if !requirement::met(&[Requirement::Root]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let daemon = Daemon::record("-sc -i.1 -F0 --umask 077 -N", folder.path());
    let pid = daemon.pid.as_raw_nonzero().to_string();
    assert_eq!(daemon.stat(3), pid, "it leads a session");
    assert_eq!(daemon.stat(4), "0", "it has no terminal");
    let nice = 19.min(getpriority_process(None).unwrap() + 10);
    assert_eq!(daemon.stat(16), nice.to_string(), "-N");
    let parent = daemon.stat(1);
    assert!(fs::read_to_string(format!("/proc/{parent}/cmdline")).is_ok_and(|words| !words.contains("-D\0")));
    for number in 0..3 {
        assert_eq!(fs::read_link(daemon.proc(&format!("fd/{number}"))).unwrap(), Path::new("/dev/null"));
    }
    assert_eq!(fs::read_link(daemon.proc("cwd")).unwrap(), Path::new("/"));
    let words = fs::read_to_string(daemon.proc("cmdline")).unwrap();
    assert!(words.starts_with("collectl-test"), "{words:?}");
    wait_for_samples(folder.path(), ".raw.gz", 3);
    let raw = file(folder.path(), ".raw.gz");
    assert_eq!(fs::metadata(&raw).unwrap().permissions().mode() & 0o777, 0o600);
    daemon.end(Signal::TERM);
    assert!(!daemon.pid_file.exists());
    assert!(whole(&raw).ends_with(" <<<\n"));
}

#[test]
fn a_name_has_one_daemon() {
    if !requirement::met(&[Requirement::Root]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let name = Daemon::name();
    let pid_file = Daemon::pid_file(&name);
    let args = format!("--pname {name} -sc -i.1");
    // A stale pid file, with the number of a process that is no collectl.
    fs::write(&pid_file, format!("{}\n", std::os::unix::process::parent_id())).unwrap();
    let mut command = collectl(&format!("-D -C /dev/null {args} -f"));
    let first = Daemon::start(command.arg(folder.path()), pid_file.clone());
    assert_ne!(first.pid.as_raw_nonzero().get(), std::os::unix::process::parent_id() as i32);
    let second = refused(&args, folder.path());
    assert!(second.stderr[0].contains("a daemonized collectl already running"), "{second:?}");
    assert_eq!(read(&pid_file), Some(first.pid));
    let _other = Daemon::record("-sc -i.1", folder.path());
    // When it is killed, it leaves its pid file, which does no harm.
    first.end(Signal::KILL);
    assert!(pid_file.exists());
    let next = Daemon::start(&mut command, pid_file);
    next.end(Signal::INT);
}

#[test]
fn a_daemon_holds_nothing_that_its_starter_had_open() {
    if !requirement::met(&[Requirement::Root]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (name, lock) = (Daemon::name(), folder.path().join("lock"));
    let mut shell = command("/bin/sh", "-c");
    let program = programs::folder().join("collectl");
    shell.arg(format!(
        "exec 9>\"$0\" && {} -D -C /dev/null --pname {name} -sc -i.1 -f \"$1\"",
        program.display()
    ));
    let daemon = Daemon::start(shell.arg(&lock).arg(folder.path()), Daemon::pid_file(&name));
    let open = fs::read_dir(daemon.proc("fd")).unwrap().map(|entry| fs::read_link(entry.unwrap().path()));
    assert!(open.flatten().all(|path| path != lock));
}

#[test]
fn of_several_that_start_at_once_one_runs() {
    if !requirement::met(&[Requirement::Root]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let name = Daemon::name();
    let command = || {
        let mut command = collectl(&format!("-D -C /dev/null --pname {name} -sc -i.1 -F0 -f"));
        command.arg(folder.path());
        command
    };
    let starts: Vec<Process> = (0..5).map(|_| Process::start(&mut command())).collect();
    let outcomes: Vec<Outcome> = starts.into_iter().map(Process::finish).collect();
    let daemon = Daemon { pid: read(&Daemon::pid_file(&name)).unwrap(), pid_file: Daemon::pid_file(&name) };
    assert_eq!(outcomes.iter().filter(|outcome| outcome.code == 0).count(), 1, "{outcomes:?}");
    let others = outcomes.iter().filter(|outcome| outcome.code != 0);
    for outcome in others {
        assert!(outcome.stderr[0].contains("a daemonized collectl already running"), "{outcome:?}");
    }
    wait_for_samples(folder.path(), ".raw.gz", 3);
    daemon.end(Signal::TERM);
    assert_eq!(files(folder.path(), ".raw.gz").len(), 1);
}

#[test]
fn errors_at_the_start_of_a_daemon_are_reported() {
    if !requirement::met(&[Requirement::Root]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let name = Daemon::name();
    let taken = Listener::on("127.0.0.1");
    let closed = port::free();
    for (args, place, reason) in [
        ("-sc -i.1", "a/b/", "No such file or directory"),
        ("-s?", "", "invalid subsystem"),
        ("-sc -i x", "", "invalid interval"),
        ("-sc --runas nobody-at-all", "", "--runas: 'nobody-at-all' does not exist"),
        ("-sc --umask 9", "", "--umask must be octal"),
        (&format!("-sc -A server:{}", taken.port()), "", "in use"),
        (&format!("-sc -A 127.0.0.1:{closed}"), "", "refused"),
    ] {
        let outcome = refused(&format!("--pname {name} {args}"), &folder.path().join(place));
        assert!(outcome.stderr[0].starts_with("Error: "), "{args}: {outcome:?}");
        assert!(outcome.stderr[0].contains(reason), "{args}: {outcome:?}");
        assert!(!Daemon::pid_file(&name).exists(), "{args}");
    }
}

#[test]
fn a_daemon_of_another_user() {
    if !requirement::met(&[Requirement::Root]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let [program, place] = ["collectl", "place"].map(|name| folder.path().join(name));
    programs::copy(&programs::folder().join("collectl"), &program);
    fs::create_dir(&place).unwrap();
    chown(&place, Some(NOBODY), Some(NOBODY)).unwrap();
    let name = Daemon::name();
    let mut run =
        command(&program, &format!("-D -C /dev/null --runas {NOBODY} --pname {name} -sc -i.1 -F0 -f"));
    let daemon = Daemon::start(run.arg(&place), place.join(format!("collectl-{name}.pid")));
    let status = fs::read_to_string(daemon.proc("status")).unwrap();
    let ids = format!("\t{NOBODY}\t{NOBODY}\t{NOBODY}\t{NOBODY}\n");
    assert!(status.contains(&format!("\nUid:{ids}")) && status.contains(&format!("\nGid:{ids}")), "{status}");
    assert!(status.contains("\nGroups:\t\n") || status.contains("\nGroups:\t \n"), "{status}");
    wait_for_samples(&place, ".raw.gz", 3);
    assert_eq!(fs::metadata(file(&place, ".raw.gz")).unwrap().uid(), NOBODY);
    daemon.end(Signal::TERM);
    assert!(!daemon.pid_file.exists());
}

#[test]
fn a_daemon_serves_while_it_records() {
    if !requirement::met(&[Requirement::Root]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let port = port::free();
    let daemon = Daemon::record(&format!("-sc -i.1 -F0 --hostname n7 -A server:{port}"), folder.path());
    // It listens from the start.
    let mut client = Peer::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    assert!(client.lines(5).iter().all(|line| line.starts_with("n7 ")));
    wait_for_samples(folder.path(), ".raw.gz", 3);
    daemon.end(Signal::TERM);
    client.to_end();
}

#[test]
fn a_daemon_continues_with_the_connection_it_opened() {
    if !requirement::met(&[Requirement::Root]) {
        return;
    }
    let listener = Listener::on("127.0.0.1");
    let name = Daemon::name();
    let args =
        format!("-D -C /dev/null --pname {name} -sc -i.1 --hostname n7 -A 127.0.0.1:{}", listener.port());
    let daemon = Daemon::start(&mut collectl(&args), Daemon::pid_file(&name));
    let mut peer = listener.accept();
    assert!(peer.lines(5).iter().all(|line| line.starts_with("n7 ")));
    peer.close();
    until("it ends when its reader has left", PATIENCE, || test_kill_process(daemon.pid).is_err());
    until("its pid file is gone", PATIENCE, || !daemon.pid_file.exists());
}

/// A daemon that records nothing has no files to close, but it must not die of a SIGHUP either.
#[test]
fn sighup_ends_no_daemon() {
    if !requirement::met(&[Requirement::Root]) {
        return;
    }
    let (name, port) = (Daemon::name(), port::free());
    let args = format!("-D -C /dev/null --pname {name} -sc -i.1 --hr 0 --hostname n7 -A server:{port}");
    let daemon = Daemon::start(&mut collectl(&args), Daemon::pid_file(&name));
    let mut client = Peer::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    client.lines(3);
    for signal in [Signal::HUP, Signal::USR1] {
        kill_process(daemon.pid, signal).unwrap();
    }
    client.lines(5);
    daemon.end(Signal::TERM);
}

/// A run that records, as a child of a shell. The shell prints its process number, and is killed.
fn orphan(args: &str, folder: &Path) -> (Process, Pid) {
    let program = programs::folder().join("collectl");
    let mut shell = command("/bin/sh", "-c");
    shell.arg(format!("{} -sc -i.1 -F0 {args} -f \"$0\" & echo $!; wait", program.display())).arg(folder);
    let mut process = Process::start(&mut shell);
    let pid = process.stdout.next_line().unwrap().parse().unwrap();
    wait_for_samples(folder, ".raw.gz", 3);
    process.signal(Signal::KILL);
    (process, Pid::from_raw(pid).unwrap())
}

#[test]
fn a_run_ends_with_its_parent() {
    let folder = tempfile::tempdir().unwrap();
    let (mut process, pid) = orphan("", folder.path());
    process.stderr.wait_for("parent exited and --nohup not specified");
    until("it ends", PATIENCE, || test_kill_process(pid).is_err());
    assert!(whole(&file(folder.path(), ".raw.gz")).ends_with(" <<<\n"));
}

#[test]
fn a_run_with_nohup_outlives_its_parent() {
    let folder = tempfile::tempdir().unwrap();
    let (mut process, pid) = orphan("--nohup", folder.path());
    let before = samples(folder.path(), ".raw.gz");
    wait_for_samples(folder.path(), ".raw.gz", before + 5);
    kill_process(pid, Signal::TERM).unwrap();
    assert!(process.stderr.to_end().is_empty());
    assert!(whole(&file(folder.path(), ".raw.gz")).ends_with(" <<<\n"));
}

#[test]
fn a_service_manager_is_notified() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let manager = UnixDatagram::bind(&path).unwrap();
    manager.set_read_timeout(Some(PATIENCE)).unwrap();
    let next = || {
        let mut buffer = [0; 256];
        let length = manager.recv(&mut buffer).unwrap();
        String::from_utf8_lossy(&buffer[..length]).trim_end().to_owned()
    };
    let place = folder.path().join("place");
    fs::create_dir(&place).unwrap();
    // Much longer than the watchdog's time: the run stays alive without any sample.
    let mut run = collectl("-sc -i30 -f");
    let watchdog = Duration::from_millis(600);
    run.arg(&place).env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", watchdog.as_micros().to_string());
    let process = Process::start(&mut run);
    assert_eq!(next(), "READY=1");
    for _ in 0..5 {
        let heard = std::time::Instant::now();
        assert_eq!(next(), "WATCHDOG=1");
        assert!(heard.elapsed() < watchdog, "{:?}", heard.elapsed());
    }
    process.signal(Signal::TERM);
    let last = (0..100).map(|_| next()).find(|word| word != "WATCHDOG=1");
    assert_eq!(last.as_deref(), Some("STOPPING=1"));
    assert_eq!(process.finish().code, 0);
}
