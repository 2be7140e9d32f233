//! A cluster on loopback: "hosts" with an ssh server, and counts of what runs on them.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use tempfile::TempDir;

use crate::count;
use crate::deadline::until;
use crate::port;
use crate::process::Process;
use crate::programs::{self, collectl_recv};
use crate::requirement::{self, Requirement};
use crate::sshd::{self, Keys, Sshd};

/// How soon the receiver and everything that it started must end.
pub const ENDED: Duration = Duration::from_secs(2);

/// Six "hosts" on loopback: four have our collectl, one has no ssh server, and one only the Perl collectl.
#[derive(Debug)]
pub struct Cluster {
    _server: Sshd,
    /// Its keys.
    pub keys: Keys,
    _perl_only: TempDir,
    /// The port to listen on.
    pub port: u16,
}

impl Cluster {
    /// Have our collectl.
    pub const OURS: [&str; 4] = ["127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5"];
    /// Has no ssh server.
    pub const REFUSES: &str = "127.0.0.6";
    /// Has only the Perl collectl.
    pub const PERL: &str = "127.0.0.7";

    /// Starts it.
    ///
    /// # Panics
    /// If sshd does not.
    #[must_use]
    pub fn start() -> Self {
        let keys = Keys::generate();
        let perl_only = tempfile::tempdir().expect("a temporary folder");
        let perl = perl_only.path().join("collectl");
        std::os::unix::fs::symlink("/usr/bin/collectl", perl).expect("a new folder can be written to");
        let addresses = [&Self::OURS[..], &[Self::PERL]].concat();
        let server = keys.serve(None, &addresses, programs::folder(), Some((Self::PERL, perl_only.path())));
        Self { _server: server, keys, _perl_only: perl_only, port: port::free() }
    }

    /// Launches collectl on `hosts`; collectors without a secret are accepted.
    #[must_use]
    pub fn launch(&self, hosts: &[&str], args: &str) -> Process {
        let mut command =
            collectl_recv(&format!("launch {} --allow-plain --port {} {args}", hosts.join(" "), self.port));
        Process::start(self.keys.with_ssh(&mut command))
    }

    /// All six.
    #[must_use]
    pub fn all() -> Vec<&'static str> {
        [&Self::OURS[..], &[Self::REFUSES, Self::PERL]].concat()
    }
}

/// True if this machine can be one.
#[must_use]
pub fn is_possible() -> bool {
    requirement::met(sshd::REQUIREMENTS) && requirement::met(&[Requirement::PerlCollectl])
}

/// All processes that were started to send to `port`: ssh, shells, collectors.
#[must_use]
pub fn started(port: u16) -> Vec<String> {
    count::processes(&format!(":{port}"))
}

/// How many of them are collectors.
#[must_use]
pub fn collectors(port: u16) -> usize {
    started(port).iter().filter(|line| line.contains("collectl") && !line.contains("sh -c")).count()
}

/// Waits until all of them have ended: the far end of an ssh needs a moment to notice that its near end has gone.
///
/// # Panics
/// If they don't end in time.
pub fn nothing_is_left(port: u16, within: Duration) {
    until("no ssh, shell or collector is left", within, || started(port).is_empty());
}

/// Ends `receiver` with `signal`, and everything that it started, in time.
///
/// # Panics
/// If it takes longer, or something remains.
pub fn end(mut receiver: Process, signal: Signal, port: u16) {
    let start = Instant::now();
    receiver.signal(signal);
    assert_eq!(receiver.wait_within(ENDED), 0);
    nothing_is_left(port, ENDED.saturating_sub(start.elapsed()));
}
