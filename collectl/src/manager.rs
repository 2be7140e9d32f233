//! The service manager: systemd with `Type=notify`, or the process that started a daemon.

use std::env;
use std::io;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::daemon;

/// Delay before a message is sent again that the socket did not accept.
const RETRY: Duration = Duration::from_secs(1);

/// The service manager that is told the state of the run (sd_notify(3)). If its socket is full, nothing waits.
#[derive(Debug)]
pub(crate) struct Manager {
    socket: Option<(UnixDatagram, SocketAddr)>,
    /// Longest time between two messages, if there is a watchdog.
    watchdog: Option<Duration>,
    /// When the next message is due, and its text.
    due: Option<(Instant, &'static str)>,
}

impl Manager {
    /// The service manager named in the environment. Needs a tokio runtime.
    pub(crate) fn new() -> Self {
        let socket = env::var("NOTIFY_SOCKET").ok().and_then(|name| open(&name).ok());
        let watchdog = watchdog(
            env::var("WATCHDOG_USEC").ok().as_deref(),
            env::var("WATCHDOG_PID").ok().as_deref(),
            std::process::id(),
        );
        Self { socket, watchdog, due: None }
    }

    /// Tells that the run is ready.
    pub(crate) fn ready(&mut self) {
        self.send("READY=1");
        if daemon::is_daemon() {
            daemon::detach();
        }
    }

    /// Waits until it is time for the next message.
    pub(crate) async fn due(&self) {
        match self.due {
            Some((at, _)) => sleep_until(at).await,
            None => std::future::pending().await,
        }
    }

    /// Sends the message that is due.
    pub(crate) fn alive(&mut self) {
        if let Some((_, message)) = self.due {
            self.send(message);
        }
    }

    fn send(&mut self, message: &'static str) {
        let Some((socket, address)) = &self.socket else { return };
        let now = Instant::now();
        // If no process listens, the message is dropped.
        let full = socket
            .send_to_addr(message.as_bytes(), address)
            .is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock);
        self.due = if full {
            Some((now + RETRY, message))
        } else {
            self.watchdog.map(|time| (now + time / 3, "WATCHDOG=1"))
        };
    }
}

impl Drop for Manager {
    fn drop(&mut self) {
        self.send("STOPPING=1");
    }
}

fn open(name: &str) -> io::Result<(UnixDatagram, SocketAddr)> {
    let address = match name.strip_prefix('@') {
        Some(name) => SocketAddr::from_abstract_name(name)?,
        None => SocketAddr::from_pathname(name)?,
    };
    let socket = UnixDatagram::unbound()?;
    socket.set_nonblocking(true)?;
    Ok((socket, address))
}

/// The time in microseconds within which process `pid` must send a message; none if the watchdog is off or for another
/// process.
fn watchdog(micros: Option<&str>, pid: Option<&str>, own: u32) -> Option<Duration> {
    let micros: u64 = micros?.parse().ok().filter(|&micros| micros > 0)?;
    let is_ours = pid.is_none_or(|pid| pid.parse() == Ok(own));
    is_ours.then(|| Duration::from_micros(micros))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_watchdog_of_this_process() {
        let three = Some(Duration::from_secs(3));
        assert_eq!(watchdog(Some("3000000"), None, 7), three);
        assert_eq!(watchdog(Some("3000000"), Some("7"), 7), three);
        for (micros, pid) in
            [(Some("3000000"), Some("8")), (None, Some("7")), (Some("0"), None), (Some("x"), None)]
        {
            assert_eq!(watchdog(micros, pid, 7), None);
        }
    }
}
