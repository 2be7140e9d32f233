//! Signals, and what they request.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// What a signal requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// SIGINT: end.
    Interrupt,
    /// SIGTERM: end.
    Terminate,
    /// SIGUSR1: write recorded data to disk.
    Flush,
    /// SIGHUP: start new files.
    Reopen,
}

/// The signals of a run.
#[derive(Debug)]
pub struct Signals {
    interrupt: Signal,
    terminate: Signal,
    flush: Signal,
    /// SIGHUP. It ends a run that neither records nor is a daemon, because its terminal is closed.
    reopen: Option<Signal>,
}

/// What SIGHUP does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hangup {
    /// It ends the run.
    Ends,
    /// It starts new files.
    Reopens,
}

impl Signals {
    /// Handles signals from now on. Needs a tokio runtime.
    ///
    /// # Errors
    /// The error of the system.
    pub fn new(hangup: Hangup) -> io::Result<Self> {
        let reopen = (hangup == Hangup::Reopens).then(|| signal(SignalKind::hangup())).transpose()?;
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            flush: signal(SignalKind::user_defined1())?,
            reopen,
        })
    }

    /// Waits for the next one. May be dropped at any time and called again.
    pub async fn next(&mut self) -> Request {
        let Self { interrupt, terminate, flush, reopen } = self;
        let reopen = async {
            match reopen {
                Some(reopen) => reopen.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = interrupt.recv() => Request::Interrupt,
            _ = terminate.recv() => Request::Terminate,
            _ = flush.recv() => Request::Flush,
            _ = reopen => Request::Reopen,
        }
    }

    /// Waits for a request to end.
    pub async fn end(&mut self) {
        while !matches!(self.next().await, Request::Interrupt | Request::Terminate) {}
    }
}
