//! The process groups that are ours to end.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::process::{Pid, Signal, kill_process_group};

/// The groups of all children that have not been waited for. Cloning shares them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Children(Arc<Mutex<BTreeSet<i32>>>);

impl Children {
    /// Takes in the group of a child that was just started as the leader of its own.
    pub(crate) fn enter(&self, id: Option<u32>) -> Group {
        let pid = id.and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if let Some(pid) = pid {
            self.groups().insert(pid.as_raw_pid());
        }
        Group { pid, all: self.clone() }
    }

    /// Ends every group at once.
    pub(crate) fn kill_all(&self) {
        for pid in self.groups().iter().filter_map(|&pid| Pid::from_raw(pid)) {
            // It may have ended just now.
            let _ = kill_process_group(pid, Signal::KILL);
        }
    }

    fn groups(&self) -> MutexGuard<'_, BTreeSet<i32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One child's group, for as long as the child has not been waited for: until then its number is not given to another.
#[derive(Debug)]
pub(crate) struct Group {
    pid: Option<Pid>,
    all: Children,
}

impl Group {
    /// Signals the group; that it has ended already is no error.
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
