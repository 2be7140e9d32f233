//! Signals, and what they ask for.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// SIGINT: end.
    Interrupt,
    /// SIGTERM: end.
    Terminate,
    /// SIGUSR1: make safe what was recorded.
    Flush,
    /// SIGHUP: begin other files.
    Reopen,
}

/// The signals of a run.
#[derive(Debug)]
pub struct Signals {
    interrupt: Signal,
    terminate: Signal,
    /// SIGUSR1 and SIGHUP, which end a run that has nothing to do on them.
    recording: Option<(Signal, Signal)>,
}

impl Signals {
    /// Listens to signals from now on: to `all`, as a run that records or a daemon does, or to those that ask for the end.
    /// Needs a tokio runtime.
    ///
    /// # Errors
    /// What the system says.
    pub fn new(all: bool) -> io::Result<Self> {
        let recording =
            || Ok::<_, io::Error>((signal(SignalKind::user_defined1())?, signal(SignalKind::hangup())?));
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            recording: all.then(recording).transpose()?,
        })
    }

    /// Waits for the next one. May be dropped at any time and called again.
    pub async fn next(&mut self) -> Request {
        let Self { interrupt, terminate, recording } = self;
        let recording = async {
            match recording {
                Some((flush, reopen)) => tokio::select! {
                    _ = flush.recv() => Request::Flush,
                    _ = reopen.recv() => Request::Reopen,
                },
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = interrupt.recv() => Request::Interrupt,
            _ = terminate.recv() => Request::Terminate,
            request = recording => request,
        }
    }

    /// Waits for one that asks for the end.
    pub async fn end(&mut self) {
        while !matches!(self.next().await, Request::Interrupt | Request::Terminate) {}
    }
}
