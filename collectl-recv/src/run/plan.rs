//! What is to be done, as values that can't be wrong. [`crate::run::resolve`] makes them out of what was typed.

use crate::fleet::plan::Plan;
use crate::replay::plan::Replay;

/// What the program is to do.
#[derive(Debug)]
pub(crate) enum Task {
    /// Gather what collectors send.
    Gather(Box<Plan>),
    /// Show what was recorded.
    Replay(Box<Replay>),
}

#[cfg(test)]
impl Task {
    /// The plan of one that gathers.
    pub(crate) fn gather(self) -> Plan {
        match self {
            Self::Gather(plan) => *plan,
            Self::Replay(replay) => panic!("{replay:?}"),
        }
    }
}
