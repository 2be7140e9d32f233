//! A collectl that an initiator launched: the secret that it proves itself with, and how it outlives the session that it
//! was started in.
//!
//! The initiator's script sets [`MODE`] and hands the secret over on a descriptor of its own, so that neither an argument
//! nor the environment holds it. docs/wire.md tells the exchange.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};

use collectl_wire::secret::{DIGITS, Secret};
use thiserror::Error;

/// The environment variable that says that there is a secret, and what is to become of the session.
const MODE: &str = "COLLECTL_LAUNCHED";
/// The environment variable that says that this program was pushed to this host for one run.
const PUSHED: &str = "COLLECTL_PUSHED";
/// Where the secret is read.
const SECRET: &str = "/dev/fd/3";

/// How this collectl was launched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Launched {
    /// What it proves itself with.
    pub secret: Secret,
    /// What becomes of the session.
    pub session: Session,
}

/// What becomes of the session that started a launched collectl, once its initiator has taken the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Session {
    /// It stays: standard output and error go on to reach it.
    Stays,
    /// It is left, so that nothing of it has to stay for our sake. From then on only the connection holds us.
    IsLeft,
}

/// Why a launch is not understood.
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
/// A [`LaunchedError`] if it was launched by something that does not keep to the exchange.
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

/// Removes the file of this program and the folder that was made for it. Where that fails the session's script does it.
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

/// Leaves the session: its standard streams, its process group, and its signals.
pub fn leave_session() {
    if let Ok(null) = File::options().read(true).write(true).open("/dev/null") {
        let _ = rustix::stdio::dup2_stdin(&null);
        let _ = rustix::stdio::dup2_stdout(&null);
        let _ = rustix::stdio::dup2_stderr(&null);
    }
    // It fails where the process leads a session already, which is as well.
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
