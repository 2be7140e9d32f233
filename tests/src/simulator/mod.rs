//! A load generator: one thread that acts as many hosts, like `collectl -scdnm`.
//!
//! Its hosts are [`Way::Connect`]ing collectors (`collectl -A ADDR`) or [`Way::Serve`]ing ones (`collectl -A server`).
//! Each has an address of its own on the loopback interface, and [`figures`] that change from interval to interval like
//! those of a real machine. A host can be late, send several intervals at once, come and go, or misbehave
//! ([`strange`]). At the end an [`Account`] has the number of lines of each host that the kernel accepted, to compare
//! with what a receiver shows.

mod address;
mod crowd;
mod figures;
mod host;
mod link;
mod numbered;
pub mod options;
mod strange;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub use address::{of as address, servers};
pub use figures::{HEADER, STAMPED_HEADER};
pub use options::{Options, Way};
pub use strange::Strange;

/// The result of one host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its name in its lines.
    pub name: String,
    /// Whole lines that the kernel accepted, headers included. Lines of a hello don't count, because they are never
    /// shown.
    pub lines: u64,
    /// Intervals that were dropped because the reader was slow.
    pub dropped: u64,
}

/// The result of all hosts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// When the last host had sampled, for each interval, in order.
    pub sampled: Vec<Instant>,
    /// For each host, in their order; strange hosts come first.
    pub hosts: Vec<Account>,
    /// When connections were made, since the start, in order.
    pub connected: Vec<Duration>,
    /// Connections that were refused, or reset by the other end.
    pub lost: u64,
}

impl Report {
    /// The lines of all hosts.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.hosts.iter().map(|host| host.lines).sum()
    }
}

/// What the thread and its owner share.
#[derive(Debug, Default)]
struct Shared {
    end: AtomicBool,
    up: AtomicUsize,
}

/// A crowd of hosts that work until they are stopped.
#[derive(Debug)]
pub struct Simulator {
    shared: Arc<Shared>,
    address: SocketAddr,
    thread: Option<JoinHandle<io::Result<Report>>>,
}

impl Simulator {
    /// Starts them.
    ///
    /// # Errors
    /// If listening fails, or the kernel gives no epoll instance.
    pub fn start(options: Options) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let crowd = crowd::Crowd::assemble(options, Arc::clone(&shared))?;
        let address = crowd.address();
        let thread = Some(std::thread::spawn(move || crowd.run()));
        Ok(Self { shared, address, thread })
    }

    /// Where they connect to, or listen.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many have a connection.
    #[must_use]
    pub fn up(&self) -> usize {
        self.shared.up.load(Ordering::Relaxed)
    }

    /// Lets them send what waits, closes their connections normally, and returns the result.
    ///
    /// # Errors
    /// The error that ended them earlier.
    pub fn stop(mut self) -> io::Result<Report> {
        self.shared.end.store(true, Ordering::Relaxed);
        let thread = self.thread.take().map(JoinHandle::join);
        thread.and_then(Result::ok).unwrap_or_else(|| Err(io::Error::other("the simulator has panicked")))
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.shared.end.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // Its result is no longer needed.
            let _ = thread.join();
        }
    }
}

/// Runs them for `time`; for the program `simulate`.
///
/// # Errors
/// As for [`Simulator::start`] and [`Simulator::stop`].
pub fn run_for(options: Options, time: Duration) -> io::Result<Report> {
    let until = Instant::now() + time;
    let simulator = Simulator::start(options)?;
    std::thread::sleep(until.saturating_duration_since(Instant::now()));
    simulator.stop()
}
