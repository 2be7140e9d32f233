//! Limits of the system (getrlimit(2)): of file sizes (`ulimit -f`, `LimitFSIZE=`) and of open files (`ulimit -n`).

use std::io;

use rustix::io::fcntl_dupfd_cloexec;
use rustix::stdio;
use tokio::signal::unix::{SignalKind, signal};

/// Files that the event loop and its signals need, with a reserve.
const DESCRIPTORS: usize = 16;

/// Makes a write beyond the limit of file sizes fail like one to a full disk, instead of ending the program by SIGXFSZ.
/// Needs a tokio runtime with I/O.
///
/// # Errors
/// The error of the system.
pub fn survive_file_size() -> io::Result<()> {
    // The handler stays when the stream of signals is dropped.
    signal(SignalKind::from_raw(libc::SIGXFSZ)).map(drop)
}

/// Checks that enough files can be opened for an event loop, which would panic otherwise.
///
/// # Errors
/// The error of the system, with the setting to change.
pub fn check_descriptors() -> io::Result<()> {
    let spare: Result<Vec<_>, _> =
        (0..DESCRIPTORS).map(|_| fcntl_dupfd_cloexec(stdio::stderr(), 0)).collect();
    spare.map(drop).map_err(|error| {
        let error = io::Error::from(error);
        io::Error::new(
            error.kind(),
            format!("{error}: raise the limit of open files (ulimit -n) by {DESCRIPTORS}"),
        )
    })
}
