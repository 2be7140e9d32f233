//! Processors as vmstat(8) shows them.

use super::Rates;

/// What vmstat shows of processors.
pub(crate) struct Columns {
    /// Running tasks and blocked tasks.
    pub(crate) running: f64,
    pub(crate) blocked: f64,
    /// Per second, like the next one.
    pub(crate) interrupts: f64,
    pub(crate) switches: f64,
    /// Shares of time, like the following; includes low priority.
    pub(crate) user: f64,
    /// Includes interrupts and time taken by a hypervisor.
    pub(crate) system: f64,
    pub(crate) idle: f64,
    pub(crate) wait: f64,
}

impl Rates {
    /// The columns of vmstat.
    pub(crate) fn vmstat(&self) -> Columns {
        let total = &self.total;
        Columns {
            running: self.running as f64,
            blocked: self.blocked as f64,
            interrupts: self.interrupts,
            switches: self.switches,
            user: total.user + total.nice,
            system: total.all_system(),
            idle: total.idle,
            wait: total.wait,
        }
    }
}
