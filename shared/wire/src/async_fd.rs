//! Descriptors of other kinds than sockets in the tokio event loop.

use std::io;
use std::os::fd::OwnedFd;

use tokio::io::unix::AsyncFd;

/// Lets the event loop watch `fd`, which must not block (a pipe, terminal or timer opened so).
///
/// Needs a tokio runtime with I/O.
///
/// # Errors
/// What `epoll_ctl(2)` returns; `EPERM` for a file.
pub fn async_fd(fd: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    #[expect(unsafe_code, reason = "AsyncFd cannot know that the descriptor it is given stays the same")]
    // SAFETY: an OwnedFd names the same open file for as long as it lives, and it is neither replaced nor closed here.
    unsafe {
        AsyncFd::register(fd).map_err(Into::into)
    }
}
