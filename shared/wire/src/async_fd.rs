//! Descriptors other than sockets in the tokio event loop.

use std::io;
use std::os::fd::OwnedFd;

use tokio::io::unix::AsyncFd;

/// Registers `fd` with the event loop. It must be non-blocking (a pipe, terminal or timer).
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
