//! A thread that writes standard output when writing could block the event loop: to files, whose disk may hang, and to
//! what can't be opened non-blocking.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use tokio::sync::Notify;

use crate::write::write_all;

/// The handle of the thread. It takes one batch at a time. Dropping the handle ends the thread.
#[derive(Debug)]
pub(crate) struct Handover(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    given: Condvar,
    /// Signals the event loop that a batch was written.
    written: Notify,
}

#[derive(Debug, Default)]
struct State {
    batch: Option<Vec<u8>>,
    /// Why the last batch failed.
    error: Option<io::Error>,
    closed: bool,
}

impl Handover {
    /// Starts the thread.
    pub(crate) fn start() -> io::Result<Self> {
        let shared =
            Arc::new(Shared { state: Mutex::default(), given: Condvar::new(), written: Notify::new() });
        let thread = Arc::clone(&shared);
        thread::Builder::new().name("stdout".into()).spawn(move || thread.follow())?;
        Ok(Self(shared))
    }

    /// Takes all of `slices`, or nothing (`WouldBlock`) while the previous batch is not written. Returns the number of
    /// bytes, or the error of the previous batch.
    pub(crate) fn take(&self, slices: &[io::IoSlice<'_>]) -> io::Result<usize> {
        let mut state = self.0.lock();
        if let Some(error) = state.error.take() {
            return Err(error);
        }
        if state.batch.is_some() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let batch = slices.iter().flat_map(|slice| slice.iter().copied()).collect::<Vec<u8>>();
        let count = batch.len();
        state.batch = Some(batch);
        self.0.given.notify_one();
        Ok(count)
    }

    /// Whether everything taken has been written.
    ///
    /// # Errors
    /// The error of the last batch.
    pub(crate) fn is_done(&self) -> io::Result<bool> {
        let mut state = self.0.lock();
        match state.error.take() {
            Some(error) => Err(error),
            None => Ok(state.batch.is_none()),
        }
    }

    /// The same, but an error is kept for the next call.
    pub(crate) fn is_idle(&self) -> bool {
        self.0.lock().batch.is_none()
    }

    /// Waits until a batch was written or has failed. May be dropped at any time.
    pub(crate) async fn written(&self) {
        self.0.written.notified().await;
    }
}

impl Drop for Handover {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.given.notify_one();
    }
}

impl Shared {
    fn follow(&self) {
        let mut state = self.lock();
        loop {
            if let Some(batch) = &mut state.batch {
                let bytes = std::mem::take(batch);
                drop(state);
                let result = write_all(rustix::stdio::stdout(), &bytes);
                state = self.lock();
                state.batch = None;
                state.error = result.err();
                self.written.notify_one();
            } else if state.closed {
                return;
            } else {
                state = self.given.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
