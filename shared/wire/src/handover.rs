//! A thread that writes to standard output what could hold up an event loop: files, whose disk may hang, and what can't
//! be opened without blocking.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use tokio::sync::Notify;

use crate::write::write_all;

/// The handle of the thread. It takes one batch at a time, and ends with the handle.
#[derive(Debug)]
pub(crate) struct Handover(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    given: Condvar,
    /// Tells the event loop that a batch was written.
    written: Notify,
}

#[derive(Debug, Default)]
struct State {
    batch: Option<Vec<u8>>,
    /// Why the last batch could not be written.
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

    /// Takes all of `slices`, or nothing (`WouldBlock`) as long as the batch before is not written. Returns the
    /// number of bytes, or why that batch could not be written.
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

    /// Whether everything that was taken has been written.
    ///
    /// # Errors
    /// Why it could not be.
    pub(crate) fn is_done(&self) -> io::Result<bool> {
        let mut state = self.0.lock();
        match state.error.take() {
            Some(error) => Err(error),
            None => Ok(state.batch.is_none()),
        }
    }

    /// Likewise, leaving an error for the next call.
    pub(crate) fn is_idle(&self) -> bool {
        self.0.lock().batch.is_none()
    }

    /// Waits until a batch was written, or could not be. May be dropped at any time.
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
