//! What the program is to do. [`crate::run::resolve`] makes it from the command line.

use crate::fleet::plan::Plan;
use crate::replay::plan::Replay;

/// What the program is to do.
#[derive(Debug)]
pub(crate) enum Task {
    /// Receive what collectors send.
    Gather(Box<Plan>),
    /// Show a recording.
    Replay(Box<Replay>),
}

#[cfg(test)]
impl Task {
    /// The plan of a run that receives.
    pub(crate) fn gather(self) -> Plan {
        match self {
            Self::Gather(plan) => *plan,
            Self::Replay(replay) => panic!("{replay:?}"),
        }
    }
}
