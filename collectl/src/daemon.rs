//! `-D`: a run without a terminal, which its own process outlives.
//!
//! The process that the user started starts the program again, in a session of its own ([`launch`]), waits until it says
//! that it is at work ([`detach`]), and leaves. So whatever keeps the daemon from starting is said on the terminal, and is
//! the exit status.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::fd::{BorrowedFd, RawFd};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use collectl_wire::regular;
use rustix::fs::{FlockOperation, flock};
use rustix::io::{Errno, FdFlags, fcntl_setfd};
use thiserror::Error;

use crate::cli::literal::Literal;
use crate::record::Location;
use collectl_core::usage::UsageError;

/// Tells the daemon itself from the process that starts it.
const MARK: &str = "COLLECTL_DAEMON";
/// What the daemon says on its standard output when it is at work.
const READY: &[u8] = b"ready\n";
/// The folder of pid files.
const RUN: &str = "/var/run";

/// Why there is no daemon.
#[derive(Debug, Error)]
pub enum DaemonError {
    /// Switches that can't be followed.
    #[error(transparent)]
    Usage(#[from] UsageError),
    /// There is one already.
    #[error("a daemonized collectl already running: process {pid} of {}", .path.display())]
    Running {
        /// Its process.
        pid: u32,
        /// Its pid file.
        path: PathBuf,
    },
    /// The pid file.
    #[error("pid file {}: {error}", .path.display())]
    PidFile {
        /// The file.
        path: PathBuf,
        /// The reason.
        error: io::Error,
    },
    /// The process.
    #[error("starting the daemon: {0}")]
    Start(#[source] io::Error),
    /// It ended before it was at work, and has said why.
    #[error("the daemon did not start")]
    Ended,
}

/// Whether this process is to start a daemon, and is none itself.
#[must_use]
pub fn is_wanted(literal: &Literal) -> bool {
    literal.daemon && !is_daemon()
}

/// Whether this process is a daemon.
#[must_use]
pub fn is_daemon() -> bool {
    std::env::var_os(MARK).is_some()
}

/// Starts the daemon with the arguments of this process, and returns when it is at work.
///
/// # Errors
/// A [`DaemonError`] if that can't be, or another one of the same name is running.
pub fn launch(literal: &Literal) -> Result<(), DaemonError> {
    check(literal)?;
    let path = pid_file(literal);
    if let Some(pid) = running(&path) {
        return Err(DaemonError::Running { pid, path });
    }
    let mut command = Command::new(std::env::current_exe().map_err(DaemonError::Start)?);
    let name =
        literal.pname.as_ref().map_or_else(|| "collectl".to_owned(), |name| format!("collectl-{name}"));
    command.arg0(name).args(std::env::args_os().skip(1)).env(MARK, "1");
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    if literal.filename.as_deref().is_none_or(|filename| filename.starts_with('/')) {
        command.current_dir("/");
    }
    if let Some(runas) = &literal.runas {
        let (user, group) = owner(runas)?;
        command.uid(user);
        group.map(|group| command.gid(group));
    }
    keep_descriptors().map_err(DaemonError::Start)?;
    let mut child = command.spawn().map_err(DaemonError::Start)?;
    let mut said = Vec::new();
    let heard = child.stdout.take().map(|output| output.take(READY.len() as u64).read_to_end(&mut said));
    heard.transpose().map_err(DaemonError::Start)?;
    if said == READY {
        return Ok(());
    }
    child.wait().map_err(DaemonError::Start)?;
    Err(DaemonError::Ended)
}

/// Keeps from the daemon what this process was given besides standard input, output and error: the lock of a script, say,
/// which would be held for as long as the daemon runs.
fn keep_descriptors() -> io::Result<()> {
    let given: Vec<RawFd> = fs::read_dir("/proc/self/fd")?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|&descriptor| descriptor > 2)
        .collect();
    for descriptor in given {
        #[expect(unsafe_code, reason = "nobody else knows of descriptors that were given")]
        // SAFETY: the descriptor is borrowed for this call; one that has been closed since it was listed makes the call fail.
        let descriptor = unsafe { BorrowedFd::borrow_raw(descriptor) };
        let _ = fcntl_setfd(descriptor, FdFlags::CLOEXEC);
    }
    Ok(())
}

/// Leaves the session of the terminal. For a daemon, before it begins anything.
///
/// # Errors
/// A [`DaemonError`] if the pid file can't be written, or another daemon was faster.
pub fn begin(literal: &Literal) -> Result<PidFile, DaemonError> {
    // It fails where the process leads a session already, which is as well.
    let _ = rustix::process::setsid();
    let path = pid_file(literal);
    let failed = |error| DaemonError::PidFile { path: path.clone(), error };
    let open = regular::write(File::options().write(true).create(true).truncate(false), &path);
    let mut file = open.map_err(failed)?;
    // Of several that start at once, all have found none that runs. A file system without locks refuses nobody.
    if flock(&file, FlockOperation::NonBlockingLockExclusive) == Err(Errno::WOULDBLOCK) {
        return Err(DaemonError::Running { pid: read_pid(&path).unwrap_or_default(), path });
    }
    file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id())).map_err(failed)?;
    Ok(PidFile { path, _locked: file })
}

/// Tells the process that waits that the daemon is at work, and leaves the terminal.
pub fn detach() {
    let _ = io::stdout().write_all(READY).and_then(|()| io::stdout().flush());
    if let Ok(null) = File::options().read(true).write(true).open("/dev/null") {
        let _ = rustix::stdio::dup2_stdout(&null);
        let _ = rustix::stdio::dup2_stderr(&null);
    }
}

/// The pid file of this process, which goes with it.
#[derive(Debug)]
pub struct PidFile {
    path: PathBuf,
    _locked: File,
}

impl Drop for PidFile {
    fn drop(&mut self) {
        if read_pid(&self.path) == Some(std::process::id()) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn check(literal: &Literal) -> Result<(), UsageError> {
    let wrong = [
        (literal.filename.is_none() && literal.address.is_none(), "-D requires -f or -A"),
        (literal.playback.is_some(), "-D does not go with -p"),
        (
            literal.pname.as_ref().is_some_and(|name| name.is_empty() || name.contains('/')),
            "--pname must be a word without '/'",
        ),
        (literal.runas.is_some() && literal.filename.is_none(), "--runas requires -f"),
    ];
    match wrong.into_iter().find(|(is_wrong, _)| *is_wrong) {
        Some((_, message)) => Err(UsageError::new(message)),
        None => Ok(()),
    }
}

/// With `--runas`, the pid file is among the recordings, since the folder of others is for root only.
fn pid_file(literal: &Literal) -> PathBuf {
    let name = literal
        .pname
        .as_ref()
        .map_or_else(|| "collectl.pid".to_owned(), |name| format!("collectl-{name}.pid"));
    let folder = match (&literal.runas, &literal.filename) {
        (Some(_), Some(filename)) => Location::parse(filename).folder().to_owned(),
        _ => PathBuf::from(RUN),
    };
    folder.join(name)
}

/// The process that the pid file names, if it is a collectl that runs.
fn running(path: &Path) -> Option<u32> {
    let pid = read_pid(path)?;
    let command = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let name =
        command.split(|&byte| byte == 0).take(2).any(|word| word.windows(8).any(|part| part == b"collectl"));
    (name && pid != std::process::id()).then_some(pid)
}

fn read_pid(path: &Path) -> Option<u32> {
    let mut text = String::new();
    regular::read(path).ok()?.take(32).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

/// Reads `USER[:GROUP]`, numbers or names. The group of a user that is named is the user's own.
fn owner(text: &str) -> Result<(u32, Option<u32>), UsageError> {
    let (user, group) = text.split_once(':').map_or((text, None), |(user, group)| (user, Some(group)));
    let unknown = || UsageError::new(format!("--runas: there is no '{}'", text.escape_debug()));
    let (user, own) = find("/etc/passwd", user).ok_or_else(unknown)?;
    let group = group.map(|group| find("/etc/group", group).ok_or_else(unknown)).transpose()?;
    Ok((user, group.map(|(group, _)| group).or(own)))
}

/// The number of a user or group, and of a user's own group. A number stands for itself.
fn find(file: &str, name: &str) -> Option<(u32, Option<u32>)> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let entry = text.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (entry, number, group) = (fields.next()?, fields.nth(1)?.parse().ok()?, fields.next());
        (entry == name || number == name.parse().unwrap_or(u32::MAX))
            .then(|| (number, group.and_then(|group| group.parse().ok())))
    });
    entry.or_else(|| name.parse().ok().map(|number| (number, None)))
}

/// Sets what the switches say of the process itself: `--umask` and `-N`.
///
/// # Errors
/// A [`UsageError`] for values that can't be read, and for what only root may do.
pub fn settle(literal: &Literal) -> Result<(), UsageError> {
    if literal.runas.is_some() && !literal.daemon {
        return Err(UsageError::new("can not use --runas without -D"));
    }
    if let Some(mask) = &literal.umask {
        let bits = u32::from_str_radix(mask, 8).ok().filter(|&bits| bits <= 0o777);
        let Some(bits) = bits else {
            return Err(UsageError::new(format!("--umask must be octal, not '{}'", mask.escape_debug())));
        };
        if !rustix::process::geteuid().is_root() && !is_daemon() {
            return Err(UsageError::new("only root can set the umask"));
        }
        rustix::process::umask(rustix::fs::Mode::from_raw_mode(bits));
    }
    if literal.nice {
        rustix::process::nice(10).map_err(|error| UsageError::new(format!("-N: {error}")))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use rustix::fs::{CWD, FileType, Mode, mknodat};

    use super::*;

    #[test]
    fn owners() {
        assert_eq!(owner("root").unwrap(), (0, Some(0)));
        assert_eq!(owner("root:root").unwrap(), (0, Some(0)));
        assert_eq!(owner("12345:6").unwrap(), (12345, Some(6)));
        assert!(owner("no such").is_err() && owner("").is_err() && owner("0:no such").is_err());
    }

    #[test]
    fn a_pid_file_that_was_left_behind_names_no_daemon() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("collectl.pid");
        assert_eq!(running(&path), None);
        // Nobody is waited for who would write to a pipe.
        mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        assert_eq!(running(&path), None);
        fs::remove_file(&path).unwrap();
        for text in ["", "x", "0", "99999999999", "1\n"] {
            fs::write(&path, text).unwrap();
            assert_eq!(running(&path), None, "{text}");
        }
    }
}
