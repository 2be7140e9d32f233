//! A limit of file sizes (`ulimit -f`, `LimitFSIZE=`).

use std::io;

use tokio::signal::unix::{SignalKind, signal};

/// Has a write beyond the limit fail like one to a full disk, in place of SIGXFSZ, which ends the program. Needs a
/// tokio runtime with I/O.
///
/// # Errors
/// What the system says.
pub fn survive_limit() -> io::Result<()> {
    // The handler stays when the stream of signals is dropped.
    signal(SignalKind::from_raw(libc::SIGXFSZ)).map(drop)
}
