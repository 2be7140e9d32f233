//! `-D`: a run without a terminal, in a process of its own.
//!
//! The process that the user started runs the program again in a new session ([`launch`]), waits until that one reports
//! that it is ready ([`detach`]), and ends. So any error that stops the daemon at its start is printed on the terminal
//! and decides the exit status.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::fd::{BorrowedFd, RawFd};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use collectl_core::usage::UsageError;
use collectl_wire::regular_file;
use rustix::fs::{FlockOperation, flock};
use rustix::io::{Errno, FdFlags, fcntl_setfd};
use thiserror::Error;

use crate::cli::literal::Literal;
use crate::record::Location;

/// Marks the daemon itself, as opposed to the process that starts it.
const MARK: &str = "COLLECTL_DAEMON";
/// What the daemon writes to its standard output when it is ready.
const READY: &[u8] = b"ready\n";
/// The folder of pid files.
const RUN: &str = "/var/run";

/// Why the daemon did not start.
#[derive(Debug, Error)]
pub enum DaemonError {
    /// Switches with an invalid value.
    #[error(transparent)]
    Usage(#[from] UsageError),
    /// A daemon of this name is running already.
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
    /// Starting the process failed.
    #[error("starting the daemon: {0}")]
    Start(#[source] io::Error),
    /// The process ended before it was ready, and has printed the reason.
    #[error("the daemon did not start")]
    Ended,
}

/// Whether this process has to start a daemon and is not one itself.
#[must_use]
pub fn is_wanted(literal: &Literal) -> bool {
    literal.daemon && !is_daemon()
}

/// Whether this process is a daemon.
#[must_use]
pub fn is_daemon() -> bool {
    std::env::var_os(MARK).is_some()
}

/// Starts the daemon with the arguments of this process, and returns when it is ready.
///
/// # Errors
/// A [`DaemonError`] if the daemon does not start, or one of the same name is running.
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
    let mut answer = Vec::new();
    let read = child.stdout.take().map(|output| output.take(READY.len() as u64).read_to_end(&mut answer));
    read.transpose().map_err(DaemonError::Start)?;
    if answer == READY {
        return Ok(());
    }
    child.wait().map_err(DaemonError::Start)?;
    Err(DaemonError::Ended)
}

/// Does not pass on to the daemon what this process was given besides standard input, output and error. The lock of a
/// script, for example, would be held as long as the daemon runs.
fn keep_descriptors() -> io::Result<()> {
    let given: Vec<RawFd> = fs::read_dir("/proc/self/fd")?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|&descriptor| descriptor > 2)
        .collect();
    for descriptor in given {
        #[expect(unsafe_code, reason = "inherited descriptors have no other owner")]
        // SAFETY: the descriptor is borrowed for this call only; if it was closed since it was listed, the call fails.
        let descriptor = unsafe { BorrowedFd::borrow_raw(descriptor) };
        let _ = fcntl_setfd(descriptor, FdFlags::CLOEXEC);
    }
    Ok(())
}

/// Leaves the session of the terminal. A daemon must call this first.
///
/// # Errors
/// A [`DaemonError`] if the pid file can't be written, or another daemon of this name was faster.
pub fn begin(literal: &Literal) -> Result<PidFile, DaemonError> {
    // This fails, harmlessly, if the process leads a session already.
    let _ = rustix::process::setsid();
    let path = pid_file(literal);
    let failed = |error| DaemonError::PidFile { path: path.clone(), error };
    let open = regular_file::write(File::options().write(true).create(true).truncate(false), &path);
    let mut file = open.map_err(failed)?;
    // Several daemons that start at once all find that none is running. A file system without locks lets all continue.
    if flock(&file, FlockOperation::NonBlockingLockExclusive) == Err(Errno::WOULDBLOCK) {
        return Err(DaemonError::Running { pid: read_pid(&path).unwrap_or_default(), path });
    }
    file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id())).map_err(failed)?;
    Ok(PidFile { path, _locked: file })
}

/// Tells the waiting process that the daemon is ready, and leaves the terminal.
#[expect(clippy::disallowed_methods, reason = "an empty pipe has room for this")]
pub fn detach() {
    let _ = io::stdout().write_all(READY).and_then(|()| io::stdout().flush());
    if let Ok(null) = File::options().read(true).write(true).open("/dev/null") {
        let _ = rustix::stdio::dup2_stdout(&null);
        let _ = rustix::stdio::dup2_stderr(&null);
    }
}

/// The pid file of this process, removed with it.
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
        (literal.playback.is_some(), "-D is not allowed with -p"),
        (
            literal.pname.as_ref().is_some_and(|name| !is_name(name)),
            "--pname must be a word without '/' and control characters",
        ),
        (literal.runas.is_some() && literal.filename.is_none(), "--runas requires -f"),
    ];
    match wrong.into_iter().find(|(is_wrong, _)| *is_wrong) {
        Some((_, message)) => Err(UsageError::new(message)),
        None => Ok(()),
    }
}

/// Whether a daemon may have this name. Other programs show it, and it is part of a file name.
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains('/') && collectl_wire::display::sanitize(name.as_bytes()) == name
}

/// With `--runas`, the pid file is beside the recordings, since only root may write to the usual folder.
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

/// The process named by the pid file, if it is a running collectl.
fn running(path: &Path) -> Option<u32> {
    let pid = read_pid(path)?;
    let command = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let name =
        command.split(|&byte| byte == 0).take(2).any(|word| word.windows(8).any(|part| part == b"collectl"));
    (name && pid != std::process::id()).then_some(pid)
}

fn read_pid(path: &Path) -> Option<u32> {
    let mut text = String::new();
    regular_file::read(path).ok()?.take(32).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

/// Reads `USER[:GROUP]`, numbers or names. A named user's own group is the default.
fn owner(text: &str) -> Result<(u32, Option<u32>), UsageError> {
    let (user, group) = text.split_once(':').map_or((text, None), |(user, group)| (user, Some(group)));
    let unknown = || UsageError::new(format!("--runas: '{}' does not exist", text.escape_debug()));
    let (user, own) = find("/etc/passwd", user).ok_or_else(unknown)?;
    let group = group.map(|group| find("/etc/group", group).ok_or_else(unknown)).transpose()?;
    Ok((user, group.map(|(group, _)| group).or(own)))
}

/// The number of a user or group, and of a user's own group. A number is returned as it is.
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

/// Applies the switches for the process itself: `--umask` and `-N`.
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
    fn names_of_daemons() {
        assert!(is_name("night") && is_name("n\u{e4}cht"));
        for name in ["", "a/b", "a\nb", "\u{1b}[2J", "\u{9b}2J", "\u{202e}x"] {
            assert!(!is_name(name), "{name:?}");
        }
    }

    #[test]
    fn a_stale_pid_file_names_no_daemon() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("collectl.pid");
        assert_eq!(running(&path), None);
        // A pipe without a writer is not waited for.
        mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        assert_eq!(running(&path), None);
        fs::remove_file(&path).unwrap();
        for text in ["", "x", "0", "99999999999", "1\n"] {
            fs::write(&path, text).unwrap();
            assert_eq!(running(&path), None, "{text}");
        }
    }
}
