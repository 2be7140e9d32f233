//! The process groups that were started, and have to be ended.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::process::{Pid, Signal, kill_process_group};

/// The groups of all children that have not been waited for. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Children(Arc<Mutex<BTreeSet<i32>>>);

impl Children {
    /// Adds the group of a child that was just started as its leader.
    pub(crate) fn enter(&self, id: Option<u32>) -> Group {
        let pid = id.and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if let Some(pid) = pid {
            self.groups().insert(pid.as_raw_pid());
        }
        Group { pid, all: self.clone() }
    }

    /// Kills all groups.
    pub(crate) fn kill_all(&self) {
        for pid in self.groups().iter().filter_map(|&pid| Pid::from_raw(pid)) {
            // It may have ended in the meantime.
            let _ = kill_process_group(pid, Signal::KILL);
        }
    }

    /// Whether all children have been waited for.
    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.groups().is_empty()
    }

    fn groups(&self) -> MutexGuard<'_, BTreeSet<i32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The group of one child that has not been waited for. Until then no other group gets its number.
#[derive(Debug)]
pub(crate) struct Group {
    pid: Option<Pid>,
    all: Children,
}

impl Group {
    /// Sends a signal to the group, unless it has ended.
    pub(crate) fn signal(&self, signal: Signal) {
        if let Some(pid) = self.pid {
            let _ = kill_process_group(pid, signal);
        }
    }

    /// The child has been waited for.
    pub(crate) fn leave(mut self) {
        if let Some(pid) = self.pid.take() {
            self.all.groups().remove(&pid.as_raw_pid());
        }
    }
}
