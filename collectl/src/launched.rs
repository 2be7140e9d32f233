//! A collectl that was launched by an initiator: the secret that authenticates it, and how it outlives the session that
//! started it.
//!
//! The initiator's script sets [`MODE`] and passes the secret on a separate descriptor, so that it appears in no
//! argument and no environment. docs/wire.md describes the exchange.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};

use collectl_wire::secret::{DIGITS, Secret};
use thiserror::Error;

/// The environment variable that announces a secret and decides what happens to the session.
const MODE: &str = "COLLECTL_LAUNCHED";
/// The environment variable that tells that this program was copied to this host for one run.
const PUSHED: &str = "COLLECTL_PUSHED";
/// The path from which the secret is read.
const SECRET: &str = "/dev/fd/3";

/// How this collectl was launched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Launched {
    /// The secret that authenticates it.
    pub secret: Secret,
    /// What happens to the session.
    pub session: Session,
}

/// What happens to the session that started a launched collectl, once the initiator has accepted the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Session {
    /// It is kept: standard output and error still reach it.
    Stays,
    /// It is left, so that no part of it has to stay open. From then on only the connection decides how long collectl
    /// runs.
    IsLeft,
}

/// Why the launch failed.
#[derive(Debug, Error)]
pub enum LaunchedError {
    /// The environment variable.
    #[error("{MODE} is neither 'stay' nor 'leave'")]
    Mode,
    /// The descriptor.
    #[error("reading the secret from {SECRET}: {0}")]
    Unreadable(#[from] io::Error),
    /// What it holds.
    #[error("there is no secret on {SECRET}")]
    NoSecret,
}

/// How this process was launched; none if a user started it.
///
/// # Errors
/// A [`LaunchedError`] if the launch does not follow the exchange.
pub fn given() -> Result<Option<Launched>, LaunchedError> {
    let Some(mode) = std::env::var_os(MODE) else { return Ok(None) };
    let session = match mode.to_str() {
        Some("stay") => Session::Stays,
        Some("leave") => Session::IsLeft,
        _ => return Err(LaunchedError::Mode),
    };
    if std::env::var_os(PUSHED).is_some() {
        remove_program();
    }
    let secret = read(File::open(OsStr::new(SECRET))?)?.ok_or(LaunchedError::NoSecret)?;
    Ok(Some(Launched { secret, session }))
}

/// Removes this program's file and the folder created for it. If that fails, the session's script does it.
fn remove_program() {
    let Ok(program) = std::env::current_exe() else { return };
    let _ = std::fs::remove_file(&program);
    let _ = program.parent().map(std::fs::remove_dir);
}

/// Reads one line.
fn read(source: impl Read) -> io::Result<Option<Secret>> {
    let mut line = String::new();
    source.take(DIGITS as u64 + 1).read_to_string(&mut line)?;
    Ok(line.strip_suffix('\n').and_then(Secret::parse))
}

/// Leaves the session: its standard streams, process group and signals.
pub fn leave_session() {
    if let Ok(null) = File::options().read(true).write(true).open("/dev/null") {
        let _ = rustix::stdio::dup2_stdin(&null);
        let _ = rustix::stdio::dup2_stdout(&null);
        let _ = rustix::stdio::dup2_stderr(&null);
    }
    // This fails, harmlessly, if the process leads a session already.
    let _ = rustix::process::setsid();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_one_line() {
        let secret = Secret::new([9; 16]);
        let line = format!("{}\n", secret.reveal());
        assert_eq!(read(line.as_bytes()).unwrap(), Some(secret));
        for other in ["", "\n", "x\n", &line[1..], line.trim_end(), &format!("0{line}")] {
            assert_eq!(read(other.as_bytes()).unwrap(), None, "{other:?}");
        }
    }
}
